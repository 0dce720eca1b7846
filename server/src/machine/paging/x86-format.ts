import type { Hardware } from '../hardware.ts'
import type { Level, TableFormat } from './page-tables.ts'

/** Tables derived from `x86_64_paging`; a leaf size the hardware lacks becomes tables. */
function format(from: 0 | 1, pages1G: boolean, pages2M: boolean): TableFormat {
  const levels: readonly Level[] = [
    { span: 2 ** 27, leaf: false },
    { span: 2 ** 18, leaf: pages1G },
    { span: 2 ** 9, leaf: pages2M },
    { span: 1, leaf: true },
  ]
  return { levels: levels.slice(from), rootEntries: 512, rootPages: 1, physPages: 2 ** 40, addressBits: 64 }
}

/** `ept_paging`: as the EPT capabilities say. */
export const eptFormat = ({ x86 }: Hardware): TableFormat => format(0, x86.pages1G, x86.pages2M)

/** `npt_iommu_paging`, and the hypervisor's own tables: all sizes. */
export const allSizes: TableFormat = format(0, true, true)

/** `vtd_paging`: three levels reach 512 GiB. */
export const vtdFormat = ({ x86 }: Hardware): TableFormat =>
  format(x86.vtdLevels === 3 ? 1 : 0, x86.pages1G, x86.pages2M)
