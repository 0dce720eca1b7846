import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PCI_TYPE_IVSHMEM } from '../../src/config/constants.ts'
import { consoleLinesPage } from '../../src/ide/docs/console-lines.ts'
import { conclusionOf } from '../../src/ide/explain/conclusion.ts'
import { explainLines as explained } from '../../src/ide/explain/explain-line.ts'
import { knownLines } from '../../src/ide/explain/lines/index.ts'
import { catalogue } from '../../src/rules/catalogue.ts'
import { positionAt, type SourceFile } from '../../src/text/source-file.ts'
import { withGrammar } from '../project.ts'
import { fixtures } from './fixture.ts'

withGrammar()

const explainLines = (...given: Parameters<typeof explained>) => explained(...given).explanations

describe('each known line', () => {
  test.each(knownLines.map(known => [known.form, known] as const))('%s', (_, known) => {
    const found = explainLines(`[    4.212] ${known.sample}\r\nand then nothing\n`)
    expect(found.map(each => each.known)).toEqual([known])
    expect(known.suspects.length).toBeGreaterThan(0)
  })

  test('suspects name rules that exist', () => {
    const ids = catalogue.map(({ id }) => id)
    const named = knownLines.flatMap(({ suspects }) => suspects.flatMap(({ rules = [] }) => rules))
    expect(named.filter(id => !ids.includes(id))).toEqual([])
  })

  test('docs/console-lines.md is what they give: npm run docs', () => {
    const page = join(import.meta.dirname, '../../../docs/console-lines.md')
    expect(readFileSync(page, 'utf8')).toBe(consoleLinesPage())
  })
})

test.each([
  'FATAL: Unsupported change to DFR: fffffff',
  'FATAL: Unsupported APIC delivery mode, ICR.lo=200',
  'FATAL: Unsupported shorthand, ICR.lo=c0500',
  'FATAL: Unsupported paging mode',
  'Ignoring NMI IPI',
  'Attempt to route SPI40 outside of cell',
  'ERROR: PVU: pvu_tlb_write: Unsupported page size 3000',
  'ERROR: PVU: pvu_tlb_write: Address 80000000 => 80001000 is not aligned with size 10000',
  'VT-d fault event occurred:',
  'jailhouse: mem_region_request failed for hypervisor memory.',
  'jailhouse: Unable to map hypervisor debug clock register at 01c20000',
  'jailhouse: Unable to map hypervisor UART at 70006300',
  'FATAL: Invalid PCI MSIX BAR write, device 02:00.0',
  'FATAL: Unable to IDmap more than one page at at time.',
  'ERROR: unable to reset CPU2 (was running)',
  'Failed to start soft-rCPU 3',
  'Missing PCI MMCONFIG interceptions:\n\nIn cell "pc", region 2',
  'control.c:607: returning error -EBUSY',
])('an older or forked wording: %s', line => {
  expect(explainLines(line).map(({ known }) => known.isFallback ?? false)).toEqual([false])
})

test('what the checker of the tools finds in good order is no line', () => {
  expect(explainLines('Overlapping memory regions inside cell: None\nMissing IOMMU interceptions: None\n')).toEqual([])
})

test.each<[string, readonly string[]]>([
  ['Unhandled SMC arch trap 80003fff', ['function 0x80003fff: SMCCC_ARCH_WORKAROUND_3, against Spectre-BHB']],
  ['Unhandled SMC arch trap ffffffff80000042', ['function 0x80000042: see the SMC Calling Convention of Arm']],
  [
    'Invalid PCI config write, port: cfc, size 2, address port: 8000c8e8',
    ['8000c8e8 selects device 00:19.0, register 0xe8'],
  ],
  [
    'Invalid PCI config write, port: cfe, size 2, address port: 80010004',
    ['80010004 selects device 01:00.0, register 0x6'],
  ],
  [
    'FATAL: forbidden access (exception class 0x18)',
    ['exception class 0x18: a system register (MSR or MRS), or a system instruction'],
  ],
  [
    'FATAL: VM-Entry failure, reason 33',
    ['exit reason 33: a state that cannot be entered: the cell started with invalid registers'],
  ],
  ['Invalid PIO write, port: 3f9 size: 1', ['port 0x3f9: first serial port (COM1)']],
  ['Invalid PIO read, port: 61 size: 1', ['port 0x61: NMI status and speaker']],
  ['Invalid PIO read, port: 1771 size: 1', ['port 0x1771: ACPI embedded controller or chipset of many boards']],
  [
    ' Fault Reason: 0x22 Fault Info: 18000000000 Type 0',
    ['fault reason 0x22: the entry for the interrupt is not present in this unit', 'interrupt index 24'],
  ],
  [
    ' Fault Reason: 0x6 Fault Info: 3a000 Type 1',
    ['fault reason 0x6: a read that is not permitted', 'the device accessed the page at 0x3a000000'],
  ],
  [
    'Page pool usage after cell creation: mem 320/1522, remap 65604/131072',
    ['320 of 1522 pages of 4 KiB are used, 1202 are left'],
  ],
])('the numbers of %s', (line, facts) => {
  expect(explainLines(line).flatMap(each => each.facts)).toEqual(facts)
})

