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
  'unlisted',
  'unrestricted',
]

/** Registers of the hypervisor's own, by the names that rules have for them, and pages that are taken in a loop. */
const FROM_MACHINE = [
  'AMD IOMMU command buffers',
  'AMD IOMMU event logs',
  'BARs of the virtual PCI devices',
  'GIC CPU interface',
  'GIC distributor',
  'GIC hypervisor interface',
  'GIC redistributors',
  'GIC virtual CPU interface',
  'IOAPIC {0}',
  'IOMMU unit {0}',
  'PCI configuration space',
  'TLBs of IOMMU unit {0}',
  'local APIC',
]

const spoken = new Set([
  ...FROM_MAP,
  ...sources.flatMap(text => [...text.matchAll(/\bt\(\s*'((?:[^'\\]|\\.)*)'/g)].map(([, words]) => words!)),
])

const serverSources = readdirSync(join(home, 'server/src'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => ({ name, text: readFileSync(join(home, 'server/src', name), 'utf8') }))

const literals = (text: string, call: string): readonly string[] =>
  [...text.matchAll(new RegExp(`${call}(['"])((?:[^\\\\]|\\\\.)*?)\\1`, 'g'))].map(([, , words]) =>
    words!.replaceAll(/\\(.)/g, '$1'),
  )

/** What the server says of its own accord, and what the machine calls the pages it takes, which a view repeats. */
const saidByServer = new Set([
  ...serverSources.flatMap(({ text }) => literals(text, '\\bmessage\\(\\s*')),
  ...serverSources.filter(({ name }) => name.startsWith('machine')).flatMap(({ text }) => literals(text, '\\bwhat: ')),
])

const placeholders = (words: string) => [...words.matchAll(/\{\d\}/g)].map(([each]) => each).sort()

test('everything the client says has a German translation with the same placeholders', () => {
  const german = json('l10n/bundle.l10n.de.json')
  expect([...spoken].filter(words => german[words] === undefined)).toEqual([])
  for (const [words, translation] of Object.entries(german))
    expect(placeholders(translation)).toEqual(placeholders(words))
})

test('everything the server says in views has a German translation', () => {
  const german = json('l10n/bundle.l10n.de.json')
  expect(saidByServer.size).toBeGreaterThan(100)
  expect([...saidByServer].filter(words => german[words] === undefined)).toEqual([])
})

test('no German is left of what nobody says any more', () => {
  const said = new Set([...spoken, ...saidByServer, ...FROM_MACHINE])
  expect(Object.keys(json('l10n/bundle.l10n.de.json')).filter(words => !said.has(words))).toEqual([])
})

test('everything the manifest says has an English and a German wording', () => {
  const manifest = readFileSync(join(home, 'package.json'), 'utf8')
  const keys = [...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key!)
  for (const bundle of ['package.nls.json', 'package.nls.de.json'])
    expect(Object.keys(json(bundle)).toSorted()).toEqual([...new Set(keys)].toSorted())
  expect(manifest).not.toMatch(/"(title|markdownDescription)": "(?!%|Jailhouse( Warden)?")/)
})
