import type { Analysis } from '../../analyze.ts'
import { type CellConfig, cellOf } from '../../config/model.ts'
import { shortNames } from '../../config/short-names.ts'
import { headline } from '../../machine/queries/stage-text.ts'
import { listed } from '../../text/words.ts'
import { type Block, link, text, title } from '../blocks.ts'
import type { NodePath } from '../node-path.ts'

/** On the name of a cell: whether its whole life goes through. */
export function cellHover({ config, simulations }: Analysis, { steps, onDesignator }: NodePath): readonly Block[] {
  const field = steps.at(-1)?.field
  if (!config || field?.name !== 'name' || onDesignator) return []
  const cell = cellOf(config)
  if (simulations.length === 0) return [title('Not simulated: no root cell is known')]
  const failed = simulations.flatMap(({ machine }) => machine.stages.filter(isOfCell(cell)).filter(isFailed))
  const [first] = failed
  const map = link('Open in memory map', 'showMemoryMap')
  if (first) return [title(`⚠ ${first.command.verb} fails`), text(`${headline(first)}.`), map]
  return [title(`Every command succeeds ${company(simulations, cell)}`), map]
}

type Stages = Analysis['simulations'][number]['machine']['stages']

const isFailed = ({ outcome }: Stages[number]): boolean => outcome.kind !== 'done'

/** A root answers for all its cells: what fails with it is a matter of both. */
const isOfCell =
  (cell: CellConfig) =>
  ({ command }: Stages[number]): boolean =>
    cell.isRoot || !('cell' in command) || command.cell === cell

/** Letters of all names that fit the first line. */
const MAX_NAMES = 60

function company(simulations: Analysis['simulations'], cell: CellConfig): string {
  const names = simulations.flatMap(({ scenario }) => {
    const short = shortNames(scenario)
    return cell.isRoot ? scenario.cells.map(short) : [scenario.root.root_cell.name]
  })
  const distinct = [...new Set(names)]
  if (distinct.length === 0) return 'without inmates'
  const all = distinct.join(', ')
  const named = all.length <= MAX_NAMES ? all : listed(distinct, 1)
  return `${cell.isRoot ? 'with' : 'under'} ${named}`
}
