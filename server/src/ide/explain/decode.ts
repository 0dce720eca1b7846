import { bdf, hex } from '../../text/words.ts'
import { type Decoded, isAlmostFull, type Varying } from './known-line.ts'

export function decode(said: Varying): Decoded {
  const select = number(said.select)
  const device = said.device === undefined ? undefined : parseBdf(said.device)
  return {
    write: said.access === 'write',
    ...optional('address', said.address === undefined ? undefined : BigInt(`0x${said.address.replace(/^0x/i, '')}`)),
    ...optional('bytes', number(said.bytes)),
    ...optional('port', number(said.port)),
    ...optional('device', device ?? (select === undefined ? undefined : (select >>> 8) & 0xffff)),
    ...optional('register', number(said.register) ?? (select === undefined ? undefined : registerOf(select, said))),
    ...optional('unit', said.unit === undefined ? undefined : Number(said.unit)),
    ...optional('reason', number(said.reason)),
    ...optional('info', said.info === undefined ? undefined : BigInt(`0x${said.info}`)),
    ...optional('cell', said.cell),
    ...optional('size', number(said.size ?? said.sizes)),
    ...optional('exit', said.exit === undefined ? undefined : Number(said.exit)),
    ...optional('isAlmostFull', said.used === undefined ? undefined : isAlmostFull(said)),
  }
}

const optional = <Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [N in Name]?: Value } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [N in Name]: Value })

const number = (digits: string | undefined): number | undefined =>
  digits === undefined ? undefined : Number.parseInt(digits.replace(/^0x/i, ''), 16)

/** Port 0xcfc + n reads byte n of the register selected. */
const registerOf = (select: number, { port }: Varying): number => (select & 0xfc) + ((number(port) ?? 0xcfc) & 3)

function parseBdf(text: string): number {
  const [bus = 0, device = 0, fn = 0] = text.split(/[:.]/).map(part => Number.parseInt(part, 16))
  return (bus << 8) | (device << 3) | fn
}

/** What the numbers of a line mean, a sentence each. */
export function factsOf(said: Varying, decoded: Decoded): readonly string[] {
  const { port, device, register, reason, info } = decoded
  return [
    ...(said.select === undefined
      ? []
      : [`${said.select} selects device ${bdf(device ?? 0)}, register ${hex(register ?? 0)}`]),
    ...(port === undefined || said.select !== undefined ? [] : [`port ${hex(port)}: ${portName(port)}`]),
    ...(reason === undefined ? [] : [`fault reason ${hex(reason)}: ${faultReason(reason)}`]),
    ...(reason === undefined || info === undefined ? [] : [faultInfo(reason, info)]),
    ...exitFact(said),
    ...callFact(said),
    ...poolFact(said),
  ]
}

const exitFact = ({ exit, exitcode, exceptionClass }: Varying): readonly string[] => {
  if (exceptionClass !== undefined) {
    const number = Number.parseInt(exceptionClass, 16)
    return [`exception class ${hex(number)}: ${EXCEPTION_CLASSES.get(number) ?? 'see the manual of the architecture'}`]
  }
  if (exit !== undefined) return [`exit reason ${exit}: ${VMX_EXITS.get(Number(exit)) ?? 'see the manual of Intel'}`]
  if (exitcode === undefined) return []
  const code = Number.parseInt(exitcode, 16)
  return [`exit code ${hex(code)}: ${SVM_EXITS.get(code) ?? 'see the manual of AMD'}`]
}

function callFact({ smc }: Varying): readonly string[] {
  if (smc === undefined) return []
  // Callers need not clear the upper half.
  const id = Number.parseInt(smc.slice(-8), 16)
  return [`function ${hex(id)}: ${FIRMWARE_FUNCTIONS.get(id) ?? 'see the SMC Calling Convention of Arm'}`]
}

/** Function ids of the architecture, from the SMC Calling Convention of Arm. */
const FIRMWARE_FUNCTIONS: ReadonlyMap<number, string> = new Map([
  [0x80000000, 'SMCCC_VERSION'],
  [0x80000001, 'SMCCC_ARCH_FEATURES'],
  [0x80000002, 'SMCCC_ARCH_SOC_ID, which names the chip'],
  [0x80003fff, 'SMCCC_ARCH_WORKAROUND_3, against Spectre-BHB'],
  [0x80007fff, 'SMCCC_ARCH_WORKAROUND_2, against speculative store bypass'],
  [0x80008000, 'SMCCC_ARCH_WORKAROUND_1, against Spectre variant 2'],
])

/** Exception classes (`ESR_ELx.EC`), from the manual of Arm. */
const EXCEPTION_CLASSES: ReadonlyMap<number, string> = new Map([
  [0x01, 'WFI or WFE'],
  [0x03, 'a coprocessor register (MCR or MRC to CP15)'],
  [0x04, 'a coprocessor register (MCRR or MRRC to CP15)'],
  [0x05, 'a coprocessor register (MCR or MRC to CP14)'],
  [0x07, 'floating point or SIMD'],
  [0x12, 'a hypercall that is not known (HVC)'],
  [0x13, 'a call of firmware that is not permitted (SMC)'],
  [0x16, 'a hypercall that is not known (HVC)'],
  [0x17, 'a call of firmware that is not permitted (SMC)'],
  [0x18, 'a system register (MSR or MRS), or a system instruction'],
  [0x19, 'SVE'],
  [0x20, 'an instruction abort: code where the cell may not execute'],
  [0x24, 'a data abort: an address the cell may not access'],
])

