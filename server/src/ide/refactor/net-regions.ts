import type { Unit } from '../../c/unit.ts'
import { cellOf, type DeclaredArray, type MemoryRegion } from '../../config/model.ts'
import { arrayOf } from '../../config/written.ts'
import { structText } from '../../edit/append.ts'
import { rewriteElements } from '../../edit/elements.ts'
import { indentStep } from '../../edit/layout.ts'
import { indentAt } from '../../text/lines.ts'
import { primarySpan } from '../../text/origin.ts'
import { hex } from '../../text/words.ts'
import { namesIn } from '../named-constants.ts'
import type { RefactorContext, Refactoring } from './refactoring.ts'

const MACRO = 'JAILHOUSE_SHMEM_NET_REGIONS'
/** State table, common section, output sections of both peers. */
const COUNT = 4

/** The macro for the four elements it makes, and four such elements for the macro. */
export function netRegions({ analysis, path }: RefactorContext): readonly Refactoring[] {
  const cell = analysis.config && cellOf(analysis.config)
  const array = cell && arrayOf(cell, 'mem_regions')
  const index = path.steps.find(({ parent }) => parent === array?.value)?.index
  if (!cell || !array || index === undefined) return []
  const regions = cell.mem_regions.filter(region => index <= region.index).slice(0, COUNT)
  return regions.length < COUNT
    ? []
    : [...expanded(analysis.unit, array, regions), ...folded(analysis.unit, array, regions)]
}

function expanded(unit: Unit, array: DeclaredArray, regions: readonly MemoryRegion[]): readonly Refactoring[] {
  const [origin] = regions.flatMap(({ source }) => source?.origin ?? [])
  if (!origin) return []
  const { file, start } = primarySpan(origin)
  const use = unit.macroUses.find(
    ({ macro, span }) => macro.name === MACRO && span.start === start && span.file === file,
  )
  if (!use) return []
  const step = indentStep(indentAt(file.text, start))
  const texts = regions.map(region =>
    elementText(region, flags => namesIn(unit, 'jailhouse_memory', 'flags', flags) ?? hex(flags), step),
  )
  return offered(`Expand ${MACRO}`, 'inline', array, regions, texts)
}

function offered(
  title: string,
  kind: Refactoring['kind'],
  array: DeclaredArray,
  [first]: readonly MemoryRegion[],
  texts: readonly string[],
): readonly Refactoring[] {
  const change = first && rewriteElements(array, first.index, first.index + COUNT, texts)
  return change ? [{ title, kind, edits: change.edits }] : []
}

function elementText(region: MemoryRegion, flagsOf: (flags: bigint) => string, step: string): string {
  if (region.size === 0n && region.flags === 0n && region.phys_start === 0n) return '{ 0 }'
  const fields = [
    `.phys_start = ${hex(region.phys_start)},`,
    `.virt_start = ${hex(region.virt_start)},`,
    `.size = ${hex(region.size)},`,
    `.flags = ${flagsOf(region.flags)},`,
  ]
  return structText(fields, step)
}

function folded(unit: Unit, array: DeclaredArray, regions: readonly MemoryRegion[]): readonly Refactoring[] {
  const isWritten = regions.every(({ source }) => source?.origin && !source.origin.expandedAt)
  const id = unit.macros.has(MACRO) && isWritten ? deviceOf(regions) : undefined
  if (id === undefined) return []
  const text = `${MACRO}(${hex(regions[0]!.phys_start)}, ${id})`
  return offered(`Replace these four elements with ${text}`, 'rewrite', array, regions, [text])
}

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
