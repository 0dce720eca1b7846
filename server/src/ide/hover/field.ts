import type { Analysis } from '../../analyze.ts'
import { wordAt } from '../../c/raw/tokens.ts'
import type { ArrayValue, IntValue } from '../../c/values/value.ts'
import { cellOf } from '../../config/model.ts'
import { type FieldDoc, fieldDoc } from '../../config/reference/index.ts'
import { count, hex } from '../../rules/places.ts'
import { primarySpan } from '../../text/origin.ts'
import { type Block, type HoverContent, text, title } from '../blocks.ts'
import { namesIn } from '../named-constants.ts'
import { type NodePath, pathOf, type Step } from '../node-path.ts'
import { offsetInCell } from './cell-offset.ts'
import { cpusHover } from './cpus.ts'
import { deviceFieldHover } from './device.ts'
import { regionOf } from './element.ts'
import { meaningOf } from './number.ts'
import { pinsHover } from './pins.ts'
import { regionHover } from './region.ts'
import { streamHover } from './stream.ts'

/** A field's name: what it means and where it lies in the binary. Its value: what the number says. */
export function fieldHover(analysis: Analysis, path: NodePath, offset: number): HoverContent | undefined {
  const step = path.steps.findLast(({ field }) => field)
  const last = path.steps.at(-1)
  if (!step?.field || !last) return undefined
  if (path.onDesignator) {
    const at = step.field.written.designator
    return (
      at && {
        at: primarySpan(at),
        blocks: [fieldTitle(path), ...docOf(path), ...currentValueBlocks(analysis, path, step)],
      }
    )
  }
  const { value } = last
  if (value.kind === 'array' && value.text !== undefined && value.origin)
    return {
      at: primarySpan(value.origin),
      blocks: [title(`${pathOf(path.steps)}: ${textWords(value)}`), ...docOf(path)],
    }
  if (value.kind !== 'int' || !value.origin) return undefined
  const region = regionOf(analysis, path)
  return {
    at: wordAt(analysis.unit.main, offset)?.span ?? primarySpan(value.origin),
    blocks: [
      title(`${pathOf(path.steps)} = ${valueWords(analysis, step, last, value)}`),
      ...meaningBlocks(analysis, path),
      ...(region ? regionHover(analysis, region) : docOf(path)),
    ],
  }
}

/** What the value comes to in this system. */
const meaningBlocks = (analysis: Analysis, path: NodePath): readonly Block[] => [
  ...pinsHover(analysis, path),
  ...streamHover(analysis, path),
  ...cpusHover(analysis, path),
  ...deviceFieldHover(analysis, path),
]

function fieldTitle(path: NodePath): Block {
  const place = offsetInCell(path)
  const where = place && `offset ${hex(place.offset)} of the .cell, ${count(place.size, 'byte')}`
  return title(`${pathOf(path.steps)}${where ? ` (${where})` : ''}`)
}

/** The page of the innermost struct that knows the rest of the path. */
function docOf({ steps }: NodePath): readonly Block[] {
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
function currentValueBlocks(analysis: Analysis, path: NodePath, step: Step): readonly Block[] {
  const { value } = step
  if (value.kind === 'int')
    return [text(`Now: \`${valueWords(analysis, step, step, value)}\``), ...meaningBlocks(analysis, path)]
  if (value.kind !== 'array') return []
  if (value.text !== undefined) return [text(`Now: \`${textWords(value)}\``)]
  const array = analysis.config && cellOf(analysis.config).arrays.find(declared => declared.value === value)
  const counted = array ? [`The hypervisor reads ${count(array.counted, array.entry.unit)}.`] : []
  return [text(`Now: ${lengthWords(value)}.`, ...counted), ...meaningBlocks(analysis, path)]
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
