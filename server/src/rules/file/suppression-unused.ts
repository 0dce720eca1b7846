import type { SuppressionRule } from '../rule.ts'
import page from './suppression-unused.md'

export const suppressionUnused: SuppressionRule = {
  kind: 'suppression',
  code: 'JH191',
  id: 'suppression-unused',
  title: 'Unused suppression',
  severity: 'information',
  constraints: [],
  page,
  *check({ unused }) {
    for (const { name, span: at } of unused)
      yield {
        span: at,
        headline: `suppression of ${name} has no effect`,
        help: 'remove the suppression',
        unnecessary: true,
        key: name,
      }
  },
}
