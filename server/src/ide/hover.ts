import type { Analysis } from '../analyze.ts'
import type { MacroUse, Unit } from '../c/unit.ts'
import type { Value } from '../c/value.ts'
import { cellOf, type MemoryRegion } from '../config/model.ts'
import { type ConstantDoc, constantDoc, type FieldDoc, fieldDoc } from '../config/reference/index.ts'
import { hex } from '../rules/places.ts'
import { site } from '../text/origin.ts'
import { offsetInCell } from './cell-offset.ts'
import { elementName } from './element-name.ts'
import { flagHere } from './flag-here.ts'
import { covers, locate, pathOf, type Spot, type Step, wordAt } from './locate.ts'
import { type Block, code, fitted, type Note, text, title } from './note.ts'
import { meaningOf, numberNote, numberWords } from './number-note.ts'
import { pinsNote } from './pins.ts'
import { regionNote } from './region-note.ts'
import { streamNote } from './streams.ts'

/** What there is to know about the text at an offset of the analysed file. */
export function hover(analysis: Analysis, offset: number): Note | undefined {
  const { unit } = analysis
  const spot = locate(unit, offset)
  const note =
    macroNote(analysis, spot, offset) ??
    (spot && fieldNote(analysis, spot, offset)) ??
    numberNote(unit, offset) ??
    regionAt(analysis, spot)
  return note && { ...note, blocks: fitted(note.blocks) }
}

/** A macro: what its constant means and does here, or what it expands to. */
function macroNote(analysis: Analysis, spot: Spot | undefined, offset: number): Note | undefined {
  const { unit } = analysis
  const word = wordAt(unit.main, offset)
  const use = word && innermostUse(unit, offset, word.text)
  const macro = use?.macro ?? (word && unit.macros.get(word.text))
  if (!word || !macro || spot?.onDesignator) return undefined
  const doc = constantDoc(macro.name)
  const region = spot && regionOf(analysis, spot)
  const value = use?.value ?? (use && spot && worthOf(use, spot))
  const worth = value === undefined ? doc?.value : numberWords(value)
  return {
    at: word.at,
    blocks: [
      title(worth === undefined ? macro.name : `${macro.name} = ${worth}`),
      ...(doc ? constantWords(doc) : [code(`#define ${macro.name}${parameters(macro.parameters)} ${macro.body}`)]),
      ...(doc && region ? flagHere(analysis, region, macro.name) : []),
      ...(use && !doc && value === undefined ? [text('expands to'), code(shortened(use.expansion))] : []),
    ],
  }
}

const innermostUse = (unit: Unit, offset: number, name: string): MacroUse | undefined =>
  unit.macroUses.findLast(use => use.macro.name === name && covers(use.at, unit.main, offset))

/** What a use comes to that is all a value is written by: `ARRAY_SIZE(config.mem_regions)`. */
function worthOf({ at }: MacroUse, { steps }: Spot): bigint | undefined {
  const value = steps.at(-1)?.value
  const place = value?.kind === 'int' && value.origin ? site(value.origin) : undefined
  const isAll = place?.file === at.file && place.start === at.start && place.end === at.end
  return isAll && value?.kind === 'int' ? value.value : undefined
}

const parameters = (names: readonly string[] | undefined): string => (names ? `(${names.join(', ')})` : '')

const LONGEST_EXPANSION = 400

const shortened = (words: string): string =>
  words.length <= LONGEST_EXPANSION ? words : `${words.slice(0, LONGEST_EXPANSION)} …`

const constantWords = (doc: ConstantDoc): readonly Block[] => [text(`${doc.brief}.`, doc.detail)]

/** A field's name: what it means and where it lies in the binary. Its value: what the number says. */
function fieldNote(analysis: Analysis, spot: Spot, offset: number): Note | undefined {
  const step = spot.steps.findLast(({ field }) => field)
  const last = spot.steps.at(-1)
  if (!step?.field || !last) return undefined
  if (spot.onDesignator) {
    const at = step.field.written.designator
    return at && { at: site(at), blocks: [fieldHead(spot), ...docOf(spot), ...numberBlocks(step.value)] }
  }
  if (last.value.kind !== 'int') return undefined
  const word = wordAt(analysis.unit.main, offset)
  const origin = last.value.origin
  if (!origin) return undefined
  const region = regionOf(analysis, spot)
  return {
    at: word?.at ?? site(origin),
    blocks: [
      title(`${pathOf(spot.steps)} = ${meaningOf(step.field.name, last.value, last.index)}`),
      ...pinsNote(analysis, spot),
      ...streamNote(analysis, spot),
      ...(region ? regionNote(analysis, region) : docOf(spot)),
    ],
  }
}

function fieldHead(spot: Spot): Block {
  const place = offsetInCell(spot)
  const where = place && `offset ${hex(place.offset)} of the .cell, ${place.size} byte${place.size === 1 ? '' : 's'}`
  return title(`${pathOf(spot.steps)}${where ? ` (${where})` : ''}`)
}

/** The page of the innermost struct that knows the rest of the path. */
function docOf({ steps }: Spot): readonly Block[] {
  for (let i = steps.length - 1; 0 <= i; i--) {
    const parent = steps[i]?.parent
    if (parent?.kind !== 'struct' || !parent.type.tag) continue
    const doc = fieldDoc(parent.type.tag, pathOf(steps.slice(i)).replace(/\[\d+\]/g, ''))
    if (doc) return fieldWords(doc)
  }
  return []
}

const fieldWords = (doc: FieldDoc): readonly Block[] => [text(`\`${doc.type}\` ${doc.brief}.`, doc.detail)]

const numberBlocks = (value: Value): readonly Block[] =>
  value.kind === 'int' ? [text(`Now: \`${numberWords(value.value)}\``)] : []

/** The region of the model whose element the spot is in. */
function regionOf(analysis: Analysis, { steps }: Spot): MemoryRegion | undefined {
  const source = steps.find(({ value }) => value.kind === 'struct' && value.type.tag === 'jailhouse_memory')?.value
  if (!analysis.config || !source) return undefined
  return cellOf(analysis.config).mem_regions.find(region => region.source === source)
}

/** Anywhere else in a region's element; of one that nothing counts what it says by itself. */
function regionAt(analysis: Analysis, spot: Spot | undefined): Note | undefined {
  const step = spot?.steps.findLast(({ value }) => value.kind === 'struct' && value.type.tag === 'jailhouse_memory')
  if (!spot || step?.value.kind !== 'struct' || !step.value.origin) return undefined
  const region = regionOf(analysis, spot)
  const blocks = region ? regionNote(analysis, region) : uncountedNote(step)
  return { at: site(step.value.origin), blocks }
}

function uncountedNote({ value, index, field }: Step): readonly Block[] {
  const why = index === undefined ? [] : [text('Nothing counts it: the hypervisor does not read it.')]
  return [title(`${field?.name ?? `region ${index}`}: ${elementName(value)}`), ...why]
}
