import type { PioRegion } from '../../config/model.ts'
import type { PortRange } from '../hypervisor.ts'

/** I/O ports that do not trap, as ascending disjoint ranges: the cleared bits of `io_bitmap`. */
export type Ports = readonly PortRange[]

/** The keyboard controller's command register always traps: it can reset the machine. */
const I8042_COMMAND: Ports = [{ from: 0x64, to: 0x65 }]
const PM_TIMER_PORTS = 4

/** Ports a configuration lists. */
export function portsOf(regions: readonly PioRegion[]): Ports {
  const sorted = regions.map(({ base, length }) => ({ from: base, to: base + length })).sort((a, b) => a.from - b.from)
  return joined(sorted.filter(({ from, to }) => from < to))
}

function joined(sorted: Ports): Ports {
  const ranges: PortRange[] = []
  for (const range of sorted) {
    const last = ranges.at(-1)
    if (last && range.from <= last.to) ranges[ranges.length - 1] = { from: last.from, to: Math.max(last.to, range.to) }
    else ranges.push(range)
  }
  return ranges
}

export const together = (a: Ports, b: Ports): Ports => joined([...a, ...b].sort((one, other) => one.from - other.from))

/** Ports in both. */
export function common(a: Ports, b: Ports): Ports {
  const ranges: PortRange[] = []
  let [i, j] = [0, 0]
  for (let [one, other] = [a[i], b[j]]; one && other; [one, other] = [a[i], b[j]]) {
    const range = { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }
    if (range.from < range.to) ranges.push(range)
    if (one.to < other.to) i++
    else j++
  }
  return ranges
}

export const without = (ports: Ports, removed: Ports): Ports => common(ports, gapsOf(removed))

/** All other ports. */
function gapsOf(ports: Ports): Ports {
  const starts = [0, ...ports.map(({ to }) => to)]
  return starts.map((from, index) => ({ from, to: ports[index]?.from ?? Number.MAX_SAFE_INTEGER }))
}

/** `vcpu_cell_init`: what the configuration lists, without the command register, and the PM timer for everybody. */
export function initialPorts(regions: readonly PioRegion[], pmTimer: number): Ports {
  const listed = without(portsOf(regions), I8042_COMMAND)
  return pmTimer === 0 ? listed : together(listed, [{ from: pmTimer, to: pmTimer + PM_TIMER_PORTS }])
}
