import { expect, test } from 'vitest'
import { analyze } from '../../src/analyze.ts'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { MEM_IO_32, MEM_LOADABLE, MEM_ROOTSHARED } from '../../src/config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../src/config/model.ts'
import { defaultSettings } from '../../src/config/project.ts'
import { newCell } from '../../src/ide/generate/cell.ts'
import type { CellKind } from '../../src/ide/generate/cell-plan.ts'
import { newRoot } from '../../src/ide/generate/root.ts'
import { type Facts, openFile } from '../../src/platform/facts.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'
import { partsLacking, partsText } from '../../src/rules/board/give-device.ts'
import { flatten } from './facts.ts'
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

async function cellOf(
  { facts, root }: Machine,
  kind: CellKind,
  devices: readonly string[] = [],
  withFacts = true,
  size?: bigint,
) {
  const project = open({ 'root.c': root }, facts)
  const main = project.known[0]
  const config = main && analyze(main, project).config
  const [first, ...rest] = facts
  if (config?.kind !== 'system' || !first) throw new Error('no root')
  const platform = withFacts ? readPlatform(first, ...rest) : undefined
  const made = newCell(config, [], platform, { name: 'inmate', kind, devices, ...(size !== undefined && { size }) })
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
    root: config,
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

/** Two UARTs and a clock in one page. */
const SHARED_PAGE = flatten({
  '#address-cells': [1],
  '#size-cells': [1],
  compatible: 'acme,wren',
  'interrupt-parent': [1],
  cpus: {
    '#address-cells': [1],
    '#size-cells': [0],
    'cpu@0': { device_type: 'cpu', compatible: 'arm,cortex-a53', reg: [0], 'enable-method': 'psci' },
    'cpu@1': { device_type: 'cpu', compatible: 'arm,cortex-a53', reg: [1], 'enable-method': 'psci' },
  },
  psci: { compatible: 'arm,psci-1.0', method: 'smc' },
  'memory@40000000': { device_type: 'memory', reg: [0x40000000, 0x40000000] },
  'gic@1800000': {
    compatible: 'arm,gic-v3',
    'interrupt-controller': true,
    '#interrupt-cells': [3],
    phandle: [1],
    reg: [0x1800000, 0x10000, 0x1900000, 0x40000],
    interrupts: [1, 9, 4],
  },
  'serial@9000000': { compatible: 'arm,pl011', reg: [0x9000000, 0x40], interrupts: [0, 1, 4] },
  'serial@9000040': { compatible: 'arm,pl011', reg: [0x9000040, 0x40], interrupts: [0, 2, 4] },
  'serial@9010000': { compatible: 'arm,pl011', reg: [0x9010000, 0x1000], interrupts: [0, 3, 4] },
  'rtc@9020000': { compatible: 'arm,pl031\0arm,primecell', reg: [0x9020000, 0x1000], interrupts: [0, 4, 4] },
  chosen: { 'stdout-path': '/serial@9010000' },
})

test('a device that shares its page with others is given together with the root', async () => {
  const facts = [await openFile({ uri: 'file:///made/board.dtb', bytes: SHARED_PAGE })]
  const made = newRoot(readPlatform(facts[0] as Facts), {
    name: 'made',
    memory: { start: 0x7b000000n, end: 0x80000000n },
  })
  if ('missing' in made) throw new Error(made.missing)
  const { complaints, cell, notes, root } = await cellOf({ facts, root: made.text }, 'bare-metal', ['serial@9000040'])
  expect(complaints).toEqual([])
  const region = cell?.kind === 'cell' && cell.mem_regions.find(({ phys_start }) => phys_start === 0x9000040n)
  if (!region) throw new Error('no region')
  expect(region.size).toBe(0x40n)
  expect(region.flags & (MEM_ROOTSHARED | MEM_IO_32)).toBe(MEM_ROOTSHARED | MEM_IO_32)
  expect(notes.join('\n')).toContain('serial@9000040 stays reachable for the root')
  expect(notes.join('\n')).not.toContain('interrupts of serial@9000040 come from')
  const platform = readPlatform(facts[0] as Facts)
  const given = platform.devices.find(({ name }) => name === 'serial@9000040')
  const parts = (own: CellConfig) => given && root && partsLacking(own, root, given, platform)
  expect(cell?.kind === 'cell' && parts(cell)).toEqual({ ranges: [], pins: [], streams: [] })
  const without = (await cellOf({ facts, root: made.text }, 'bare-metal')).cell
  const lacking = without?.kind === 'cell' ? parts(without) : undefined
  expect(lacking && partsText(lacking)).toBe('1 region shared with the root and SPI 2')
  const whole = await cellOf({ facts, root: made.text }, 'bare-metal', ['serial@9010000'])
  expect(whole.notes.join('\n')).not.toContain('stays reachable')
})

test('RAM from address 0 ends before what the cell sees there', async () => {
  const facts = [await openFile({ uri: 'file:///made/board.dtb', bytes: SHARED_PAGE })]
  const memory = { start: 0x74000000n, end: 0x80000000n }
  const made = newRoot(readPlatform(facts[0] as Facts), { name: 'made', memory })
  if ('missing' in made) throw new Error(made.missing)
  const { complaints, cell } = await cellOf({ facts, root: made.text }, 'bare-metal', [], true, 0x4000000n)
  expect(complaints).toEqual([])
  const [low, rest] = cell?.kind === 'cell' ? cell.mem_regions.filter(({ flags }) => flags & MEM_LOADABLE) : []
  expect([low?.virt_start, low && low.size <= 0x1800000n]).toEqual([0n, true])
  expect(rest?.virt_start).toBe(rest?.phys_start)
  expect((low?.size ?? 0n) + (rest?.size ?? 0n)).toBe(0x4000000n)
})

test('what is no UART has one clock: that of its bus', async () => {
  const facts = [await openFile({ uri: 'file:///made/board.dtb', bytes: SHARED_PAGE })]
  const memory = { start: 0x74000000n, end: 0x80000000n }
  const made = newRoot(readPlatform(facts[0] as Facts), { name: 'made', memory })
  if ('missing' in made) throw new Error(made.missing)
  const { tree } = await cellOf({ facts, root: made.text }, 'linux', ['rtc@9020000'])
  expect(tree).toContain('\t\tclocks = <&cell_clock>;\n\t\tclock-names = "apb_pclk";\n')
})

test.each([
  ['00:1b.0', 'another device than "00:1b.0": it gives none on PCI yet; write that into pci_devices'],
  ['0000:00:02.0', 'another device than "0000:00:02.0": it gives none on PCI yet; write that into pci_devices'],
])('PCI device %s is not given, and nobody says that it is not there', async (name, missing) => {
  await expect(cellOf(await machineOf([await q35Facts()]), 'bare-metal', [name])).rejects.toThrow(missing)
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
