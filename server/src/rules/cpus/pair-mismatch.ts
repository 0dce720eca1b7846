import type { CellConfig, SystemConfig } from '../../config/model.ts'
import { fixes, fixOf } from '../fixes/change.ts'
import { setField } from '../fixes/fields.ts'
import { at } from '../places.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './pair-mismatch.md'

export const pairMismatch: ScenarioRule = {
  kind: 'scenario',
  code: 'JH664',
  id: 'pair-mismatch',
  title: 'An inmate is made for the architecture and revision of its root',
  severity: 'error',
  constraints: ['arch-mismatch-cell-silent'],
  page,
  *check({ root, cells }) {
    for (const cell of cells) {
      if (cell.architecture && root.architecture && cell.architecture !== root.architecture)
        yield otherArchitecture(root, cell, `JAILHOUSE_${root.architecture.toUpperCase()}`)
      if (cell.revision !== root.revision) yield otherRevision(root, cell)
    }
  },
}

const otherArchitecture = (root: SystemConfig, cell: CellConfig, name: string): RawFinding => ({
  span: at(cell, 'architecture'),
  headline: `"${cell.name}" is made for ${cell.architecture}, its root for ${root.architecture}: the driver logs "Configuration architecture mismatch", and yet jailhouse cell create reports success and no cell exists; make it ${name}`,
  related: [{ span: at(root, 'architecture'), text: `the root is made for ${root.architecture}` }],
  key: 'architecture',
  ...fixes(fixOf(`Set the architecture to ${name}`, setField(cell, 'architecture', name))),
})

const otherRevision = (root: SystemConfig, cell: CellConfig): RawFinding => ({
  span: at(cell, 'revision'),
  headline: `"${cell.name}" has configuration revision ${cell.revision}, its root has ${root.revision}: a driver that accepts the one answers EINVAL to the other; build both against one header`,
  related: [{ span: at(root, 'revision'), text: `the root has revision ${root.revision}` }],
  key: 'revision',
})
