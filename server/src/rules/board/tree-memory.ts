import { MEM_LOADABLE } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { GiB, has } from '../../config/ranges.ts'
import { hex } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './tree-memory.md'
import { treesOf } from './trees.ts'
import { basis } from './words.ts'

export const treeMemory: BoardRule = {
  kind: 'board',
  code: 'JH955',
  id: 'tree-memory',
  title: "Cell's tree lacks what `jailhouse cell linux` needs",
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    for (const { cell, tree } of treesOf(subject)) {
      const high = cell.mem_regions.find(region => has(region, MEM_LOADABLE) && 4n * GiB <= region.virt_start)
      const place = tree.span ?? at(cell, 'name')
      if (tree.addressCells === 1 && high)
        yield {
          span: place,
          headline: `RAM at ${hex(high.virt_start)} does not fit the one address cell of the tree`,
          notes: ['"jailhouse cell linux" ends with struct.error', basis(tree)],
          help: 'set #address-cells to 2',
          key: `${cell.name} cells`,
        }
      // What has one CPU starts none.
      if (!tree.psci && tree.cpus.length > 1)
        yield {
          span: place,
          headline: `the tree of "${cell.name}" has several CPUs, but no PSCI node`,
          notes: ['Linux of the cell runs on one CPU', basis(tree)],
          key: `${cell.name} psci`,
        }
      if (!tree.isCell)
        yield {
          span: place,
          severity: 'hint',
          headline: `the tree of "${cell.name}" has no node compatible with jailhouse,cell`,
          notes: ['Linux does not learn that it runs in a cell', basis(tree)],
          key: `${cell.name} hypervisor`,
        }
    }
  },
}