test.each<[string, string]>([
  ['FATAL: Unhandled VM-Exit, reason 2', 'exit reason 2: a triple fault: the software crashed'],
  ['FATAL: Unhandled VM-Exit, reason 48', 'exit reason 48: an EPT violation: memory the cell does not have'],
  ['FATAL: Unhandled VM-Exit, reason 26', 'exit reason 26: VMXOFF: a kernel that crashes leaves VT-x like this'],
  [
    'FATAL: unhandled trap (exception class 0x17)',
    'exception class 0x17: a call of firmware that is not permitted (SMC)',
  ],
])('reasons of %s are not those of VT-d', (line, fact) => {
  expect(explainLines(line)[0]?.facts).toEqual([fact])
})

test.each<[string, string | undefined]>([
  ['FATAL: Unhandled VM-Exit, reason 2', 'its own page tables do not map'],
  ['FATAL: Unhandled VM-Exit, reason 26', 'the kernel of the cell crashed before'],
  ['FATAL: Unhandled VM-Exit, reason 55', 'a feature that is not passed through'],
  ['FATAL: Jailhouse triggered exception #14', 'pci_mmconfig_base, an IOMMU unit or an I/O APIC'],
  ['Unhandled HYP data abort exit at 0xf0005b10', 'a base address of the platform is wrong'],
  ['uio_ivshmem: probe of 0001:00:00.0 failed with error -28', 'the virtual PCI host has none'],
  [
    'FATAL: Invalid PCI MMCONFIG write, device 03:00.0, reg: 110, size: 4',
    'a capability without JAILHOUSE_PCICAPS_WRITE',
  ],
  ['pci 0000:b3:00.0: BAR 6: no space for [mem size 0x00100000 pref]', undefined],
])('the first suspect of %s', (line, cause) => {
  const [suspect] = explainLines(line)[0]?.suspects ?? []
  if (cause === undefined) expect(suspect).toBeUndefined()
  else expect(suspect?.cause).toContain(cause)
})

test('what only follows is not told beside what happened', () => {
  const log = 'Unhandled data read at 0x1c25014(4)\n\nFATAL: unhandled trap (exception class 0x24)\n'
  expect(explainLines(log).map(({ text }) => text)).toEqual(['Unhandled data read at 0x1c25014(4)'])
  expect(explainLines('FATAL: Unhandled VM-Exit, reason 26\nIgnoring NMI IPI to CPU 1\n')).toHaveLength(1)
})

test.each<[string, string]>([
  ['control.c:487: returning error -EBUSY', 'a CPU of the cell does not belong to the root'],
  ['hypervisor/arch/arm-common/irqchip.c:427: returning error -EINVAL', 'pin_base of an irqchip'],
  ['ivshmem.c:425: returning error -EBUSY', 'the same shmem_dev_id'],
  ['control.c:1: returning error -EBUSY', 'A check of the hypervisor failed, at this line'],
])('the trace %s', (line, cause) => {
  const [found, ...others] = explainLines(line)
  expect(others).toEqual([])
  expect(found?.known.meaning).toContain(cause)
})

test('usage of the page pool is told where it matters, or alone', () => {
  const usage = (used: number) => `Page pool usage after cell creation: mem ${used}/993, remap 5/131072\n`
  const failed = 'JAILHOUSE_CELL_CREATE: Cannot allocate memory\n'
  expect(explainLines(usage(87) + failed).map(({ text }) => text)).toEqual([failed.trim()])
  expect(explainLines(usage(990) + failed)).toHaveLength(2)
  expect(explainLines(usage(87))).toHaveLength(1)
  const trap = 'FATAL: unhandled trap (exception class 0x24)\n'
  expect(explainLines(usage(87) + trap).map(({ text }) => text)).toEqual([trap.slice('FATAL: '.length).trim()])
})

test.each(['unhandled trap', 'forbidden access'])('an abort, %s, is the access of the line above', words => {
  const [abort] = explainLines(`FATAL: ${words} (exception class 0x24)`)
  expect(conclusionOf(abort!)).toBe('The configuration is usually the cause.')
  expect(abort!.suspects[0]!.cause).toMatch(/^a region for the address is missing/)
  const [register] = explainLines(`FATAL: ${words} (exception class 0x18)`)
  expect(conclusionOf(register!)).toBe('This does not come from the configuration.')
})

test.each<[string, string]>([
  ['irq 27: nobody cared (try booting with the "irqpoll" option)', 'vpci_irq_base'],
  ['rcu: INFO: rcu_preempt self-detected stall on CPU', 'the hypervisor parked the CPU'],
  ['Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)', 'no initrd was given'],
  ['arm-smmu-v3 36600000.smmu: event 0x10 received:', 'Linux itself did not map the memory'],
  ["ModuleNotFoundError: No module named 'pyjailhouse'", 'another version'],
  ['modprobe: ERROR: could not insert jailhouse: Invalid module format', 'the running kernel'],
])('what Linux says, %s', (line, cause) => {
  const [said, ...others] = explainLines(line)
  expect(others).toEqual([])
  expect(said?.suspects[0]?.cause).toContain(cause)
})

test('an error that ends a traceback through pyjailhouse is explained once', () => {
  const log =
    '  File "/usr/lib/python3/pyjailhouse/cell.py", line 3\n' +
    "AttributeError: module 'pyjailhouse.cell' has no attribute 'X'\n"
  expect(explainLines(log).map(({ known }) => known.isFallback ?? false)).toEqual([false])
})

