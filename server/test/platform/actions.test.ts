import { describe, expect, test } from 'vitest'
import { analyze } from '../../src/analyze.ts'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { type CellConfig, cellOf } from '../../src/config/model.ts'
import { pinsOf } from '../../src/config/pins.ts'
import { newCell } from '../../src/ide/generate/cell.ts'
import { newRoot } from '../../src/ide/generate/root.ts'
import { boardCell, givableDevices } from '../../src/ide/refactor/board.ts'
import { refactorings } from '../../src/ide/refactor/index.ts'
import { type Facts, openFile } from '../../src/platform/facts.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'
import { prove } from '../../src/repair/proof.ts'
import { withEdits } from '../../src/repair/trial.ts'
import { addStreams, giveDevice } from '../../src/rules/board/give-device.ts'
import { reservationsFor } from '../../src/rules/board/reservation.ts'
import { BAD_INPUTS, worse } from '../repair/bad-inputs.ts'
import { projectOf } from './board-project.ts'
import { q35Facts, virtFacts } from './machines.ts'

/** What facts let an editor write: each edit is tried over root and cell before it is offered. */

await loadGrammar()

const VIRT = await virtFacts()

function madeFrom(facts: readonly Facts[]): string {
  const [first, ...rest] = facts
  const made = newRoot(readPlatform(first as Facts, ...rest), { name: 'made' })
  if ('missing' in made) throw new Error(made.missing)
  return made.text
}

const ROOT = madeFrom(VIRT)

/** An inmate beside a root, and the facts of both. */
function pair(change: (cell: string) => string = text => text, root = ROOT, facts = VIRT) {
  const alone = projectOf({ 'root.c': root }, facts)
  const config = analyze(alone.file('root.c'), alone.project).config
  if (config?.kind !== 'system') throw new Error('no root')
  const made = newCell(config, [], undefined, { name: 'inmate', kind: 'bare-metal', devices: [] })
  if ('missing' in made) throw new Error(made.missing)
  return projectOf({ 'root.c': root, 'root-inmate.c': change(made.text) }, facts)
}

type Pair = ReturnType<typeof pair>

const analysisIn = ({ file, project }: Pair, name: string) => analyze(file(name), project)

const at = ({ file }: Pair, name: string, words: string): number => file(name).text.indexOf(words) + 2

function titled(both: Pair, name: string, words: string, title: RegExp) {
  const found = refactorings(analysisIn(both, name), at(both, name, words)).find(each => title.test(each.title))
  if (!found) throw new Error(`not offered: ${title}`)
  return found
}

function after(both: Pair, edits: Parameters<typeof withEdits>[1], name: string): CellConfig {
  expect(prove([], edits, both.project)).toEqual({ kind: 'proven' })
  const project = { ...both.project, ...withEdits(both.project, edits) }
  const file = project.known.find(({ uri }) => uri.endsWith(`/${name}`))
  const { config } = analyze(file!, project)
  return cellOf(config!)
}

