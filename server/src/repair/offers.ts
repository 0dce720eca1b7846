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

/** A finding with those of its fixes that may be offered. */
export function withOffers(finding: Finding, project: Project): Finding {
  const { fixes, ...rest } = finding
  const offers = fixes?.flatMap(fix => offered(finding, fix, project) ?? []) ?? []
  return offers.length > 0 ? { ...rest, fixes: offers } : rest
}
