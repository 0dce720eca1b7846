import type { Place, SimpleBlock, SystemMap, SystemMapAnswer } from '../../../server/src/lsp/protocol.ts'
import { localized } from './drawing/words.ts'

/** What the extension tells the page. */
export type ToPage =
  | { readonly type: 'map'; readonly uri: string; readonly answer: SystemMapAnswer | null }
  | { readonly type: 'cursor'; readonly place: Place }
  | { readonly type: 'hover'; readonly box: number; readonly blocks: readonly SimpleBlock[] }

/** What the page asks of the extension. */
export type FromPage =
  /** It listens now; what was sent to a page before it is lost. */
  | { readonly type: 'start' }
  | { readonly type: 'ask'; readonly alternative?: number; readonly commands: string }
  | { readonly type: 'reveal'; readonly place: Place }
  | { readonly type: 'hover'; readonly box: number; readonly place: Place }
  | { readonly type: 'save'; readonly name: string; readonly format: 'svg' | 'png'; readonly data: string }

/** What the extension writes into the page's data element. */
export interface PageData {
  /** Translations of the page's words. */
  readonly words?: Readonly<Record<string, string>>
  /** Remembered by the editor, for when it opens the page again. */
  readonly uri?: string
  /** In a file of its own: an answer for each alternative. */
  readonly answers?: readonly SystemMapAnswer[]
}

export interface Tip {
  readonly x: number
  readonly y: number
  readonly words: string
  /** The region it is about; the editor's hover on it replaces the words once it is there. */
  readonly box?: number | undefined
  readonly blocks?: readonly SimpleBlock[] | undefined
}

/** Everything the page shows depends on this and nothing else. */
export interface State {
  readonly answer?: SystemMapAnswer | null | undefined
  readonly stage: number
  readonly width: number
  readonly zoom: number
  readonly showDevices: boolean
  readonly isGuest: boolean
  readonly asTable: boolean
  readonly selected?: number | undefined
  readonly query: string
  readonly commands: string
  readonly tip?: Tip | undefined
  readonly window?: { readonly top: number; readonly bottom: number } | undefined
  /** Nobody is there who could play other commands or show the text: a file of its own. */
  readonly isAlone: boolean
}

export const initialState: State = {
  stage: 0,
  width: 800,
  zoom: 1,
  showDevices: false,
  isGuest: false,
  asTable: false,
  query: '',
  commands: '',
  isAlone: false,
}

/** A new answer: of the same root the stage stays the one that was looked at, the region the one that was selected. */
export function withAnswer(state: State, answer: SystemMapAnswer | null): State {
  const { map } = answer ?? {}
  if (!map) return { ...state, answer, tip: undefined, selected: undefined }
  const before = isOtherRoot(state.answer?.map, map) ? undefined : state.answer?.map
  return {
    ...state,
    answer,
    stage: sameStage(before, state.stage, map),
    selected: sameBox(before, state.selected, map),
  }
}

/** Roots are distinguished by their file, or by name where files are unknown. */
export function isOtherRoot(before: SystemMap | undefined, after: SystemMap): boolean {
  const [old, now] = [before?.cells[0], after.cells[0]]
  return (old?.place?.uri ?? old?.name) !== (now?.place?.uri ?? now?.name)
}

function sameStage(before: SystemMap | undefined, stage: number, { stages }: SystemMap): number {
  const title = before?.stages[stage]?.title
  if (title === undefined) return stageWhileRunning(stages)
  if (stages[stage]?.title === title) return stage
  const found = stages.findIndex(each => each.title === title)
  return found < 0 ? stageWhileRunning(stages) : found
}

/** What one wants to see first: the cells that run, or else the hypervisor that does. */
export const stageWhileRunning = (stages: SystemMap['stages']): number =>
  Math.max(
    0,
    stages.findLastIndex(({ verb, outcome }) => verb === 'start' && outcome.kind === 'done'),
  )

function sameBox(
  before: SystemMap | undefined,
  selected: number | undefined,
  { boxes }: SystemMap,
): number | undefined {
  const box = selected === undefined ? undefined : before?.boxes[selected]
  if (!box) return undefined
  const found = boxes.findIndex(
    each => each.column === box.column && each.index === box.index && localized(each.name) === localized(box.name),
  )
  return found < 0 ? undefined : found
}

/** The region whose text holds a position of a file. */
export function boxAtPlace({ boxes }: SystemMap, { uri, range }: Place): number | undefined {
  const { line, character } = range.start
  const isBefore = (a: { line: number; character: number }, b: { line: number; character: number }) =>
    a.line < b.line || (a.line === b.line && a.character <= b.character)
  const found = boxes.findIndex(
    ({ place, index }) =>
      place !== undefined &&
      index !== undefined &&
      place.uri === uri &&
      isBefore(place.range.start, { line, character }) &&
      isBefore({ line, character }, place.range.end),
  )
  return found < 0 ? undefined : found
}

/** An address as people write it. */
export function addressOf(query: string): bigint | undefined {
  const words = query.trim().replaceAll('_', '')
  if (/^0x[\da-f]{1,16}$/i.test(words)) return BigInt(words)
  return /^\d{1,20}$/.test(words) ? BigInt(words) : undefined
}