test('what the board or Linux has is never ruled out', () => {
  const asked = /device tree|\/proc\/|ACPI|lspci|reference manual|the board\b/
  const decided = knownLines
    .flatMap(({ form, suspects }) => suspects.map(suspect => ({ form, ...suspect })))
    .filter(({ rules = [], isOpen, isSearched }) => rules.length > 0 && !isOpen && !isSearched)
    .filter(({ remedy }) => asked.test(remedy))
  expect(decided.map(({ form, cause }) => `${form}: ${cause}`)).toEqual([
    'RuntimeError: Unknown GIC version: N: arm.gic_version',
  ])
  const { simulations, findings } = fixtures().analyze('k3-dma/k3-demo-linux.c')
  for (const line of ['GIC: No redist found for CPU4', 'jailhouse: failed to add virtual host controller'])
    expect(explainLines(line, simulations, findings)[0]?.ruledOut).toEqual([])
})

test('what a cell that is not given may hold is not ruled out', () => {
  const { simulations, findings } = fixtures().analyze('k3-dma/k3-demo-linux.c')
  const [busy] = explainLines('JAILHOUSE_CELL_CREATE: Device or resource busy', simulations, findings)
  expect(busy?.suspects[0]?.cause).toBe('another cell that was created before has a CPU of it')
  expect(busy?.ruledOut.map(({ cause }) => cause)).toEqual(['a CPU of the cell is not in the set of the root'])
  const [trace] = explainLines('control.c:607: returning error -EBUSY', simulations, findings)
  expect(trace?.ruledOut).toEqual([])
})

test('a page pool that is almost full is no harmless one', () => {
  const { simulations, findings } = fixtures().analyze('k3-dma/k3-demo-linux.c')
  const line = 'Page pool usage after cell creation: mem 991/992, remap 5/131072'
  for (const [said] of [explainLines(line), explainLines(line, simulations, findings)]) {
    expect(said?.facts).toEqual(['991 of 992 pages of 4 KiB are used, 1 is left'])
    expect(said?.suspects.map(({ cause }) => cause)).toEqual([expect.stringMatching(/^few pages are left/)])
    expect(said?.ruledOut).toEqual([])
  }
  const [clue] = explainLines(line, simulations, findings)[0]!.clues
  expect(clue?.message).toMatch(
    /^hypervisor_memory has .*; in the simulation of these files \d+ of \d+ pages are used$/,
  )
})

test('an exit of the hypervisor names its code, not what it accessed', () => {
  const [exit] = explainLines('Unhandled HYP data abort exit at 0xf0005b10')
  expect(exit?.known.meaning).toContain('the address of its code')
})

test('pages that are left are no fault', () => {
  const { simulations, findings } = fixtures().analyze('k3-dma/k3-demo-linux.c')
  const [said] = explainLines('Page pool usage after cell creation: mem 87/993, remap 5/131072', simulations, findings)
  expect(conclusionOf(said!)).toBe('This is not a fault.')
  expect(said).toMatchObject({ found: [], suspects: [], facts: [expect.stringContaining('906 are left')] })
  const [full] = explainLines('Page pool usage after cell creation: mem 990/993, remap 5/131072', simulations, findings)
  expect(conclusionOf(full!)).not.toBe('This is not a fault.')
})

test('a line that another one runs into, and an answer that a mail wraps', () => {
  expect(explainLines('mapped at U nhandled data read at 0x2210890(8)\n').map(({ text }) => text)).toEqual([
    'nhandled data read at 0x2210890(8)',
  ])
  const [answer] = explainLines('I get JAILHOUSE_CELL_LOAD: Invalid\nargument. ')
  expect(answer?.known.meaning).toMatch(/does not fit a loadable region/)
})

describe('an array that Jailhouse reads elsewhere', () => {
  const file = 'x86/pc-tiny.c'
  const swapped = (text: string) => {
    const [, declared = ''] = /^(\t*struct jailhouse_memory mem_regions\[\d*\];\n)/m.exec(text) ?? []
    const [, pio = ''] = /^(\t*struct jailhouse_pio pio_regions\[\d*\];\n)/m.exec(text) ?? []
    return text.replace(pio, '').replace(declared, `${pio}${declared}`)
  }
  const analyzed = () => fixtures({ [file]: swapped }).analyze(file)
  const codes = (line: string) => {
    const { simulations, findings } = analyzed()
    return explainLines(line, simulations, findings).map(({ found }) => found[0]?.rule.code)
  }

  test('is reported', () => {
    expect(analyzed().findings.map(({ rule }) => rule.code)).toContain('JH122')
  })

  test('explains ports and PCI devices', () => {
    expect(codes('FATAL: Invalid PIO read, port: 3e8 size: 1')).toEqual(['JH122'])
  })

  test('explains an address that the cell has, not one that it lacks', () => {
    const root = analyzed().simulations[0]!.scenario.root.root_cell
    const held = root.mem_regions[0]!.virt_start
    const fatal = (address: bigint) =>
      `FATAL: Invalid MMIO/RAM read, addr: 0x${address.toString(16)} size: 4${PARKED(root.name)}`
    expect(codes(fatal(held))).toEqual(['JH122'])
    expect(codes(fatal(0x7fff_0000_0000n))).toEqual([undefined])
  })
})

test('what is wrong with an array of regions explains no line about ports', () => {
  const file = 'x86/pc.c'
  const short = (text: string) => text.replace(/(struct jailhouse_pio pio_regions)\[\d+\]/, '$1[1]')
  const { simulations, findings } = fixtures({ [file]: short }).analyze(file)
  expect(findings.map(({ rule }) => rule.code)).toContain('JH109')
  const codes = (line: string) =>
    explainLines(line, simulations, findings).flatMap(({ found }) => found.map(({ rule }) => rule.code))
  expect(codes('FATAL: Invalid PIO read, port: 61 size: 1')).toContain('JH109')
  expect(codes(`FATAL: Invalid PCI config write, device 00:1f.0, reg: 0x4, size: 2`)).not.toContain('JH109')
})

