import { expect, test } from 'vitest'
import { analyze } from '../../src/analyze.ts'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { explainLines } from '../../src/ide/explain/explain-line.ts'
import { newRoot } from '../../src/ide/generate/root.ts'
import type { Facts } from '../../src/platform/facts.ts'
import { readAcpiTable } from '../../src/platform/read/acpi.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'
import { projectOf } from './board-project.ts'
import { q35Facts, virtFacts } from './machines.ts'

/** Interrupts a PC has, consoles and units of ACPI tables, and devices that a console's address names. */

await loadGrammar()

const source = { uri: 'file:///t', name: 'table', provenance: 'live' } as const

const little = (value: number, size: number): number[] =>
  Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256)

function table(signature: string, body: readonly number[]): Uint8Array {
  const head = [...signature].map(letter => letter.charCodeAt(0))
  return Uint8Array.from([...head, ...little(36 + body.length, 4), ...new Array<number>(28).fill(0), ...body])
}

function made(facts: readonly Facts[]): string {
  const [first, ...rest] = facts
  const root = newRoot(readPlatform(first as Facts, ...rest), { name: 'made' })
  if ('missing' in root) throw new Error(root.missing)
  return root.text
}

test('a limit below what the machine has is reported, and raised to a power of two', async () => {
  const facts = [await q35Facts()]
  const text = made(facts).replace(/\.vtd_interrupt_limit = \w+/, '.vtd_interrupt_limit = 8')
  const { project, file } = projectOf({ 'root.c': text }, facts)
  const found = analyze(file('root.c'), project).findings.filter(({ rule }) => rule.code === 'JH966')
  expect(found.map(({ headline }) => headline)).toEqual([
    expect.stringMatching(/^vtd_interrupt_limit is 8, but the machine has \d+ interrupts$/),
  ])
  const [fix] = found[0]?.fixes ?? []
  const wanted = Number(fix?.title.split(' ').at(-1))
  expect(Number.isInteger(Math.log2(wanted))).toBe(true)
})

test('DBG2 names a serial port, at its address and type', () => {
  const address = [0, 32, 0, 3, ...little(0x9000000, 8)]
  const device = [
    0,
    ...little(34, 2),
    1,
    ...little(0, 8),
    ...little(0x8000, 2),
    ...little(3, 2),
    0,
    0,
    ...little(22, 2),
  ]
  const bytes = table('DBG2', [...little(44, 4), ...little(1, 4), ...device, 0, 0, ...address])
  expect(readAcpiTable({ uri: 'file:///t', bytes }, source).uarts).toMatchObject([
    { name: 'DBG2 port 0', type: 'PL011', range: { start: 0x9000000n } },
  ])
})

test('IORT names the units of a server', () => {
  const unit = [4, ...little(60, 2), 1, ...new Array<number>(12).fill(0), ...little(0x2b400000, 8)]
  const bytes = table('IORT', [
    ...little(1, 4),
    ...little(48, 4),
    0,
    0,
    0,
    0,
    ...unit,
    ...new Array<number>(36).fill(0),
  ])
  expect(readAcpiTable({ uri: 'file:///t', bytes }, source).iommus).toMatchObject([
    { kind: 'smmu-v3', base: 0x2b400000n, index: 0 },
  ])
})

test('an address of the console is named by the device of the machine', async () => {
  const facts = await virtFacts()
  const { project, file } = projectOf({ 'root.c': made(facts) }, facts)
  const { simulations } = analyze(file('root.c'), project)
  const [explanation] = explainLines('Unhandled data read at 0x9010004(4)', simulations).explanations
  expect(explanation?.facts).toContainEqual(expect.stringContaining('pl031@9010000: arm,pl031'))
})

const UNIT = [0, 0, 24, 0, 1, 0, 0, 0, ...little(0xfed90000, 8), 3, 8, 0, 0, 0, 0xff, 0, 0]
const UNITS = table('DMAR', [...new Array<number>(12).fill(0), ...UNIT, ...UNIT])

test('a table that breaks off states nothing: its lists would lack what the machine has', () => {
  const read = (bytes: Uint8Array) => readAcpiTable({ uri: 'file:///t', bytes }, source)
  expect(read(UNITS).iommus.map(({ base }) => base)).toEqual([0xfed90000n, 0xfed90000n])
  const pic = table('APIC', [...new Array<number>(8).fill(0), 1, 12, 0, 0, ...little(0xfec00000, 4), 0, 0, 0, 0])
  const config = table('MCFG', [...new Array<number>(8).fill(0), ...little(0xb0000000, 8), 0, 0, 0, 0xff, 0, 0, 0, 0])
  for (const whole of [UNITS, pic, config])
    for (let size = 36; size < whole.length; size++) {
      const { problems, ...facts } = read(whole.subarray(0, size))
      expect(problems).toEqual(['truncated; nothing is taken from it'])
      expect(facts).toEqual({ iommus: [], firmwareRegions: [], uarts: [] })
    }
})

test('an entry too short for what it is, or longer than its table, is none', () => {
  const unitsOf = (...entries: number[]) => {
    const bytes = table('DMAR', [...new Array<number>(12).fill(0), ...entries])
    return readAcpiTable({ uri: 'file:///t', bytes }, source).iommus.length
  }
  expect(unitsOf(...UNIT)).toBe(1)
  expect(unitsOf(0, 0, 12, 0, 1, 0, 0, 0, 0, 0, 0, 0)).toBe(0)
  expect(unitsOf(...UNIT.slice(0, 20))).toBe(0)
})
