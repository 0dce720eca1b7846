import type { Analysis } from '../analyze.ts'
import type { MacroUse, Unit } from '../c/unit.ts'
import { type ConstantDoc, constantDoc } from '../config/reference/index.ts'
import { primarySpan } from '../text/origin.ts'
import { elementName } from './element-name.ts'
import { regionOf } from './element-note.ts'
import { flagHere } from './flag-here.ts'
import { covers, locate, type Spot, wordAt } from './locate.ts'
import { type Block, code, type Note, table, text, title } from './note.ts'
import { numberNote, numberWords } from './number-note.ts'

/** A macro: what its constant means and does here, or what it expands to; and the elements of an array it makes. */
export function macroNote(analysis: Analysis, spot: Spot | undefined, offset: number): Note | undefined {
  const { unit } = analysis
  const word = wordAt(unit.main, offset)
  const use = word && innermostUse(unit, offset, word.text)
  const macro = use?.macro ?? (word && unit.macros.get(word.text))
  if (!word || spot?.onDesignator) return undefined
  if (!macro) return argumentNote(analysis, offset)
  const doc = constantDoc(macro.name)
  const region = spot && !isMade(spot) ? regionOf(analysis, spot) : undefined
  const value = use?.value ?? (use && spot && worthOf(use, spot))
  const worth = value === undefined ? doc?.value : numberWords(value)
  const made = use ? madeBlocks(unit, use) : []
  const isUnknown = !doc && value === undefined && made.length === 0
  return {
    at: word.at,
    blocks: [
      title(worth === undefined ? macro.name : `${macro.name} = ${worth}`),
      ...(doc ? constantWords(doc) : [code(`#define ${macro.name}${parameters(macro.parameters)} ${macro.body}`)]),
      ...(doc && region ? flagHere(analysis, region, macro.name) : []),
      ...(use && isUnknown ? [text('expands to'), code(shortened(use.expansion))] : []),
      ...made,
    ],
  }
}

const innermostUse = (unit: Unit, offset: number, name: string): MacroUse | undefined =>
  unit.macroUses.findLast(use => use.macro.name === name && covers(use.at, unit.main, offset))

/** What a use comes to that is all a value is written by: `ARRAY_SIZE(config.mem_regions)`. */
function worthOf({ at }: MacroUse, { steps }: Spot): bigint | undefined {
  const last = steps.at(-1)
  if (last?.value.kind !== 'int' || !last.value.origin) return undefined
  const place = primarySpan(last.value.origin)
  const isAll = place.file === at.file && place.start === at.start && place.end === at.end
  const around = last.parent.origin && primarySpan(last.parent.origin)
  return isAll && around?.start !== place.start ? last.value.value : undefined
}

/** Whether the spot is in a struct or array that a macro wrote. */
const isMade = ({ steps }: Spot): boolean =>
  steps.some(({ value }) => value.kind !== 'int' && value.origin?.expandedAt !== undefined)

/** A number handed to a macro that makes elements: the number, and what comes of it. */
function argumentNote({ unit }: Analysis, offset: number): Note | undefined {
  const use = unit.macroUses.findLast(({ at }) => covers(at, unit.main, offset))
  const made = use ? madeBlocks(unit, use) : []
  const note = made.length > 0 ? numberNote(unit, offset) : undefined
  return note && { ...note, blocks: [...note.blocks, ...made] }
}

/** The elements of an array that a use of a macro makes, by their indices. */
function madeBlocks(unit: Unit, { at }: MacroUse): readonly Block[] {
  const step = locate(unit, at.start)?.steps.find(({ index, value }) => {
    const place = index !== undefined && value.kind === 'struct' && value.origin && primarySpan(value.origin)
    return place && place.start === at.start
  })
  if (step?.parent.kind !== 'array') return []
  const rows = step.parent.items.flatMap((value, index) =>
    value.origin && primarySpan(value.origin).start === at.start ? [[`[${index}]`, elementName(value)]] : [],
  )
  return [table(['element', 'what it is'], rows)]
}

const parameters = (names: readonly string[] | undefined): string => (names ? `(${names.join(', ')})` : '')

const LONGEST_EXPANSION = 400

const shortened = (words: string): string =>
  words.length <= LONGEST_EXPANSION ? words : `${words.slice(0, LONGEST_EXPANSION)} …`

const constantWords = (doc: ConstantDoc): readonly Block[] => [text(`${doc.brief}.`, doc.detail)]
