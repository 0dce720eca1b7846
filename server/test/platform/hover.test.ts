import { expect, test } from 'vitest'
import { analyze } from '../../src/analyze.ts'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { defaultSettings } from '../../src/config/project.ts'
import { plainText } from '../../src/ide/blocks.ts'
import { completions } from '../../src/ide/completion/index.ts'
import { newRoot } from '../../src/ide/generate/root.ts'
import { hover } from '../../src/ide/hover/index.ts'
import { inlayHints } from '../../src/ide/inlay-hints.ts'
import type { Facts } from '../../src/platform/facts.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'
import { projectOf } from './board-project.ts'
import { q35Facts, virtFacts } from './machines.ts'
import { made } from './made-root.ts'

/** With facts a hover names the devices of the machine. */

await loadGrammar()

async function hoverIn(facts: readonly Facts[], words: string): Promise<string> {
  const { file, analysis } = made(...facts)
  const content = hover(analysis, file.text.indexOf(words) + words.length - 1)
  return content ? plainText(content.blocks) : ''
}

test('a region shows the devices in it', async () => {
  const text = await hoverIn(await virtFacts(), '.phys_start = 0x9000000')
  expect(text).toContain('pl011@9000000 (arm,pl011) at [0x9000000, 0x9001000) 4 KiB SPI 1')
  expect(text).toContain('pl031@9010000')
})

test('an inlay hint names the devices of a region, for those who ask', async () => {
  const facts = await virtFacts()
  const [first, ...rest] = facts
  const made = newRoot(readPlatform(first as Facts, ...rest), { name: 'made' })
  if ('missing' in made) throw new Error(made.missing)
  const { project, file } = projectOf({ 'root.c': made.text }, facts)
  const root = file('root.c')
  const all = { file: root, start: 0, end: root.text.length }
  const hints = inlayHints(analyze(root, project), new Set(['devices']), all)
  const [devices] = hints.filter(({ text }) => text.includes('pl011'))
  expect(devices?.text).toBe('pl011@9000000 and pl031@9010000')
  expect(root.text.slice(0, devices?.offset)).toMatch(/\.phys_start = 0x9000000$/)
})

test('a region of memory shows what Linux has there', async () => {
  expect(await hoverIn(await virtFacts(), '.phys_start = 0x40000000')).toContain('System RAM [0x40000000, 0x70000000)')
})

test('a BAR shows its device and driver', async () => {
  expect(await hoverIn([await q35Facts()], '.phys_start = 0xfea9a000')).toContain('PCI 0000:00:1f.2')
})

test('a word of pins shows whose they are', async () => {
  const text = await hoverIn(await virtFacts(), '.pin_bitmap = {\n\t\t\t\t0xffffffff')
  expect(text).toContain('ID 33 = SPI 1: pl011@9000000.')
})

test('completion of an address offers the devices that the cell does not have', async () => {
  const facts = await virtFacts()
  const [first, ...rest] = facts
  const made = newRoot(readPlatform(first as Facts, ...rest), { name: 'made' })
  if ('missing' in made) throw new Error(made.missing)
  const text = made.text.replace('.phys_start = 0x9000000', '.phys_start = 0xb000000')
  const file = { uri: 'file:///made/root.c', text }
  const byUri = new Map(facts.map(each => [each.uri, each]))
  const project = {
    lookup: () => 'absent' as const,
    list: () => [],
    settings: { ...defaultSettings, platform: [...byUri.keys()] },
    pins: new Map<string, string>(),
    known: [file],
    facts: (uri: string) => byUri.get(uri) ?? ('pending' as const),
  }
  const items = completions(analyze(file, project), text.indexOf('0xb000000'), project)
  expect(items.map(({ label, detail }) => `${label} ${detail}`).join('\n')).toContain(
    '0x9000000 pl011@9000000, 4 KiB, SPI 1',
  )
})
