import type { CellConfig } from '../../config/model.ts'
import { type Range, sizeOfRange } from '../../config/ranges.ts'
import { coalesce } from '../../text/range-set.ts'
import { hex } from '../../text/words.ts'
import type { Machine, Stage } from '../stage.ts'
import type { CpuChange, DmaChange } from './answers.ts'
import { diffStages } from './diff-stages.ts'

/**
 * A machine as text: each command, its refusal and console lines, and what CPUs and devices gained and lost by it.
 * The same text serves tests, `print --stage machine` and bug reports.
 */
export const stageText = (machine: Machine): string =>
  machine.stages.flatMap(stage => stageLines(machine, stage)).join('\n')

function stageLines(machine: Machine, stage: Stage): readonly string[] {
  const before = machine.stages[stage.index - 1] ?? { ...stage, state: { ...stage.state, enabled: false, cells: [] } }
  const { cpu, dma } = diffStages(machine, before, stage)
  return [
    headline(stage),
    ...stage.console.map(({ text }) => `  | ${text}`),
    ...cpu.filter(isLost).map(cpuLine),
    ...dmaLines(dma.filter(isLost)),
    ...cpu.filter(change => !isLost(change)).map(cpuLine),
    ...dmaLines(dma.filter(change => !isLost(change))),
  ]
}

const isLost = ({ kind }: { readonly kind: 'gained' | 'lost' }): boolean => kind === 'lost'

const HOW = { crashed: 'crash', hung: 'hang', parked: 'parked' } as const

export function headline({ command, outcome }: Stage): string {
  const what = 'cell' in command ? `${command.verb} ${command.cell.name}` : command.verb
  if (outcome.kind === 'done') return what
  const how = outcome.kind === 'refused' ? `-${outcome.errno}` : HOW[outcome.kind]
  return `${what}: ${how} in ${outcome.by}: ${outcome.reason}`
}

const rangeText = ({ start, end }: Range): string => `${hex(start)}..${hex(end)}`

const sign = (kind: 'gained' | 'lost'): string => (kind === 'gained' ? '+' : '-')

const seenAt = ({ phys, virt }: { readonly phys: Range; readonly virt: bigint }): string =>
  virt === phys.start ? '' : ` at ${hex(virt)}`

const namesOf = (owners: readonly CellConfig[]): string => owners.map(({ name }) => name).join('+') || 'none'

const cpuLine = (change: CpuChange): string =>
  `  ${sign(change.kind)} cpu ${change.cell.name} ${rangeText(change.phys)}${seenAt(change)}`

/** Units that all show the same are one line. */
function dmaLines(changes: readonly DmaChange[]): readonly string[] {
  const units = new Map<string, number[]>()
  for (const change of joinedStreams(changes)) {
    const line = `  ${sign(change.kind)} dma ${namesOf(change.owners)} ${rangeText(change.phys)}${seenAt(change)} ${change.device}`
    units.set(line, [...(units.get(line) ?? []), change.unit])
  }
  return [...units].map(([line, of]) => `${line}, unit ${of.join(' ')}`)
}

/** Parts of one stream that continue each other, whatever region granted them. */
const joinedStreams = (changes: readonly DmaChange[]): readonly DmaChange[] =>
  coalesce(
    changes,
    (last, next) =>
      last.kind === next.kind &&
      last.unit === next.unit &&
      last.device === next.device &&
      last.phys.end === next.phys.start &&
      last.virt + sizeOfRange(last.phys) === next.virt,
    (last, next) => ({ ...last, phys: { start: last.phys.start, end: next.phys.end } }),
  )
