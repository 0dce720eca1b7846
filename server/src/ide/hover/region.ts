import type { Analysis, Simulation } from '../../analyze.ts'
import { MEM_COMM_REGION } from '../../config/constants.ts'
import { sharesRegion } from '../../config/ivshmem.ts'
import { type CellConfig, type Config, cellOf, type MemoryRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { has, overlap, phys, virt } from '../../config/ranges.ts'
import { shortNames } from '../../config/short-names.ts'
import { regionStory } from '../../machine/queries/region-story.ts'
import { residuesOf } from '../../rules/iommu/residues.ts'
import { bdf, describeRange, hex, interval } from '../../text/words.ts'
import { type Block, lines, link, MAX_TITLE, title } from '../blocks.ts'
import { flagWords } from '../flags.ts'
import { sectionRole } from '../link-peers.ts'
import { PART, reachTable } from '../reach-table.ts'
import { deviceLines } from './board.ts'
import { regionDetails } from './region-details.ts'
import { type RegionStory, verdictOf } from './verdict.ts'

/** VS Code shows 250 px: this many lines beside the verdict, the head of the table and the link. */
const MAX_LINES = 7

/**
 * What a region becomes, the verdict first; then which region it is, who has it after which command, and details. `about`
 * says more of the very place that is pointed at. Where the editor shows findings above it, the table must still be seen.
 */
export function regionHover(analysis: Analysis, region: MemoryRegion, offset: number, about = ''): readonly Block[] {
  const { config, simulations } = analysis
  const cell = cellOf(config as Config)
  const subject = [about, subjectOf(region, about === ''), ...sectionsOf(cell, region)].filter(words => words !== '')
  if (region.size === 0n) return [title('Empty: nothing is mapped'), lines(...subject)]
  const simulation = simulationFor(simulations, cell, region)
  if (!simulation) return [title('Not simulated: no root cell is known'), lines(...subject)]
  const story = storyOf(simulation, cell, region)
  const { table, lines: rows, omitted, hasParts } = reachTable(story)
  const legend = hasParts ? [`${PART} part of the region`] : []
  if (hasFinding(analysis, offset)) return [title(verdictOf(story)), table, ...(hasParts ? [lines(...legend)] : [])]
  const room = Math.max(0, MAX_LINES - heightOf(subject) - rows - legend.length)
  const { reasons, facts } = regionDetails(story, omitted)
  const devices = deviceLines(simulations, region, Math.max(1, room - reasons.length))
  const details = [...legend, ...[...devices, ...reasons, ...facts].slice(0, room)]
  return [
    title(verdictOf(story)),
    lines(...subject),
    table,
    ...(details.length > 0 ? [lines(...details)] : []),
    link('Open in memory map', 'showMemoryMap', at(region)),
  ]
}

/** Lines that a hover breaks count as what they become. */
const heightOf = (words: readonly string[]): number =>
  words.reduce((sum, line) => sum + Math.ceil(line.length / MAX_TITLE), 0)

const hasFinding = ({ findings, unit }: Analysis, offset: number): boolean =>
  findings.some(({ span }) => span.file === unit.main && span.start <= offset && offset <= span.end)

/** The region at every stage at which Jailhouse runs. */
export function storyOf(simulation: Simulation, cell: CellConfig, region: MemoryRegion): RegionStory {
  const { machine } = simulation
  const stages = regionStory(machine, cell, region).filter(({ stage }) => stage.command.verb !== 'disable')
  const range = has(region, MEM_COMM_REGION) ? {} : { range: phys(region) }
  return { simulation, cell, region, stages, short: shortNames(simulation.scenario), ...range }
}

/** `mem_regions[4] [0x8a0000000, 0x900000000) 1.5 GiB rwx DMA`; a communication region shows a page of the hypervisor. */
function subjectOf(region: MemoryRegion, withSize: boolean): string {
  const isComm = has(region, MEM_COMM_REGION)
  const words = withSize ? describeRange : interval
  const range = isComm ? `at ${words(virt(region))}` : words(phys(region))
  const seen = isComm || region.virt_start === region.phys_start ? '' : `, mapped at ${hex(region.virt_start)}`
  return `\`mem_regions[${region.index}]\` ${range}${seen}, \`${flagWords(region.flags)}\``
}

/** The part a region plays for a shared-memory device. */
const sectionsOf = ({ pci_devices }: CellConfig, { index }: MemoryRegion): readonly string[] =>
  pci_devices
    .filter(device => sharesRegion(device, index))
    .map(device => `Shared memory of ${bdf(device.bdf)}: ${sectionRole(device, index)}`)

/** Of several inmates a root may get, one that leaves or takes something of the region; else any. */
export function simulationFor(
  simulations: readonly Simulation[],
  cell: CellConfig,
  region: MemoryRegion,
): Simulation | undefined {
  if (!cell.isRoot) return simulations[0]
  const leaves = ({ machine }: Simulation) => residuesOf(machine).some(({ grantedBy }) => grantedBy === region)
  const takes = ({ scenario }: Simulation) =>
    scenario.cells.some(({ mem_regions }) => mem_regions.some(other => overlap(phys(other), phys(region))))
  return simulations.find(leaves) ?? simulations.find(takes) ?? simulations[0]
}
