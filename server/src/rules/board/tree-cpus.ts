import { hex, listed } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './tree-cpus.md'
import { atFact, treesOf } from './trees.ts'
import { basis } from './words.ts'

/** CPUs are started by their MPIDR, which only the tree of the machine tells. */
export const treeCpus: BoardRule = {
  kind: 'board',
  code: 'JH953',
  id: 'tree-cpus',
  title: 'Device tree of a cell with other CPUs',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    const machine = subject.platform.cpus ?? []
    for (const { cell, tree } of treesOf(subject)) {
      const own = machine.filter(({ number }) => cell.cpus.includes(number))
      const expected = own.flatMap(({ mpidr }) => mpidr ?? [])
      const [first] = own
      if (!first || expected.length !== cell.cpus.length) continue
      for (const cpu of tree.cpus) {
        if (cpu.mpidr === undefined || expected.includes(cpu.mpidr)) continue
        const numbers = own.map(({ number, mpidr }) => `CPU ${number} is ${hex(mpidr ?? 0n)}`)
        yield {
          span: atFact(cpu, cell, 'cpus'),
          headline: `MPIDR ${hex(cpu.mpidr)} is not a CPU of "${cell.name}"; it has ${listed(expected.map(hex))}`,
          notes: [
            `${listed(numbers)} on this machine`,
            'PSCI refuses to start it, or the boot CPU is not found',
            basis(cpu, first),
          ],
          key: `${cell.name} ${hex(cpu.mpidr)}`,
        }
      }
    }
  },
}
