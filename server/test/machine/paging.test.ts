import { expect, test } from 'vitest'
import { tableFormat } from '../../src/machine/arch/arm64.ts'
import { defaultHardware } from '../../src/machine/hardware.ts'
import { emptyTables, type PageTables, type TableFormat } from '../../src/machine/paging/page-tables.ts'
import { paging_create, paging_destroy } from '../../src/machine/paging/paging.ts'
import { runsOf, walk } from '../../src/machine/paging/runs.ts'
import { openWriter } from '../../src/machine/paging/table-writer.ts'
import { numbers } from './numbers.ts'
import { ReferencePaging } from './reference-paging.ts'

/** The shapes of arm64 tables with eight entries a table instead of 512: the same cases, met more often. */
const small = (levels: TableFormat['levels']): TableFormat => ({
  levels,
  rootEntries: 4,
  rootPages: 1,
  physPages: 2 ** 36,
  addressBits: 64,
})
const [L0, L1, L1_ROOT, L2, L3] = [
  { span: 512, leaf: false },
  { span: 64, leaf: true },
  { span: 64, leaf: false },
  { span: 8, leaf: true },
  { span: 1, leaf: true },
]
const formats = [small([L1_ROOT, L2, L3]), small([L0, L1, L2, L3])]

interface Operation {
  readonly verb: 'create' | 'destroy'
  readonly virt: number
  readonly phys: number
  readonly pages: number
  readonly flags: number
  readonly huge: boolean
}

/** Operations near borders of leaves, where everything interesting happens. */
function operations(seed: number, count: number): readonly Operation[] {
  const next = numbers(seed)
  const pick = <T>(of: readonly T[]): T => of[next(of.length)] as T
  const near = (spans: readonly number[]): number =>
    Math.max(0, pick(spans) * next(5) + pick([-3, -1, 0, 0, 0, 1, 2, 7, 9]))
  return Array.from({ length: count }, () => ({
    verb: pick(['create', 'create', 'destroy'] as const),
    virt: near([8, 8, 64]),
    phys: near([8, 8, 64]),
    pages: near([0, 1, 8, 16, 64]),
    flags: pick([1, 3]),
    huge: pick([true, true, true, false]),
  }))
}

/** Plays operations on both and compares counts, leaves and what is left of the pool after each. */
function compare(format: (typeof formats)[number], pool: number, operations: readonly Operation[]): void {
  const reference = new ReferencePaging(format, pool)
  let tables: PageTables = emptyTables(format)
  let free = pool
  for (const { verb, virt, phys, pages, flags, huge } of operations) {
    const edit = openWriter(tables, {}, free)
    const content = { grant: { kind: 'region' as const, flags: BigInt(flags) }, isConstant: false, huge }
    const [wanted, found] =
      verb === 'create'
        ? [reference.create(virt, phys, pages, flags, huge), paging_create(edit, virt, phys, pages, content)]
        : [reference.destroy(virt, pages), paging_destroy(edit, virt, pages)]
    tables = edit
    free = edit.free
    const picture = reference.picture()
    expect({ done: found, free, tables: tables.tables, leaves: tables.leaves }).toEqual({
      done: wanted,
      free: reference.free,
      tables: picture.tables,
      leaves: picture.leaves,
    })
    expect(leavesOf(tables).join()).toBe(picture.map.join())
  }
}

/** Every leaf spelled out, in the words of the reference. */
const leavesOf = (tables: PageTables): string[] =>
  runsOf(tables).flatMap(({ virt, phys, size, leafSize, grant }) =>
    Array.from({ length: Number(size / leafSize) }, (_, n) => {
      const [at, to] = [virt, phys].map(start => (start + BigInt(n) * leafSize) / 4096n)
      return `${at}>${to}*${leafSize / 4096n}:${grant.flags}`
    }),
  )

test.each(formats)('page tables are those of paging.c, entry for entry ($levels.length levels)', format => {
  for (let seed = 0; seed < 200; seed++) compare(format, 1e6, operations(seed, 10))
})

test.each(formats)('a pool that runs dry leaves the same half behind ($levels.length levels)', format => {
  for (let seed = 0; seed < 400; seed++) compare(format, seed % 30, operations(seed, 10))
})

test('a walk finds the page a leaf shows', () => {
  const format = tableFormat(defaultHardware)
  const edit = openWriter(emptyTables(format), {}, 100)
  paging_create(edit, 512, 1024, 600, { grant: { kind: 'region', flags: 3n }, isConstant: false, huge: true })
  const tables = edit
  expect([511, 512, 1023, 1111, 1112].map(page => walk(tables, page)?.phys)).toEqual([
    undefined,
    1024,
    1535,
    1623,
    undefined,
  ])
})

test('earlier tables never change', () => {
  for (const format of formats) {
    const content = { grant: { kind: 'region' as const, flags: 3n }, isConstant: false, huge: true }
    const first = openWriter(emptyTables(format), {}, 1000)
    paging_create(first, 0, 0, 64, content)
    const before = first
    const shown = JSON.stringify(before.root.segments, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
    const second = openWriter(before, {}, 1000)
    paging_destroy(second, 20, 1)
    expect(JSON.stringify(before.root.segments, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).toBe(
      shown,
    )
    expect(second.root).not.toBe(before.root)
  }
})
