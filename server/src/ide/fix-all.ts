import type { Finding, Fix } from '../rules/rule.ts'
import type { Edit } from '../text/source-file.ts'

/** The repair that is right when there is nothing else to know. */
export const preferredFix = ({ fixes }: Finding): Fix | undefined => fixes?.find(fix => fix.preferred)

/**
 * The edits of as many preferred fixes as go together: a fix that would touch text an earlier one edits is left for
 * the next round. Each fix is taken whole or not at all.
 */
export function fixAll(findings: readonly Finding[]): readonly Edit[] {
  const taken: Edit[] = []
  for (const finding of findings) {
    const edits = preferredFix(finding)?.edits ?? []
    const fresh = edits.filter(edit => !taken.some(other => isSame(edit, other)))
    if (!fresh.some(edit => taken.some(other => touches(edit, other)))) taken.push(...fresh)
  }
  return taken
}

const isSame = (a: Edit, b: Edit): boolean =>
  a.span.file === b.span.file && a.span.start === b.span.start && a.span.end === b.span.end && a.text === b.text

/** Two insertions at one place count as touching: their order would be a guess. */
const touches = ({ span: a }: Edit, { span: b }: Edit): boolean =>
  a.file === b.file && (a.start === b.start || (a.start < b.end && b.start < a.end))
