import type { SuppressionRule } from '../rule.ts'
import page from './suppression-reason.md'

/** `<why>`, as the editor inserts it, is still to be written. */
const isPlaceholder = (reason: string): boolean => /^<[^<>]*>$/.test(reason)

export const suppressionReason: SuppressionRule = {
  kind: 'suppression',
  code: 'JH190',
  id: 'suppression-reason',
  title: 'Incomplete suppression',
  severity: 'warning',
  constraints: [],
  page,
  *check({ suppression, unknown }) {
    const { span, names, reason, fault } = suppression
    if (fault) yield { span, severity: 'error', ...fault }
    else if (names.length === 0)
      yield {
        span,
        severity: 'error',
        headline: 'suppression names no rule',
        help: 'name a rule, as in "ignore JH203 -- reason"',
      }
    else if (!reason || isPlaceholder(reason))
      yield {
        span,
        // What the editor inserts must not make a warning of a hint.
        ...(reason && { severity: 'information' }),
        headline: 'suppression has no reason',
        help: 'add the reason, as in "ignore JH203 -- reason"',
      }
    for (const { name, span } of unknown) yield { span, severity: 'error', headline: `unknown rule "${name}"` }
  },
}
