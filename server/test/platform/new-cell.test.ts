import { expect, test } from 'vitest'
import { analyze } from '../../src/analyze.ts'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import type { MemoryRegion } from '../../src/config/model.ts'
import { defaultSettings } from '../../src/config/project.ts'
import { newCell } from '../../src/ide/generate/cell.ts'
import type { CellKind } from '../../src/ide/generate/cell-plan.ts'
import { newRoot } from '../../src/ide/generate/root.ts'
import { type Facts, openFile } from '../../src/platform/facts.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'
import { q35Facts, virtFacts, virtTree } from './machines.ts'

/** An inmate made for a root has no error or warning beside it, and its device tree neither. */

await loadGrammar()

interface Machine {
  readonly facts: readonly Facts[]
  readonly root: string
}

async function machineOf(facts: readonly Facts[]): Promise<Machine> {
  const [first, ...rest] = facts
  const made = newRoot(readPlatform(first as Facts, ...rest), { name: 'made' })
  if ('missing' in made) throw new Error(made.missing)
  return { facts, root: made.text }
}

const open = (texts: Readonly<Record<string, string>>, facts: readonly Facts[]) => {
  const files = new Map(
    Object.entries(texts).map(([name, text]) => [`file:///made/${name}`, { uri: `file:///made/${name}`, text }]),
  )
  const byUri = new Map(facts.map(each => [each.uri, each]))
  return {
    lookup: (uri: string) => files.get(uri) ?? ('absent' as const),
    list: (folder: string) => [...files.keys()].filter(uri => uri.startsWith(folder)),
    settings: { ...defaultSettings, platform: [...byUri.keys()] },
    pins: new Map<string, string>(),
    known: [...files.values()],
    facts: (uri: string) => byUri.get(uri) ?? ('pending' as const),
  }
}

async function cellOf({ facts, root }: Machine, kind: CellKind, devices: readonly string[] = [], withFacts = true) {
  const project = open({ 'root.c': root }, facts)
  const main = project.known[0]
  const config = main && analyze(main, project).config
  const [first, ...rest] = facts
  if (config?.kind !== 'system' || !first) throw new Error('no root')
  const platform = withFacts ? readPlatform(first, ...rest) : undefined
  const made = newCell(config, [], platform, { name: 'inmate', kind, devices })
  if ('missing' in made) throw new Error(made.missing)
  const tree =
    made.tree === undefined
      ? []
      : [await openFile({ uri: 'file:///made/inmate.dts', bytes: new TextEncoder().encode(made.tree) })]
  const both = open({ 'root.c': root, 'root-inmate.c': made.text }, [...facts, ...tree])
  const cell = both.known[1]
  if (!cell) throw new Error('no cell')
  const { findings, config: bound, simulations } = analyze(cell, both)
  const complaints = findings.filter(({ severity }) => severity === 'error' || severity === 'warning')
  return {
    ...made,
    cell: bound,
    hasTree: simulations.some(({ platform: known }) => (known?.cellTrees.length ?? 0) > 0),
    complaints: complaints.map(({ rule, headline }) => `${rule.code} ${headline}`),
  }
}

for (const kind of ['bare-metal', 'linux', 'zephyr'] as const) {
  test(`${kind} on QEMU's virt`, async () => {
    const { complaints, cell, hasTree } = await cellOf(await machineOf(await virtFacts()), kind)
    expect(complaints).toEqual([])
    expect(cell).toMatchObject({ kind: 'cell', name: 'inmate', cpus: [15] })
    expect(hasTree).toBe(kind === 'linux')
  })

  test(`${kind} on QEMU's q35`, async () => {
    const { complaints, tree } = await cellOf(await machineOf([await q35Facts()]), kind)
    expect(complaints).toEqual([])
    expect(tree).toBeUndefined()
  })

  test(`${kind} from the root alone`, async () => {
    const { complaints } = await cellOf(await machineOf(await virtFacts()), kind, [], false)
    expect(complaints).toEqual([])
  })
}

test('a device brings its registers, its interrupt and its node', async () => {
  const { text, tree, notes } = await cellOf(await machineOf(await virtFacts()), 'linux', ['pl031@9010000'])
  expect(text).toContain('.phys_start = 0x9010000')
  expect(text).toContain('1 << (2 + 32 - 32)')
  expect(tree).toContain('interrupts = <0 2 4>')
  expect(notes.join()).toContain('enabled in the tree of the root')
})

const withoutComment = ({ source: _, ...region }: MemoryRegion): MemoryRegion => region

/** The configurations of a root, and of an inmate made for it with `size` bytes of RAM. */
async function pairOf(size: bigint) {
  const facts = await virtFacts()
  const { root } = await machineOf(facts)
  const configOf = (name: string, text: string) => {
    const project = open({ [name]: text }, [])
    return analyze(project.known[0]!, project).config
  }
  const system = configOf('root.c', root)
  if (system?.kind !== 'system') throw new Error('no root')
  const made = newCell(system, [], undefined, { name: 'other', kind: 'bare-metal', devices: [], size })
  const other = 'text' in made ? configOf('other.c', made.text) : undefined
  if (other?.kind !== 'cell') throw new Error('no inmate')
  const another = (asked: bigint) =>
    newCell(system, [other], undefined, { name: 'next', kind: 'bare-metal', devices: [], size: asked, cpus: [3] })
  return { system, other, another }
}

test('takes what other inmates leave, else is an alternative to them and says so', async () => {
  const { another } = await pairOf(64n << 20n)
  const beside = another(1n << 20n)
  const instead = another(48n << 20n)
  const alternative = 'it cannot run beside "other": they use the same CPU, memory or link'
  expect('notes' in instead && instead.notes).toContain(alternative)
  expect('notes' in beside && beside.text).not.toContain('.virt_start = 0x7b000000')
})

test('a root that says nothing of cells gives the memory that its other inmates take', async () => {
  const { system, other } = await pairOf(1n << 20n)
  const silent = {
    ...system,
    root_cell: { ...system.root_cell, mem_regions: system.root_cell.mem_regions.map(withoutComment) },
  }
  const options = { name: 'next', kind: 'bare-metal', devices: [] } as const
  expect(newCell(silent, [], undefined, options)).toMatchObject({ missing: expect.stringContaining('--memory') })
  expect(newCell(silent, [other], undefined, options)).toMatchObject({
    notes: expect.arrayContaining([expect.stringContaining('"other"')]),
  })
})

test('what is not there is said', async () => {
  await expect(cellOf(await machineOf(await virtFacts()), 'linux', ['gpu@1'])).rejects.toThrow('gpu@1')
})

test('interrupts up to the last of a GIC stand in an entry that is not refused', async () => {
  const last = {
    'timer@9040000': { compatible: 'acme,timer', reg: [0, 0x9040000, 0, 0x1000], interrupts: [0, 920, 4] },
  }
  const facts = [await openFile({ uri: 'file:///facts/fdt.dtb', bytes: virtTree(0x40000000n, undefined, last) })]
  const machine = await machineOf(facts)
  const { complaints, text } = await cellOf(machine, 'linux', ['timer@9040000'])
  expect(complaints).toEqual([])
  expect(text).toContain('.pin_base = 896')
})
