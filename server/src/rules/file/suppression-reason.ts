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
    if (suppression.names.length === 0)
      yield {
        span: suppression.span,
        headline: 'suppression names no rule',
        help: 'name a rule, as in "ignore JH203 -- reason"',
      }
    else if (!suppression.reason || isPlaceholder(suppression.reason))
      yield {
        span: suppression.span,
        headline: 'suppression has no reason',
        help: 'add the reason, as in "ignore JH203 -- reason"',
      }
    for (const { name, span: at } of unknown) yield { span: at, headline: `unknown rule "${name}"` }
  },
}
