import { resolve } from 'node:path'
import type { CellConfig } from '../config/model.ts'
import type { Range } from '../config/ranges.ts'
import { readRegularFileSync } from '../disk/read.ts'
import { MAX_FILE_BYTES } from '../platform/limits.ts'
import type { Device, Interrupt, Platform, Uart } from '../platform/model.ts'
import { readPlatform } from '../platform/read-platform.ts'
import { requirementsOf } from '../platform/requirements.ts'
import { scrub } from '../platform/scrub.ts'
import { positionAt } from '../text/source-file.ts'
import { bdf, hex, hexDigits, humanSize } from '../text/words.ts'
import { type Command, type ExitCode, readArguments, UsageError } from './command.ts'
import { readFactFiles } from './facts-files.ts'
import { bytesOf, writeFile } from './files.ts'
import { cellsIn, ownersOf } from './owners.ts'
import { reportDiff } from './platform-diff.ts'
import type { Terminal } from './terminal.ts'

const help = `usage: jailhouse-warden platform [--json] FILE... [CONFIGURATION.c...]
       jailhouse-warden platform --diff OLD NEW [CONFIGURATION...]
       jailhouse-warden platform --scrub IN OUT

Prints the facts of a machine: memory, interrupt controller, consoles, CPUs, PCI, IOMMUs, devices, and whether the
machine has what Jailhouse needs. A FILE is a device tree (.dtb, /sys/firmware/fdt, .dts of a cell), a copy of
/proc/iomem, ioports, interrupts, cmdline or of the kernel log, an ACPI table, lspci -xxx output, a tarball of
"jailhouse config collect" or "jailhouse-warden collect", or a folder laid out like these. A CONFIGURATION adds its
cell to the devices that it has.

  --json            print the facts as JSON
  --diff            print what two takes of the facts differ in, and which regions and findings of configurations that
                    touches; order, counters and what the kernel places anew do not count
  --scrub           copy facts without serial numbers, addresses of network devices, and lines of the log that hold some

Exit status: 0 facts were read, or do not differ; 1 some could not be read, or they differ; 2 the command line is invalid.
`

const options = {
  json: { type: 'boolean', default: false },
  diff: { type: 'boolean', default: false },
  scrub: { type: 'boolean', default: false },
} as const

export const platform: Command = {
  name: 'platform',
  summary: 'print the facts of a machine',
  help,
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, options)
    if (values.diff) return diff(positionals, terminal)
    if (values.scrub) return scrubFile(positionals, terminal)
    const isConfiguration = (path: string) => path.endsWith('.c')
    const paths = positionals.filter(path => !isConfiguration(path))
    const [first, ...rest] = await readFactFiles(paths, terminal.cwd)
    if (!first) throw new UsageError('platform of what? Give files of facts')
    const facts = readPlatform(first, ...rest)
    const cells = cellsIn(positionals.filter(isConfiguration), terminal.cwd)
    terminal.out(values.json ? `${json(facts, cells)}\n` : textOf(facts, cells))
    reportProblems(facts, terminal)
    return facts.problems.length > 0 ? 1 : 0
  },
}

async function diff([old, fresh, ...configurations]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (old === undefined || fresh === undefined) throw new UsageError('--diff takes OLD and NEW facts')
  const [before, now] = await readFactFiles([old, fresh], terminal.cwd)
  if (!before || !now) throw new UsageError('--diff takes OLD and NEW facts')
  return reportDiff(before, now, configurations, terminal)
}

async function scrubFile([from, to, ...others]: readonly string[], { cwd }: Terminal): Promise<ExitCode> {
  if (from === undefined || to === undefined || others.length > 0) throw new UsageError('--scrub takes IN and OUT')
  const source = resolve(cwd, from)
  const bytes = bytesOf(readRegularFileSync(source, MAX_FILE_BYTES), from)
  writeFile(resolve(cwd, to), await scrub(bytes), [source])
  return 0
}

export function reportProblems({ problems }: Platform, terminal: Terminal): void {
  for (const { source, span, message } of problems) {
    const line = span ? `:${positionAt(span.file, span.start).line + 1}` : ''
    terminal.err(`${source.name}${line}: ${message}\n`)
  }
}

/** Addresses as hex; where a fact was read by the name of its source. */
const json = (facts: Platform, cells: readonly CellConfig[]): string =>
  JSON.stringify(
    {
      ...facts,
      devices: facts.devices.map(device => ({
        ...device,
        ...(cells.length > 0 && { cells: ownersOf(device, cells) }),
      })),
      requirements: requirementsOf(facts).map(({ reason, ...rest }) => ({ ...rest, because: reason })),
    },
    (key, value) => {
      if (key === 'span' || key === 'text' || key === 'nodes') return undefined
      if (key === 'source') return (value as { name: string }).name
      if (value instanceof Set) return [...value]
      if (value instanceof Map) return Object.fromEntries(value)
      return typeof value === 'bigint' ? hex(value) : value
    },
    2,
  )

type Section = readonly [title: string, lines: readonly string[] | undefined]

