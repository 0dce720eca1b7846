import type { PioRegion } from '../../config/model.ts'
import type { PortRange } from '../hypervisor.ts'

/** I/O ports that do not trap, as ascending disjoint ranges: the cleared bits of `io_bitmap`. */
export type Ports = readonly PortRange[]

/** The keyboard controller's command register always traps: it can reset the machine. */
const I8042_COMMAND: PortRange = { from: 0x64, to: 0x65 }

export const portsOf = ({ base, length }: PioRegion): PortRange => ({ from: base, to: base + length })

export const PM_TIMER_PORTS = 4

export function allow(ports: Ports, added: PortRange): Ports {
  if (added.to <= added.from) return ports
  const apart = ports.filter(({ from, to }) => to < added.from || added.to < from)
  const joined = ports.filter(({ from, to }) => added.from <= to && from <= added.to)
  const range = {
    from: Math.min(added.from, ...joined.map(({ from }) => from)),
    to: Math.max(added.to, ...joined.map(({ to }) => to)),
  }
  return [...apart, range].sort((a, b) => a.from - b.from)
}

export const deny = (ports: Ports, removed: PortRange): Ports =>
  ports.flatMap(({ from, to }) =>
    [
      { from, to: Math.min(to, removed.from) },
      { from: Math.max(from, removed.to), to },
    ].filter(rest => rest.from < rest.to),
  )

/** `vcpu_cell_init`: what the configuration lists, without the command register, and the PM timer for everybody. */
export function initialPorts(regions: readonly PioRegion[], pmTimer: number): Ports {
  const listed = deny(regions.map(portsOf).reduce(allow, [] as Ports), I8042_COMMAND)
  return pmTimer === 0 ? listed : allow(listed, { from: pmTimer, to: pmTimer + PM_TIMER_PORTS })
}

/** `vcpu_cell_exit`: root gets back what both list. */
export function refund(root: Ports, ofRoot: readonly PioRegion[], ofCell: readonly PioRegion[]): Ports {
  let ports = root
  for (const theirs of ofCell.map(portsOf))
    for (const ours of ofRoot.map(portsOf))
      ports = allow(ports, { from: Math.max(theirs.from, ours.from), to: Math.min(theirs.to, ours.to) })
  return ports
}
