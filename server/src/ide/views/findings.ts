import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { isOfCell } from '../../config/places.ts'
import type { Finding } from '../../rules/rule.ts'
import { primarySpan } from '../../text/origin.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import type { MapFinding } from './model.ts'
import { placeProperty, type ToPlace } from './place.ts'

/** Where each drawn region is written. */
interface Written {
  readonly span: Span
  readonly box: number
}

/** The findings in the files of some cells. */
export const findingsIn = (findings: readonly Finding[], cells: readonly CellConfig[]): readonly Finding[] =>
  findings.filter(({ span }) => cells.some(cell => isOfCell(span, cell)))

/** Findings with the regions they speak of. */
export function mapFindings(
  findings: readonly Finding[],
  boxOf: ReadonlyMap<MemoryRegion, number>,
  toPlace: ToPlace,
): readonly MapFinding[] {
  const written = writtenIn(boxOf)
  return findings.map(({ rule, severity, headline, span, related = [] }) => ({
    code: rule.code,
    severity,
    headline,
    ...placeProperty(span, toPlace),
    boxes: [...new Set([span, ...related.map(each => each.span)].flatMap(each => boxAt(written, each)))],
  }))
}

function writtenIn(boxOf: ReadonlyMap<MemoryRegion, number>): ReadonlyMap<SourceFile, readonly Written[]> {
  const found = new Map<SourceFile, Written[]>()
  for (const [{ source }, box] of boxOf) {
    const span = source?.origin && primarySpan(source.origin)
    if (!span) continue
    const known = found.get(span.file)
    if (known) known.push({ span, box })
    else found.set(span.file, [{ span, box }])
  }
  return found
}

const boxAt = (written: ReadonlyMap<SourceFile, readonly Written[]>, { file, start, end }: Span): readonly number[] => {
  const hit = written.get(file)?.find(({ span }) => span.start <= start && end <= span.end)
  return hit ? [hit.box] : []
}
