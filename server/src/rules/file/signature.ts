import { cellOf } from '../../config/model.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { at } from '../places.ts'
import type { ConfigRule } from '../rule.ts'
import page from './signature.md'

/** By the revisions of the format: 14, 1 to 13, and those before. */
const SIGNATURES = { system: ['JHSYS', 'JHSYST', 'JAILSYST'], cell: ['JHCLL', 'JHCELL', 'JAILCELL'] } as const
const MACRO = { system: 'JAILHOUSE_SYSTEM_SIGNATURE', cell: 'JAILHOUSE_CELL_DESC_SIGNATURE' } as const

export const signature: ConfigRule = {
  kind: 'config',
  code: 'JH125',
  id: 'signature',
  title: 'The signature tells system and cell apart',
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
      headline: `the signature "${config.signature}" is not that of a ${config.kind}: the driver says "${kind}" and refuses it with EINVAL; use ${MACRO[config.kind]}`,
      ...fixes(fixOf(`Use ${MACRO[config.kind]}`, setField(config, 'signature', MACRO[config.kind]))),
    }
  },
}
