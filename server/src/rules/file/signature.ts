import { cellOf } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import type { ConfigRule } from '../rule.ts'
import page from './signature.md'

/** By the revisions of the format: 14, 1 to 13, and those before. */
const SIGNATURES = { system: ['JHSYS', 'JHSYST', 'JAILSYST'], cell: ['JHCLL', 'JHCELL', 'JAILCELL'] } as const
const MACRO = { system: 'JAILHOUSE_SYSTEM_SIGNATURE', cell: 'JAILHOUSE_CELL_DESC_SIGNATURE' } as const

export const signature: ConfigRule = {
  kind: 'config',
  code: 'JH125',
  id: 'signature',
  title: 'Wrong signature',
  severity: 'error',
  constraints: ['sig-wrong', 'layout-header-kind', 'rev-signature-14'],
  page,
  *check(config) {
    const expected = cellOf(config).header.text(MACRO[config.kind])
    if (config.signature === undefined || config.signature === expected) return
    if (expected === undefined && SIGNATURES[config.kind].some(signature => signature === config.signature)) return
    const kind = config.kind === 'system' ? 'Not a system configuration' : 'Not a cell configuration'
    yield {
      span: at(config, 'signature'),
      headline: `"${config.signature}" is not the signature of a ${config.kind}`,
      notes: [`the driver refuses it with -EINVAL, "${kind}"`],
      ...fixes(fixOf(`Use ${MACRO[config.kind]}`, setField(config, 'signature', MACRO[config.kind]))),
    }
  },
}