/** Basic exit reasons, from the manual of Intel: those that software without a hypervisor can cause. */
const VMX_EXITS: ReadonlyMap<number, string> = new Map([
  [0, 'an exception or an NMI'],
  [2, 'a triple fault: the software crashed'],
  [3, 'an INIT signal'],
  [9, 'a task switch'],
  [11, 'GETSEC'],
  [12, 'HLT'],
  [13, 'INVD'],
  [15, 'RDPMC'],
  [18, 'a hypercall that is not known (VMCALL)'],
  [23, 'VMREAD: nested virtualization is not supported'],
  [25, 'VMWRITE: nested virtualization is not supported'],
  [26, 'VMXOFF: a kernel that crashes leaves VT-x like this'],
  [27, 'VMXON: nested virtualization is not supported'],
  [28, 'an access to a control register'],
  [30, 'an I/O port'],
  [31, 'RDMSR'],
  [32, 'WRMSR'],
  [33, 'a state that cannot be entered: the cell started with invalid registers'],
  [36, 'MWAIT'],
  [39, 'MONITOR'],
  [44, 'an access to the local APIC'],
  [46, 'an access to GDTR or IDTR'],
  [48, 'an EPT violation: memory the cell does not have'],
  [49, 'an EPT misconfiguration'],
  [55, 'XSETBV'],
])

/** Exit codes, from the manual of AMD. */
const SVM_EXITS: ReadonlyMap<number, string> = new Map([
  [0x41, 'a debug exception'],
  [0x4e, 'a page fault'],
  [0x7b, 'an I/O port'],
  [0x7c, 'an access to a model-specific register'],
  [0x7f, 'a shutdown, that is a triple fault: the software crashed'],
  [0x80, 'VMRUN: nested virtualization is not supported'],
  [0x81, 'a hypercall that is not known (VMMCALL)'],
  [0x400, 'a nested page fault: memory the cell does not have'],
])

function poolFact({ used, total }: Varying): readonly string[] {
  if (used === undefined || total === undefined) return []
  const left = Number(total) - Number(used)
  return [`${used} of ${total} pages of 4 KiB are used, ${left} ${left === 1 ? 'is' : 'are'} left`]
}

/** Ports `[from, to)` of a PC. */
const PORTS: readonly (readonly [from: number, to: number, name: string])[] = [
  [0x20, 0x22, 'interrupt controller (PIC)'],
  [0x40, 0x44, 'timer (PIT)'],
  [0x60, 0x61, 'keyboard controller (i8042)'],
  [0x61, 0x62, 'NMI status and speaker'],
  [0x62, 0x63, 'ACPI embedded controller'],
  [0x64, 0x65, 'keyboard controller (i8042)'],
  [0x66, 0x67, 'ACPI embedded controller'],
  [0x70, 0x72, 'clock (CMOS RTC)'],
  [0x80, 0x81, 'delay port'],
  [0xa0, 0xa2, 'second interrupt controller (PIC)'],
  [0x1f0, 0x1f8, 'first IDE channel'],
  [0x2e8, 0x2f0, 'fourth serial port (COM4)'],
  [0x2f8, 0x300, 'second serial port (COM2)'],
  [0x3b0, 0x3e0, 'VGA'],
  [0x3e8, 0x3f0, 'third serial port (COM3)'],
  [0x3f8, 0x400, 'first serial port (COM1)'],
  [0xcf8, 0xd00, 'access to PCI registers'],
  [0x1770, 0x1772, 'ACPI embedded controller or chipset of many boards'],
  [0x5658, 0x5659, 'back door of VMware'],
]

const portName = (port: number): string =>
  PORTS.find(([from, to]) => from <= port && port < to)?.[2] ?? 'not a standard PC port; see /proc/ioports'

/** Reasons of a VT-d fault, from the specification of VT-d. */
const REASONS: ReadonlyMap<number, string> = new Map([
  [0x1, 'the bus has no entry in the root table: the device belongs to no cell'],
  [0x2, 'the device has no context entry: it belongs to no cell'],
  [0x3, 'the context entry of the device is invalid'],
  [0x4, 'the address is out of range for the device'],
  [0x5, 'a write that is not permitted'],
  [0x6, 'a read that is not permitted'],
  [0x7, 'a page table is not readable for the unit'],
  [0x20, 'reserved bits in an interrupt request'],
  [0x21, 'the interrupt index is beyond the table'],
  [0x22, 'the entry for the interrupt is not present in this unit'],
  [0x23, 'the table of interrupts cannot be read'],
  [0x24, 'reserved bits in the entry for an interrupt'],
  [0x25, 'an interrupt in compatibility format, which is blocked'],
  [0x26, 'the interrupt entry is for another device'],
])

const faultReason = (reason: number): string => REASONS.get(reason) ?? 'see the VT-d specification'

export const isInterruptFault = (reason: number): boolean => 0x20 <= reason && reason < 0x30

/** The upper 52 bits of the fault record: the page a device wanted; the index of an interrupt is in the upper sixteen. */
const faultInfo = (reason: number, info: bigint): string =>
  isInterruptFault(reason) ? `interrupt index ${info >> 36n}` : `the device accessed the page at ${hex(info << 12n)}`
