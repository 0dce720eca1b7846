import { COUNT_OF } from '../../config/bind-cell.ts'
import type { ArrayName, CellConfig, DeclaredArray } from '../../config/model.ts'
import { setCount } from '../fixes/arrays.ts'
import { fixes, fixOf } from '../fixes/change.ts'
import { removeField } from '../fixes/fields.ts'
import { at, atDeclaration, count } from '../places.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './count-mismatch.md'

/** The accessors of `cell-config.h` find each array behind the counts of those before it; nobody compares the sizes. */
export const countMismatch: CellRule = {
  kind: 'cell',
  code: 'JH121',
  id: 'count-mismatch',
  title: 'Counts agree with the arrays',
  severity: 'error',
  constraints: [
    'count-missing',
    'count-too-large',
    'count-too-small',
    'count-without-array',
    'file-size-mismatch',
    'cpu-set-size-mismatch',
    'tool-parse-trailing',
  ],
  page,
  *check(cell) {
    for (const name of Object.keys(COUNT_OF) as ArrayName[]) {
      const array = cell.arrays.find(array => array.name === name)
      const counted = cell.counts[COUNT_OF[name]]
      if (array) yield* miscounted(cell, array)
      else if (counted > 0 && name !== 'cpus' && cell.whole !== cell.source) yield withoutArray(cell, name, counted)
    }
  },
}

/** Elements of an array in the unit of its count: bytes for the CPU set. */
const lengthOf = (array: DeclaredArray): number =>
  array.name === 'cpus' || (array.value.type.element.kind === 'int' && array.name === 'pio_regions')
    ? array.length * array.elementSize
    : array.length

function* miscounted(cell: CellConfig, array: DeclaredArray): Iterable<RawFinding> {
  const { name, member, counted } = array
  const length = lengthOf(array)
  if (counted === length) return
  const shifted = cell.arrays.slice(cell.arrays.indexOf(array) + 1).find(later => later.counted > 0)
  yield {
    span: at(cell, COUNT_OF[name]),
    severity: counted > length || shifted || name === 'cpus' ? 'error' : 'warning',
    headline: `${COUNT_OF[name]} is ${counted}, but ${member} has ${count(length, name === 'cpus' ? 'byte' : 'element')}: ${effect(array, length, shifted)}`,
    related: [{ span: atDeclaration(array), text: `${member} is declared here` }],
    key: COUNT_OF[name],
    ...fixes(fixOf(`Let ${COUNT_OF[name]} follow ${member}`, setCount(cell, array))),
  }
}

function effect({ member, counted }: DeclaredArray, length: number, shifted: DeclaredArray | undefined): string {
  if (counted > length) return `Jailhouse reads past the end of ${member}`
  if (shifted) return `${shifted.member} is read from the bytes of ${member}`
  return counted === 0 ? `${member} is ignored` : `the rest of ${member} is ignored`
}

const withoutArray = (cell: CellConfig, name: ArrayName, counted: number): RawFinding => ({
  span: at(cell, COUNT_OF[name]),
  headline: `${COUNT_OF[name]} is ${counted}, but there is no array ${name}: Jailhouse reads whatever follows`,
  key: COUNT_OF[name],
  ...fixes(fixOf(`Remove ${COUNT_OF[name]}`, removeField(cell, COUNT_OF[name]))),
})
