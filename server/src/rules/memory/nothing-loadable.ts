import { MEM_LOADABLE, MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { at, atDeclaration } from '../../config/places.ts'
import { has } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import type { CellRule } from '../rule.ts'
import page from './nothing-loadable.md'

/** The driver's `load_image` asks for a region with all of READ, WRITE and LOADABLE. */
export const nothingLoadable: CellRule = {
  kind: 'cell',
  code: 'JH230',
  id: 'nothing-loadable',
  title: 'No loadable memory',
  severity: 'warning',
  constraints: ['load-no-region', 'mem-loadable-nowrite'],
  complete: ['mem_regions'],
  page,
  *check(cell) {
    if (cell.isRoot || cell.mem_regions.length === 0) return
    const loadable = cell.mem_regions.filter(region => has(region, MEM_LOADABLE))
    if (loadable.some(region => has(region, MEM_READ | MEM_WRITE))) return
    const [region] = loadable
    const array = arrayOf(cell, 'mem_regions')
    yield {
      span: region ? at(region, 'flags') : array ? atDeclaration(array) : at(cell),
      headline: region
        ? `${regionName(region)} is loadable but not ${has(region, MEM_WRITE) ? 'readable' : 'writable'}`
        : 'no region of the cell has JAILHOUSE_MEM_LOADABLE',
      notes: ['"jailhouse cell load" fails with -EINVAL, "Invalid argument"'],
      help: region
        ? `add JAILHOUSE_MEM_${has(region, MEM_WRITE) ? 'READ' : 'WRITE'}`
        : 'add JAILHOUSE_MEM_LOADABLE to the RAM of the cell',
    }
  },
}
