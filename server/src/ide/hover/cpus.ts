import type { Analysis } from '../../analyze.ts'
import { type CellConfig, cellOf } from '../../config/model.ts'
import { shortNames } from '../../config/short-names.ts'
import { runs } from '../../text/number-list.ts'
import { type Block, lines, MAX_TITLE, title, withRest } from '../blocks.ts'
import type { NodePath } from '../node-path.ts'

/** Whose the CPUs of a mask are: the root cell lends them at `create` (`cell_create` in `hypervisor/control.c`). */
export function cpusHover({ config, simulations }: Analysis, { steps }: NodePath): readonly Block[] {
  if (!config || steps[0]?.field?.name !== 'cpus') return []
  const cell = cellOf(config)
  const sentences = simulations.flatMap(({ scenario }) => {
    const short = shortNames(scenario)
    const others = [scenario.root.root_cell, ...scenario.cells].filter(other => other !== cell)
    return others.flatMap(other => sharedWords(cell, other, short(other)))
  })
  return verdictOf([...new Set(sentences)].toSorted((a, b) => Number(isWarning(b)) - Number(isWarning(a))))
}

const isWarning = (sentence: string): boolean => sentence.startsWith('⚠')

/** Below the verdict; with as many alternatives of inmates nobody reads all. */
const MAX_SENTENCES = 5

/** Sentences beside each other where they fit, else below each other. */
function verdictOf([first, ...more]: readonly string[]): readonly Block[] {
  if (first === undefined) return []
  const all = [first, ...more].join('; ')
  if (all.length <= MAX_TITLE) return [title(all)]
  return [title(first), ...(more.length > 0 ? [lines(...withRest(more, MAX_SENTENCES))] : [])]
}

function sharedWords(cell: CellConfig, other: CellConfig, name: string): readonly string[] {
  const shared = cell.cpus.filter(cpu => other.cpus.includes(cpu))
  const names = cpuNames(shared)
  if (cell.isRoot) return shared.length > 0 ? [`${names}: given to ${name} at create`] : []
  if (!other.isRoot) return shared.length > 0 ? [`⚠ ${names}: also listed by ${name}`] : []
  const foreign = cell.cpus.filter(cpu => !other.cpus.includes(cpu))
  return [
    ...(foreign.length > 0 ? [`⚠ ${cpuNames(foreign)}: not in ${name}`] : []),
    ...(shared.length > 0 ? [`${names}: taken from ${name} at create`] : []),
  ]
}

const cpuNames = (cpus: readonly number[]): string => `${cpus.length === 1 ? 'CPU' : 'CPUs'} ${runs(cpus, '–', ', ')}`
