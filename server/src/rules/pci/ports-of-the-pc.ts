import { CON_ACCESS_MMIO, CON_TYPE_8250 } from '../../config/constants.ts'
import type { SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { overlap, type Range, rangeOf } from '../../config/ranges.ts'
import { interval } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './ports-of-the-pc.md'
import { portsOf } from './ports-shared.ts'

/** What Linux on a PC uses as long as it runs. */
const LINUX: readonly { readonly name: string; readonly ports: Range }[] = [
  { name: 'the interrupt controllers', ports: rangeOf(0x20n, 2n) },
  { name: 'the timer', ports: rangeOf(0x40n, 4n) },
  { name: 'the real-time clock', ports: rangeOf(0x70n, 2n) },
  { name: 'the interrupt controllers', ports: rangeOf(0xa0n, 2n) },
]

/** The UART of the hypervisor is the console of Linux too, where the root cell is given its ports. */
function consoleOf({ debug_console: { type, flags, address } }: SystemConfig): typeof LINUX {
  const isPorts = type === CON_TYPE_8250 && (flags & CON_ACCESS_MMIO) === 0 && address !== 0n
  return isPorts ? [{ name: 'the debug console', ports: rangeOf(address, 8n) }] : []
}

export const portsOfThePc: ScenarioRule = {
  kind: 'scenario',
  code: 'JH571',
  id: 'ports-of-the-pc',
  title: 'Essential I/O ports taken from the root cell',
  severity: 'warning',
  constraints: ['pio-root-loses'],
  page,
  *check({ root, cells }) {
    if (root.architecture !== 'x86') return
    for (const cell of cells)
      for (const region of cell.pio_regions)
        for (const { name, ports } of [...LINUX, ...consoleOf(root)]) {
          const taken = overlap(portsOf(region), ports)
          const twin = taken && root.root_cell.pio_regions.find(other => overlap(portsOf(other), taken))
          if (twin)
            yield {
              span: at(region, 'base'),
              headline: `ports ${interval(taken)} of ${name} are taken from the root cell`,
              notes: ['the next access of Linux parks the CPU: "FATAL: Invalid PIO"'],
              help: 'leave the ports to the root cell',
              related: [{ span: at(twin, 'base'), text: 'the root cell has them here' }],
              key: interval(taken),
            }
        }
  },
}
