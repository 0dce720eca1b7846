import type { CellConfig, SystemConfig } from '../../config/model.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './inmate-protected-window.md'
import { windowFault } from './protected-window.ts'
import { hitBy, rightWindows } from './windows.ts'

/** All irqchips of both cells agree on another address. */
function isDistributorDoubted({ root_cell, platform_info }: SystemConfig, { irqchips }: CellConfig): boolean {
  const [address, ...others] = [...new Set([...root_cell.irqchips, ...irqchips].map(chip => chip.address))]
  return irqchips.length > 0 && others.length === 0 && address !== platform_info.arm?.gicd_base
}

export const inmateProtectedWindow: ScenarioRule = {
  kind: 'scenario',
  code: 'JH217',
  id: 'inmate-protected-window',
  title: 'Intercepted registers mapped into an inmate',
  severity: 'error',
  constraints: ['inmate-virt-over-trap'],
  rests: ['extent', 'pci_mmconfig_base'],
  page,
  *check({ root, cells }) {
    for (const cell of cells) {
      const isDoubted = isDistributorDoubted(root, cell)
      const windows = rightWindows(root).filter(({ field }) => !(isDoubted && field?.path === 'gicd_base'))
      for (const region of cell.mem_regions) {
        const hit = hitBy(region, windows)
        if (hit.length) yield windowFault(cell, region, hit)
      }
    }
  },
}
