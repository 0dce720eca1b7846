import type { SuppressionRule } from '../rule.ts'
import page from './suppression-unused.md'

export const suppressionUnused: SuppressionRule = {
  kind: 'suppression',
  code: 'JH191',
  id: 'suppression-unused',
  title: 'A suppression silences something',
  severity: 'information',
  constraints: [],
  page,
  *check({ unused }) {
    for (const { name, span: at } of unused)
      yield {
        span: at,
        headline: `nothing here violates ${name}: the suppression can go`,
        unnecessary: true,
        key: name,
      }
  },
}
