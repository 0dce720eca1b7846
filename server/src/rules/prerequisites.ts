import type { ArrayName } from '../config/arrays.ts'
import { type CellConfig, cellOf, type SystemConfig } from '../config/model.ts'
import type { Scenario } from '../config/scenario.ts'
import { addTo } from '../text/groups.ts'
import { memoize } from '../text/memo.ts'
import { primarySpan } from '../text/origin.ts'
import { countWhile } from '../text/sorted.ts'
import type { SourceFile, Span } from '../text/source-file.ts'

/** What a rule has to have before it may speak; without it silence is the truth. */
export interface Prerequisites {
  /** Members that the header in use declares, as `jailhouse_pci_device.shmem_peers`: what it lacks is never 0. */
  readonly needs?: readonly `jailhouse_${string}.${string}`[]
  /**
   * Arrays that are known as a whole, for a rule that speaks of something missing from them: `mem_regions` of every
   * cell it looks at, `root.mem_regions` of the root's only.
   */
  readonly complete?: readonly (ArrayName | `root.${ArrayName}`)[]
  /** Arrays whose elements it finds by their numbers: one that cannot be read may stand for several. */
  readonly indexes?: readonly ArrayName[]
}

export function areMet(
  { kind, needs, complete = [], indexes = [] }: Prerequisites & { readonly kind: string },
  subject: unknown,
): boolean {
  if (kind === 'system' && isUnread(subject as SystemConfig)) return false
  if (!needs && complete.length + indexes.length === 0) return true
  const cells = cellsIn(subject)
  if (needs && !cells.every(({ header }) => needs.every(path => isDeclared(header, path)))) return false
  return complete.every(array => isComplete(cells, array)) && indexes.every(array => isNumbered(cells, array))
}

/** Rules of a system speak of its platform as a whole. */
const isUnread = ({ root_cell }: SystemConfig): boolean => root_cell.unread.some(({ path }) => PLATFORM.test(path))

const PLATFORM = /^header\.(hypervisor_memory|platform_info|debug_console)\b/

/** Whether a finding stands at a value that cannot be computed: what is wrong there has been reported. */
export const isAtUnread = (span: Span, subject: unknown): boolean =>
  cellsIn(subject).some(cell => 0 < cell.unread.length && reachOf(cell, span) >= span.end)

/** How far the unread values of a cell go that begin before a place or there. */
function reachOf(cell: CellConfig, { file, start }: Span): number {
  const spans = unreadByFile(cell).get(file) ?? []
  const next = countWhile(spans.length, index => spans[index]!.start <= start)
  return spans[next - 1]?.reach ?? -1
}

/** Unread values in the order of the text, each with the farthest end of those up to it. */
const unreadByFile = memoize(({ unread }: CellConfig) => {
  const byFile = new Map<SourceFile, { readonly start: number; readonly reach: number }[]>()
  const spans = unread.flatMap(({ origin }) => (origin ? [primarySpan(origin)] : []))
  for (const { file, start, end } of spans.toSorted((a, b) => a.start - b.start))
    addTo(byFile, file, { start, reach: Math.max(end, byFile.get(file)?.at(-1)?.reach ?? 0) })
  return byFile
})

function isDeclared(header: CellConfig['header'], path: string): boolean {
  const dot = path.indexOf('.')
  return header.declares(path.slice(0, dot), path.slice(dot + 1))
}

const OF_ROOT = 'root.'

function isComplete(cells: readonly CellConfig[], array: string): boolean {
  const isOfRoot = array.startsWith(OF_ROOT)
  const name = (isOfRoot ? array.slice(OF_ROOT.length) : array) as ArrayName
  return cells.every(cell => (isOfRoot && !cell.isRoot) || !(cell.incomplete.has(name) || isOverfull(cell, name)))
}

/** Whether elements found no room, which the compiler drops: what they are is known, and that they are lost is charged (JH109). */
export const isOverfull = ({ arrays }: CellConfig, name: ArrayName): boolean =>
  arrays.some(array => array.name === name && array.value.overfull)

/**
 * Whether elements have the numbers they are written with: an element that cannot be read at all may stand for several, and
 * where one has no room any of them may have come later.
 */
const isNumbered = (cells: readonly CellConfig[], name: ArrayName): boolean =>
  cells.every(cell => {
    if (isOverfull(cell, name)) return false
    const { arrays, unread } = cell
    const members = arrays.filter(array => array.name === name).map(({ member }) => member)
    return !unread.some(({ path }) => members.some(member => path.startsWith(`${member}[`) && path.endsWith(']')))
  })

/** The cells of whatever a rule looks at: a configuration, a scenario, or a simulation of one. */
function cellsIn(subject: unknown): readonly CellConfig[] {
  const { kind, root, cells, scenario } = subject as Partial<
    Scenario & CellConfig & { readonly scenario: Scenario }
  > & { readonly kind?: string }
  if (scenario) return cellsIn(scenario)
  if (root && cells) return [root.root_cell, ...cells]
  return kind === 'cell' || kind === 'system' ? [cellOf(subject as CellConfig | SystemConfig)] : []
}
