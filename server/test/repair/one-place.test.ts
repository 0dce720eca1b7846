import { expect, test, vi } from 'vitest'
import { repairUntilStable } from '../../src/repair/repair-until-stable.ts'
import type { ConfigRule, Finding } from '../../src/rules/rule.ts'
import { desk, root, uriOf, withGrammar } from '../project.ts'

/** Two rules of which each wants a comment at the beginning of the file. */
vi.mock('../../src/rules/catalogue.ts', async original => {
  const { catalogue } = await original<typeof import('../../src/rules/catalogue.ts')>()
  const { cellOf } = await import('../../src/config/model.ts')
  const { at } = await import('../../src/config/places.ts')
  const wants = (code: ConfigRule['code'], comment: string): ConfigRule => ({
    kind: 'config',
    code,
    id: `wants-${code}`,
    title: `Lacks ${comment}`,
    severity: 'information',
    constraints: [],
    page: '',
    *check(config) {
      const { file } = at(cellOf(config), 'name')
      const span = { file, start: 0, end: 0 }
      const fix = { title: `Insert ${comment}`, preferred: true, edits: [{ span, text: comment }] }
      if (!file.text.includes(comment)) yield { span, headline: `${comment} is missing`, fixes: [fix] }
    },
  })
  return { catalogue: [...catalogue, wants('JH991', '/* a */'), wants('JH992', '/* b */')] }
})

withGrammar()

test('of two insertions at one place the second waits until the first is made: their order would be a guess', () => {
  const { project } = desk({ 'board.c': root() })
  const isChosen = ({ rule }: Finding) => rule.id.startsWith('wants-')
  const { files, made } = repairUntilStable([uriOf('board.c')], project, { isChosen })
  expect(made).toEqual(['Insert /* a */', 'Insert /* b */'])
  expect(files.map(({ after }) => after.text)).toEqual([`/* b *//* a */${root()}`])
})
