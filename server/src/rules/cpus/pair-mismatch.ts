import type { CellConfig, SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { missedRevision } from '../../machine/driver.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './pair-mismatch.md'

export const pairMismatch: ScenarioRule = {
  kind: 'scenario',
  code: 'JH664',
  id: 'pair-mismatch',
  title: 'Architecture or revision mismatch with the root cell',
  severity: 'error',
  constraints: ['arch-mismatch-cell-silent'],
  page,
  *check({ root, cells }) {
    for (const cell of cells) {
      if (cell.architecture && root.architecture && cell.architecture !== root.architecture)
        yield otherArchitecture(root, cell, `JAILHOUSE_${root.architecture.toUpperCase()}`)
      // Which of the two its own header refuses is charged there.
      const isCharged = [root, cell].some(config => missedRevision(config) !== undefined)
      if (cell.revision !== root.revision && !isCharged) yield otherRevision(root, cell)
    }
  },
}

const otherArchitecture = (root: SystemConfig, cell: CellConfig, name: string): RawFinding => ({
  span: at(cell, 'architecture'),
  headline: `architecture ${cell.architecture} does not match the root cell (${root.architecture})`,
  notes: [
    'the driver logs "Configuration architecture mismatch", yet "jailhouse cell create" reports success without a cell',
  ],
  related: [{ span: at(root, 'architecture'), text: `the architecture of the root cell is ${root.architecture}` }],
  key: 'architecture',
  ...fixes(fixOf(`Set the architecture to ${name}`, setField(cell, 'architecture', name))),
})

const otherRevision = (root: SystemConfig, cell: CellConfig): RawFinding => ({
  span: at(cell, 'revision'),
  headline: `configuration revision ${cell.revision} does not match the root cell (${root.revision})`,
  notes: ['a driver accepts a single revision: enable or create fails with -EINVAL'],
  help: 'build both files against the same header',
  related: [{ span: at(root, 'revision'), text: `the revision of the root cell is ${root.revision}` }],
  key: 'revision',
})
