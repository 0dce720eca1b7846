import { at } from '../places.ts'
import type { RootlessRule } from '../rule.ts'
import page from './root-unknown.md'

export const rootUnknown: RootlessRule = {
  kind: 'rootless',
  code: 'JH133',
  id: 'root-unknown',
  title: 'The root of an inmate is known',
  severity: 'hint',
  constraints: [],
  page,
  *check(cell) {
    yield {
      span: at(cell, 'name'),
      headline: `no root is known for "${cell.name}", so nothing is held against one: name it in a comment, /* jailhouse-warden: root=FILE.c */, or in a system of jailhouse.json`,
      key: 'root',
    }
  },
}
