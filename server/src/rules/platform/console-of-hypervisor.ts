import { CON_ACCESS_MMIO, CON_TYPE_NONE, MEM_ROOTSHARED } from '../../config/constants.ts'
import { hasAny, overlap, phys, rangeOf } from '../../config/ranges.ts'
import { fixes, fixOf } from '../fixes/change.ts'
import { addFlag } from '../fixes/flags.ts'
import { realRegions } from '../memory/root-cover.ts'
import { at, describe, hex, keyOf } from '../places.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './console-of-hypervisor.md'

export const consoleOfHypervisor: ScenarioRule = {
  kind: 'scenario',
  code: 'JH760',
  id: 'console-of-hypervisor',
  title: 'An inmate leaves the debug console to root and hypervisor',
  severity: 'hint',
  constraints: ['console-shared-with-inmate', 'exclusive-takes-root-critical'],
  page,
  *check({ root, cells }) {
    const { type, flags, address, size } = root.debug_console
    if (type === CON_TYPE_NONE || (flags & CON_ACCESS_MMIO) === 0 || address === 0n) return
    for (const cell of cells)
      for (const region of realRegions(cell)) {
        if (hasAny(region, MEM_ROOTSHARED) || !overlap(phys(region), rangeOf(address, BigInt(size || 1)))) continue
        const isRoots = root.root_cell.mem_regions.some(outer => overlap(phys(outer), phys(region)))
        yield {
          span: at(region, 'phys_start'),
          severity: isRoots ? 'warning' : 'hint',
          headline: !isRoots
            ? `${describe(region)} gives "${cell.name}" the UART at ${hex(address)} that the hypervisor prints to: their lines mix, and the cell can change its settings`
            : `${describe(region)} takes the UART at ${hex(address)} from "${root.root_cell.name}", where the hypervisor prints: if Linux has its console there, its next character parks a CPU of the root; share it with JAILHOUSE_MEM_ROOTSHARED`,
          related: [{ span: at(root.debug_console, 'address'), text: 'the debug console' }],
          key: keyOf(region),
          ...fixes(
            !isRoots
              ? undefined
              : fixOf('Add JAILHOUSE_MEM_ROOTSHARED', addFlag(region, 'flags', 'JAILHOUSE_MEM_ROOTSHARED'), false),
          ),
        }
      }
  },
}
