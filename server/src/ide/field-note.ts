import type { Analysis } from '../analyze.ts'
import type { ArrayValue, IntValue } from '../c/value.ts'
import { cellOf } from '../config/model.ts'
import { type FieldDoc, fieldDoc } from '../config/reference/index.ts'
import { count, hex } from '../rules/places.ts'
import { primarySpan } from '../text/origin.ts'
import { offsetInCell } from './cell-offset.ts'
import { cpusNote } from './cpus.ts'
import { deviceFieldNote } from './device-note.ts'
import { regionOf } from './element-note.ts'
import { pathOf, type Spot, type Step, wordAt } from './locate.ts'
import { namesIn } from './named-constants.ts'
import { type Block, type Note, text, title } from './note.ts'
import { meaningOf } from './number-note.ts'
import { pinsNote } from './pins.ts'
import { regionNote } from './region-note.ts'
import { streamNote } from './streams.ts'

/** A field's name: what it means and where it lies in the binary. Its value: what the number says. */
export function fieldNote(analysis: Analysis, spot: Spot, offset: number): Note | undefined {
  const step = spot.steps.findLast(({ field }) => field)
  const last = spot.steps.at(-1)
  if (!step?.field || !last) return undefined
  if (spot.onDesignator) {
    const at = step.field.written.designator
    return at && { at: primarySpan(at), blocks: [fieldHead(spot), ...docOf(spot), ...nowBlocks(analysis, spot, step)] }
  }
  const { value } = last
  if (value.kind === 'array' && value.text !== undefined && value.origin)
    return {
      at: primarySpan(value.origin),
      blocks: [title(`${pathOf(spot.steps)}: ${textWords(value)}`), ...docOf(spot)],
    }
  if (value.kind !== 'int' || !value.origin) return undefined
  const region = regionOf(analysis, spot)
  return {
    at: wordAt(analysis.unit.main, offset)?.at ?? primarySpan(value.origin),
    blocks: [
      title(`${pathOf(spot.steps)} = ${valueWords(analysis, step, last, value)}`),
      ...meaningBlocks(analysis, spot),
      ...(region ? regionNote(analysis, region) : docOf(spot)),
    ],
  }
}

/** What the value comes to in this system. */
const meaningBlocks = (analysis: Analysis, spot: Spot): readonly Block[] => [
  ...pinsNote(analysis, spot),
  ...streamNote(analysis, spot),
  ...cpusNote(analysis, spot),
  ...deviceFieldNote(analysis, spot),
]

function fieldHead(spot: Spot): Block {
  const place = offsetInCell(spot)
  const where = place && `offset ${hex(place.offset)} of the .cell, ${count(place.size, 'byte')}`
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

/** What a field is set to, as its name is looked at. */
function nowBlocks(analysis: Analysis, spot: Spot, step: Step): readonly Block[] {
  const { value } = step
  if (value.kind === 'int')
    return [text(`Now: \`${valueWords(analysis, step, step, value)}\``), ...meaningBlocks(analysis, spot)]
  if (value.kind !== 'array') return []
  if (value.text !== undefined) return [text(`Now: \`${textWords(value)}\``)]
  const array = analysis.config && cellOf(analysis.config).arrays.find(declared => declared.value === value)
  const counted = array ? [`The hypervisor reads ${count(array.counted, array.entry.unit)}.`] : []
  return [text(`Now: ${lengthWords(value)}.`, ...counted), ...meaningBlocks(analysis, spot)]
}

function lengthWords({ items, initialised }: ArrayValue): string {
  const elements = count(items.length, 'element')
  return initialised === items.length ? elements : `${elements}, ${initialised} of them written, the rest is zero`
}

/** A C string keeps a byte for its end; what fills the array leaves none. */
const textWords = ({ text: words = '', items }: ArrayValue): string =>
  `"${words}", ${words.length} of ${items.length} bytes`

/** The number and what it says in its field; where constants are meant for the field, their names. */
function valueWords({ unit }: Analysis, { parent, field }: Step, { index }: Step, value: IntValue): string {
  const name = field?.name ?? ''
  const tag = parent.kind === 'struct' ? parent.type.tag : undefined
  const names = tag && value.value !== 0n ? namesIn(unit, tag, name, value.value) : undefined
  return names ? `${hex(value.value)}: ${names}` : meaningOf(name, value, index)
}
