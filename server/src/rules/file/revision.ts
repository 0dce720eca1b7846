import { bindConfig } from '../../config/bind.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { missedRevision } from '../../machine/driver.ts'
import type { UnitRule } from '../rule.ts'
import page from './revision.md'

const REVISION = 'JAILHOUSE_CONFIG_REVISION'

export const revision: UnitRule = {
  kind: 'unit',
  code: 'JH126',
  id: 'revision',
  title: 'Configuration revision mismatch',
  severity: 'error',
  constraints: ['revision-mismatch'],
  page,
  *check(unit) {
    const config = bindConfig(unit)
    const current = config && missedRevision(config)
    if (!config || current === undefined) return
    yield {
      span: at(config, 'revision'),
      headline: `revision is ${config.revision}, but the header is of revision ${current}`,
      notes: ['the driver refuses it with -EINVAL, "Configuration revision mismatch"'],
      ...fixes(fixOf(`Use ${REVISION}`, setField(config, 'revision', REVISION))),
    }
  },
}
