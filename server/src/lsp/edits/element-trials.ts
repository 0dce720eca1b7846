import type { Analysis } from '../../analyze.ts'
import type { Project } from '../../config/project.ts'
import {
  type Completion,
  type ElementPlace,
  type Elements,
  elementContext,
  elementPlace,
  elementsAt,
  type TrialResult,
  tryingElement,
} from '../../ide/completion/index.ts'
import type { SourceFile } from '../../text/source-file.ts'
import type { Steps } from '../../text/steps.ts'
import { count } from '../../text/words.ts'
import type { Workspace } from '../files/workspace.ts'
import { pendingMessages } from '../time/pending-messages.ts'
import { StageClock } from '../time/stage-clock.ts'
import { MAX_TRIED_LENGTH } from './trial-time.ts'

/** A place where elements may be written, and what trying them showed. */
interface TriedPlace {
  readonly place: ElementPlace
  /** The text without the word that is typed at an offset of it, and all it stands in: the same while the word grows. */
  readonly text: string
  readonly offset: number
  readonly surroundings: readonly unknown[]
  /** The newest text with a word that somebody asked for. */
  file: SourceFile
  readonly results: Map<Completion, TrialResult>
  /** What is not tried yet; of the first some steps may be done. */
  readonly queue: Completion[]
  /** Of each step. */
  readonly clock: StageClock
  /** Milliseconds that trying took so far. */
  spent: number
  steps?: Steps<TrialResult>
  isRunning: boolean
}

/** So long the elements of one place are tried: of thousands of regions each trial takes a second. */
const MAX_MS = 3000

/** A step of a trial, the analysis of one file, holds up whoever asks something else meanwhile. */
const MAX_STEP_MS = 400

const TOO_SLOW: TrialResult = { kind: 'untried', words: 'Not tried, because that takes too long.' }

/** Proposals of elements, without those that do harm. */
export interface TriedElements {
  readonly items: readonly Completion[]
  /** Some are still to be tried. */
  readonly isIncomplete: boolean
}

/**
 * Tries the elements of the place at the caret, in steps between which everything else has its turn, and remembers what
 * came of it as long as nothing but the word at the place changes.
 */
export class ElementTrials {
  readonly #workspace: Workspace
  readonly #now: () => number
  #tried: TriedPlace | undefined
  #waiting: (() => void)[] = []
  /** Hears of elements that are not proposed, or not tried, and why. */
  onResult: (words: string) => void = () => undefined

  constructor(workspace: Workspace, now: () => number) {
    this.#workspace = workspace
    this.#now = now
  }

  /** What may be written at an offset where elements are awaited; undefined elsewhere. They are tried as soon as there is time. */
  elementsAt(analysis: Analysis, offset: number, project: Project): TriedElements | undefined {
    const found = this.#placeAt(analysis, offset, project)
    if (!found) return undefined
    const { tried, word } = found
    this.#run(tried)
    const items = elementsAt(tried.place, word).flatMap((item, i) => withResult(item, tried, i))
    return { items, isIncomplete: tried.queue.length > 0 }
  }

  /** What an element would cause; undefined where it does no harm, or the text changes or the time is over before that is known. */
  async resultOf(
    label: string,
    analysis: Analysis,
    offset: number,
    { project, clock }: { readonly project: Project; readonly clock: StageClock },
  ): Promise<TrialResult | undefined> {
    const { tried } = this.#placeAt(analysis, offset, project) ?? {}
    const item = tried?.place.proposed.find(each => each.isWhole && each.label === label)
    if (!tried || !item) return undefined
    tryFirst(item, tried)
    this.#run(tried)
    while (tried.isRunning && !tried.results.has(item) && !clock.isOver())
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    return tried.results.get(item)
  }

  #placeAt(analysis: Analysis, offset: number, project: Project) {
    const { main } = analysis.unit
    const context = elementContext(analysis, offset)
    if (!context) return undefined
    const { start, end } = context.at
    const text = main.text.slice(0, start) + main.text.slice(end)
    const surroundings = this.#workspace.surroundings(main.uri)
    const known = this.#tried
    const isKnown =
      known?.file.uri === main.uri &&
      known.offset === start &&
      known.text === text &&
      isSame(known.surroundings, surroundings)
    const tried = isKnown
      ? known
      : this.#newPlace(analysis, context, project, { text, offset: start, surroundings, file: main })
    if (tried) tried.file = main
    this.#tried = tried
    return tried && { tried, word: context.at }
  }

  #newPlace(analysis: Analysis, context: Elements, project: Project, at: PlaceAt): TriedPlace | undefined {
    const clock = new StageClock(this.#now, MAX_STEP_MS)
    return newPlace(elementPlace(analysis, context, { ...project, time: clock }), { ...at, clock })
  }

  #run(tried: TriedPlace): void {
    if (tried.isRunning || tried.queue.length === 0) return
    tried.isRunning = true
    const ended = () => {
      tried.isRunning = false
      this.#resumeWaiting()
    }
    this.#tryAll(tried).then(ended, ended)
  }

  /** Until somebody types on; whoever asks about the longer word lets it go on from there. */
  async #tryAll(tried: TriedPlace): Promise<void> {
    for (;;) {
      await pendingMessages()
      const [item] = tried.queue
      const isOutdated = this.#tried !== tried || this.#workspace.document(tried.file.uri)?.file !== tried.file
      if (!item || isOutdated) return
      if (MAX_MS < tried.spent) return this.#giveUp(tried)
      const begin = this.#now()
      tried.clock.restart()
      tried.steps ??= tryingElement(item, tried.place)
      const { done, value } = tried.steps.next()
      tried.spent += this.#now() - begin
      const result = tried.clock.isCut ? TOO_SLOW : done ? value : undefined
      if (result) this.#note(result, item, tried)
      this.#resumeWaiting()
    }
  }

  #note(result: TrialResult, item: Completion, tried: TriedPlace): void {
    delete tried.steps
    tried.queue.shift()
    tried.results.set(item, result)
    if (result.kind === 'harmful') this.onResult(`"${item.label}" is not proposed. ${result.words}`)
  }

  #giveUp(tried: TriedPlace): void {
    this.onResult(`${count(tried.queue.length, 'element')} proposed untried: trying them takes too long`)
    tried.queue.length = 0
    delete tried.steps
  }

  #resumeWaiting(): void {
    for (const resume of this.#waiting.splice(0)) resume()
  }
}

type PlaceAt = Pick<TriedPlace, 'text' | 'offset' | 'surroundings' | 'file'>

function newPlace(place: ElementPlace | undefined, at: PlaceAt & Pick<TriedPlace, 'clock'>): TriedPlace | undefined {
  if (!place) return undefined
  const isTooLong = MAX_TRIED_LENGTH < at.text.length
  const queue = isTooLong ? [] : place.proposed.filter(({ isWhole }) => isWhole)
  return { ...at, place, queue, spent: 0, results: new Map(), isRunning: false }
}

/** Behind the one that is being tried. */
function tryFirst(item: Completion, { queue, steps }: TriedPlace): void {
  const index = queue.indexOf(item)
  if (index < 1) return
  queue.splice(index, 1)
  queue.splice(steps ? 1 : 0, 0, item)
}

/** An element without what was found to do harm; what nobody has tried says so. */
function withResult(item: Completion, { place, results }: TriedPlace, index: number): readonly Completion[] {
  if (!item.isWhole) return [item]
  const result = results.get(place.proposed[index]!)
  if (result?.kind === 'harmful') return []
  return [result?.kind === 'harmless' ? item : { ...item, isUntried: true }]
}

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i])
