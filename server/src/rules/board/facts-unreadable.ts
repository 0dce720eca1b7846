import { noSpan } from '../../config/places.ts'
import type { FactsRule } from '../rule.ts'
import page from './facts-unreadable.md'

export const factsUnreadable: FactsRule = {
  kind: 'facts',
  code: 'JH901',
  id: 'facts-unreadable',
  title: 'Facts that cannot be read',
  severity: 'warning',
  constraints: [],
  page,
  *check({ platform }) {
    for (const { source, span, message, isTakenWithJailhouse } of platform.problems)
      if (!isTakenWithJailhouse)
        yield {
          span: span ?? (source.text ? { file: source.text, start: 0, end: 0 } : noSpan),
          headline: `${source.name}: ${message}`,
          notes: ['what it would say of the machine is not checked'],
          key: source.name,
        }
  },
}
