import type { Analysis } from '../../analyze.ts'
import { type CellConfig, cellOf } from '../../config/model.ts'
import { type Block, text } from '../blocks.ts'
import type { NodePath } from '../node-path.ts'
import { runs } from '../runs.ts'

/** Whose the CPUs of a mask are: the root cell lends them at `create` (`cell_create` in `hypervisor/control.c`). */
export function cpusHover({ config, simulations }: Analysis, { steps }: NodePath): readonly Block[] {
  if (!config || steps[0]?.field?.name !== 'cpus') return []
  const cell = cellOf(config)
  const others = [...new Set(simulations.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells]))]
  const sentences = new Set(others.filter(other => other !== cell).flatMap(other => sharedWords(cell, other)))
  return sentences.size > 0 ? [text(...sentences)] : []
}

function sharedWords(cell: CellConfig, other: CellConfig): readonly string[] {
  const shared = cell.cpus.filter(cpu => other.cpus.includes(cpu))
  const names = cpuNames(shared)
  if (cell.isRoot) return shared.length > 0 ? [`"${other.name}" takes ${names} at create.`] : []
  if (!other.isRoot) return shared.length > 0 ? [`"${other.name}" lists ${names} too.`] : []
  const foreign = cell.cpus.filter(cpu => !other.cpus.includes(cpu))
  return [
    ...(shared.length > 0 ? [`"${other.name}" gives up ${names} at create.`] : []),
    ...(foreign.length > 0 ? [`"${other.name}" has no ${cpuNames(foreign)}.`] : []),
  ]
}

const cpuNames = (cpus: readonly number[]): string => `${cpus.length === 1 ? 'CPU' : 'CPUs'} ${runs(cpus, '–', ', ')}`
