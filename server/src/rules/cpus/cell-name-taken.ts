import type { CellConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './cell-name-taken.md'

/** What the driver passes on: 31 characters and a NUL. */
const passedName = ({ name }: CellConfig): string => name.slice(0, 31)

export const cellNameTaken: ScenarioRule = {
  kind: 'scenario',
  code: 'JH663',
  id: 'cell-name-taken',
  title: 'Duplicate cell name',
  severity: 'error',
  constraints: ['name-duplicate', 'tool-name-reused'],
  page,
  *check({ root: { root_cell }, cells }) {
    for (const [i, cell] of cells.entries()) {
      const other = [root_cell, ...cells.slice(0, i)].find(earlier => passedName(earlier) === passedName(cell))
      if (other)
        yield {
          span: at(cell, 'name'),
          headline: `"${passedName(cell)}" is also the name of ${other.isRoot ? 'the root cell' : 'another cell'}`,
          notes: ['create fails with -EEXIST, and "jailhouse cell linux" loads its images into the existing cell'],
          help: 'rename one of the cells',
          related: [{ span: at(other, 'name'), text: `"${other.name}"` }],
        }
    }
  },
}
