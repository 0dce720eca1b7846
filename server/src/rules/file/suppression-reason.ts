import type { Suppression } from '../../config/suppressions.ts'
import { fixes } from '../../edit/change.ts'
import type { Span } from '../../text/source-file.ts'
import { capitalised } from '../../text/words.ts'
import type { SuppressionRule } from '../rule.ts'
import page from './suppression-reason.md'

/** `<why>`, as the editor inserts it, is still to be written. */
const isPlaceholder = (reason: string): boolean => /^<[^<>]*>$/.test(reason)

/** What is put over the place, where one text would be right; whether that silences what it should is for its author to see. */
function repairable(span: Span, { headline, help, text }: NonNullable<Suppression['fault']>) {
  if (text === undefined) return { headline, help }
  return { headline, ...fixes({ title: capitalised(help), edits: [{ span, text }] }) }
}

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
    if (fault) yield { span, severity: 'error', ...repairable(span, fault) }
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
