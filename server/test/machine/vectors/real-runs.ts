import type { CellConfig, SystemConfig } from '../../../src/config/model.ts'
import { boot } from '../../../src/machine/boot.ts'
import type { Command, Stage } from '../../../src/machine/stage.ts'
import { readCompiled } from './compiled.ts'

/** One random system on the real hypervisor: `FORMAT` in `real-runs.md`. */
export interface RealRun {
  readonly name: string
  readonly machine: string
  /** Base64 of `.cell` files. */
  readonly root: string
  readonly inmates: readonly string[]
  readonly commands: readonly RealCommand[]
}

interface RealCommand {
  readonly cmd: string
  readonly errno: number | null
  readonly console: readonly string[]
  /** Pages in use afterwards; nobody is left to ask once the hypervisor is off. */
  readonly pool?: { readonly mem_used: number; readonly remap_used: number }
}

const ERRNO: Readonly<Record<string, number>> = {
  EPERM: -1,
  ENOENT: -2,
  EIO: -5,
  E2BIG: -7,
  ENOMEM: -12,
  EBUSY: -16,
  EEXIST: -17,
  ENODEV: -19,
  EINVAL: -22,
  ERANGE: -34,
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'base64')

/** The first command that the simulation answers otherwise, if there is one. */
export function differenceOf(run: RealRun): string | undefined {
  const root = readCompiled(bytesOf(run.root)) as SystemConfig
  const cells = run.inmates.map(text => readCompiled(bytesOf(text)) as CellConfig)
  const commands = run.commands.map(({ cmd }) => commandOf(cmd, cells))
  const { stages } = boot({ root, cells, together: true }, { commands, isWithoutImages: true })
  for (const [index, wanted] of run.commands.entries()) {
    const stage = stages[index]
    const expected = words(errnoOf(wanted), wanted.pool?.mem_used, wanted.pool?.remap_used)
    const found = stage ? answer(stage, wanted.pool !== undefined) : 'nothing: the machine has stopped'
    const parked = parkedAfter(run, index, cells)
    if (wanted.cmd.startsWith('start') && wanted.errno === 0 && parkedIn(stage) !== parked)
      return `${run.name}: ${wanted.cmd} (${index}): expected ${parked}, found ${parkedIn(stage)}`
    if (found !== expected) return `${run.name}: ${wanted.cmd} (${index}): expected ${expected}, found ${found}`
  }
  return undefined
}

const parkedIn = (stage: Stage | undefined): string | undefined =>
  stage?.console.map(({ text }) => text).find(text => text.startsWith('Parking CPU'))

/** What the first CPU of the cell that was started came to; it may take so long that the next command shows it. */
function parkedAfter({ commands }: RealRun, index: number, cells: readonly CellConfig[]): string | undefined {
  const command = commandOf(commands[index]?.cmd ?? '', cells)
  const name = 'cell' in command ? command.cell.name : ''
  const lines = commands.slice(index, index + 2).flatMap(({ console }) => console)
  return lines.find(line => line.startsWith('Parking CPU') && line.endsWith(`(Cell: "${name}")`))
}

/** While the hypervisor is off the driver refuses with EINVAL; its stand-in of these runs looked for the cell first. */
const errnoOf = ({ errno, pool }: RealCommand): number | null =>
  pool === undefined && errno === ERRNO.ENOENT ? -22 : errno

const words = (errno: number | null | undefined, used?: number, remapped?: number): string =>
  used === undefined ? `${errno}` : `${errno}, ${used} pages, ${remapped} remapped`

function answer({ outcome, state }: Stage, withPool: boolean): string {
  const errno = outcome.kind === 'done' ? 0 : outcome.kind === 'refused' ? ERRNO[outcome.errno] : null
  return withPool ? words(errno, state.pool.used, state.pool.remapUsed) : words(errno)
}

function commandOf(text: string, cells: readonly CellConfig[]): Command {
  const [verb = '', number] = text.split(' ')
  if (number === undefined) return { verb: verb as 'enable' | 'disable' }
  return { verb: verb as 'create', cell: cells[Number(number)]! }
}
