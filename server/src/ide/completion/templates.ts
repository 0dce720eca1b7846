import type { Irqchip } from '../../config/model.ts'
import { KiB } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { byWord } from '../../text/by-word.ts'
import { hex } from '../../text/words.ts'
import type { CellView } from './cell-view.ts'
import { pciTemplates } from './pci-templates.ts'
import { registersPlace } from './region-places.ts'
import { regionTemplates } from './region-templates.ts'
import type { Free, Template } from './template.ts'

const isX86 = ({ own }: CellView): boolean => own.architecture === 'x86'
const isArm64 = ({ own }: CellView): boolean => own.architecture === 'arm64'

export const TEMPLATES = byWord<(view: CellView, free: Free) => readonly Template[]>({
  jailhouse_memory: regionTemplates,
  jailhouse_pci_device: pciTemplates,
  jailhouse_irqchip: irqchips,
  jailhouse_pio: () => [
    { label: 'PIO_RANGE', detail: 'I/O ports', insert: 'PIO_RANGE(${1:0x0}, ${2:1}),$0', macro: 'PIO_RANGE', makes: 1 },
    {
      label: 'port range',
      detail: 'I/O ports',
      insert: '{\n\t.base = ${1:0x0},\n\t.length = ${2:1},\n},$0',
    },
  ],
  jailhouse_pci_capability: () => [
    {
      label: 'capability',
      detail: 'a PCI capability',
      insert: `{
\t.id = \${1:PCI_CAP_ID_PM},
\t.start = \${2:0x40},
\t.len = \${3:8},
\t.flags = \${4:JAILHOUSE_PCICAPS_WRITE},
},$0`,
    },
  ],
  jailhouse_cache: () => [
    {
      label: 'cache region',
      detail: 'ways of the L3 cache',
      fits: view => isX86(view) && !arrayOf(view.own, 'cache_regions')?.initialised,
      insert: '{\n\t.start = ${1:0},\n\t.size = ${2:2},\n\t.type = JAILHOUSE_CACHE_L3,\n},$0',
    },
  ],
  jailhouse_stream_id: (_, free) =>
    free('id')
      .slice(0, 1)
      .map(id => ({ label: 'stream id', detail: 'a DMA master', insert: `{ \${1:${id}} },$0` })),
  jailhouse_iommu: view => [
    {
      label: 'VT-d',
      detail: 'Intel IOMMU',
      fits: isX86,
      insert: '{\n\t.type = JAILHOUSE_IOMMU_INTEL,\n\t.base = ${1:0xfed90000},\n\t.size = 0x1000,\n},$0',
    },
    ...armUnits(view),
  ],
})

/** Where the machine has them only its manual knows: they begin behind the registers of the root. */
function armUnits(view: CellView): readonly Template[] {
  const smmu = registersPlace(view, 128n * KiB)
  const pvu = registersPlace(view, 256n * KiB)
  if (!isArm64(view) || !smmu || !pvu) return []
  return [
    {
      label: 'SMMUv3',
      detail: 'Arm IOMMU',
      insert: `{\n\t.type = JAILHOUSE_IOMMU_SMMUV3,\n\t.base = \${1:${hex(smmu.start)}},\n\t.size = \${2:0x20000},\n},$0`,
    },
    {
      label: 'PVU',
      detail: 'TI Peripheral Virtualization Unit',
      insert: `{
\t.type = JAILHOUSE_IOMMU_PVU,
\t.base = \${1:${hex(pvu.start + 256n * KiB)}},
\t.size = 0x1000,
\t.tipvu = {
\t\t.tlb_base = \${2:${hex(pvu.start)}},
\t\t.tlb_size = 0x40000,
\t},
},$0`,
    },
  ]
}

/** Interrupts that no entry of the cell covers yet: of a GIC the next 128, on x86 an I/O APIC of the root. */
function irqchips(view: CellView, free: Free): readonly Template[] {
  const [base] = free('pin_base')
  const [address] = free('address')
  const missing = isX86(view) ? chipOfRoot(view) : undefined
  if (missing) return [irqchip(hex(missing.address), String(missing.pin_base), missing.id)]
  return base !== undefined && address !== undefined ? [irqchip(address, base, 0)] : []
}

const chipOfRoot = ({ own, root }: CellView): Irqchip | undefined =>
  own.isRoot
    ? undefined
    : root?.root_cell.irqchips.find(chip => !own.irqchips.some(({ address }) => address === chip.address))

const irqchip = (address: string, base: string, id: number): Template => ({
  label: 'irqchip',
  detail: `interrupts from ${base} on`,
  insert: `{
\t.address = \${1:${address}},${id ? `\n\t.id = ${hex(id)},` : ''}
\t.pin_base = \${2:${base}},
\t.pin_bitmap = {
\t\t\${3:0x0}, 0x0, 0x0, 0x0,
\t},
},$0`,
})
