import type { Simulation } from '../analyze.ts'
import { alignedColumns } from '../ide/blocks.ts'
import type { Access, DmaReach } from '../machine/queries/answers.ts'
import { whoCanReach } from '../machine/queries/who-can-reach.ts'
import type { Stage } from '../machine/stage.ts'
import { hex } from '../rules/places.ts'
import { type Command, readArguments, UsageError } from './command.ts'
import { compilerHelp, compilerOptions } from './options.ts'
import { simulationsFor } from './simulations.ts'

const help = `usage: jailhouse-warden who [OPTIONS] ADDRESS ROOT [INMATE...]
       jailhouse-warden who [OPTIONS] ADDRESS INMATE

Prints who can reach a physical address after each command: the CPUs of which cell, and which devices.

${compilerHelp}`

export const who: Command = {
  name: 'who',
  summary: 'print who can reach an address at each stage',
  help,
  run(args, terminal) {
    const { values, positionals } = readArguments(args, compilerOptions)
    const [address, ...operands] = positionals
    if (address === undefined || !/^(0x[\da-f]+|\d+)$/i.test(address))
      throw new UsageError('which address? Give a number such as 0x8a0000000')
    for (const simulation of simulationsFor(operands, values, terminal)) {
      const rows = simulation.machine.stages.map(stage => rowOf(simulation, stage, BigInt(address)))
      terminal.out(`${alignedColumns([[hex(BigInt(address)), 'CPUs', 'devices'], ...rows])}\n`)
    }
    return 0
  },
}

function rowOf({ machine }: Simulation, stage: Stage, address: bigint): readonly string[] {
  const { cpu, dma } = whoCanReach(machine, stage, address)
  const { command } = stage
  return [
    'cell' in command ? `${command.verb} ${command.cell.name}` : command.verb,
    cpu.map(({ cell, access }) => `${cell.name} ${letters(access)}`).join('; ') || 'none',
    dma.map(reach => `${deviceOf(reach)} ${letters({ ...reach, execute: false })}`).join('; ') || 'none',
  ]
}

/** `PVU stream 2 of k3-demo` */
const deviceOf = ({ driver, device, owners }: DmaReach): string =>
  [driver === 'none' ? '' : driver, device, owners.length > 0 ? `of ${owners.map(({ name }) => name).join(', ')}` : '']
    .filter(Boolean)
    .join(' ')

const letters = ({ read, write, execute }: Pick<Access, 'read' | 'write' | 'execute'>): string =>
  `${read ? 'r' : '-'}${write ? 'w' : '-'}${execute ? 'x' : '-'}`
