import type { CellConfig } from '../../config/model.ts'
import { at } from '../places.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './cell-name-taken.md'

/** What the driver hands on: 31 characters and a NUL. */
const told = ({ name }: CellConfig): string => name.slice(0, 31)

export const cellNameTaken: ScenarioRule = {
  kind: 'scenario',
  code: 'JH663',
  id: 'cell-name-taken',
  title: 'Cells have different names',
  severity: 'error',
  constraints: ['name-duplicate', 'tool-name-reused'],
  page,
  *check({ root: { root_cell }, cells }) {
    for (const [i, cell] of cells.entries()) {
      const other = [root_cell, ...cells.slice(0, i)].find(earlier => told(earlier) === told(cell))
      if (other)
        yield {
          span: at(cell, 'name'),
          headline: `"${told(cell)}" is also the name of ${other.isRoot ? 'the root cell' : 'a cell created before'}: creating this one answers EEXIST, and jailhouse cell linux would load its image into the other; rename one`,
          related: [{ span: at(other, 'name'), text: `"${other.name}"` }],
        }
    }
  },
}
