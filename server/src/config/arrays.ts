import { tokensIn } from '../c/raw/tokens.ts'
import type { Unit } from '../c/unit.ts'
import { byWord } from '../text/by-word.ts'
import { memoize } from '../text/memo.ts'
import type { SourceFile } from '../text/source-file.ts'

/** The arrays that follow `struct jailhouse_cell_desc`, as upstream has them. */
export type ArrayName =
  | 'cpus'
  | 'mem_regions'
  | 'cache_regions'
  | 'irqchips'
  | 'pio_regions'
  | 'pci_devices'
  | 'pci_caps'
  | 'stream_ids'

/** One array behind the descriptor, as the header steps over it. */
export interface ArrayEntry {
  /** As in its accessor `jailhouse_cell_<name>`. */
  readonly name: string
  /** The array of ours that it is; undefined for one that a fork added. */
  readonly known: ArrayName | undefined
  /** The member of `struct jailhouse_cell_desc` that counts it. */
  readonly count: string
  readonly unit: 'element' | 'byte'
  /** Struct or union of the elements; undefined for plain numbers. */
  readonly tag: string | undefined
}

/** The counts of upstream's headers, whatever the revision, by the array they count. */
const KNOWN = byWord<ArrayName>({
  cpu_set_size: 'cpus',
  num_cpus: 'cpus',
  num_memory_regions: 'mem_regions',
  num_cache_regions: 'cache_regions',
  num_irqchips: 'irqchips',
  pio_bitmap_size: 'pio_regions',
  num_pio_regions: 'pio_regions',
  num_pci_devices: 'pci_devices',
  num_pci_caps: 'pci_caps',
  num_stream_ids: 'stream_ids',
})

const TAGS: Readonly<Partial<Record<ArrayName, string>>> = {
  mem_regions: 'jailhouse_memory',
  cache_regions: 'jailhouse_cache',
  irqchips: 'jailhouse_irqchip',
  pio_regions: 'jailhouse_pio',
  pci_devices: 'jailhouse_pci_device',
  pci_caps: 'jailhouse_pci_capability',
  stream_ids: 'jailhouse_stream_id',
}

/** In the order of the binary. A header without accessors, as the built-in ones are, has its arrays in the usual order. */
export function arrayEntries(unit: Unit, declaresCount: (field: string) => boolean): readonly ArrayEntry[] {
  for (const file of unit.files) {
    const entries = entriesIn(file).filter(({ count }) => declaresCount(count))
    if (entries.length > 0) return entries
  }
  return Object.entries(KNOWN)
    .filter(([count]) => declaresCount(count))
    .map(([count, known]) => ({
      name: known,
      known,
      count,
      unit: count.endsWith('_size') ? 'byte' : 'element',
      tag: count === 'num_cpus' ? 'jailhouse_cpu' : TAGS[known],
    }))
}

/** What accessors of the header find behind the descriptor, be it counted or not. */
export const accessedIn = (unit: Unit): readonly string[] =>
  unit.files
    .map(entriesIn)
    .find(entries => entries.length > 0)
    ?.map(({ name }) => name) ?? []

/** What the body of `jailhouse_cell_<name>` says of the array before it, and its own element. */
interface Accessor {
  readonly name: string
  /** Struct or union that it returns a pointer to. */
  readonly tag: string | undefined
  readonly previous: string | undefined
  /** What it steps over. */
  readonly countOfPrevious: Count | undefined
}

interface Count {
  readonly field: string
  readonly unit: ArrayEntry['unit']
}

const entriesIn = memoize((file: SourceFile): readonly ArrayEntry[] => {
  if (!file.text.includes(SIZE_FUNCTION)) return []
  const functions = functionsIn(tokensIn(file).map(({ text }) => text))
  const accessors = functions.filter(({ name }) => name !== SIZE_FUNCTION).map(accessorOf)
  const size = functions.find(({ name }) => name === SIZE_FUNCTION)
  return accessors.map(({ name, tag }) => {
    const next = accessors.find(({ previous }) => previous === name)
    const short = name.slice(PREFIX.length)
    const { field, unit } = (next ? next.countOfPrevious : lastCount(size?.body ?? [], accessors)) ?? usualCount(short)
    return { name: short, known: KNOWN[field], count: field, unit, tag }
  })
})

const PREFIX = 'jailhouse_cell_'
const SIZE_FUNCTION = 'jailhouse_cell_config_size'

interface HeaderFunction {
  readonly name: string
  readonly returns: readonly string[]
  readonly body: readonly string[]
}

/** The functions `jailhouse_cell_…(…) { … }` of a header, as words. */
function functionsIn(words: readonly string[]): readonly HeaderFunction[] {
  const found: HeaderFunction[] = []
  let declaration = 0
  for (let i = 0; i < words.length; i++) {
    if (words[i] === ';' || words[i] === '}') declaration = i + 1
    if (words[i] !== '{') continue
    const end = closing(words, i)
    const head = words.slice(declaration, i)
    const index = head.findIndex((word, k) => word.startsWith(PREFIX) && head[k + 1] === '(')
    if (0 <= index)
      found.push({ name: head[index] ?? '', returns: head.slice(0, index), body: words.slice(i + 1, end) })
    i = end
    declaration = end + 1
  }
  return found
}

/** The index of the brace that closes the one at `open`. */
function closing(words: readonly string[], open: number): number {
  let depth = 0
  for (let i = open; i < words.length; i++) {
    if (words[i] === '{') depth++
    if (words[i] === '}' && --depth === 0) return i
  }
  return words.length
}

function accessorOf({ name, returns, body }: HeaderFunction): Accessor {
  const kind = returns.findIndex(word => word === 'struct' || word === 'union')
  return {
    name,
    tag: kind < 0 ? undefined : returns[kind + 1],
    previous: body.find(word => word.startsWith(PREFIX) && word !== 'jailhouse_cell_desc'),
    countOfPrevious: countsIn(body)[0],
  }
}

/** The members in `cell->num_… * sizeof(…)` and `cell->…_size`. */
const countsIn = (words: readonly string[]): readonly Count[] =>
  words.flatMap((field, i) =>
    words[i - 1] === '->' && words[i - 2] === 'cell'
      ? [{ field, unit: words[i + 1] === '*' ? ('element' as const) : ('byte' as const) }]
      : [],
  )

/** A fork may have forgotten its array in the size function. */
const usualCount = (name: string): Count => ({ field: `num_${name}`, unit: 'element' })

/** Behind the last array nothing is stepped over: its count is the one that only the size function adds up. */
const lastCount = (size: readonly string[], accessors: readonly Accessor[]): Count | undefined =>
  countsIn(size).findLast(({ field }) => accessors.every(({ countOfPrevious }) => countOfPrevious?.field !== field))
