import type { Scenario } from '../config/scenario.ts'
import type { Command } from '../machine/stage.ts'
import { Misuse } from './command.ts'

const SYSTEM_VERBS = ['enable', 'disable'] as const
const CELL_VERBS = ['create', 'set_loadable', 'start', 'shutdown', 'destroy'] as const

/** `load` is what the tool calls it. */
const SPELLED: Readonly<Record<string, string>> = { load: 'set_loadable' }

/**
 * `enable create start destroy create`: verbs in the order they are given. `create:linux` means one cell; a verb
 * without a name means every cell of the scenario in turn.
 */
export function commandsFrom(words: string, { cells }: Scenario): readonly Command[] {
  return words.split(/[\s,]+/).flatMap((word): readonly Command[] => {
    const [spelled = '', name] = word.split(':')
    const verb = SPELLED[spelled] ?? spelled
    const system = SYSTEM_VERBS.find(known => known === verb)
    if (system) return [{ verb: system }]
    const cellVerb = CELL_VERBS.find(known => known === verb)
    if (!cellVerb) {
      if (word === '') return []
      throw new Misuse(`--commands: "${word}" is none of ${[...SYSTEM_VERBS, ...CELL_VERBS].join(', ')}`)
    }
    const meant = cells.filter(cell => name === undefined || cell.name === name)
    if (meant.length === 0) throw new Misuse(`--commands: there is no cell for "${word}"`)
    return meant.map(cell => ({ verb: cellVerb, cell }))
  })
}
