import { expect, test } from 'vitest'
import { noSpan } from '../../src/config/places.ts'
import { refused } from '../../src/rules/cpus/refused.ts'
import { commSize } from '../../src/rules/memory/comm-size.ts'
import { fullText } from '../../src/rules/rule.ts'
import { numbers } from '../machine/numbers.ts'
import { type Examined, examine, isRefusedInSilence } from './examine.ts'
import { type ExampleFile, examplesOf } from './page.ts'

/** No configuration is refused by the simulated hypervisor without an error that says so. */

const BOARDS = ['pvu', 'smmuv3', 'mmu500', 'x86 intel', 'x86 amd', 'arm', 'pvu smmuv3']

/** A healthy root and an inmate with something of everything. */
function board(words: string): readonly ExampleFile[] {
  const isX86 = words.includes('x86')
  const devices = `.pci_devices = {
{ .type = JAILHOUSE_PCI_TYPE_DEVICE, .domain = 0, .bdf = 0x8, .num_msi_vectors = 1 },
{ .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .domain = 1, .bdf = 0x10, .bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX, .shmem_regions_start = 1, .shmem_dev_id = DEV, .shmem_peers = 2 },
},`
  const sections = `{ 0x50000000, 0x50000000, 0x1000, JAILHOUSE_MEM_READ | SHARED },
{ 0x50001000, 0x50001000, 0x1000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | SHARED },
{ 0x50002000, 0x50002000, 0x1000, JAILHOUSE_MEM_READ | OWN0 | SHARED },
{ 0x50003000, 0x50003000, 0x1000, JAILHOUSE_MEM_READ | OWN1 | SHARED },`
  const shared = (id: number, text: string) =>
    text
      .replaceAll('DEV', String(id))
      .replaceAll(' | SHARED', id ? ' | JAILHOUSE_MEM_ROOTSHARED' : '')
      .replaceAll('OWN0', id ? '0' : 'JAILHOUSE_MEM_WRITE')
      .replaceAll('OWN1', id ? 'JAILHOUSE_MEM_WRITE' : '0')
  const chips = isX86
    ? '.irqchips = { { .address = 0xfec00000, .id = 0x1f0f8, .pin_bitmap = { 0x3 } } },'
    : '.irqchips = { { .address = 0x1800000, .pin_base = 32, .pin_bitmap = { 0x3, 0x10, 0, 0 } } },'
  const ports = isX86 ? '.pio_regions = { { .base = 0x2f8, .length = 8 } },' : ''
  const body = `// file: root.c
.cpus = { 0xf },
.mem_regions = {
{ 0x40000000, 0x40000000, 0x10000000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE },
${shared(0, sections)}
{ 0x60000000, 0x60000000, 0x10000000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA },
},
${chips}
${ports}
${shared(0, devices)}
.stream_ids = { { 1 }, { 2 } },
// file: inmate.c
.cpus = { 0x2 },
.mem_regions = {
{ 0x48000000, 0, 0x10000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE | JAILHOUSE_MEM_DMA },
${shared(1, sections)}
{ 0, 0x80000000, 0x1000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION },
},
${chips.replace('0x3', '0x1')}
${ports}
${shared(1, devices)}
.stream_ids = { { 3 } },
`
  return examplesOf(`\`\`\`c bad ${words}\n${body}\`\`\`\n`)[0]?.files ?? []
}

const VALUES = [
  ...['0', '1', '2', '3', '5', '8', '9', '16', '33', '255', '256', '0x800', '0x1000', '0x1800', '0x7fff', '0xffff'],
  ...['0x10000', '0x40000000', '0x48001000', '0x7fc00000', '0x80000000', '0xffffffff', '0x100000000'],
  ...['0x8000000000', '0x1000000000000', '0xfffffffffffff000', '0xffffffffffffffff'],
]

/** One or two numbers of one file become others. */
function broken(files: readonly ExampleFile[], seed: number): readonly ExampleFile[] {
  const next = numbers(seed)
  const which = next(files.length)
  return files.map((file, i) => {
    if (i !== which) return file
    let { text } = file
    for (let times = 1 + next(2); 0 < times; times--) {
      const places = [...text.matchAll(/(?<=[=,{|]\s*)(?:0x[\da-f]+|\d+|JAILHOUSE_\w+)\b/g)]
      const place = places[next(places.length)]
      if (!place) return file
      const value = VALUES[next(VALUES.length)]
      text = `${text.slice(0, place.index)}${value}${text.slice(place.index + place[0].length)}`
    }
    return { ...file, text }
  })
}

const refusalsOf = ({ machine }: Examined): readonly string[] =>
  (machine?.stages ?? []).flatMap(({ command, outcome }) =>
    outcome.kind === 'done' ? [] : [`${command.verb} ${outcome.by} ${'errno' in outcome ? outcome.errno : 'crash'}`],
  )

/** What the rule would say if no other said anything. */
const alone = ({ machine }: Examined) => (machine ? [...refused.check({ machine, findings: [] })] : [])

test.each(BOARDS)('a healthy board with %s is refused nothing', words => {
  const examined = examine(board(words))
  expect(refusalsOf(examined)).toEqual([])
  expect(examined.findings.filter(({ rule }) => rule.id === 'refused')).toEqual([])
})

test.each(BOARDS)('every refusal of a broken board with %s has an error, and a place without other rules', words => {
  const healthy = board(words)
  const kinds = new Set<string>()
  for (let seed = 0; seed < 40; seed++) {
    const examined = examine(broken(healthy, seed))
    const [refusal] = refusalsOf(examined)
    if (refusal === undefined) continue
    kinds.add(refusal)
    expect(isRefusedInSilence(examined), `seed ${seed}: ${refusal}`).toBe(false)
    const [fault] = alone(examined)
    expect(fault?.headline, `seed ${seed}`).toContain(refusal.split(' ')[1])
    expect(fault?.span, `seed ${seed}: ${refusal}`).not.toBe(noSpan)
  }
  expect(kinds.size).toBeGreaterThan(0)
})

test('a refusal is told where another rule only speaks of something else', () => {
  const { machine, findings } = examine(
    board('pvu').map(file => ({ ...file, text: file.text.replace('.pin_base = 32', '.pin_base = 33') })),
  )
  const finding = findings.find(({ rule }) => rule.id === 'pin-base')
  const others = finding
    ? [{ span: { ...finding.span, start: 0, end: 1 }, headline: 'something else', rule: commSize }]
    : []
  const faults = machine ? [...refused.check({ machine, findings: others })] : []
  expect(faults.map(fullText)).toEqual([
    '"jailhouse enable" fails with -EINVAL in irqchip_cell_init\nnote: pin_base 33 is not a multiple of 32 up to 896',
  ])
  expect(machine && [...refused.check({ machine, findings })]).toEqual([])
})
