import type { CellConfig } from '../config/model.ts'
import type { Range } from '../config/ranges.ts'
import { arrayOf } from '../config/written.ts'
import { indentAt } from '../text/lines.ts'
import { primarySpan } from '../text/origin.ts'
import { hex } from '../text/words.ts'
import type { Change } from './change.ts'
import { appendElements } from './elements.ts'
import { indentStep } from './layout.ts'

/** Adds an identity-mapped region behind the last one, so that no index into the array changes. */
export function appendRegion(cell: CellConfig, range: Range, flags: readonly string[]): Change | undefined {
  const array = arrayOf(cell, 'mem_regions')
  if (!array?.value.origin) return undefined
  const { file, start } = primarySpan(array.value.items[array.initialised - 1]?.origin ?? array.value.origin)
  const fields = [
    `.phys_start = ${hex(range.start)},`,
    `.virt_start = ${hex(range.start)},`,
    `.size = ${hex(range.end - range.start)},`,
    `.flags = ${flags.join(' | ')},`,
  ]
  return appendElements(cell, array, [structText(fields, indentStep(indentAt(file.text, start)))])
}

/** A struct over lines, each field on its own; what it is put into indents the lines. */
export const structText = (fields: readonly string[], step: string): string =>
  ['{', ...fields.map(field => step + field), '}'].join('\n')
