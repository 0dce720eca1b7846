import { type Cell, type Draft, FAILED, type Hypervisor, printk } from './hypervisor.ts'

/**
 * `panic_park` of `control.c`, of the first CPU of a cell that was just started: the others wait to be turned on. A cell
 * all of whose CPUs are parked has failed. `said` are the lines that lead to it.
 */
export function panic_park(hv: Hypervisor, cell: Draft<Cell>, said: readonly string[]): void {
  const { config } = cell
  const [first] = cell.cpus
  if (first === undefined) return
  for (const line of [...said, `Parking CPU ${first} (Cell: "${config.name}")`])
    printk(hv, 'cpu-parked', line, { cell: config })
  if (cell.cpus.length === 1) cell.cell_state = FAILED
}
