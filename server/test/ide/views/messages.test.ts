import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lenses } from '../../../src/ide/lenses.ts'
import { systemMapAnswer } from '../../../src/ide/views/answer.ts'
import { plainPlace } from '../../../src/ide/views/place.ts'
import { systemTree } from '../../../src/ide/views/system-tree.ts'
import { english, joined, message } from '../../../src/text/message.ts'
import { withGrammar } from '../../project.ts'
import { fixtureNames, fixtures } from '../fixture.ts'

withGrammar()

const german: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../l10n/bundle.l10n.de.json'), 'utf8'),
)

test('a message is its template with its values, in English as in any language', () => {
  const words = message('{0} of {1}', message('stream {0}', 3), 'linux')
  expect(words).toEqual({
    text: 'stream 3 of linux',
    template: '{0} of {1}',
    values: [message('stream {0}', 3), 'linux'],
  })
  expect(joined(['a', false, '', undefined, 'b'], ', ')).toBe('a, b')
  expect(english(joined([message('stream {0}', 3), 'b'], ', '))).toBe('stream 3, b')
})

/** Every template in some JSON; those without a letter are the same in every language. */
function templatesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'template' in value ? [String(value.template)] : []
  return [...own, ...Object.values(value).flatMap(templatesIn)].filter(words => /[a-z]/i.test(words))
}

test('whatever the views of a configuration say is said in German, too', () => {
  const files = fixtures()
  const said = fixtureNames.flatMap(path => {
    const analysis = files.analyze(path)
    return [
      systemMapAnswer({ analysis, findings: analysis.findings }, { commands: 'enable create frob' }, plainPlace),
      systemTree([files.file(path)], files.project, plainPlace),
      lenses(analysis, new Set(['cell', 'peers'])).map(({ title }) => title),
    ].flatMap(templatesIn)
  })
  expect(new Set(said).size).toBeGreaterThan(40)
  expect([...new Set(said)].filter(words => german[words] === undefined)).toEqual([])
})
