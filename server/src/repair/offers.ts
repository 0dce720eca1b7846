import type { Project } from '../config/project.ts'
import type { Finding, Fix } from '../rules/rule.ts'
import { prove } from './proof.ts'

/**
 * A fix as it may be offered: as it is where it is proven, as a plain choice where it does no harm and the finding
 * stays, and not at all where it would cause another error or warning or leave a file that does not compile.
 */
export function offered(finding: Finding, fix: Fix, project: Project): Fix | undefined {
  const { kind } = prove([finding], fix.edits, project)
  if (kind === 'refuted') return undefined
  return kind === 'proven' ? fix : { ...fix, preferred: false }
}

/** Letters of a file that are always read again to try its repairs: whatever the time, some twenty trials of a usual one. */
const MAX_READ_AGAIN = 2 ** 18

/** In files longer than this, far longer than any board's, one trial may take long by itself. */
const MAX_TRIED_LENGTH = 2 ** 16

export interface Offers {
  readonly findings: readonly Finding[]
  /** Those of the findings given whose fixes were not tried, and are left out. */
  readonly untried: ReadonlySet<Finding>
}

/** Findings with those of their fixes that may be offered; beyond what is tried in any case, until `isOver`. */
export function offersOf(findings: readonly Finding[], project: Project, isOver: () => boolean): Offers {
  const readAgain = new Map<string, number>()
  const untried = new Set<Finding>()
  const all = findings.map(finding => {
    const { fixes = [], span } = finding
    if (fixes.length === 0) return finding
    const { uri, text } = span.file
    const read = (readAgain.get(uri) ?? 0) + fixes.length * text.length
    readAgain.set(uri, read)
    const isCheap = text.length <= MAX_TRIED_LENGTH && read <= MAX_READ_AGAIN
    const offers = isCheap || !isOver() ? withOffers(finding, project) : undefined
    if (offers && !project.time?.isOver()) return offers
    untried.add(finding)
    const { fixes: _, ...rest } = finding
    return rest
  })
  return { findings: all, untried }
}

/** A finding with those of its fixes that may be offered. */
export function withOffers(finding: Finding, project: Project): Finding {
  const { fixes, ...rest } = finding
  const offers = fixes?.flatMap(fix => offered(finding, fix, project) ?? []) ?? []
  return offers.length > 0 ? { ...rest, fixes: offers } : rest
}
