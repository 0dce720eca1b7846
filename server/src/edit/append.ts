import type { CellConfig } from '../config/model.ts'
import type { Range } from '../config/ranges.ts'
import { arrayOf } from '../config/written.ts'
import { indentAt } from '../text/lines.ts'
import { primarySpan } from '../text/origin.ts'
import { hex } from '../text/words.ts'
import type { Change } from './change.ts'
import { appendElements } from './elements.ts'
import { indentStep } from './layout.ts'

/** A region to be written where it lies. */
export interface NewRegion {
  readonly range: Range
  readonly flags: readonly string[]
  /** In front of it. */
  readonly comment?: string
}

/** Adds an identity-mapped region behind the last one, so that no index into the array changes. */
export const appendRegion = (cell: CellConfig, range: Range, flags: readonly string[]): Change | undefined =>
  appendRegions(cell, [{ range, flags }])

export function appendRegions(cell: CellConfig, regions: readonly NewRegion[]): Change | undefined {
  const array = arrayOf(cell, 'mem_regions')
  if (!array?.value.origin) return undefined
  const { file, start } = primarySpan(array.value.items[array.initialised - 1]?.origin ?? array.value.origin)
  const step = indentStep(indentAt(file.text, start))
  return appendElements(
    cell,
    array,
    regions.map(region => regionText(region, step)),
  )
}

function regionText({ range, flags, comment }: NewRegion, step: string): string {
  const fields = [
    `.phys_start = ${hex(range.start)},`,
    `.virt_start = ${hex(range.start)},`,
    `.size = ${hex(range.end - range.start)},`,
    `.flags = ${flagLines(flags, step)},`,
  ]
  const words = comment === undefined ? '' : `/* ${comment.replaceAll('*/', '* /').replace(/\s+/g, ' ')} */ `
  return words + structText(fields, step)
}

/** Flags in a row, as many as a line has room for. */
function flagLines(flags: readonly string[], step: string): string {
  const lines: string[] = []
  for (const [i, flag] of flags.entries()) {
    const part = i === flags.length - 1 ? flag : `${flag} |`
    const line = lines.at(-1)
    if (line !== undefined && line.length + part.length < MAX_FLAGS) lines[lines.length - 1] = `${line} ${part}`
    else lines.push(part)
  }
  return lines.join(`\n${step}${step}`)
}

/** Characters of flags on a line: with its indentation that makes about 80 columns. */
const MAX_FLAGS = 66

/** A struct over lines, each field on its own; what it is put into indents the lines. */
export const structText = (fields: readonly string[], step: string): string =>
  ['{', ...fields.map(field => step + field), '}'].join('\n')
