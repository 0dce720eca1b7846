import { CON_ACCESS_MMIO, CON_TYPE_NONE, MEM_ROOTSHARED } from '../../config/constants.ts'
import type { CellConfig, SystemConfig } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { hasAny, overlap, phys, rangeOf } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { hex } from '../../text/words.ts'
import { realRegions } from '../memory/root-cover.ts'
import { portsOf } from '../pci/ports-shared.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './console-of-hypervisor.md'

/** Registers of a UART of a PC. */
const PORTS = 8n

/** No UART is larger: a size beyond it is another fault. */
const MAX_REGISTERS = 0x10000

type Texts = Pick<RawFinding, 'headline' | 'notes'>

const taken = (address: bigint): Texts => ({
  headline: `the debug console's UART at ${hex(address)} is taken from the root cell`,
  notes: ['if Linux in the root cell uses it as its console, the next output parks a CPU of the root cell'],
})

const mapped = (address: bigint): Texts => ({
  headline: `the debug console's UART at ${hex(address)} is also mapped by this cell`,
  notes: ['output of the hypervisor and of the cell mixes, and the cell can change the UART settings'],
})

export const consoleOfHypervisor: ScenarioRule = {
  kind: 'scenario',
  code: 'JH760',
  id: 'console-of-hypervisor',
  title: 'Inmate maps the debug console of the hypervisor',
  severity: 'hint',
  constraints: ['console-shared-with-inmate', 'exclusive-takes-root-critical'],
  page,
  *check({ root, cells }) {
    const { type, flags, address, size } = root.debug_console
    if (type === CON_TYPE_NONE || address === 0n) return
    if ((flags & CON_ACCESS_MMIO) === 0) {
      if (root.architecture === 'x86') yield* portFindings(root, cells)
      return
    }
    const registers = rangeOf(address, BigInt(Math.min(size || 1, MAX_REGISTERS)))
    for (const cell of cells)
      for (const region of realRegions(cell)) {
        if (hasAny(region, MEM_ROOTSHARED) || !overlap(phys(region), registers)) continue
        const isRoots = root.root_cell.mem_regions.some(outer => overlap(phys(outer), phys(region)))
        yield {
          span: at(region, 'phys_start'),
          severity: isRoots ? 'warning' : 'hint',
          ...(isRoots ? taken(address) : mapped(address)),
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

/** That `create` takes ports of Linux from the root is said by JH571; here Linux has them not. */
function* portFindings({ debug_console, root_cell }: SystemConfig, cells: readonly CellConfig[]): Iterable<RawFinding> {
  const uart = rangeOf(debug_console.address, PORTS)
  if (root_cell.pio_regions.some(ports => overlap(portsOf(ports), uart))) return
  for (const cell of cells)
    for (const ports of cell.pio_regions)
      if (overlap(portsOf(ports), uart))
        yield {
          span: at(ports, 'base'),
          ...mapped(debug_console.address),
          related: [{ span: at(debug_console, 'address'), text: 'the debug console' }],
          key: hex(debug_console.address),
        }
}
