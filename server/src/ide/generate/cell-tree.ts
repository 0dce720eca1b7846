import { gicVersion, REDISTRIBUTOR } from '../../config/gic.ts'
import { FIRST_SPI } from '../../config/pins.ts'
import { rangeOf } from '../../config/ranges.ts'
import type { Device } from '../../platform/model.ts'
import type { CellPlan } from './cell-plan.ts'

/** The device tree of a new Linux cell: what the cell is given, and nothing else. */
export function cellTree(plan: CellPlan): string {
  const { options, devices, console } = plan
  return [
    `/* Device tree of the cell "${options.name.replaceAll('*/', '')}". */\n/dts-v1/;\n\n/ {\n`,
    `\tmodel = ${JSON.stringify(options.name)};\n`,
    '\t#address-cells = <2>;\n\t#size-cells = <2>;\n\tinterrupt-parent = <&gic>;\n\n',
    '\thypervisor {\n\t\tcompatible = "jailhouse,cell";\n\t};\n\n',
    console ? `\tchosen {\n\t\tstdout-path = "/${nodeName(console)}";\n\t};\n\n` : '',
    cpuNodes(plan),
    '\tpsci {\n\t\tcompatible = "arm,psci-0.2";\n\t\tmethod = "smc";\n\t};\n\n',
    `\ttimer {\n\t\tcompatible = "${plan.root.architecture === 'arm' ? 'arm,armv7-timer' : 'arm,armv8-timer'}";\n\t\tinterrupts = <1 13 8>, <1 14 8>, <1 11 8>, <1 10 8>;\n\t};\n\n`,
    gicNode(plan),
    ...devices.map(device => deviceNode(device)),
    devices.length > 0 ? CLOCK : '',
    hostNode(plan),
    '};\n',
  ].join('')
}

const cells = (value: bigint): string => `0x${(value >> 32n).toString(16)} 0x${(value & 0xffffffffn).toString(16)}`

const pair = ({ start, end }: { readonly start: bigint; readonly end: bigint }): string =>
  `<${cells(start)} ${cells(end - start)}>`

/** By the address the CPUs use, which is that of the cell. */
const nodeName = ({ name, range }: { readonly name: string; readonly range: { readonly start: bigint } }): string =>
  `${name.split('@')[0]}@${range.start.toString(16)}`

function cpuNodes({ cpus, platform }: CellPlan): string {
  const nodes = cpus.map(cpu => {
    const fact = platform?.cpus?.find(({ number }) => number === cpu)
    const mpidr = fact?.mpidr ?? BigInt(cpu)
    const guess = fact?.mpidr === undefined ? ' /* compare with the tree of the machine */' : ''
    return `\t\tcpu@${mpidr.toString(16)} {\n\t\t\tdevice_type = "cpu";\n\t\t\tcompatible = "${fact?.compatible ?? 'arm,armv8'}";\n\t\t\treg = <0x${mpidr.toString(16)}>;${guess}\n\t\t\tenable-method = "psci";\n\t\t};\n`
  })
  return `\tcpus {\n\t\t#address-cells = <1>;\n\t\t#size-cells = <0>;\n${nodes.join('')}\t};\n\n`
}

function gicNode({ root }: CellPlan): string {
  const { arm } = root.platform_info
  if (!arm) return ''
  const isV3 = 3 <= gicVersion(arm)
  const frames = BigInt(Math.max(0, ...root.root_cell.cpus) + 1) * REDISTRIBUTOR
  const second = isV3 ? rangeOf(arm.gicr_base, frames) : rangeOf(arm.gicc_base, 0x2000n)
  const first = rangeOf(arm.gicd_base, isV3 ? 0x10000n : 0x1000n)
  return `\tgic: interrupt-controller@${arm.gicd_base.toString(16)} {\n\t\tcompatible = "${isV3 ? 'arm,gic-v3' : 'arm,gic-400'}";\n\t\treg = ${pair(first)},\n\t\t      ${pair(second)};\n\t\tinterrupt-controller;\n\t\t#interrupt-cells = <3>;\n\t\t#address-cells = <0>;\n\t};\n\n`
}

const CLOCK =
  '\t/* set the rate that the machine really has */\n\tcell_clock: clock {\n\t\tcompatible = "fixed-clock";\n\t\t#clock-cells = <0>;\n\t\tclock-frequency = <24000000>;\n\t};\n\n'

const LEVEL_HIGH = 4

function deviceNode(device: Device): string {
  const [first] = device.windows
  if (!first) return ''
  const lines = device.interrupts.flatMap(each =>
    each.kind === 'gic' && FIRST_SPI <= each.id ? [`<0 ${each.id - FIRST_SPI} ${LEVEL_HIGH}>`] : [],
  )
  const isPrimecell = device.compatible.includes('arm,primecell')
  const hasOwnClock = isPrimecell && device.kind === 'uart'
  return [
    `\t${nodeName({ name: device.name, range: first.range })} {\n`,
    `\t\tcompatible = ${device.compatible.map(name => JSON.stringify(name)).join(', ')};\n`,
    `\t\treg = ${device.windows.map(({ range }) => pair(range)).join(', ')};\n`,
    lines.length > 0 ? `\t\tinterrupts = ${lines.join(', ')};\n` : '',
    device.kind === 'uart' || isPrimecell || device.uses.some(({ by }) => by === 'clocks')
      ? `\t\tclocks = ${hasOwnClock ? '<&cell_clock>, <&cell_clock>' : '<&cell_clock>'};\n`
      : '',
    isPrimecell ? `\t\tclock-names = ${hasOwnClock ? '"uartclk", ' : ''}"apb_pclk";\n` : '',
    '\t};\n\n',
  ].join('')
}

const HOST_SIZE = 0x100000n
/** BARs of the virtual devices lie right behind the configuration space. */
const WINDOW_SIZE = 0x10000n

function hostNode({ root, link, lines }: CellPlan): string {
  const base = root.platform_info.pci_mmconfig_base
  if (!link || lines === undefined) return ''
  const window = base + HOST_SIZE
  const map = Array.from({ length: 4 }, (_, i) => `<0 0 0 ${i + 1} &gic 0 ${lines + i} 1>`)
  return [
    `\tpci@${base.toString(16)} {\n\t\tcompatible = "pci-host-ecam-generic";\n\t\tdevice_type = "pci";\n\t\tbus-range = <0 0>;\n`,
    '\t\t#address-cells = <3>;\n\t\t#size-cells = <2>;\n\t\t#interrupt-cells = <1>;\n\t\tinterrupt-map-mask = <0 0 0 7>;\n',
    `\t\tinterrupt-map = ${map.join(',\n\t\t\t\t')};\n`,
    `\t\treg = ${pair(rangeOf(base, HOST_SIZE))};\n`,
    `\t\tranges = <0x02000000 ${cells(window)} ${cells(window)} ${cells(WINDOW_SIZE)}>;\n\t};\n`,
  ].join('')
}