test('files whose enable is refused rule nothing out of a later command, and say so', () => {
  const file = 'x86/pc.c'
  const explained = (request: string, edit: (text: string) => string) => {
    const { simulations, findings } = fixtures({ [file]: edit }).analyze(file)
    return explainLines(`${request}: Cannot allocate memory`, simulations, findings)[0]!
  }
  const sound = explained('JAILHOUSE_CELL_CREATE', text => text)
  expect(sound.ruledOut.length).toBeGreaterThan(0)
  const small = (text: string) => text.replace('.size = MiB(6)', '.size = 0x1000')
  const later = explained('JAILHOUSE_CELL_CREATE', small)
  expect(later.ruledOut).toEqual([])
  expect(conclusionOf(later)).toMatch(/^With these files "enable" fails already/)
  expect(later.clues.map(({ message }) => message)).toEqual([expect.stringContaining('"enable" fails with -EINVAL')])
  expect(conclusionOf(explained('JAILHOUSE_ENABLE', small))).not.toMatch(/fails already/)
})

test('files that do not compile rule nothing out, and nothing is concluded from them', () => {
  const file = 'smmu-v2/mpsoc.c'
  const trace = 'hypervisor/ivshmem.c:407: returning error -EINVAL'
  const older = (text: string) => text.replace('.shmem_regions_start', '.shmem_region')
  const explained = (edit: (text: string) => string) => {
    const { simulations, findings } = fixtures({ [file]: edit }).analyze(file)
    return explainLines(trace, simulations, findings)[0]!
  }
  const [sound, broken] = [explained(text => text), explained(older)]
  expect(sound.ruledOut.length).toBeGreaterThan(0)
  expect(conclusionOf(sound)).toMatch(/^These files do not explain it/)
  expect(broken.ruledOut).toEqual([])
  expect(broken.clues).toEqual([])
  expect(conclusionOf(broken)).toMatch(/^These files do not compile, so nothing can be concluded/)
})

test('an instruction that cannot be read is about the address in the next line', () => {
  const file = 'x86/pc.c'
  const odd = (text: string) => text.replace(/(\.virt_start = 0x[\da-f]*)000(,\n?\s*\.size = 0x[\da-f]+)/, '$1008$2')
  const { simulations, findings } = fixtures({ [file]: odd }).analyze(file)
  expect(findings.map(({ rule }) => rule.code)).toContain('JH206')
  const found = findings.find(({ rule }) => rule.code === 'JH206')!
  const region = simulations[0]!.scenario.root.root_cell.mem_regions.find(
    ({ virt_start }) => virt_start % 4096n === 8n,
  )!
  const codes = (address: bigint) =>
    explainLines(
      `FATAL: unable to get MMIO instruction\nFATAL: Invalid MMIO/RAM read, addr: 0x${address.toString(16)} size: 0\n`,
      simulations,
      findings,
    )[0]!.found.map(({ rule }) => rule.code)
  expect(codes(region.virt_start + 16n)).toContain(found.rule.code)
  expect(codes(0x7fff_0000_0000n)).toEqual([])
})

test.each([
  '',
  'usb 1-1: new high-speed USB device',
  'kvm [1]: HYP mode not available',
  'Initializing unit: PCI',
  'Activating hypervisor',
])('nothing is said of %j', line => expect(explainLines(line)).toEqual([]))

test('a finding about one port explains no line about another', () => {
  const file = 'x86/pc.c'
  const wider = (text: string) => text.replace('PIO_RANGE(0x61, 2)', 'PIO_RANGE(0x60, 5)')
  const { simulations, findings } = fixtures({ [file]: wider }).analyze(file)
  expect(findings.map(({ rule }) => rule.code)).toContain('JH710')
  const codesOf = (port: string) =>
    explainLines(`FATAL: Invalid PIO read, port: ${port} size: 1`, simulations, findings).map(({ found }) =>
      found.map(({ rule }) => rule.code),
    )
  expect(codesOf('2f8')).toEqual([[]])
  expect(codesOf('64')).toEqual([['JH710']])
})

test('ports that include others explain lines about the others', () => {
  const file = 'x86/pc.c'
  const wider = (text: string) => text.replace('PIO_RANGE(0x61, 2)', 'PIO_RANGE(0x61, 0xc9f)')
  const { simulations, findings } = fixtures({ [file]: wider }).analyze(file)
  expect(findings.map(({ rule }) => rule.code)).toContain('JH710')
  const codesOf = (port: string) =>
    explainLines(`FATAL: Invalid PIO read, port: ${port} size: 1`, simulations, findings).map(({ found }) =>
      found.map(({ rule }) => rule.code).includes('JH710'),
    )
  expect(codesOf('3fe')).toEqual([false])
  expect(codesOf('cf9')).toEqual([true])
})

test('regions that an array cuts off explain an address that no other holds', () => {
  const file = 'k3-dma/k3-demo.c'
  const short = (text: string) =>
    text.replace(/struct jailhouse_memory mem_regions\[\d+\]/, 'struct jailhouse_memory mem_regions[2]')
  const { simulations, findings } = fixtures({ [file]: short }).analyze(file)
  const explainedBy = (address: string) =>
    explainLines(`FATAL: instruction abort at ${address}${PARKED('k3-demo')}`, simulations, findings).map(conclusionOf)
  expect(explainedBy('0xfff00000')).toEqual(['JH109 explains it.'])
  const [held] = simulations[0]!.scenario.root.root_cell.mem_regions
  expect(explainedBy(`0x${held!.virt_start.toString(16)}`)).not.toEqual(['JH109 explains it.'])
})

