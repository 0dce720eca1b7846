import { isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { at } from '../places.ts'
import type { ConfigRule } from '../rule.ts'
import page from './architecture.md'

const CONSTANTS = ['JAILHOUSE_ARM64', 'JAILHOUSE_ARM', 'JAILHOUSE_X86']

export const architecture: ConfigRule = {
  kind: 'config',
  code: 'JH127',
  id: 'architecture',
  title: 'A configuration names its architecture',
  severity: 'error',
  constraints: ['arch-missing', 'arch-unsupported', 'arch-mismatch-system', 'tool-root-arch-untested'],
  page,
  *check(config) {
    if (!config.source?.fields.has('architecture')) return
    const isStated = isWritten(config, 'architecture')
    if (isStated && config.architecture) return
    yield {
      span: at(config, 'architecture'),
      headline: isStated
        ? 'there is no such architecture: the driver says "Configuration architecture mismatch"; use JAILHOUSE_ARM64, JAILHOUSE_ARM or JAILHOUSE_X86'
        : 'without .architecture this is a configuration for x86, and any other machine refuses it: "Configuration architecture mismatch"',
      ...fixes(
        ...CONSTANTS.map(name => fixOf(`Set .architecture to ${name}`, setField(config, 'architecture', name), false)),
      ),
    }
  },
}
