import type { CellConfig } from '../../config/model.ts'
import { at, atElement } from '../../config/places.ts'
import { arrayOf } from '../../config/written.ts'
import { type Change, together } from '../../edit/change.ts'
import { setElement } from '../../edit/elements.ts'
import { numberList } from '../../text/number-list.ts'
import type { Span } from '../../text/source-file.ts'
import { hex } from '../../text/words.ts'

/** Where a CPU is named: its word of `cpus`. */
export function atCpu(cell: CellConfig, cpu: number): Span {
  const array = arrayOf(cell, 'cpus')
  return array ? atElement(array, cpu >> 6) : at(cell, 'cpu_set_size')
}

export const cpuNames = (cpus: readonly number[]): string => `CPU${cpus.length === 1 ? '' : 's'} ${numberList(cpus)}`

/** Leaves these CPUs and no others in the set. */
export function setCpus(cell: CellConfig, cpus: readonly number[]): Change | undefined {
  const array = arrayOf(cell, 'cpus')
  if (!array) return undefined
  const words = [...new Set([...cell.cpus, ...cpus].map(cpu => cpu >> 6))]
  return together(...words.map(word => setElement(array, word, hex(maskOf(cpus, word)))))
}

const maskOf = (cpus: readonly number[], word: number): bigint =>
  cpus.filter(cpu => cpu >> 6 === word).reduce((mask, cpu) => mask | (1n << BigInt(cpu & 63)), 0n)
