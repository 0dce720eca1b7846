import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const home = join(import.meta.dirname, '../..')
const json = (path: string): Record<string, string> => JSON.parse(readFileSync(join(home, path), 'utf8'))
const sources = readdirSync(join(home, 'client/src'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => readFileSync(join(home, 'client/src', name), 'utf8'))

/** Words that reach a translation through a variable: states, units and columns of the map. */
const FROM_MAP = [
  'absent',
  'running',
  'loadable',
  'shut down',
  'failed',
  'pages',
  'TLBs',
  'entries',
  'CPUs',
  'no IOMMU',
]

const spoken = new Set([
  ...FROM_MAP,
  ...sources.flatMap(text => [...text.matchAll(/\bt\(\s*'((?:[^'\\]|\\.)*)'/g)].map(([, words]) => words!)),
])

const placeholders = (words: string) => [...words.matchAll(/\{\d\}/g)].map(([each]) => each).sort()

test('everything the client says has a German translation with the same placeholders', () => {
  const german = json('l10n/bundle.l10n.de.json')
  expect([...spoken].filter(words => german[words] === undefined)).toEqual([])
  for (const [words, translation] of Object.entries(german))
    expect(placeholders(translation)).toEqual(placeholders(words))
})

test('everything the manifest says has an English and a German wording', () => {
  const manifest = readFileSync(join(home, 'package.json'), 'utf8')
  const keys = [...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key!)
  for (const bundle of ['package.nls.json', 'package.nls.de.json'])
    expect(Object.keys(json(bundle)).toSorted()).toEqual([...new Set(keys)].toSorted())
  expect(manifest).not.toMatch(/"(title|markdownDescription)": "(?!%|Jailhouse( Warden)?")/)
})