test('what the search blames is not ruled out', () => {
  const { simulations, findings } = fixtures().analyze('x86/pc.c')
  for (const line of [
    `FATAL: Invalid PIO read, port: 1771 size: 1${PARKED('pc')}`,
    'FATAL: Invalid PCI config write, device 00:19.0, reg: 0xe8, size: 2',
  ])
    expect(explainLines(line, simulations, findings)[0]?.ruledOut).toEqual([])
})

test('registers of an IOMMU are not a region that is missing', () => {
  const [unit] = fixtures().analyze('x86/pc.c').simulations[0]!.scenario.root.platform_info.iommu_units
  const line = `FATAL: Invalid MMIO/RAM write, addr: 0x${unit!.base.toString(16)} size: 4${PARKED('pc')}`
  expect(blame('x86/pc.c', line)[1]).toMatch(/is a register of IOMMU unit 0: Linux must not drive the IOMMU$/)
})

test('a rule that fires on the files is named first, about the line only', () => {
  const many = (text: string) => text.replace('.cpus = { 0x2 }', '.cpus = { 0x10 }')
  const { simulations, findings } = fixtures({ 'k3-dma/k3-demo-linux.c': many }).analyze('k3-dma/k3-demo-linux.c')
  const [found] = explainLines('JAILHOUSE_CELL_CREATE: Device or resource busy', simulations, findings)
  expect(found?.found.map(({ rule }) => rule.id)).toEqual(['cpu-not-in-root'])
  expect(conclusionOf(found!)).toBe('JH660 explains it.')
})

test.each<[string, string]>([
  ['0x00010000', 'JH526 explains it.'],
  ['0x00001000', 'The configuration is usually the cause.'],
])('the size of a BAR in a line, %s, is evidence for the mask: %s', (size, conclusion) => {
  const file = 'smmu-v2/mpsoc.c'
  const large = (text: string) => text.replace('BAR_MASK_INTX,', 'BAR_MASK_INTX_64K,')
  const { simulations, findings } = fixtures({ [file]: large }).analyze(file)
  const [found] = explainLines(`BAR 0: no space for [mem size ${size}]`, simulations, findings)
  expect(conclusionOf(found!)).toBe(conclusion)
})

/** The conclusion, and the clues with the lines they point at. */
function blame(file: string, line: string, edit: (text: string) => string = text => text) {
  const { simulations } = fixtures({ [file]: edit }).analyze(file)
  const found = explainLines(line, simulations)
  const place = (at?: { file: SourceFile; start: number }) => {
    if (!at?.file.uri) return ''
    const { line } = positionAt(at.file, at.start)
    return `${at.file.uri.split('/').at(-1)}: ${at.file.text.split('\n')[line]?.trim()} | `
  }
  return found.flatMap(each => [conclusionOf(each), ...each.clues.map(({ at, message }) => `${place(at)}${message}`)])
}

const PARKED = (cell: string) => `\nParking CPU 0 (Cell: "${cell}")\n`

