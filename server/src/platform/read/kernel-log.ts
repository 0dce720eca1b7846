import type { Range } from '../../config/ranges.ts'
import type { SourceFile } from '../../text/source-file.ts'
import type { LogFact, Memory, Parameter, Reservation, Source } from '../model.ts'
import { readCommandLine } from './command-line.ts'
import { type Line, linesOf } from './lines.ts'

/** The kernel's log. */

export interface KernelLog {
  readonly facts: readonly LogFact[]
  /** Entries of e820 that are usable. */
  readonly firmwareRam: readonly Memory[]
  readonly reserved: readonly Reservation[]
  /** The firmware of a PC has listed memory. */
  readonly hasE820: boolean
  readonly commandLine?: readonly Parameter[]
  readonly kernel?: string
}

/** What a line tells, by words it holds; the part behind them is the value. */
const TELLING: readonly (readonly [RegExp, LogFact['about'], (match: RegExpExecArray) => string])[] = [
  [/CPU: All CPU\(s\) started at (EL\d|SVC|HYP)/, 'exception-level', match => match[1] ?? ''],
  [/CPU: All CPU\(s\) started in (HYP|SVC) mode/, 'exception-level', match => (match[1] === 'HYP' ? 'EL2' : 'EL1')],
  [/psci: (PSCIv[\d.]{1,8}) detected in firmware/, 'psci', match => match[1] ?? ''],
  [/GICv3: (\d{1,5}) SPIs implemented/, 'spis', match => match[1] ?? ''],
  [/DMAR: (IOMMU enabled|Intel\(R\) Virtualization Technology for Directed I\/O)/, 'iommu', () => 'Intel'],
  [/AMD-Vi: (Interrupt remapping enabled|Found IOMMU|AMD IOMMUv2)/, 'iommu', () => 'AMD'],
  [/Machine model: (.{1,120})$/, 'model', match => match[1] ?? ''],
]

const E820 = /BIOS-e820: \[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\] (\w{1,20})/
const RESERVED =
  /OF: reserved mem: 0x([0-9a-f]{1,16})\.\.0x([0-9a-f]{1,16}) \(\d{1,12} KiB\) (map|nomap) (reusable|non-reusable) (\S{1,80})/

/** As `dmesg` prints it, with `-r` and `-T`, and as `journalctl -k` and syslog do. */
const LOG_LINE =
  /^(?:<\d{1,3}>)?\[(?: {0,6}\d{1,8}\.\d{6}|\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4})\]|^\w{3} [ \d]\d \d\d:\d\d:\d\d \S{1,64} kernel: /

/** What every log holds, for one without times. */
const BOOT_LINE = /^Linux version \d|Booting Linux on physical CPU|^BIOS-e820: \[mem /

export const isLogLine = (text: string): boolean => LOG_LINE.test(text) || BOOT_LINE.test(text)

export function readLog(file: SourceFile, source: Source): KernelLog {
  const lines = linesOf(file)
  const facts = lines.flatMap(line => factsOf(line, source))
  const commandLine = lines.flatMap(line => commandLineOf(line, source)).slice(0, 1)[0]
  const kernel = lines.map(({ text }) => /Linux version (\S{1,60})/.exec(text)?.[1]).find(name => name !== undefined)
  return {
    facts,
    hasE820: lines.some(({ text }) => E820.test(text)),
    firmwareRam: lines.flatMap(line => e820Of(line, source)),
    reserved: lines.flatMap(line => reservationOf(line, source)),
    ...(commandLine && { commandLine }),
    ...(kernel !== undefined && { kernel }),
  }
}

const factsOf = ({ text, span }: Line, source: Source): readonly LogFact[] =>
  TELLING.flatMap(([pattern, about, value]) => {
    const match = pattern.exec(text)
    return match ? [{ source, span, about, value: value(match) }] : []
  })

function commandLineOf({ text, span }: Line, source: Source): readonly (readonly Parameter[])[] {
  const words = 'Kernel command line:'
  const at = text.indexOf(words)
  return at < 0 ? [] : [readCommandLine(span.file, source, span.start + at + words.length)]
}

const rangeIn = (from = '', to = ''): Range => ({ start: BigInt(`0x${from}`), end: BigInt(`0x${to}`) + 1n })

function e820Of({ text, span }: Line, source: Source): readonly Memory[] {
  const [, from, to, type] = E820.exec(text) ?? []
  return type === 'usable' ? [{ source, span, range: rangeIn(from, to) }] : []
}

function reservationOf({ text, span }: Line, source: Source): readonly Reservation[] {
  const [, from, to, mapped, reusable, name] = RESERVED.exec(text) ?? []
  if (name === undefined) return []
  return [
    { source, span, range: rangeIn(from, to), name, noMap: mapped === 'nomap', reusable: reusable === 'reusable' },
  ]
}
