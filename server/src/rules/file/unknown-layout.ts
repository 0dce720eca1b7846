import { foreignLayout } from '../../config/headers/foreign-layout.ts'
import type { UnitRule } from '../rule.ts'
import page from './unknown-layout.md'

/** A file for a header that is not at hand, and for which no built-in one can stand. */
export const unknownLayout: UnitRule = {
  kind: 'unit',
  code: 'JH142',
  id: 'unknown-layout',
  title: 'Layout not known',
  severity: 'warning',
  constraints: [],
  page,
  *check(unit) {
    const layout = foreignLayout(unit)
    if (!layout || unit.problems.some(({ kind, span }) => kind === 'include-not-found' && span.file === unit.main))
      return
    yield {
      span: layout.span,
      headline: `layout unknown: ${layout.sign}`,
      notes: [
        'no cell-config.h of a tree is at hand: what rests on the layout is not checked, and build refuses the file',
      ],
      help: 'open the file in its tree, or name its headers: "includePaths" in jailhouse.json, -I on the command line',
      key: layout.sign,
    }
  },
}
