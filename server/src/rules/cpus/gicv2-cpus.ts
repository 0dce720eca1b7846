import { maxCpus } from '../../config/cpus.ts'
import { GICV2_CPUS, otherVersion } from '../../config/gic.ts'
import type { SystemConfig } from '../../config/model.ts'
import { at, atElement } from '../../config/places.ts'
import { arrayOf } from '../../config/written.ts'
import type { SystemRule } from '../rule.ts'
import page from './gicv2-cpus.md'

export const gicv2Cpus: SystemRule = {
  kind: 'system',
  code: 'JH603',
  id: 'gicv2-cpus',
  title: 'CPU beyond the limit of a GICv2',
  severity: 'error',
  constraints: ['cpu-gicv2-limit'],
  page,
  *check(system) {
    const { root_cell } = system
    const highest = maxCpus(root_cell) - 1
    if (!isBeyondGicv2(system)) return
    const array = arrayOf(root_cell, 'cpus')
    yield {
      span: array ? atElement(array, 0) : at(root_cell),
      headline: `CPU ${highest} is out of range: a GICv2 supports CPUs 0-${GICV2_CPUS - 1}`,
      notes: ['"jailhouse enable" fails with -EINVAL in gicv2_cpu_init'],
    }
  },
}

export const isBeyondGicv2 = ({ platform_info: { arm }, root_cell, architecture }: SystemConfig): boolean =>
  architecture !== 'x86' && arm?.gic_version === 2 && !otherVersion(arm) && GICV2_CPUS < maxCpus(root_cell)
