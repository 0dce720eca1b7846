import { namedIn } from '../../config/constant-names.ts'
import { CON_ACCESS_MMIO, CON_REGDIST_4, CON_TYPE_8250 } from '../../config/constants.ts'
import type { CellConfig, Console } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import type { RawFinding } from '../rule.ts'

/**
 * Whether the registers of a memory-mapped 8250 are a byte apart without anybody having said so: `uart_init` then reads and
 * writes bytes. Whoever means it names JAILHOUSE_CON_REGDIST_1, and so do all configurations that do.
 */
export function lacksDistance(cell: CellConfig, console: Console): boolean {
  const { type, ownType, flags } = console
  if (ownType === undefined && type !== CON_TYPE_8250) return false
  if (!(flags & CON_ACCESS_MMIO) || flags & CON_REGDIST_4) return false
  const names = namedIn(cell, console, 'flags')
  return names !== undefined && names.length > 0 && !names.some(name => /_REGDIST_/.test(name))
}

export const withoutDistance = (console: Console, prefix: string): RawFinding => ({
  span: at(console, 'flags'),
  severity: 'warning',
  headline: 'console says nothing of the distance of its registers: it is taken for 1 byte',
  notes: ['a UART whose registers are 4 bytes apart, as most of ARM, prints nothing, or a write to it faults'],
  help: `add ${prefix}REGDIST_4, or ${prefix}REGDIST_1 where the registers are bytes`,
  key: 'distance',
  ...fixes(fixOf(`Add ${prefix}REGDIST_4`, addFlag(console, 'flags', `${prefix}REGDIST_4`), false)),
})
