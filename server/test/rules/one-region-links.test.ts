import { expect, test } from 'vitest'
import { applyEdits } from '../../src/text/source-file.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'

withGrammar()

/** Links as they were before revision 12b: a device has one region, by its index. */

const region = (address: string, flags = 'JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE') =>
  `{ .phys_start = ${address}, .virt_start = ${address}, .size = 0x1000, .flags = ${flags} },`

const link = (index: number) =>
  `.pci_devices = { { .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = 0x78, .shmem_region = ${index} } },`

/** A configuration with regions in front of its own, and a link. */
const linked = (text: string, regions: readonly string[], index: number): string =>
  text
    .replace(/ *\.architecture.*\n/, '')
    .replace('mem_regions[1];', 'mem_regions[3]; struct jailhouse_pci_device pci_devices[1];')
    .replace('.num_memory_regions', '.num_pci_devices = 1, .num_memory_regions')
    .replace('.mem_regions = {', `${link(index)}\n  .mem_regions = { ${regions.join(' ')}`)

const ofRoot = (index: number, ...more: readonly string[]) =>
  linked(root(), [...more, region('0x60000000'), region('0x90000000')], index)
const SHARED = 'JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_ROOTSHARED'
const ofInmate = linked(inmate('a'), [region('0x80001000', SHARED), region('0x90000000', SHARED)], 1)

function said(rootText: string): readonly string[] {
  const files = desk({ 'board.c': rootText, 'board-a.c': ofInmate }, { settings: { revision: '11' } })
  const findings = [...files.analyze('board.c').findings, ...files.analyze('board-a.c').findings]
  const lines = findings
    .filter(({ rule }) => /^JH(109|563|699)$/.test(rule.code))
    .map(
      ({ rule, span, headline }) =>
        `${rule.code} ${span.file === files.file('board.c') ? 'root' : 'cell'}: ${headline}`,
    )
  return [...new Set(lines)]
}

test('the device is charged that does not point to the memory of its link', () => {
  expect(said(ofRoot(1))).toEqual([])
  expect(said(ofRoot(0))).toEqual(['JH563 root: the shared memory of 00:0f.0 is region 1, not 0'])
})

test('the repair sets the index', () => {
  const files = desk({ 'board.c': ofRoot(0), 'board-a.c': ofInmate }, { settings: { revision: '11' } })
  const finding = files.analyze('board.c').findings.find(({ rule }) => rule.code === 'JH563')
  expect(finding?.fixes?.map(({ title }) => title)).toEqual(['Set shmem_region to 1'])
  expect(applyEdits(files.file('board.c'), finding!.fixes![0]!.edits)).toBe(ofRoot(1))
})

test('nothing that goes by numbers is said where a region has no room', () => {
  expect(said(ofRoot(1, region('0x50000000')))).toEqual([
    'JH109 root: excess elements in array initializer: 4 for struct jailhouse_memory[3]',
  ])
})
