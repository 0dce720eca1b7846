import { bindConfig } from '../../config/bind.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { at } from '../places.ts'
import type { UnitRule } from '../rule.ts'
import page from './revision.md'

const REVISION = 'JAILHOUSE_CONFIG_REVISION'

export const revision: UnitRule = {
  kind: 'unit',
  code: 'JH126',
  id: 'revision',
  title: 'The revision is that of the header',
  severity: 'error',
  constraints: ['revision-mismatch'],
  page,
  *check(unit) {
    const config = bindConfig(unit)
    const current = Number(unit.macros.get(REVISION)?.body)
    if (!config?.source?.fields.has('revision') || Number.isNaN(current) || config.revision === current) return
    yield {
      span: at(config, 'revision'),
      headline: `the revision is ${config.revision}, but the structs are those of ${current}: the driver says "Configuration revision mismatch" and refuses it with EINVAL; use ${REVISION}`,
      ...fixes(fixOf(`Use ${REVISION}`, setField(config, 'revision', REVISION))),
    }
  },
}
