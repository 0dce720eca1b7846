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
  title: 'A configuration defines one object',
  severity: 'error',
  constraints: ['layout-extra-object'],
  page,
  *check(unit) {
    const config = bindConfig(unit)
    if (!config) return
    const { whole } = cellOf(config)
    for (const object of unit.objects)
      if (object.value !== whole)
        yield {
          span: primarySpan(object.nameAt),
          headline: `"${object.name}" is written into the .cell beside the configuration, which need not begin with its descriptor then; make it a macro`,
          key: object.name,
        }
  },
}
