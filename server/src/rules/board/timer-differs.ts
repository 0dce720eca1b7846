import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { allClaims } from '../../platform/read/iomem.ts'
import { hex } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './timer-differs.md'
import { basis, relatedFacts } from './words.ts'

export const timerDiffers: BoardRule = {
  kind: 'board',
  code: 'JH966',
  id: 'timer-differs',
  title: 'PM timer at another port',
  severity: 'warning',
  constraints: [],
  page,
  *check({ platform, scenario }) {
    const { platform_info, architecture } = scenario.root
    const timer = [...allClaims(platform.ports ?? [])].find(({ name }) => name === 'ACPI PM_TMR')
    const port = timer && Number(timer.range.start)
    if (architecture !== 'x86' || !timer || port === undefined || platform_info.x86.pm_timer_address === port) return
    yield {
      span: at(platform_info, 'x86.pm_timer_address'),
      headline: `pm_timer_address is ${hex(platform_info.x86.pm_timer_address)}, the PM timer is at ${hex(port)}`,
      notes: ['inmates calibrate their clocks by it', basis(timer)],
      ...relatedFacts([timer, 'ACPI PM_TMR']),
      key: 'timer',
      ...fixes(
        fixOf(
          `Set pm_timer_address to ${hex(port)}`,
          setField(platform_info, 'x86.pm_timer_address', hex(port)),
          false,
        ),
      ),
    }
  },
}
