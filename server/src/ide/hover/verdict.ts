import { MEM_COMM_REGION, MEM_DMA, PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { has } from '../../config/ranges.ts'
import type { ShortName } from '../../config/short-names.ts'
import type { RegionAtStage, ResidualAccess } from '../../machine/queries/answers.ts'
import { residuesOf } from '../../rules/iommu/residues.ts'
import { deviceWords } from '../device-words.ts'
import type { ReachStory } from '../reach-table.ts'

/** A region of a cell and who reaches it after each command while Jailhouse runs. */
export interface RegionStory extends ReachStory {
  readonly cell: CellConfig
  readonly region: MemoryRegion
  readonly stages: readonly RegionAtStage[]
}

/** What a person has to know of a region, in one short line: first what is wrong with it, else who has it. */
export const verdictOf = (story: RegionStory): string => {
  const warning = refusal(story) ?? residue(story) ?? unreachable(story)
  return warning === undefined ? ownership(story) : `⚠ ${warning}`
}

/** A cell that is refused has nothing of its regions. */
function refusal({ simulation, cell, short }: RegionStory): string | undefined {
  const refused = simulation.machine.stages.find(
    ({ command, outcome }) =>
      outcome.kind !== 'done' &&
      (cell.isRoot ? command.verb === 'enable' : command.verb === 'create' && command.cell === cell),
  )
  if (!refused || refused.outcome.kind === 'done') return undefined
  const { outcome, command } = refused
  const what = command.verb === 'create' ? `create of ${short(cell)}` : command.verb
  return outcome.kind === 'refused' ? `${what} fails with -${outcome.errno}` : `the hypervisor stops at ${what}`
}

/** Someone else reaches memory that one cell has for itself. */
export function residue({ simulation, region, stages, short }: RegionStory): string | undefined {
  const found = residuesOf(simulation.machine).filter(
    each => (each.region === region || each.grantedBy === region) && stages.some(({ stage }) => stage === each.stage),
  )
  const [first] = found
  if (!first) return undefined
  const then = found.filter(({ stage }) => stage === first.stage)
  const verb = first.stage.command.verb
  const who = actorWords(then, short)
  return first.grantedBy === region
    ? `stays mapped for ${who} after ${verb}`
    : `stays reachable for ${who} after ${verb}`
}

/** `root stream 2`, `root devices 00:1f.2, 00:1d.0`, `CPUs of root`. */
function actorWords(residues: readonly ResidualAccess[], short: ShortName): string {
  const groups = new Map<string, ResidualAccess['actor'][]>()
  for (const { actor } of residues) {
    const owners = actor.kind === 'cpu' ? [actor.cell] : actor.owners
    const name = owners.map(short).join(', ')
    const key = actor.kind === 'cpu' ? `CPUs of ${name}` : name
    groups.set(key, [...(groups.get(key) ?? []), actor])
  }
  return [...groups]
    .map(([name, actors]) => {
      const devices = actors.flatMap(actor => (actor.kind === 'dma' ? [actor] : []))
      return devices.length > 0 ? `${name} ${deviceWords(devices)}`.trim() : name
    })
    .join(' and ')
}

/** The flag asks for devices that exist and do not get there. */
function unreachable({ cell, region, stages, short }: RegionStory): string | undefined {
  if (has(region, MEM_COMM_REGION)) return undefined
  const living = stages.find(({ stage }) => stage.state.cells.some(({ config }) => config === cell))
  if (!cell.isRoot && living?.notInCpuReason !== undefined) return `not wholly mapped for the CPUs of ${short(cell)}`
  const hasDevices = cell.stream_ids.length > 0 || cell.pci_devices.some(({ type }) => type !== PCI_TYPE_IVSHMEM)
  if (!has(region, MEM_DMA) || !hasDevices || living?.notInDmaReason === undefined) return undefined
  return `devices of ${short(cell)} cannot reach it`
}

/** Who has it and when, as far as CPUs go. */
function ownership(story: RegionStory): string {
  const { cell, region, stages, short } = story
  if (has(region, MEM_COMM_REGION)) return `Communication region${whenWords(stages, at => hasPart(at, cell))}`
  if (!cell.isRoot) {
    const shared = cellsBeside(story, ({ stage }) => stage.command.verb === 'start' || stage.command.verb === 'create')
    const when = whenWords(stages, at => hasPart(at, cell))
    return shared.length > 0 ? `Shared with ${shared.map(short).join(', ')}${when}` : `${short(cell)} has it${when}`
  }
  const isLost = (at: RegionAtStage) => at.notInCpuReason !== undefined
  const others = cellsBeside(story, at => !stages.some(isLost) || isLost(at))
  if (others.length === 0)
    return stages.some(isLost) ? `Not wholly mapped${whenWords(stages, isLost)}` : 'root has it at every stage'
  const names = others.map(short).join(', ')
  const when = whenWords(stages, at => others.some(other => hasPart(at, other)))
  if (!stages.some(isLost)) return `Shared with ${names}${when}`
  const isPart = stages.some(at => isLost(at) && hasPart(at, cell))
  return `${names} ${others.length === 1 ? 'has' : 'have'} ${isPart ? 'part of it' : 'it'}${when}`
}

const hasPart = ({ cpu }: RegionAtStage, cell: CellConfig): boolean => cpu.some(reach => reach.cell === cell)

/** Other cells whose CPUs reach the region at some stages. */
function cellsBeside({ cell, stages }: RegionStory, isMeant: (at: RegionAtStage) => boolean): readonly CellConfig[] {
  const reaches = stages.filter(isMeant).flatMap(({ cpu }) => cpu)
  return [...new Set(reaches.map(reach => reach.cell))].filter(other => other !== cell)
}

/** ` from create until destroy` */
function whenWords(stages: readonly RegionAtStage[], isSo: (at: RegionAtStage) => boolean): string {
  const first = stages.findIndex(isSo)
  if (first < 0) return ' at no stage'
  const next = stages[stages.findLastIndex(isSo) + 1]
  const from = `from ${stages[first]!.stage.command.verb}`
  return next ? ` ${from} until ${next.stage.command.verb}` : ` ${from} on`
}