describe('Give DEVICE to this cell', () => {
  const withRegion = (text: string) =>
    text.replace(
      '.mem_regions = {\n',
      `.mem_regions = {\n\t\t/* pl031 */ {\n\t\t\t.phys_start = 0x9010000,\n\t\t\t.virt_start = 0x9010000,\n\t\t\t.size = 0x1000,\n\t\t\t.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,\n\t\t},\n`,
    )
  const grown = (text: string) =>
    withRegion(text).replace(/mem_regions\[(\d+)\]/, (_, n) => `mem_regions[${Number(n) + 1}]`)
  const MOVED = 'shmem_regions_start = 0'
  const both = pair(text => grown(text).replace(MOVED, 'shmem_regions_start = 1'))

  test('completes a region with its interrupt', () => {
    const { edits, title } = titled(both, 'root-inmate.c', '.phys_start = 0x9010000', /^Give pl031/)
    expect(title).toBe('Give pl031@9010000 to this cell (SPI 2)')
    expect(after(both, edits, 'root-inmate.c').irqchips.flatMap(pinsOf)).toContain(34)
  })

  test('by a comment that names it, with region and interrupt', () => {
    const named = pair(text => text.replace('.mem_regions = {\n', '.mem_regions = { /* pl031@9010000 */\n'))
    const { edits, title } = titled(named, 'root-inmate.c', '.mem_regions = {', /^Give pl031/)
    expect(title).toBe('Give pl031@9010000 to this cell (1 region and SPI 2)')
    const cell = after(named, edits, 'root-inmate.c')
    expect(cell.mem_regions.at(-1)).toMatchObject({ phys_start: 0x9010000n, size: 0x1000n })
    expect(cell.irqchips.flatMap(pinsOf)).toContain(34)
  })

  const without = (array: string, count: string) => (text: string) =>
    text
      .replace(new RegExp(`\\n\\t[^\\n]* ${array}\\[\\d+\\];`), '')
      .replace(new RegExp(`\\n\\t*\\.${count} = [^\\n]*`), '')
      .replace(new RegExp(`\\n\\n\\t\\.${array} = \\{\\n[^]*?\\n\\t\\},`), '')

  const withRegionsAlone = () =>
    pair(text =>
      without(
        'pci_devices',
        'num_pci_devices',
      )(without('irqchips', 'num_irqchips')(text))
        .replace(/\n\t*\.vpci_irq_base = [^\n]*/, '')
        .replace('.mem_regions = {\n', '.mem_regions = { /* pl031@9010000 */\n'),
    )

  test('makes the array of irqchips where the cell has none', () => {
    const named = withRegionsAlone()
    expect(named.file('root-inmate.c').text).not.toContain('irqchip')
    const { edits } = titled(named, 'root-inmate.c', '.mem_regions = {', /^Give pl031/)
    const cell = after(named, edits, 'root-inmate.c')
    expect(cell.irqchips).toMatchObject([{ address: 0x8000000n, pin_base: 32 }])
    expect(cell.irqchips.flatMap(pinsOf)).toEqual([34])
    const array = cell.arrays.find(({ name }) => name === 'irqchips')
    expect([array?.length, array?.counted]).toEqual([1, 1])
  })

  test('makes the array of stream ids where the cell has none', () => {
    const plain = pair()
    const cell = cellOf(analysisIn(plain, 'root-inmate.c').config!)
    const change = addStreams(cell, [0x12, 0x13])
    const given = after(plain, change?.edits ?? [], 'root-inmate.c')
    expect(given.stream_ids.map(({ id }) => id)).toEqual([0x12, 0x13])
    expect(given.arrays.map(({ name }) => name)).toContain('stream_ids')
  })

  test('makes both arrays at one place, in the order of the binary', () => {
    const named = withRegionsAlone()
    const { edits } = titled(named, 'root-inmate.c', '.mem_regions = {', /^Give pl031/)
    const streams = addStreams(cellOf(analysisIn(named, 'root-inmate.c').config!), [0x12])
    const cell = after(named, [...edits, ...(streams?.edits ?? [])], 'root-inmate.c')
    expect(cell.irqchips.flatMap(pinsOf)).toEqual([34])
    expect(cell.stream_ids.map(({ id }) => id)).toEqual([0x12])
    expect(cell.arrays.map(({ name }) => name)).toEqual(['cpus', 'mem_regions', 'irqchips', 'stream_ids'])
  })

  test('is nowhere offered for what no place speaks of, but in the list of all', () => {
    const plain = pair()
    const analysis = analysisIn(plain, 'root-inmate.c')
    expect(
      refactorings(analysis, at(plain, 'root-inmate.c', '.mem_regions = {')).filter(({ title }) =>
        title.startsWith('Give'),
      ),
    ).toEqual([])
    const stand = boardCell(analysis)
    expect(givableDevices(stand!).map(({ device }) => device.name)).toContain('pl061@9030000')
  })

  test('nothing is offered without facts', () => {
    const plain = pair(undefined, ROOT, [])
    expect(boardCell(analysisIn(plain, 'root-inmate.c'))).toBeUndefined()
  })
})

test.each(Object.entries(BAD_INPUTS))('devices are given without harm, or not at all: %s', (name, spoil) => {
  const both = pair(spoil)
  const stand = boardCell(analysisIn(both, 'root-inmate.c'))
  const devices = stand ? givableDevices(stand).slice(0, 6) : []
  const changes = devices.flatMap(({ device }) => giveDevice(stand!.cell, stand!.root, device, stand!.platform) ?? [])
  const offered = changes.filter(({ edits }) => prove([], edits, both.project).kind !== 'refuted')
  expect(offered.flatMap(({ edits }) => worse(both.project, edits))).toEqual([])
  if (name === Object.keys(BAD_INPUTS)[0]) expect(offered.length).toBeGreaterThan(0)
})

