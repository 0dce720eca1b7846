import type { Rule } from './rule.ts'

/** All rules, in reading order: one line for each area's run of codes. */
export const catalogue: readonly Rule[] = []
