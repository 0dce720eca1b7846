import { expect, test } from 'vitest'
import { cellOf } from '../../src/config/model.ts'
import { hex } from '../../src/text/words.ts'
import { configIn, examine } from '../rules/examine.ts'
import { examplesOf } from '../rules/page.ts'

/** What the accessors of the header make of a cell with two regions and an irqchip behind them. */

const CELL = `\`\`\`c good
.num_memory_regions = 2,
.num_irqchips = 1,
.cpu_set_size = 8,
.mem_regions = {
  { .phys_start = 0x48000000, .size = 0x10000, .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE },
  { .phys_start = 0x9000000, .virt_start = 0x9000000, .size = 0x1000, .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_ROOTSHARED },
},
.irqchips = {
  { .address = 0x1800000, .id = 0x1000, .pin_base = 0x20, .pin_bitmap = { 0x2000, 0, 3, 0 } },
},
\`\`\`
`

const [example] = examplesOf(CELL)
const text = example!.files[0]!.text
const root = { name: 'root.c', text: examplesOf('```c good root\n.name = "root",\n```\n')[0]!.files[0]!.text }

function readAs(from: string, to: string): readonly string[] | undefined {
  const config = configIn({ name: 'inmate.c', text: text.replace(from, to) })
  const { asRead } = cellOf(config!)
  if (!asRead) return undefined
  return [
    ...(asRead.cpus.length > 0 ? [`CPUs ${asRead.cpus.join(' ')}`] : []),
    ...asRead.mem_regions.map(({ phys_start, virt_start, size, flags }) =>
      [phys_start, virt_start, size, flags].map(hex).join(' '),
    ),
    ...asRead.irqchips.map(({ address, pin_base }) => `irqchip ${hex(address)} from ${pin_base}`),
    ...(asRead.behindEnd ? [`${asRead.behindEnd} is not known`] : []),
  ]
}

const RAM = '0x48000000 0x0 0x10000 0x47'
const UART = '0x9000000 0x9000000 0x1000 0x83'
const CHIP_AS_REGION = '0x1800000 0x2000001000 0x2000 0x3'

test.each<[from: string, to: string, reading: readonly string[] | undefined]>([
  ['', '', undefined],
  // The rest is ignored, and nothing is read from other bytes.
  ['.num_irqchips = 1', '.num_irqchips = 0', undefined],
  [
    '.num_memory_regions = 2',
    '.num_memory_regions = 3',
    ['CPUs 1', RAM, UART, CHIP_AS_REGION, 'irqchips[0] is not known'],
  ],
  ['.num_memory_regions = 2', '.num_memory_regions = 1', ['CPUs 1', RAM, 'irqchip 0x9000000 from 0']],
  ['.num_memory_regions = 2', '.num_memory_regions = 0', ['CPUs 1', 'irqchip 0x48000000 from 0']],
  [
    '.num_irqchips = 1',
    '.num_irqchips = 2',
    ['CPUs 1', RAM, UART, 'irqchip 0x1800000 from 32', 'irqchips[1] is not known'],
  ],
  [
    '.num_memory_regions = 2',
    '.num_memory_regions = 0xffffffff',
    ['CPUs 1', RAM, UART, CHIP_AS_REGION, 'mem_regions[3] is not known'],
  ],
  // The set takes the address of the first region in, and everything behind it moves by a word.
  [
    '.cpu_set_size = 8',
    '.cpu_set_size = 16',
    ['CPUs 1 91 94', '0x0 0x10000 0x47 0x9000000', '0x9000000 0x1000 0x83 0x1800000', 'irqchips[0] is not known'],
  ],
])('%s becomes %s', (from, to, reading) => expect(readAs(from, to)).toEqual(reading?.slice()))

/** Errors and warnings of both files, and how far the simulation comes. */
function outcomeOf(from: string, to: string) {
  const { findings, machine } = examine([root, { name: 'inmate.c', text: text.replace(from, to) }])
  const failed = machine?.stages.find(({ outcome }) => outcome.kind !== 'done')
  return {
    findings: findings.filter(({ severity }) => /error|warning/.test(severity)).map(({ rule }) => rule.code),
    failed: failed?.outcome.kind === 'done' ? undefined : failed?.outcome.reason,
  }
}

const fine = outcomeOf('', '')

test('one count is one finding, and the machine has what is read', () => {
  const longer = outcomeOf('.num_memory_regions = 2', '.num_memory_regions = 3')
  expect(longer.findings).toEqual(['JH121', ...fine.findings])
  expect(longer.failed).toMatch(/irqchips\[0\] lies behind the end/)
  const shorter = outcomeOf('.num_memory_regions = 2', '.num_memory_regions = 1')
  expect(shorter.findings).toEqual(['JH121', ...fine.findings])
})

test('what is read instead stands beside the count', () => {
  const changed = text.replace('.num_memory_regions = 2', '.num_memory_regions = 3')
  const { findings } = examine([root, { name: 'inmate.c', text: changed }])
  expect(findings.find(({ rule }) => rule.code === 'JH121')?.notes).toContain(
    'mem_regions[2] is read as { .phys_start = 0x1800000, .virt_start = 0x2000001000, .size = 0x2000, .flags = 0x3 }',
  )
})
