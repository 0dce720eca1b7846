import type { StructValue } from '../../c/values/value.ts'
import { type CellConfig, cellOf, type MemoryRegion } from '../../config/model.ts'
import { arrayOf } from '../../config/written.ts'
import { hex } from '../../rules/places.ts'
import { indentAt, newlineOf } from '../../text/lines.ts'
import { primarySpan } from '../../text/origin.ts'
import { type Span, textOf } from '../../text/source-file.ts'
import { namesIn } from '../named-constants.ts'
import type { RefactorContext, Refactoring } from './refactoring.ts'

const MACRO = 'JAILHOUSE_SHMEM_NET_REGIONS'
/** State table, common section, output sections of both peers. */
const COUNT = 4

/** The macro for the four elements it makes, and four such elements for the macro. */
export function netRegions(stand: RefactorContext): readonly Refactoring[] {
  const { analysis } = stand
  const regions = analysis.config && elementsAt(stand, cellOf(analysis.config))
  return regions ? [...expanded(stand, regions), ...folded(stand, regions)] : []
}

/** The regions of the array the offset is in, from the one it is in on. */
function elementsAt({ path }: RefactorContext, cell: CellConfig): readonly MemoryRegion[] | undefined {
  const array = arrayOf(cell, 'mem_regions')?.value
  const step = path.steps.find(({ parent }) => parent === array)
  if (step?.index === undefined) return undefined
  return cell.mem_regions.filter(({ index }) => step.index! <= index)
}

function expanded({ analysis: { unit } }: RefactorContext, regions: readonly MemoryRegion[]): readonly Refactoring[] {
  const origin = regions[0]?.source?.origin
  const at = origin && primarySpan(origin)
  const use = unit.macroUses.find(each => each.macro.name === MACRO && each.span.start === at?.start)
  if (!use || at?.file !== unit.main || regions.length < COUNT) return []
  const made = regions
    .slice(0, COUNT)
    .filter(({ source }) => source?.origin && primarySpan(source.origin).start === at.start)
  if (made.length < COUNT) return []
  const separator = `,${newlineOf(unit.main.text)}${indentAt(unit.main.text, at.start)}`
  const texts = made.map(region =>
    elementText(region, flags => namesIn(unit, 'jailhouse_memory', 'flags', flags) ?? hex(flags), at),
  )
  return [
    {
      title: `Write out the elements of ${MACRO}`,
      kind: 'inline',
      edits: [{ span: use.span, text: texts.join(separator) }],
    },
  ]
}

/** One element over lines, in the style of its place. */
function elementText(region: MemoryRegion, flagsOf: (flags: bigint) => string, at: Span): string {
  if (region.size === 0n && region.flags === 0n && region.phys_start === 0n) return '{ 0 }'
  const newline = newlineOf(at.file.text) + indentAt(at.file.text, at.start)
  const step = newline.includes(' ') ? '  ' : '\t'
  const fields = [
    `.phys_start = ${hex(region.phys_start)},`,
    `.virt_start = ${hex(region.virt_start)},`,
    `.size = ${hex(region.size)},`,
    `.flags = ${flagsOf(region.flags)},`,
  ]
  return `{${fields.map(field => newline + step + field).join('')}${newline}}`
}

function folded({ analysis: { unit } }: RefactorContext, regions: readonly MemoryRegion[]): readonly Refactoring[] {
  const link = regions.slice(0, COUNT)
  const spans = link.map(({ source }) => spanOf(source))
  const [first] = spans
  const last = spans.at(-1)
  if (!unit.macros.has(MACRO) || link.length < COUNT || !first || !last || spans.includes(undefined)) return []
  const id = deviceOf(link)
  if (id === undefined || !areNeighbours(spans as Span[])) return []
  const start = link[0]!.phys_start
  const text = `${MACRO}(${hex(start)}, ${id})`
  return [
    {
      title: `Write these four elements as ${text}`,
      kind: 'rewrite',
      edits: [{ span: { ...first, end: last.end }, text }],
    },
  ]
}

const spanOf = (source: StructValue | undefined): Span | undefined =>
  source?.origin && !source.origin.expandedAt ? source.origin.spelled : undefined

/** Nothing but commas and comments of a line between elements: no directive would get lost. */
const areNeighbours = (spans: readonly Span[]): boolean =>
  spans.slice(1).every((span, i) => /^[\s,]*$/.test(textOf({ ...span, start: spans[i]!.end, end: span.start })))

const READ = 0x1n
const WRITE = 0x2n
const ROOTSHARED = 0x80n

/** The peer whose regions these are, when they are exactly what the macro makes. */
function deviceOf([table, common, first, second]: readonly MemoryRegion[]): number | undefined {
  if (!table || !common || !first || !second) return undefined
  const start = table.phys_start
  return [0, 1].find(
    id =>
      isRegion(table, start, 0x1000n, READ | ROOTSHARED) &&
      isRegion(common, 0n, 0n, 0n) &&
      isRegion(first, start + 0x1000n, 0x7f000n, READ | ROOTSHARED | (id === 0 ? WRITE : 0n)) &&
      isRegion(second, start + 0x80000n, 0x7f000n, READ | ROOTSHARED | (id === 1 ? WRITE : 0n)),
  )
}

const isRegion = (region: MemoryRegion, start: bigint, size: bigint, flags: bigint): boolean =>
  region.phys_start === start && region.virt_start === start && region.size === size && region.flags === flags
