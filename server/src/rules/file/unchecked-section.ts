import { bindConfig } from '../../config/bind.ts'
import { cellOf } from '../../config/model.ts'
import { primarySpan } from '../../text/origin.ts'
import type { UnitRule } from '../rule.ts'
import page from './unchecked-section.md'

/** Sections are configurations of their own; a file has one model, that of the first. */
export const uncheckedSection: UnitRule = {
  kind: 'unit',
  code: 'JH141',
  id: 'unchecked-section',
  title: 'Configuration in another section not checked',
  severity: 'information',
  constraints: [],
  page,
  *check(unit) {
    const config = bindConfig(unit)
    const own = config && unit.objects.find(({ value }) => value === cellOf(config).whole)
    if (!own) return
    for (const { name, nameAt, section } of unit.objects)
      if (section !== undefined && section !== own.section)
        yield {
          span: primarySpan(nameAt),
          headline: `"${section}" is not checked: only the first configuration of a file is`,
          notes: [`checked is "${own.name}"; "jailhouse-warden build -o DIR/" writes one .cell a section`],
          key: name,
        }
  },
}
