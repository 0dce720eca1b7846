import type { PioRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { isLinux } from '../../machine/cell-linux.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './timer-missing.md'

/** `cell_start` hands its port to the inmate, whose library reads it by `delay_us` and `pm_timer_read`. */
export const timerMissing: ScenarioRule = {
  kind: 'scenario',
  code: 'JH766',
  id: 'timer-missing',
  title: 'No PM timer for inmates',
  severity: 'information',
  constraints: [],
  page,
  *check({ root, cells }) {
    const { platform_info, architecture } = root
    const { source, pm_timer_address } = platform_info.x86
    const isSet = pm_timer_address !== 0 || !source?.fields.has('pm_timer_address')
    const isRead = cells.length === 0 || cells.some(cell => !isLinux(cell) && !cell.pio_regions.some(isPortZero))
    if (architecture !== 'x86' || isSet || !isRead) return
    yield {
      span: at(platform_info, 'x86.pm_timer_address'),
      headline: 'pm_timer_address is not set, and inmates cannot read the PM timer',
      notes: [
        'the inmate library reads port 0 instead in delay_us and pm_timer_read: "FATAL: Invalid PIO read, port: 0", and the CPU is parked',
      ],
      help: 'set it to the port that /proc/ioports lists as ACPI PM_TMR',
      key: 'timer',
    }
  },
}

const isPortZero = ({ base }: PioRegion): boolean => base === 0
