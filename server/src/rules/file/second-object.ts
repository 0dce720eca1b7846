import { bindConfig } from '../../config/bind.ts'
import { cellOf } from '../../config/model.ts'
import { primarySpan } from '../../text/origin.ts'
import type { UnitRule } from '../rule.ts'
import page from './second-object.md'

/** `objcopy -O binary` writes the whole data section, in the compiler's order. */
export const secondObject: UnitRule = {
  kind: 'unit',
  code: 'JH124',
  id: 'second-object',
  title: 'More than one object',
  severity: 'error',
  constraints: ['layout-extra-object'],
  page,
  *check(unit) {
    const config = bindConfig(unit)
    if (!config) return
    const { whole } = cellOf(config)
    const own = unit.objects.find(({ value }) => value === whole)
    for (const object of unit.objects)
      if (object.value !== whole && (object.section === undefined || object.section === own?.section))
        yield {
          span: primarySpan(object.nameAt),
          headline: `"${object.name}" is a second object in the .cell`,
          notes: ['the .cell then need not start with the descriptor'],
          help: 'make it a macro',
          key: object.name,
        }
  },
}
