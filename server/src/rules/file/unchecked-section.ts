import { bindConfig, bindConfigs } from '../../config/bind.ts'
import { cellOf } from '../../config/model.ts'
import { primarySpan } from '../../text/origin.ts'
import type { UnitRule } from '../rule.ts'
import page from './unchecked-section.md'

/** Sections are files of their own; what begins with no descriptor is no configuration. */
export const uncheckedSection: UnitRule = {
  kind: 'unit',
  code: 'JH141',
  id: 'unchecked-section',
  title: 'Section without a configuration',
  severity: 'information',
  constraints: [],
  page,
  *check(unit) {
    const config = bindConfig(unit)
    const own = config && unit.objects.find(({ value }) => value === cellOf(config).whole)
    if (!own) return
    const configs = new Set(bindConfigs(unit).map(each => cellOf(each).whole))
    const sections = new Set(unit.objects.flatMap(({ value, section }) => (configs.has(value as never) ? section : [])))
    for (const { name, nameAt, section } of unit.objects)
      if (section !== undefined && !sections.has(section))
        yield {
          span: primarySpan(nameAt),
          headline: `"${section}" begins with no descriptor and is not checked`,
          notes: ['"jailhouse-warden build -o DIR/" writes one .cell a section'],
          key: name,
        }
  },
}
