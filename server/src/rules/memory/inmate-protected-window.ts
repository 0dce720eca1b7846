import type { ScenarioRule } from '../rule.ts'
import page from './inmate-protected-window.md'
import { windowFault } from './protected-window.ts'
import { hitBy, windowsOf } from './windows.ts'

export const inmateProtectedWindow: ScenarioRule = {
  kind: 'scenario',
  code: 'JH217',
  id: 'inmate-protected-window',
  title: 'Intercepted registers mapped into an inmate',
  severity: 'error',
  constraints: ['inmate-virt-over-trap'],
  page,
  *check({ root, cells }) {
    const windows = windowsOf(root)
    for (const cell of cells)
      for (const region of cell.mem_regions) {
        const hit = hitBy(region, windows)
        if (hit.length) yield windowFault(cell, region, hit)
      }
  },
}
