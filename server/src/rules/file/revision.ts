import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { missedRevision } from '../../machine/driver.ts'
import type { ConfigRule } from '../rule.ts'
import page from './revision.md'

const REVISION = 'JAILHOUSE_CONFIG_REVISION'

export const revision: ConfigRule = {
  kind: 'config',
  code: 'JH126',
  id: 'revision',
  title: 'Configuration revision mismatch',
  severity: 'error',
  constraints: ['revision-mismatch'],
  page,
  *check(config) {
    const current = missedRevision(config)
    if (current === undefined) return
    yield {
      span: at(config, 'revision'),
      headline: `revision is ${config.revision}, but the header is of revision ${current}`,
      notes: ['the driver refuses it with -EINVAL, "Configuration revision mismatch"'],
      ...fixes(fixOf(`Use ${REVISION}`, setField(config, 'revision', REVISION))),
    }
  },
}
