import { MEM_COMM_REGION, MEM_DMA, MEM_EXECUTE, MEM_IO, MEM_LOADABLE, MEM_ROOTSHARED } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { has } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeField } from '../../edit/fields.ts'
import { removeFlag } from '../../edit/flags.ts'
import type { CellRule, Severity } from '../rule.ts'
import page from './comm-flags.md'

const HARM: readonly {
  readonly bit: bigint
  readonly name: string
  readonly severity: Severity
  readonly reason: string
}[] = [
  {
    bit: MEM_LOADABLE,
    name: 'JAILHOUSE_MEM_LOADABLE',
    severity: 'error',
    reason: 'start unmaps the memory at phys_start from the root, and destroy does not map it back',
  },
  {
    bit: MEM_DMA,
    name: 'JAILHOUSE_MEM_DMA',
    severity: 'error',
    reason: 'the IOMMU maps the memory at phys_start, not the communication page',
  },
  {
    bit: MEM_IO,
    name: 'JAILHOUSE_MEM_IO',
    severity: 'warning',
    reason: 'the page is RAM and would be mapped as device memory',
  },
  { bit: MEM_ROOTSHARED, name: 'JAILHOUSE_MEM_ROOTSHARED', severity: 'hint', reason: 'the root never maps the page' },
  { bit: MEM_EXECUTE, name: 'JAILHOUSE_MEM_EXECUTE', severity: 'hint', reason: 'the page holds no code' },
]

/** Regions are handled by their flags one at a time, and only the CPU's mapping knows the communication page. */
export const commFlags: CellRule = {
  kind: 'cell',
  code: 'JH223',
  id: 'comm-flags',
  title: 'Unsuitable flag on a communication region',
  severity: 'error',
  constraints: ['comm-flags', 'comm-phys-set', 'pvu-comm-dma'],
  rests: ['flags'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions.filter(region => has(region, MEM_COMM_REGION))) {
      if (region.phys_start !== 0n)
        yield {
          span: at(region, 'phys_start'),
          severity: 'hint',
          headline: 'phys_start of the communication region has no effect',
          notes: ["the page comes from the hypervisor's own memory"],
          unnecessary: true,
          key: 'phys_start',
          ...fixes(fixOf('Remove .phys_start', removeField(region, 'phys_start'))),
        }
      for (const { bit, name, severity, reason } of HARM)
        if (has(region, bit))
          yield {
            span: at(region, 'flags'),
            severity,
            headline: `${name} is not valid on a communication region`,
            notes: [reason],
            key: name,
            ...fixes(fixOf(`Remove ${name}`, removeFlag(region, 'flags', name))),
          }
    }
  },
}
