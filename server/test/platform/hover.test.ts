import { expect, test } from 'vitest'
import { analyze } from '../../src/analyze.ts'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
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

/** What completion proposes in the root of QEMU's machine at a value. */
async function proposedIn(change: (root: string) => string, words: string): Promise<string> {
  const facts = await virtFacts()
  const [first, ...rest] = facts
  const made = newRoot(readPlatform(first as Facts, ...rest), { name: 'made' })
  if ('missing' in made) throw new Error(made.missing)
  const text = change(made.text)
  const { project, file } = projectOf({ 'root.c': text }, facts)
  const at = text.indexOf(words) + words.length
  const items = completions(analyze(file('root.c'), project), at, project)
  return items.map(({ label, detail }) => `${label} ${detail}`).join('\n')
}

test('completion of an address offers the devices that the cell does not have', async () => {
  const moved = (text: string) => text.replace('.phys_start = 0x9000000', '.phys_start = 0xb000000')
  expect(await proposedIn(moved, '.phys_start = 0xb000000'.slice(0, -9))).toContain(
    '0x9000000 pl011@9000000, 4 KiB, SPI 1',
  )
})

test.each([
  ['.gicd_base = ', '0x8000000 /intc@8000000 of the machine'],
  ['.gicr_base = ', '0x80a0000 /intc@8000000 of the machine'],
  ['.maintenance_irq = ', '25 /intc@8000000 of the machine'],
  ['.debug_console = {\n\t\t\t.address = ', '0x9000000 pl011@9000000, PL011, stdout-path'],
  ['.vpci_irq_base = ', 'no device names them, the root has them'],
])('completion behind %j offers what the machine has', async (words, expected) => {
  expect(await proposedIn(text => text, words)).toContain(expected)
})
