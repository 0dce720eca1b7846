import type { Analysis } from '../../analyze.ts'
import { wordAt } from '../../c/raw/tokens.ts'
import type { ArrayValue, IntValue } from '../../c/values/value.ts'
import { cellOf } from '../../config/model.ts'
import { type FieldDoc, fieldDoc } from '../../config/reference/index.ts'
import { primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import { count, hex } from '../../text/words.ts'
import { type Block, type HoverContent, text, title } from '../blocks.ts'
import { namesIn } from '../named-constants.ts'
import { type NodePath, pathOf, type Step } from '../node-path.ts'
import { cellHover } from './cell.ts'
import { offsetInCell } from './cell-offset.ts'
import { cpusHover } from './cpus.ts'
import { deviceFieldHover } from './device.ts'
import { regionOf } from './element.ts'
import { meaningOf } from './number.ts'
import { pinsHover } from './pins.ts'
import { regionHover } from './region.ts'
import { streamHover } from './stream.ts'

/** A field's name: what it is set to, what it means and where it lies in the binary. Its value: what the number says. */
export function fieldHover(analysis: Analysis, path: NodePath, offset: number): HoverContent | undefined {
  const step = path.steps.findLast(({ field }) => field)
  const last = path.steps.at(-1)
  if (!step?.field || !last) return undefined
  const at = spanOf(analysis, path, step, last, offset)
  const words = saidOf(analysis, step, path.onDesignator ? step : last)
  if (!at || words === undefined) return undefined
  const said = `${pathOf(path.steps)}${words}`
  const region = path.onDesignator ? undefined : regionOf(analysis, path)
  if (region)
    return { at, blocks: regionHover(analysis, region, offset, step.field.name === 'size' ? `size${words}` : '') }
  return { at, blocks: [...withVerdict(meaningBlocks(analysis, path), said), ...docOf(path)] }
}

function spanOf(
  { unit }: Analysis,
  { onDesignator }: NodePath,
  step: Step,
  { value }: Step,
  offset: number,
): Span | undefined {
  const designator = step.field?.written.designator
  if (onDesignator) return designator && primarySpan(designator)
  if (!value.origin || value.kind === 'struct' || (value.kind === 'array' && value.text === undefined)) return undefined
  return (value.kind === 'int' ? wordAt(unit.main, offset)?.span : undefined) ?? primarySpan(value.origin)
}

/** What the value comes to in this system, the verdict first; then what is written. */
function withVerdict(meaning: readonly Block[], said: string): readonly Block[] {
  const [verdict, ...more] = meaning
  return verdict?.kind === 'title' ? [verdict, text(said), ...more] : [title(said), ...meaning]
}

const meaningBlocks = (analysis: Analysis, path: NodePath): readonly Block[] => [
  ...pinsHover(analysis, path),
  ...streamHover(analysis, path),
  ...cpusHover(analysis, path),
  ...deviceFieldHover(analysis, path),
  ...cellHover(analysis, path),
]

/** `Offset 0x4e0 of the .cell, 4 bytes.` */
function placeWords(path: NodePath): readonly string[] {
  const place = path.onDesignator ? offsetInCell(path) : undefined
  return place ? [`Offset ${hex(place.offset)} of the .cell, ${count(place.size, 'byte')}.`] : []
}

/** The page of the innermost struct that knows the rest of the path. */
function docOf(path: NodePath): readonly Block[] {
  const { steps } = path
  for (let i = steps.length - 1; 0 <= i; i--) {
    const parent = steps[i]?.parent
    if (parent?.kind !== 'struct' || !parent.type.tag) continue
    const doc = fieldDoc(parent.type.tag, pathOf(steps.slice(i)).replace(/\[\d+\]/g, ''))
    if (doc) return [text(...fieldWords(doc), ...placeWords(path))]
  }
  return placeWords(path).map(words => text(words))
}

const fieldWords = (doc: FieldDoc): readonly string[] => [`\`${doc.type}\` ${doc.brief}.`, doc.detail]

/** What a field is set to: ` = 0x2`; of arrays how long they are and how much of them is read. */
function saidOf(analysis: Analysis, step: Step, last: Step): string | undefined {
  const { value } = last
  if (value.kind === 'int') return ` = ${valueWords(analysis, step, last, value)}`
  if (value.kind !== 'array') return last === step ? '' : undefined
  if (value.text !== undefined) return ` = ${textWords(value)}`
  const array = analysis.config && cellOf(analysis.config).arrays.find(declared => declared.value === value)
  const counted = array && array.counted !== value.items.length ? `; the hypervisor reads ${array.counted}` : ''
  return `: ${lengthWords(value)}${counted}`
}

function lengthWords({ items, initialised }: ArrayValue): string {
  const elements = count(items.length, 'element')
  return initialised === items.length ? elements : `${elements}, initialized up to [${initialised - 1}]`
}

/** A C string keeps a byte for its end; what fills the array leaves none. */
const textWords = ({ text: words = '', items }: ArrayValue): string =>
  `"${words}", ${words.length} of ${items.length} bytes`

/** The number and what it says in its field; where constants are meant for the field, their names. */
function valueWords({ unit }: Analysis, { parent, field }: Step, { index }: Step, value: IntValue): string {
  const name = field?.name ?? ''
  const tag = parent.kind === 'struct' ? parent.type.tag : undefined
  const names = tag && value.value !== 0n ? namesIn(unit, tag, name, value.value) : undefined
  return names ? `${hex(value.value)}: ${withoutPrefix(names)}` : meaningOf(name, value, index)
}

/** `READ | WRITE`: what several names have in common says nothing in a field of their own, nor does the project's name. */
function withoutPrefix(names: string): string {
  const all = names.split(' | ')
  const [first = ''] = all
  if (all.length < 2) return names
  const ends = [...first.matchAll(/_/g)].map(({ index }) => index + 1)
  const end = ends.findLast(end => all.every(name => name.startsWith(first.slice(0, end)))) ?? 0
  return all.map(name => name.slice(end).replace(/^JAILHOUSE_/, '')).join(' | ')
}
