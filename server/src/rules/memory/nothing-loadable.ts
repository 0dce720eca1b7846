import { MEM_LOADABLE } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { imageRegionOf } from '../../config/image-region.ts'
import { at, atDeclaration } from '../../config/places.ts'
import { has } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import type { CellRule } from '../rule.ts'
import page from './nothing-loadable.md'

/** The driver's `load_image` asks for a region with both WRITE and LOADABLE. */
export const nothingLoadable: CellRule = {
  kind: 'cell',
  code: 'JH230',
  id: 'nothing-loadable',
  title: 'No loadable memory',
  severity: 'error',
  constraints: ['load-no-region', 'mem-loadable-nowrite'],
  complete: ['mem_regions'],
  rests: ['extent', 'flags'],
  page,
  *check(cell) {
    if (cell.isRoot || imageRegionOf(cell)) return
    const region = cell.mem_regions.find(region => has(region, MEM_LOADABLE) && region.size > 0n)
    const array = arrayOf(cell, 'mem_regions')
    yield {
      span: region ? at(region, 'flags') : array ? atDeclaration(array) : at(cell),
      headline: region
        ? `${regionName(region)} is loadable but not writable`
        : 'no region of the cell has JAILHOUSE_MEM_LOADABLE',
      notes: ['"jailhouse cell load" fails with -EINVAL, "Invalid argument"'],
      help: region ? 'add JAILHOUSE_MEM_WRITE' : 'add JAILHOUSE_MEM_LOADABLE to the RAM of the cell',
    }
  },
}
