import type { Scenario } from '../config/scenario.ts'

/** What a scenario becomes: one stage after each command. */
export interface Machine {
  readonly scenario: Scenario
}
