import { boot } from '../../src/machine/boot.ts'
import { defaultHardware } from '../../src/machine/hardware.ts'
import { outcomeText } from './boards.ts'
import { scenariosIn } from './read-configs.ts'

export { loadGrammar } from '../../src/c/parse/grammar.ts'

/**
 * Plays every scenario of some folders. A line each: page tables of the cells after enable and create, pages of the pool
 * in use after each command, and the first refusal.
 */
export function sweep(folders: readonly string[], cpuParange: number): readonly string[] {
  const hardware = { ...defaultHardware, cpuParange }
  return folders.flatMap(scenariosIn).map(({ name, scenario }) => {
    const { stages } = boot(scenario, { hardware })
    const tables = stages.slice(0, 2).map(({ state }) => state.cells.map(({ mm }) => mm.tables).join('/'))
    const pool = stages.map(({ state }) => state.pool.used)
    const refused = stages.find(({ outcome }) => outcome.kind !== 'done')
    const end = refused ? ` | ${refused.command.verb}: ${outcomeText(refused)}` : ''
    return `${name}: tables ${tables.join(' ')} pool ${pool.join(' ')}${end}`
  })
}