function textOf(facts: Platform, cells: readonly CellConfig[]): string {
  const sections: readonly Section[] = [
    ['Machine', machineLines(facts)],
    ['Memory', memoryLines(facts)],
    ['Interrupt controller', gicLines(facts)],
    ['Consoles', facts.uarts.filter(({ enabled }) => enabled).map(uart => uartLine(uart, facts))],
    [
      'CPUs',
      facts.cpus?.map(({ number, mpidr, compatible = '' }) =>
        row(`CPU ${number}`, mpidr === undefined ? '' : `MPIDR ${hex(mpidr)}`, compatible),
      ),
    ],
    ['PCI', pciLines(facts)],
    [
      'IOMMUs',
      facts.iommus.map(unit =>
        row(
          unit.name,
          unit.kind,
          `${hex(unit.base)}${unit.size ? ` ${humanSize(unit.size)}` : ''}`,
          unit.enabled ? '' : 'disabled',
        ),
      ),
    ],
    [
      'Devices',
      facts.devices
        .filter(({ enabled, windows }) => enabled && windows.length > 0)
        .toSorted(byAddress)
        .map(device => row(deviceLine(device), ownersText(device, cells))),
    ],
    ['What Jailhouse needs', requirementsOf(facts).map(({ name, met, reason }) => row(name.padEnd(38), met, reason))],
  ]
  return sections
    .filter(([, lines]) => lines && lines.length > 0)
    .map(([title, lines]) => `${title}\n${(lines ?? []).map(line => `  ${line}\n`).join('')}`)
    .join('\n')
}

const row = (...parts: readonly string[]): string =>
  parts
    .filter(part => part !== '')
    .join('  ')
    .trimEnd()

const interval = ({ start, end }: Range): string => `[${hex(start)}, ${hex(end)}) ${humanSize(end - start)}`

function machineLines({ board, machine, architecture, taken, sources }: Platform): readonly string[] {
  const name = board?.model ?? [machine?.vendor, machine?.product].filter(Boolean).join(' ')
  const count = sources.length === 1 ? '1 file of facts' : `${sources.length} files of facts`
  return [
    row(name, architecture ?? 'unknown architecture'),
    ...(board && board.compatible.length > 0 ? [`compatible ${board.compatible.join(', ')}`] : []),
    ...(taken ? [row('taken', taken.date ?? '', taken.kernel ? `Linux ${taken.kernel}` : '')] : []),
    row(count, [...new Set(sources.map(({ provenance }) => provenance))].join(', ')),
  ]
}

const memoryLines = ({ ram, firmwareRam, board, reserved }: Platform): readonly string[] => [
  ...(ram ?? firmwareRam ?? board?.memory ?? []).map(({ range }) => row('RAM', interval(range))),
  ...reserved.map(({ range, name, noMap }) =>
    row('reserved', interval(range), name, noMap === false ? 'without no-map' : ''),
  ),
]

function gicLines({ gic, dynamicInterrupts }: Platform): readonly string[] {
  if (!gic) return []
  const windows = {
    GICD: [gic.gicd],
    GICR: gic.gicr,
    GICC: listed(gic.gicc),
    GICH: listed(gic.gich),
    GICV: listed(gic.gicv),
  }
  return [
    row(
      `GICv${gic.version}`,
      gic.path,
      gic.maintenance === undefined ? '' : `maintenance interrupt ${gic.maintenance}`,
    ),
    ...Object.entries(windows).flatMap(([name, ranges]) => ranges.map(range => row(name, interval(range)))),
    ...dynamicInterrupts.map(({ first, end, by }) => row(`IDs ${first} to ${end - 1}`, `handed out by ${by}`)),
  ]
}

const listed = (range: Range | undefined): readonly Range[] => (range ? [range] : [])

const uartLine = ({ path, name, type, distance, range, isPort }: Uart, { board }: Platform): string =>
  row(
    name,
    `${isPort ? 'port ' : ''}${hex(range.start)}`,
    type ? `JAILHOUSE_CON_TYPE_${type}` : 'no driver in Jailhouse',
    distance ? `JAILHOUSE_CON_REGDIST_${distance}` : '',
    path === board?.stdout ? 'stdout-path' : '',
  )

const pciLines = ({ pciHosts, pci, mmconfig }: Platform): readonly string[] => [
  ...pciHosts
    .filter(({ enabled }) => enabled)
    .map(({ name, ecam, domain }) =>
      row(name, ecam ? `ECAM ${interval(ecam)}` : 'no ECAM', domain === undefined ? '' : `domain ${domain}`),
    ),
  ...(mmconfig ?? []).map(({ base, segment, firstBus, lastBus }) =>
    row('MMCONFIG', hex(base), `segment ${segment}, buses ${firstBus} to ${lastBus}`),
  ),
  ...(pci ?? []).map(({ bdf: address, vendor, device, capabilities, driver = '' }) =>
    row(
      bdf(address),
      `${hexDigits(vendor, 4)}:${hexDigits(device, 4)}`,
      capabilities
        ? `${capabilities.length} ${capabilities.length === 1 ? 'capability' : 'capabilities'}`
        : 'capabilities need root',
      driver,
    ),
  ),
]

const byAddress = (a: Device, b: Device): number =>
  (a.windows[0]?.range.start ?? 0n) < (b.windows[0]?.range.start ?? 0n) ? -1 : 1

function ownersText(device: Device, cells: readonly CellConfig[]): string {
  if (cells.length === 0) return ''
  const owners = ownersOf(device, cells)
  return owners.length > 0 ? `of ${owners.join(', ')}` : 'of no cell'
}

const deviceLine = ({ name, windows, interrupts, driver = '', polledEvery }: Device): string =>
  row(
    windows.map(({ range }) => interval(range)).join(' '),
    name,
    interrupts.map(interruptText).join(' '),
    driver === '' ? '' : driver === 'none' ? 'no driver' : `driver ${driver}`,
    polledEvery === undefined ? '' : `polled every ${polledEvery} ms`,
  )

const interruptText = (interrupt: Interrupt): string =>
  interrupt.kind === 'chained'
    ? `behind ${interrupt.behind}`
    : interrupt.id < 32
      ? `PPI ${interrupt.id - 16}`
      : `SPI ${interrupt.id - 32}`
