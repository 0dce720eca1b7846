import type { CellConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { arrayOf } from '../../config/written.ts'
import type { Device, Fact, Interrupt, Source } from '../../platform/model.ts'
import { primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'

/** How board rules name facts. */

const PROVENANCE: Readonly<Record<Source['provenance'], string>> = {
  live: 'taken on the machine',
  static: 'a packaged tree, which may differ from the machine',
  artefact: "the cell's own tree",
}

/** What a claim rests on, as a note of its own. */
export const basis = (...facts: readonly Fact[]): string => {
  const sources = [...new Set(facts.map(({ source }) => source))]
  return `by ${sources.map(({ name, provenance }) => `${name} (${PROVENANCE[provenance]})`).join(' and ')}`
}

/** A place in the facts as related information, where they are text. */
export const relatedFacts = (...facts: readonly (readonly [Fact, string])[]) => {
  const related = facts.flatMap(([{ span }, text]) => (span ? [{ span, text }] : []))
  return related.length > 0 ? { related } : {}
}

export const deviceText = ({ name, compatible }: Device): string =>
  compatible[0] === undefined ? name : `${name} (${compatible[0]})`

/** `SPI 144` */
export const lineName = (id: number): string => (id < 32 ? `PPI ${id - 16}` : `SPI ${id - 32}`)

export const lineText = (id: number): string => `${lineName(id)} (ID ${id})`

export const gicLines = (interrupts: readonly Interrupt[]): readonly number[] =>
  interrupts.flatMap(each => (each.kind === 'gic' ? [each.id] : []))

/** The designator of an array in its initializer: `.mem_regions`. */
export function atArray(cell: CellConfig, name: Parameters<typeof arrayOf>[1]): Span {
  const array = arrayOf(cell, name)
  const designator = array && cell.whole?.fields.get(array.member)?.designator
  return designator ? primarySpan(designator) : at(cell, 'name')
}
