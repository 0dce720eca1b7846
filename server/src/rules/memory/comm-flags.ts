import { MEM_COMM_REGION, MEM_DMA, MEM_EXECUTE, MEM_IO, MEM_LOADABLE, MEM_ROOTSHARED } from '../../config/constants.ts'
import { has } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeField } from '../../edit/fields.ts'
import { removeFlag } from '../../edit/flags.ts'
import { at, hex } from '../places.ts'
import type { CellRule, Severity } from '../rule.ts'
import page from './comm-flags.md'

const HARM: readonly {
  readonly bit: bigint
  readonly name: string
  readonly severity: Severity
  readonly because: string
}[] = [
  {
    bit: MEM_LOADABLE,
    name: 'JAILHOUSE_MEM_LOADABLE',
    severity: 'error',
    because: 'starting the cell takes the memory at phys_start from the root and never gives it back',
  },
  {
    bit: MEM_DMA,
    name: 'JAILHOUSE_MEM_DMA',
    severity: 'error',
    because: 'an IOMMU maps the memory at phys_start, not the communication page',
  },
  {
    bit: MEM_IO,
    name: 'JAILHOUSE_MEM_IO',
    severity: 'warning',
    because: 'the page is RAM, and would be mapped as a device',
  },
  { bit: MEM_ROOTSHARED, name: 'JAILHOUSE_MEM_ROOTSHARED', severity: 'hint', because: 'the root never sees that page' },
  { bit: MEM_EXECUTE, name: 'JAILHOUSE_MEM_EXECUTE', severity: 'hint', because: 'there is no code in it' },
]

/** Regions are handled by their flags one at a time, and only the CPU's mapping knows the communication page. */
export const commFlags: CellRule = {
  kind: 'cell',
  code: 'JH223',
  id: 'comm-flags',
  title: 'The communication region is shared memory and nothing else',
  severity: 'error',
  constraints: ['comm-flags', 'comm-phys-set', 'pvu-comm-dma'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions.filter(region => has(region, MEM_COMM_REGION))) {
      if (region.phys_start !== 0n)
        yield {
          span: at(region, 'phys_start'),
          severity: 'hint',
          headline: `phys_start ${hex(region.phys_start)} of the communication region has no effect: the page comes from the hypervisor's own memory`,
          unnecessary: true,
          key: 'phys_start',
          ...fixes(fixOf('Remove .phys_start', removeField(region, 'phys_start'))),
        }
      for (const { bit, name, severity, because } of HARM)
        if (has(region, bit))
          yield {
            span: at(region, 'flags'),
            severity,
            headline: `${name} does not belong on a communication region: ${because}`,
            key: name,
            ...fixes(fixOf(`Remove ${name}`, removeFlag(region, 'flags', name))),
          }
    }
  },
}
