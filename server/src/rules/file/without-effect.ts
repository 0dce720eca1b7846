import type { Located } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeField } from '../../edit/fields.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './without-effect.md'

export const withoutEffect: SystemRule = {
  kind: 'system',
  code: 'JH131',
  id: 'without-effect',
  title: 'Field without effect',
  severity: 'hint',
  constraints: ['root-desc-header-ignored', 'hv-mem-extra-fields'],
  page,
  *check({ root_cell, hypervisor_memory }) {
    for (const field of ['signature', 'revision', 'architecture'])
      yield* unread(root_cell, field, 'the driver reads the header of the system, not that of the root cell in it')
    for (const field of ['virt_start', 'flags'])
      yield* unread(hypervisor_memory, field, 'hypervisor_memory has effect by phys_start and size only')
  },
}

function* unread(located: Located, field: string, reason: string): Iterable<RawFinding> {
  if (!isWritten(located, field)) return
  yield {
    span: at(located, field),
    headline: `${field} has no effect here`,
    notes: [reason],
    unnecessary: true,
    key: field,
    ...fixes(fixOf(`Remove .${field}`, removeField(located, field))),
  }
}
