import { isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeField } from '../../edit/fields.ts'
import { at } from '../places.ts'
import type { ConfigRule } from '../rule.ts'
import page from './root-id.md'

export const rootId: ConfigRule = {
  kind: 'config',
  code: 'JH129',
  id: 'cell-id',
  title: 'Ids are given by the driver',
  severity: 'error',
  constraints: ['root-id-nonzero', 'inmate-id-ignored'],
  page,
  *check(config) {
    const cell = config.kind === 'system' ? config.root_cell : config
    if (!isWritten(cell, 'id') || (cell.isRoot && cell.id === 0)) return
    yield {
      span: at(cell, 'id'),
      ...(!cell.isRoot && { severity: 'hint' as const, unnecessary: true }),
      headline: cell.isRoot
        ? `the root has id ${cell.id}, but the driver takes it to be 0 and gives the others to inmates: creating cell ${cell.id} fails with EEXIST, and what is asked of cell 0 with ENOENT`
        : `.id has no effect: the driver gives the cell the lowest one that is free`,
      ...fixes(fixOf('Remove .id', removeField(cell, 'id'))),
    }
  },
}
