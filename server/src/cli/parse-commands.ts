import type { Scenario } from '../config/scenario.ts'
import type { Command } from '../machine/stage.ts'
import { UsageError } from './command.ts'

const SYSTEM_VERBS = ['enable', 'disable'] as const
const CELL_VERBS = ['create', 'set_loadable', 'start', 'shutdown', 'destroy'] as const

/** `load` is what the tool calls it. */
const ALIASES: Readonly<Record<string, string>> = { load: 'set_loadable' }

/**
 * `enable create start destroy create`: verbs in the order they are given. `create:linux` means one cell; a verb
 * without a name means every cell of the scenario in turn.
 */
export function parseCommands(words: string, { cells }: Scenario): readonly Command[] {
  return words.split(/[\s,]+/).flatMap((word): readonly Command[] => {
    const [normalized = '', name] = word.split(':')
    const verb = ALIASES[normalized] ?? normalized
    const system = SYSTEM_VERBS.find(known => known === verb)
    if (system) return [{ verb: system }]
    const cellVerb = CELL_VERBS.find(known => known === verb)
    if (!cellVerb) {
      if (word === '') return []
      throw new UsageError(`--commands: "${word}" is none of ${[...SYSTEM_VERBS, ...CELL_VERBS].join(', ')}`)
    }
    const matching = cells.filter(cell => name === undefined || cell.name === name)
    if (matching.length === 0) throw new UsageError(`--commands: there is no cell for "${word}"`)
    return matching.map(cell => ({ verb: cellVerb, cell }))
  })
}
