import { isArm } from '../../config/architecture.ts'
import { MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { has, virt } from '../../config/ranges.ts'
import { hex } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './clock-register.md'

/** `arch_console_init` of the inmate library sets the clock gate before the first character. */
export const clockRegister: ScenarioRule = {
  kind: 'scenario',
  code: 'JH763',
  id: 'clock-register',
  title: 'Clock register of a console not mapped',
  severity: 'warning',
  constraints: [],
  rests: ['extent'],
  page,
  *check({ root, cells }) {
    for (const cell of cells.filter(isArm)) {
      const { clock_reg } = cell.console
      const isMapped = cell.mem_regions.some(
        region => has(region, MEM_READ | MEM_WRITE) && virt(region).start <= clock_reg && clock_reg < virt(region).end,
      )
      if (clock_reg === 0n || isMapped || clock_reg === root.debug_console.clock_reg) continue
      yield {
        span: at(cell.console, 'clock_reg'),
        headline: `clock_reg ${hex(clock_reg)} of the console is not mapped in the cell`,
        notes: ['the inmate library sets the gate before its first output, which parks the CPU: "Unhandled data read"'],
        help: 'map the register into the cell, or remove clock_reg',
        key: hex(clock_reg),
      }
    }
  },
}
