import { expect, test, vi } from 'vitest'
import { repairUntilStable } from '../../src/repair/repair-until-stable.ts'
import type { ConfigRule, Finding } from '../../src/rules/rule.ts'
import { desk, root, uriOf, withGrammar } from '../project.ts'

/** Nothing counts information: only that a text comes again tells that two such repairs undo each other. */

/** Three rules of which each has one name be another. */
vi.mock('../../src/rules/catalogue.ts', async original => {
  const { catalogue } = await original<typeof import('../../src/rules/catalogue.ts')>()
  const { cellOf } = await import('../../src/config/model.ts')
  const { at } = await import('../../src/config/places.ts')
  const renames = (code: ConfigRule['code'], from: string, to: string): ConfigRule => ({
    kind: 'config',
    code,
    id: `not-${from}`,
    title: `Name ${from}`,
    severity: 'information',
    constraints: [],
    page: '',
    *check(config) {
      const span = at(cellOf(config), 'name')
      const fix = { title: `Rename to ${to}`, preferred: true, edits: [{ span, text: `"${to}"` }] }
      if (cellOf(config).name === from) yield { span, headline: `name is ${from}`, fixes: [fix] }
    },
  })
  const rules = [renames('JH991', 'start', 'ping'), renames('JH992', 'ping', 'pong'), renames('JH993', 'pong', 'ping')]
  return { catalogue: [...catalogue, ...rules] }
})

withGrammar()

test('two repairs that undo each other are made once, and the second is refused', () => {
  const board = root().replace('.name = "root"', '.name = "start"')
  const { project } = desk({ 'board.c': board })
  const isChosen = ({ rule }: Finding) => rule.id.startsWith('not-')
  const { files, made, refused } = repairUntilStable([uriOf('board.c')], project, { isChosen })
  expect(made).toEqual(['Rename to ping', 'Rename to pong'])
  expect(files.map(({ after }) => after.text)).toEqual([board.replace('"start"', '"pong"')])
  expect(refused.map(({ title, reason }) => `${title}: ${reason}`)).toEqual([
    'Rename to ping: it would undo another repair',
  ])
})
