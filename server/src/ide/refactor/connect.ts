import type { Simulation } from '../../analyze.ts'
import { type CellConfig, cellOf, type SystemConfig } from '../../config/model.ts'
import { intxPin, owns } from '../../config/pins.ts'
import type { Range } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { structText } from '../../edit/append.ts'
import { type Change, NO_CHANGE, together } from '../../edit/change.ts'
import { appendElements } from '../../edit/elements.ts'
import { indentStepOf } from '../../edit/layout.ts'
import { knowsNames } from '../../edit/macros.ts'
import { grant } from '../../rules/interrupts/grant.ts'
import { describeRange, hex } from '../../text/words.ts'
import type { CellView } from '../completion/cell-view.ts'
import { domains, freeBdf, slotText } from '../completion/free-pci.ts'
import { linkPlace } from '../completion/region-places.ts'
import type { RefactorContext, Refactoring } from './refactoring.ts'

const MACRO = 'JAILHOUSE_SHMEM_NET_REGIONS'
/** What the macro makes, and the memory it takes. */
const SECTIONS = 4
const LINK_SIZE = 0x100000n

/** A network link between the root and an inmate, written at both ends: its memory, its devices, and the interrupt of the inmate. */
export function connectCells({ analysis, path }: RefactorContext): readonly Refactoring[] {
  const { config, simulations } = analysis
  if (!config || !path.steps.some(({ field }) => field?.name === 'pci_devices')) return []
  const seen = new Set<CellConfig>()
  return simulations.flatMap(({ scenario }: Simulation) =>
    scenario.cells.flatMap(cell => {
      if (seen.has(cell) || (config.kind === 'cell' && cell !== config)) return []
      seen.add(cell)
      return connection(scenario.root, cell, cellOf(config))
    }),
  )
}

function connection(root: SystemConfig, inmate: CellConfig, own: CellConfig): readonly Refactoring[] {
  const view: CellView = { own: root.root_cell, root, others: [inmate] }
  const place = linkPlace(view, LINK_SIZE)
  const bdf = freeBdf(view)
  if (!place || bdf === undefined) return []
  const domain = Number(domains(view)[0]?.text ?? 0)
  const end = (cell: CellConfig, id: number) => linkEnd(cell, { place, bdf, domain, id })
  const change = together(end(root.root_cell, 0), end(inmate, 1), interrupt(inmate, bdf))
  const other = own === inmate ? root.root_cell : inmate
  const title = `Connect to "${other.name}" by ivshmem: ${describeRange(place)}`
  return change ? [{ title, kind: 'rewrite', edits: change.edits, acrossFiles: true }] : []
}

interface LinkEnd {
  readonly place: Range
  readonly bdf: number
  readonly domain: number
  readonly id: number
}

/** Regions and device behind the last ones of a cell, so that no index changes. */
function linkEnd(cell: CellConfig, { place, bdf, domain, id }: LinkEnd): Change | undefined {
  const regions = arrayOf(cell, 'mem_regions')
  const devices = arrayOf(cell, 'pci_devices')
  if (!regions || !devices || !knowsNames(cell.file, MACRO)) return undefined
  const fields = [
    '.type = JAILHOUSE_PCI_TYPE_IVSHMEM,',
    `.domain = ${domain},`,
    `.bdf = ${slotText(bdf)},`,
    '.bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX,',
    `.shmem_regions_start = ${regions.initialised},`,
    `.shmem_dev_id = ${id},`,
    '.shmem_peers = 2,',
    '.shmem_protocol = JAILHOUSE_SHMEM_PROTO_VETH,',
  ]
  return together(
    appendElements(cell, regions, [`${MACRO}(${hex(place.start)}, ${id})`], SECTIONS),
    appendElements(cell, devices, [structText(fields, indentStepOf(cell.file))]),
  )
}

/** The interrupt that the inmate's end raises, where it is not granted yet. */
function interrupt(cell: CellConfig, bdf: number): Change | undefined {
  if (cell.vpci_irq_base === undefined || cell.irqchips.length === 0) return NO_CHANGE
  const pin = intxPin(cell, { bdf })
  return owns(cell, pin) ? NO_CHANGE : grant(cell, pin)
}
