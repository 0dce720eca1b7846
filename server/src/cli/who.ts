import type { Simulation } from '../analyze.ts'
import { commentName } from '../config/comment-name.ts'
import { MEM_COMM_REGION } from '../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../config/model.ts'
import { contains, has, phys } from '../config/ranges.ts'
import { type ShortName, shortNames } from '../config/short-names.ts'
import { plainText } from '../ide/blocks.ts'
import { omittedWords, reachTable } from '../ide/reach-table.ts'
import { whoCanReach } from '../machine/queries/who-can-reach.ts'
import { addTo } from '../text/groups.ts'
import { visible } from '../text/visible.ts'
import { hex, listed } from '../text/words.ts'
import { type Command, type ExitCode, readArguments, UsageError } from './command.ts'
import { simulationsFor, systemHelp, systemOptions } from './simulations.ts'

const help = `usage: jailhouse-warden who [OPTIONS] ADDRESS ROOT [INMATE...]
       jailhouse-warden who [OPTIONS] ADDRESS INMATE

Prints which regions hold a physical address, and who can reach it after each command: the CPUs of which cell, and which
devices.

${systemHelp}`

export const who: Command = {
  name: 'who',
  summary: 'print who can reach an address at each stage',
  help,
  async run(args, terminal): Promise<ExitCode> {
    const { values, positionals } = readArguments(args, systemOptions)
    const [address, ...operands] = positionals
    if (address === undefined || !/^(0x[\da-f]+|\d+)$/i.test(address))
      throw new UsageError('which address? Give a number such as 0x8a0000000')
    if (MAX_ADDRESS < BigInt(address)) throw new UsageError('an address has 64 bits at most')
    const simulations = await simulationsFor(operands, values, terminal)
    const answers = new Map<string, Simulation[]>()
    for (const each of simulations) addTo(answers, answerOf(each, BigInt(address)), each)
    const blocks = [...answers].map(([answer, alike]) => (1 < answers.size ? withCells(answer, alike) : answer))
    terminal.out(`${blocks.join('\n\n')}\n`)
    return 0
  },
}

const MAX_ADDRESS = 2n ** 64n - 1n

/** The first line names the cells that the answer holds with: those of a root take turns. */
function withCells(answer: string, simulations: readonly Simulation[]): string {
  const names = simulations.flatMap(({ scenario }) => scenario.cells.map(shortNames(scenario)))
  const [first = '', ...rest] = answer.split('\n')
  return [`${first}, with ${listed([...new Set(names.map(visible))])}`, ...rest].join('\n')
}

/** What the address is, in one line; who reaches it, by stage. */
function answerOf(simulation: Simulation, address: bigint): string {
  const short = shortNames(simulation.scenario)
  const range = { start: address, end: address + 1n }
  const stages = simulation.machine.stages.map(stage => ({ stage, ...whoCanReach(simulation.machine, stage, address) }))
  const { table, omitted } = reachTable({ simulation, short, stages, range })
  const words = [plainText([table]), ...omitted.map(omittedWords)]
  return [`${hex(address)}: ${placeWords(simulation, address, short)}`, ...words].join('\n')
}

/** `"RAM - reserved for inmate" (root 36, linux-demo 20)`, by the first comment that names one of the regions. */
function placeWords({ scenario }: Simulation, address: bigint, short: ShortName): string {
  if (holds(scenario.root.hypervisor_memory, address)) return 'memory of the hypervisor'
  const found = [scenario.root.root_cell, ...scenario.cells].flatMap(cell => regionsAt(cell, address))
  if (found.length === 0) return 'in no region'
  const name = found.map(({ region }) => commentName(region, MAX_NAME)).find(words => words !== undefined)
  const regions = found.map(({ cell, region }) => `${short(cell)} ${region.index}`).join(', ')
  return name === undefined ? regions : `"${name}" (${regions})`
}

/** Letters of a comment that are shown. */
const MAX_NAME = 50

/** What a communication region shows lies elsewhere. */
const regionsAt = (cell: CellConfig, address: bigint) =>
  cell.mem_regions
    .filter(region => !has(region, MEM_COMM_REGION) && holds(region, address))
    .map(region => ({ cell, region }))

const holds = (region: MemoryRegion, address: bigint): boolean =>
  contains(phys(region), { start: address, end: address + 1n })
