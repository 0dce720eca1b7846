import type { Scenario } from '../config/scenario.ts'
import type { Command } from '../machine/stage.ts'
import { byWord } from '../text/by-word.ts'
import { message, type Words } from '../text/message.ts'

const SYSTEM_VERBS = ['enable', 'disable'] as const
const CELL_VERBS = ['create', 'set_loadable', 'start', 'shutdown', 'destroy'] as const

/** `load` is what the tool calls it. */
const ALIASES = byWord<string>({ load: 'set_loadable' })

/** More are not simulated: each is a stage that stays in memory. */
const MAX_COMMANDS = 200

/** The commands of a text, or why there are none. */
export type ParsedCommands = { readonly commands: readonly Command[] } | { readonly problem: Words }

/**
 * `enable create start destroy create`: verbs in the order they are given. `create:linux` means one cell; a verb
 * without a name means every cell of the scenario in turn.
 */
export function parseCommands(text: string, scenario: Scenario): ParsedCommands {
  const parsed = text
    .split(/[\s,]+/)
    .filter(word => word !== '')
    .map(word => parseWord(word, scenario))
  const failed = parsed.find(each => 'problem' in each)
  if (failed) return failed
  const commands = parsed.flatMap(each => ('commands' in each ? each.commands : []))
  if (MAX_COMMANDS < commands.length) return { problem: message('more than {0} commands', MAX_COMMANDS) }
  return { commands }
}

function parseWord(word: string, { cells }: Scenario): ParsedCommands {
  const [spelled = '', name] = word.split(':')
  const verb = ALIASES[spelled] ?? spelled
  const system = SYSTEM_VERBS.find(known => known === verb)
  if (system) return { commands: [{ verb: system }] }
  const cellVerb = CELL_VERBS.find(known => known === verb)
  if (!cellVerb) return { problem: message('"{0}" is none of {1}', word, [...SYSTEM_VERBS, ...CELL_VERBS].join(', ')) }
  const meant = cells.filter(cell => name === undefined || cell.name === name)
  if (meant.length === 0) return { problem: message('there is no cell for "{0}"', word) }
  return { commands: meant.map(cell => ({ verb: cellVerb, cell })) }
}
