import { regionName } from '../../config/element-name.ts'
import type { CellConfig } from '../../config/model.ts'
import { oddBase, oddBits } from '../../config/number-base.ts'
import { at, atElement, keyOf } from '../../config/places.ts'
import { arrayOf } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { editable, setField } from '../../edit/fields.ts'
import { hex } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './number-base.md'

/** Of a set of CPUs; whoever has more of them writes ranges. */
const MAX_WORDS = 64

const FIELDS = ['phys_start', 'virt_start', 'size'] as const

export const numberBase: CellRule = {
  kind: 'cell',
  code: 'JH139',
  id: 'number-base',
  title: 'Number without 0x or 0b',
  severity: 'warning',
  constraints: [],
  charges: 'extent',
  page,
  *check(cell) {
    for (const region of cell.mem_regions)
      for (const field of FIELDS) {
        const odd = oddBase(region, field)
        if (!odd) continue
        yield {
          span: at(region, field),
          headline: `${field} ${odd.text} of ${regionName(region)} is ${odd.base}: it is ${hex(region[field])}`,
          key: `${field} ${keyOf(region)}`,
          ...fixes(fixOf(`Write ${odd.meant}`, setField(region, field, odd.meant), false)),
        }
      }
    yield* ofCpus(cell)
  },
}

/** Sets of CPUs are written in binary or hexadecimal. */
function* ofCpus(cell: CellConfig): Iterable<RawFinding> {
  const array = arrayOf(cell, 'cpus')
  for (const [index, { origin }] of array?.value.items.slice(0, MAX_WORDS).entries() ?? []) {
    const bits = oddBits(origin)
    if (!array || bits === undefined) continue
    const isOctal = bits.startsWith('0')
    const span = editable(origin)
    yield {
      span: atElement(array, index),
      headline: `CPU set ${bits} is ${isOctal ? 'octal' : 'decimal'}: it is ${hex(BigInt(isOctal ? `0o${bits}` : bits))}`,
      key: `cpus ${index}`,
      ...fixes(fixOf(`Write 0b${bits}`, span && { edits: [{ span, text: `0b${bits}` }] }, false)),
    }
  }
}
