import { at } from '../../config/places.ts'
import type { RootlessRule } from '../rule.ts'
import page from './root-unknown.md'

export const rootUnknown: RootlessRule = {
  kind: 'rootless',
  code: 'JH133',
  id: 'root-unknown',
  title: 'Unknown root cell',
  severity: 'hint',
  constraints: [],
  page,
  *check({ cell, choice }) {
    if (choice) return
    yield {
      span: at(cell, 'name'),
      headline: `no root cell found for "${cell.name}"`,
      notes: ['only single-file checks were run'],
      help: 'add the comment /* jailhouse-warden: root=FILE.c */, or a system to jailhouse.json',
      key: 'root',
    }
  },
}
