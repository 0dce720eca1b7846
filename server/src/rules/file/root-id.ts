import { at } from '../../config/places.ts'
import { isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeField } from '../../edit/fields.ts'
import type { ConfigRule } from '../rule.ts'
import page from './root-id.md'

export const rootId: ConfigRule = {
  kind: 'config',
  code: 'JH129',
  id: 'cell-id',
  title: 'Cell ID set in the configuration',
  severity: 'error',
  constraints: ['root-id-nonzero', 'inmate-id-ignored'],
  page,
  *check(config) {
    const cell = config.kind === 'system' ? config.root_cell : config
    if (!isWritten(cell, 'id') || (cell.isRoot && cell.id === 0)) return
    yield {
      span: at(cell, 'id'),
      ...(!cell.isRoot && { severity: 'hint' as const, unnecessary: true }),
      headline: cell.isRoot ? `id of the root cell is ${cell.id}; it must be 0` : 'id has no effect',
      notes: [
        cell.isRoot
          ? `the driver assigns ${cell.id} to an inmate: its create fails with -EEXIST, requests for cell 0 with -ENOENT`
          : 'the driver assigns the lowest free ID',
      ],
      ...fixes(fixOf('Remove .id', removeField(cell, 'id'))),
    }
  },
}