describe('Move virtual PCI', () => {
  const fixOfCode = (both: Pair, name: string, code: string) =>
    analysisIn(both, name)
      .findings.filter(({ rule }) => rule.code === code)
      .flatMap(({ fixes = [] }) => fixes)
      .find(({ title }) => title.startsWith('Move virtual PCI'))

  test('of an inmate, with the interrupts it is granted', () => {
    const both = pair(text =>
      text
        .replace(/vpci_irq_base = \d+/, 'vpci_irq_base = 7')
        .replace(/1 << \(\d+ \+ 32 - \d+\)/, '1 << (7 + 32 - 32)')
        .replace(/pin_base = \d+/, 'pin_base = 32'),
    )
    const fix = fixOfCode(both, 'root-inmate.c', 'JH940')
    const cell = after(both, fix!.edits, 'root-inmate.c')
    expect(fix!.title).toBe(`Move virtual PCI to SPI ${cell.vpci_irq_base}`)
    expect(cell.irqchips.flatMap(pinsOf)).toEqual([32 + cell.vpci_irq_base!])
  })

  test('off the window of a device', () => {
    const both = pair(undefined, ROOT.replace(/pci_mmconfig_base = \w+/, 'pci_mmconfig_base = 0x9000000'))
    const fix = fixOfCode(both, 'root.c', 'JH934')
    after(both, fix!.edits, 'root.c')
    expect(fix!.title).toMatch(/^Move virtual PCI to 0x[0-9a-f]+$/)
  })
})

describe('Fill from facts', () => {
  const alone = (change: (text: string) => string) => projectOf({ 'root.c': change(ROOT) }, VIRT)
  test('debug_console, whatever of it is written', () => {
    for (const change of [
      (text: string) => text.replace('.address = 0x9000000', '.address = 0x9010000'),
      (text: string) => text.replace(/\.debug_console = \{[^}]*\}/, '.debug_console = { .address = 0x1000 }'),
      (text: string) => text.replace(/\.debug_console = \{[^}]*\},/, ''),
    ]) {
      const both = alone(change)
      const words = both.file('root.c').text.includes('.debug_console') ? '.debug_console' : '.signature'
      const { edits } = titled(both, 'root.c', words, /^Fill debug_console from pl011@9000000$/)
      const project = { ...both.project, ...withEdits(both.project, edits) }
      const { config } = analyze(project.known[0]!, project)
      expect(config).toMatchObject({ debug_console: { address: 0x9000000n, type: 3, size: 0x1000 } })
    }
  })

  test('platform_info.arm, only what differs', () => {
    const both = alone(text =>
      text.replace('.gicr_base = 0x80a0000', '.gicr_base = 0x8000').replace('irq = 25', 'irq = 9'),
    )
    const { edits } = titled(both, 'root.c', '.gicr_base', /^Fill platform_info.arm from fdt.dtb$/)
    expect(edits.map(({ text }) => text)).toEqual(['0x80a0000', '25'])
  })

  test('nothing where all is right', () => {
    const both = alone(text => text)
    const titles = ['.signature', '.debug_console', '.gicd_base'].flatMap(words =>
      refactorings(analysisIn(both, 'root.c'), at(both, 'root.c', words)).map(({ title }) => title),
    )
    expect(titles.filter(title => title.startsWith('Fill'))).toEqual([])
  })
})

describe('Reserve this memory', () => {
  const ways = (root: string, facts: readonly Facts[]) => {
    const both = pair(undefined, root, facts)
    const [simulation] = analysisIn(both, 'root-inmate.c').simulations
    return reservationsFor(simulation!.scenario.root, simulation!.scenario.cells, simulation!.platform)
  }

  test('as a node of the device tree, all in one piece', async () => {
    const [node] = ways(ROOT, VIRT)
    expect(node?.text).toMatch(
      /jailhouse@7[0-9a-f]+ \{\n\t\t\treg = <0x0 0x7[0-9a-f]+ 0x0 0x[0-9a-f]+>;\n\t\t\tno-map;/,
    )
    const tree = await openFile({
      uri: 'file:///facts/board.dts',
      bytes: new TextEncoder().encode(
        `/dts-v1/;\n/ { #address-cells = <2>; #size-cells = <2>; compatible = "acme,board"; };\n${node?.text}`,
      ),
    })
    const [reserved] = readPlatform(tree).reserved
    expect(reserved).toMatchObject({ noMap: true, range: { end: 0x80000000n } })
  })

  test('on a PC as memmap=, quoted for GRUB', async () => {
    const [parameter, line] = ways(madeFrom([await q35Facts()]), [await q35Facts()])
    expect(parameter?.text).toMatch(/^memmap=\d+[MK]\$0x3a000000$/)
    expect(line?.text).toMatch(/^GRUB_CMDLINE_LINUX="memmap=\d+[MK]\\\\\\\$0x3a000000"$/)
  })
})