describe('with configurations', () => {
  const linux = 'k3-dma/k3-demo-linux.c'

  test('a page of the root that an inmate was given', () => {
    expect(blame(linux, `Unhandled data read at 0x2810014(4)${PARKED('k3-demo')}`)).toEqual([
      'The configuration explains it.',
      expect.stringMatching(
        /^k3-demo-linux\.c: \.flags = .* \| "peripherals above .* contains the address, but "create k3-demo-linux" assigns it to "UART 1" .*ROOTSHARED/,
      ),
    ])
  })

  test('an address no region holds, with its neighbours', () => {
    const [conclusion, missing, root] = blame(linux, `Unhandled data write at 0x1c25014(4)${PARKED('k3-demo-linux')}`)
    expect(conclusion).toBe('The configuration explains it.')
    expect(missing).toContain(
      'no region of "k3-demo-linux" contains 0x1c25014: region 4 ends at 0x120000, region 5 begins at 0x2810000',
    )
    expect(root).toContain('the root cell has the address in "peripherals above')
  })

  test('an address that a region would hold but for one slip in it', () => {
    const said = (address: string, from: string, to: string) =>
      blame(linux, `Unhandled data read at ${address}(4)${PARKED('k3-demo-linux')}`, text =>
        text.replaceAll(from, to),
      ).find(clue => /if its address were|by phys_start/.test(clue))
    expect(said('0x2810014', '0x02810000', '0x0f810000')).toMatch(
      /virt_start = .* \| no region of .*: "UART 1" begins at 0xf810000; if its address were 0x2810000 \(one digit differs\), it would contain this one$/,
    )
    // Where it is, it stands as well as there.
    expect(said('0x2810014', '0x02810000', '0x02910000')).toBeUndefined()
    expect(said('0x2810014', '.virt_start = 0x02810000', '.virt_start = 0x00810000')).toMatch(
      /: "UART 1" has it by phys_start, but begins at virt_start 0x810000 in the cell$/,
    )
  })

  test('of several regions a digit away, the one that stands out of place', () => {
    const said = (address: string, ...slips: readonly (readonly [from: string, to: string])[]) =>
      blame(linux, `Unhandled data read at ${address}(4)${PARKED('k3-demo-linux')}`, text =>
        slips.reduce((slipped, [from, to]) => slipped.replaceAll(from, to), text),
      )
        .filter(clue => clue.includes('one digit'))
        .map(clue => /: ("[^"]*"|region \d+) (?:begins|ends) at \w+/.exec(clue)?.[0])
    // Out of the order of the list, where another one is not.
    expect(said('0x4114014', ['0x02810000', '0x04104000'], ['0x04114000', '0x0f114000'])).toEqual([
      ': "USB 1: wrapper" begins at 0xf114000',
    ])
    // The root has a region that begins at the very address.
    expect(said('0x8a0000014', ['0x06400000', '0x8a0400000'], ['0x8a0000000', '0x8b0000000'])).toEqual([
      ': "RAM" begins at 0x8b0000000',
    ])
    // Nothing speaks for either.
    expect(said('0x4114014', ['0x02810000', '0x04104000'], ['0x04114000', '0x04134000'])).toEqual([])
    // Smaller than a page.
    expect(said('0x2810014', ['0x02810000', '0x0f810000'], ['.size = 0x1000,', '.size = 0x100,'])).toEqual([
      ': "UART 1" begins at 0xf810000',
    ])
  })

  test('addresses of one digit and zeros are no slip of each other', () => {
    const [, missing] = blame(linux, `Unhandled data read at 0x600000(4)${PARKED('k3-demo-linux')}`, text =>
      text.replaceAll('0x00100000', '0x00400000'),
    )
    expect(missing).toContain('no region of "k3-demo-linux" contains 0x600000')
    expect(missing).not.toContain('one digit')
    const [, shorter] = blame(linux, `Unhandled data read at 0x4000000(4)${PARKED('k3-demo-linux')}`, text =>
      text.replaceAll('0x00100000', '0x00400000'),
    )
    expect(shorter).toContain('no region of "k3-demo-linux" contains 0x4000000')
    expect(shorter).not.toContain('one digit')
  })

  test('a rule that tells a refusal by another name rules nothing out', () => {
    const { simulations, findings } = fixtures({
      [linux]: text => text.replace('.shmem_dev_id = 1', '.shmem_dev_id = 0'),
    }).analyze(linux)
    const [explained] = explainLines('hypervisor/ivshmem.c:425: returning error -EBUSY', simulations, findings)
    expect(explained?.clues.map(({ message }) => message).join()).toContain('is taken on this link')
    expect(explained?.ruledOut).toEqual([])
  })

  test('what a device really has is not known from the files', () => {
    const { simulations, findings } = fixtures().analyze('x86/pc.c')
    const line = `FATAL: Invalid PCI MSI-X table/PBA access, device 00:19.0${PARKED('pc')}`
    expect(explainLines(line, simulations, findings)[0]?.ruledOut).toEqual([])
  })

  test('a suspect of the root is none where the log names an inmate', () => {
    const { simulations, findings } = fixtures().analyze(linux)
    const line = `Unhandled data read at 0x3000014(4)${PARKED('k3-demo-linux')}`
    const [explained] = explainLines(line, simulations, findings)
    const causes = [...(explained?.suspects ?? []), ...(explained?.ruledOut ?? [])].map(({ cause }) => cause)
    expect(causes.filter(cause => cause.includes('in the root'))).toEqual([])
    expect(causes.join()).toContain('in an inmate: its device tree or code')
  })

  test('what the clues refute is no suspect', () => {
    const { simulations, findings } = fixtures().analyze(linux)
    const causes = (address: string) => {
      const [explained] = explainLines(`Unhandled data read at ${address}(4)`, simulations, findings)
      return [...explained!.suspects, ...explained!.ruledOut].map(({ cause }) => cause).join()
    }
    const [lacked, unlisted] = ['no region of the root covers', 'uses a device the cell does not own']
    // The root has it, the inmate does not.
    expect(causes('0x1c25014')).not.toContain(lacked)
    expect(causes('0x1c25014')).toContain(unlisted)
    // Both have it: the root lost it, which is not that no region covers it.
    expect(causes('0x2810014')).not.toContain(lacked)
    expect(causes('0x2810014')).not.toContain(unlisted)
    // Nobody has it.
    expect(causes('0x7fff00000014')).toContain(lacked)
  })

  test('an address the cell may use points elsewhere', () => {
    expect(blame(linux, `Unhandled data read at 0x1c25014(4)${PARKED('k3-demo')}`)[0]).toMatch(/do not explain it/)
  })

  test('a flag that is missing', () => {
    const said = blame(linux, `Unhandled data write at 0x2810004(4)${PARKED('k3-demo-linux')}`, text =>
      text.replace(
        /(\.virt_start = 0x02810000,\s*\.size = 0x1000,\s*\.flags = JAILHOUSE_MEM_READ) \| JAILHOUSE_MEM_WRITE/,
        '$1',
      ),
    )
    expect(said).toEqual([
      'The configuration explains it.',
      expect.stringMatching(/"UART 1" .* lacks JAILHOUSE_MEM_WRITE$/),
    ])
  })

  test('without a name it depends on whose CPU it was', () => {
    const [conclusion, ...clues] = blame(linux, 'Unhandled data read at 0x1c25014(4)')
    expect(conclusion).toBe('The configuration may be the cause, depending on the cell of the CPU.')
    expect(clues[0]).toMatch(/if it was a CPU of "k3-demo": "peripherals above .* is readable$/)
    expect(clues[1]).toMatch(/if it was a CPU of "k3-demo-linux": no region of/)
  })

  test('a command refused with another error explains nothing', () => {
    const tooMany = (text: string) => text.replace('.cpus = { 0x2 }', '.cpus = { 0x10 }')
    expect(blame(linux, 'JAILHOUSE_CELL_CREATE: Cannot allocate memory', tooMany)).toEqual([
      'The configuration is usually the cause.',
      expect.stringMatching(/fails with -EBUSY/),
    ])
  })

  test('a cell that is not among the files', () => {
    expect(blame(linux, `Unhandled data read at 0x0(4)${PARKED('other')}`)[1]).toBe(
      'no cell of these files is called "other"',
    )
  })

  test('a cell that is not among the files is rather an inmate, and nothing is ruled out for it', () => {
    const { simulations, findings } = fixtures().analyze('k3-dma/k3-demo.c')
    const beyond = simulations[0]!.scenario.root.platform_info.pci_mmconfig_base + 0x100000n
    const line = `Unhandled data read at 0x${beyond.toString(16)}(2)${PARKED('other')}`
    const [said] = explainLines(line, simulations, findings)
    expect(said?.suspects[0]?.cause).toMatch(/^in an inmate, at pci_mmconfig_base \+ 0x100000/)
    expect(said?.ruledOut.filter(({ of }) => of !== 'root')).toEqual([])
    expect(said?.clues.map(({ message }) => message)).toEqual([
      'no cell of these files is called "other"',
      expect.stringMatching(/is bus 1 of the PCI host/),
    ])
  })

  test('an access behind the last bus of the virtual PCI host', () => {
    const root = fixtures().analyze('k3-dma/k3-demo.c').simulations[0]!.scenario.root
    const beyond = root.platform_info.pci_mmconfig_base + 0x100000n
    expect(blame(linux, `Unhandled data read at 0x${beyond.toString(16)}(2)`)[1]).toMatch(
      /is bus 1 of the PCI host at pci_mmconfig_base/,
    )
  })

  test('a register in the configuration space of PCI, which no region is to hold', () => {
    const root = fixtures().analyze('x86/pc.c').simulations[0]!.scenario.root
    const address = root.platform_info.pci_mmconfig_base + 0x1810cn
    const line = `FATAL: Invalid MMIO/RAM read, addr: 0x${address.toString(16)} size: 0${PARKED(root.root_cell.name)}`
    const [conclusion, ...clues] = blame('x86/pc.c', line)
    expect(conclusion).not.toBe('The configuration explains it.')
    expect(clues).toEqual([expect.stringMatching(/is register 0x10c of 00:03\.0 in the PCI configuration space/)])
  })

  test('a piece of a page without the width', () => {
    const said = blame(linux, `FATAL: Invalid MMIO read, address: 2810010, size: 2`, text =>
      text.replace(/(\.virt_start = 0x02810000,\s*\.size = )0x1000/, '$10x100'),
    )
    expect(said[0]).toBe('The configuration explains it.')
    expect(said.join('\n')).toMatch(/in "k3-demo-linux" "UART 1" .* is a sub-page region and lacks JAILHOUSE_MEM_IO_16/)
  })

  test('what the search blames is not ruled out beside it', () => {
    const { simulations, findings } = fixtures({
      [linux]: text => text.replace(/(\.virt_start = 0x02810000,\s*\.size = )0x1000/, '$10x100'),
    }).analyze(linux)
    const [explained] = explainLines('FATAL: Invalid MMIO read, address: 2810010, size: 2', simulations, findings)
    const { suspects = [], ruledOut = [] } = explained ?? {}
    expect([...suspects, ...ruledOut].map(({ cause }) => cause)).toEqual([])
  })

  test('an access of a sub-page region that is not aligned to its size', () => {
    const said = blame(linux, `FATAL: Invalid MMIO read, address: 2810012, size: 4`, text =>
      text.replace(
        /(\.virt_start = 0x02810000,\s*\.size = )0x1000(,\s*\.flags = JAILHOUSE_MEM_READ)/,
        '$10x100$2 | JAILHOUSE_MEM_IO_32',
      ),
    )
    expect(said.join('\n')).toMatch(/"UART 1" .* lacks JAILHOUSE_MEM_IO_UNALIGNED for this address/)
  })

  test('a sub-page region that has its width, at an access that reaches over its end', () => {
    const said = blame(linux, `Unhandled data read at 0x28100fc(8)${PARKED('k3-demo-linux')}`, text =>
      text.replace(
        /(\.virt_start = 0x02810000,\s*\.size = )0x1000(,\s*\.flags = JAILHOUSE_MEM_READ)/,
        '$10x100$2 | JAILHOUSE_MEM_IO_64 | JAILHOUSE_MEM_IO_UNALIGNED',
      ),
    )
    expect(said).toEqual([
      'The configuration explains it.',
      expect.stringMatching(/"UART 1" .* contains the address, but the simulated access parks the CPU$/),
    ])
  })

  test('RAM that the tool for Linux does not find, or finds', () => {
    const line = 'No space found to load all images'
    expect(blame(linux, line)[1]).toMatch(/the largest RAM of "k3-demo-linux" is .*: it has to hold all images$/)
    const without = blame(linux, line, text => text.replaceAll('JAILHOUSE_MEM_DMA', '0'))
    expect(without[0]).toMatch(/explain/)
    expect(without.join('\n')).toMatch(/no region of "k3-demo-linux" is RAM to the tool/)
  })

  test('ports', () => {
    expect(blame('x86/pc-tiny.c', `Invalid PIO read, port: 1771 size: 1${PARKED('pc')}`)).toEqual([
      'The configuration explains it.',
      expect.stringMatching(/^pc\.c: .*no pio_regions entry of "pc" contains port 0x1771$/),
    ])
  })

  test('a PCI device nobody lists', () => {
    const line = 'Invalid PCI config write, device 00:19.0, reg: 0xe8, size: 2'
    expect(blame('x86/pc.c', line)[1]).toBe('no cell of these files lists the device 00:19.0')
  })

  test('a register of a capability that is read only', () => {
    const { pci_devices, pci_caps } = fixtures().analyze('x86/pc.c').simulations[0]!.scenario.root.root_cell
    const device = pci_devices.find(({ num_caps }) => num_caps > 0)!
    const cap = pci_caps.find(({ index, flags }) => device.caps_start <= index && flags === 0)!
    const select = (0x80000000 + device.bdf * 256 + cap.start).toString(16)
    expect(blame('x86/pc.c', `Invalid PCI config write, port: cfc, size 2, address port: ${select}`)[1]).toMatch(
      /\+ 0x0, pci_caps\[\d\], which lacks JAILHOUSE_PCICAPS_WRITE$/,
    )
  })

  test('a register behind a capability, or in front of all of them', () => {
    const device = fixtures()
      .analyze('x86/pc.c')
      .simulations[0]!.scenario.root.root_cell.pci_devices.find(({ num_caps }) => num_caps === 2)!
    const write = (register: number, mutate?: (text: string) => string) =>
      blame(
        'x86/pc.c',
        `Invalid PCI config write, port: cfc, size 2, address port: ${(0x80000000 + device.bdf * 256 + register).toString(16)}`,
        mutate,
      )[1]
    expect(write(0x90)).toMatch(
      /no capability of .* register 0x90 of .*: the one before it, capability 0x5 \(pci_caps\[0\]\), ends at 0x8e$/,
    )
    expect(write(0x90, text => text.replace(/(\.len = 14,\s*\.flags = )JAILHOUSE_PCICAPS_WRITE/, '$10'))).toMatch(
      /ends at 0x8e and lacks JAILHOUSE_PCICAPS_WRITE as well$/,
    )
    expect(write(0x44)).toMatch(/contains register 0x44 of 00:\w\w\.\d$/)
  })

  test('the unit of a device that raised an interrupt', () => {
    const { bdf } = fixtures()
      .analyze('x86/pc.c')
      .simulations[0]!.scenario.root.root_cell.pci_devices.find(({ type }) => type === PCI_TYPE_IVSHMEM)!
    const source = `00:${(bdf >> 3).toString(16).padStart(2, '0')}.${bdf & 7}`
    const log = `VT-d fault event reported by IOMMU 1:\n Source Identifier (bus:dev.func): ${source}\n Fault Reason: 0x22 Fault Info: 18000000000 Type 0`
    expect(blame('x86/pc.c', log)).toEqual([
      'The configuration explains it.',
      expect.stringMatching(/\.iommu of 00:0e.0 of "pc" is 0, but unit 1 got its interrupt/),
      expect.stringMatching(/\.iommu of 00:0e.0 of "pc-tiny" is 0/),
    ])
  })

  test('what only the machine shows is not ruled out', () => {
    const { simulations, findings } = fixtures({}).analyze('x86/pc.c')
    const [trace] = explainLines('hypervisor/setup.c:174: returning error -EINVAL', simulations, findings)
    expect(trace?.ruledOut).toEqual([])
    expect(trace && conclusionOf(trace)).toBe('The configuration is usually the cause.')
  })

  test('what playing the commands prints', () => {
    const line = 'WARNING: PVU cannot unmap memory at runtime for cell k3-demo'
    expect(blame('dma-kept/k3-demo-linux.c', line)[0]).toBe('The configuration explains it.')
    expect(blame('dma-kept/k3-demo-linux.c', line).join('\n')).toMatch(/"create k3-demo-linux" prints it.*: [a-z]/)
    expect(blame('x86/pc-tiny.c', line)).toEqual([
      expect.stringMatching(/do not explain it/),
      'in the simulation of these files, no command prints this',
    ])
  })

  test('a command that is refused, and why', () => {
    const tooMany = (text: string) => text.replace('.cpus = { 0x2 }', '.cpus = { 0x10 }')
    expect(blame(linux, 'JAILHOUSE_CELL_CREATE: Device or resource busy', tooMany)).toEqual([
      'The configuration explains it.',
      expect.stringMatching(/"create k3-demo-linux" fails with -EBUSY in .*: /),
    ])
    expect(blame(linux, 'JAILHOUSE_CELL_CREATE: Device or resource busy')).toEqual([
      expect.stringMatching(/do not explain it/),
      'in the simulation of these files, "create k3-demo-linux" succeeds',
    ])
  })

  test('memory that Linux must leave alone', () => {
    expect(blame(linux, 'jailhouse: request_mem_region failed for hypervisor memory.').join('\n')).toContain(
      'as a reserved-memory node of the device tree',
    )
    expect(blame('x86/pc.c', 'jailhouse: request_mem_region failed for hypervisor memory.').join('\n')).toMatch(
      /memmap=0x\w+\$0x/,
    )
  })

  test('what no configuration causes is said so', () => {
    expect(blame(linux, 'FATAL: Setting invalid LVT delivery mode (reg: 35, value: 700)')).toEqual([
      'This does not come from the configuration.',
    ])
  })
})
