import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newRoot } from '../../src/ide/generate/root.ts'
import { diffPlatforms } from '../../src/platform/diff.ts'
import { openFile } from '../../src/platform/facts.ts'
import { readAcpiTable } from '../../src/platform/read/acpi.ts'
import { pciFunction } from '../../src/platform/read/pci-space.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'
import { requirementsOf } from '../../src/platform/requirements.ts'
import { scrub } from '../../src/platform/scrub.ts'
import { folderWith, jailhouseWarden } from '../cli/command-line.ts'
import { flatten } from './facts.ts'
import { rootOf } from './root.ts'
import { caseFacts, tarballs } from './samples.ts'

/** Any bytes give a partial value and problems; nothing throws. `npm run mutate-facts` tries more, `npm run fuzz` others. */

const MUTATIONS = Number(process.env.FACT_MUTATIONS ?? 2000)

const source = { uri: 'file:///x', name: 'x', provenance: 'live' } as const

const nothing = readPlatform(await openFile({ uri: 'file:///facts/nothing', bytes: new Uint8Array() }))

/** Read, and whatever is made of it: what Jailhouse needs, a root cell, what has drifted. */
async function survives(bytes: Uint8Array): Promise<void> {
  const facts = readPlatform(await openFile({ uri: 'file:///facts/x', bytes }))
  expect(Array.isArray(facts.problems)).toBe(true)
  expect(requirementsOf(facts).length).toBeGreaterThan(0)
  newRoot(facts, { name: 'x' })
  diffPlatforms(nothing, facts)
  diffPlatforms(facts, nothing)
  for (const { windows } of facts.devices)
    for (const { range } of windows) expect(range.end <= 1n << 64n && range.start < range.end).toBe(true)
}

const tree = flatten({
  '#address-cells': [2],
  '#size-cells': [1],
  'interrupt-parent': [1],
  gic: {
    compatible: 'arm,gic-v3',
    phandle: [1],
    '#interrupt-cells': [3],
    'interrupt-controller': true,
    reg: [0, 1, 2, 0, 4, 5],
  },
  'pci@0': {
    device_type: 'pci',
    compatible: 'pci-host-ecam-generic',
    '#address-cells': [3],
    '#size-cells': [2],
    '#interrupt-cells': [1],
    reg: [0, 5, 6],
    ranges: [1, 2, 3, 4, 5, 6, 7],
    'interrupt-map': [0, 0, 0, 1, 1, 0, 5, 4],
    'interrupt-map-mask': [0, 0, 0, 7],
  },
  'uart@1': { compatible: 'arm,pl011', reg: [0, 1, 2], interrupts: [0, 1, 4], clocks: [1] },
  'thermal-zones': { cpu: { 'polling-delay': [5], 'thermal-sensors': [1] } },
})

const samples = [{ path: 'own tree', bytes: tree }, ...caseFacts]

/** Every prefix of these is read; of larger ones some 60, spread by a step that no alignment divides. */
const SMALL = 512
const STEPS = 60

test(`prefixes of ${samples.length} samples`, { timeout: 120_000 }, async () => {
  for (const { bytes } of samples) {
    const step = bytes.length <= SMALL ? 1 : Math.floor(bytes.length / STEPS) | 1
    for (let end = 0; end < bytes.length; end += step) await survives(bytes.subarray(0, end))
  }
})

test(`${MUTATIONS} mutations of trees and texts`, { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(samples.length - 1),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      async (which, changes) => {
        const bytes = (samples[which]?.bytes ?? tree).slice()
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        await survives(bytes)
        await scrub(bytes)
      },
    ),
    { numRuns: MUTATIONS, seed: 13 },
  )
})

test('mutations of tarballs', { timeout: 600_000 }, async () => {
  const smallest = tarballs.map(path => new Uint8Array(readFileSync(path))).toSorted((a, b) => a.length - b.length)[0]
  const bytes = smallest ?? new Uint8Array(2048)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }), async changes => {
      const changed = bytes.slice()
      for (const [at, value] of changes) changed[at % Math.min(changed.length, 4096)] = value
      await survives(changed)
    }),
    { numRuns: Math.ceil(MUTATIONS / 30), seed: 13 },
  )
})

test('tables and configuration space of any bytes', () => {
  const signatures = ['DMAR', 'IVRS', 'APIC', 'MCFG', 'SPCR']
  fc.assert(
    fc.property(
      fc.constantFrom(...signatures),
      fc.uint8Array({ minLength: 40, maxLength: 200 }),
      (signature, bytes) => {
        bytes.set([...signature].map(letter => letter.charCodeAt(0)))
        bytes.set([bytes.length, 0, 0, 0], 4)
        readAcpiTable({ uri: 'file:///x', bytes }, source)
      },
    ),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(fc.constantFrom(64, 256, 4096), fc.uint8Array({ minLength: 4096, maxLength: 4096 }), (size, bytes) => {
      pciFunction({ segment: 0, bdf: 0 }, bytes.subarray(0, size), undefined, source)
    }),
    { numRuns: 500 },
  )
})

/** Seconds of the processor that a command takes. */
async function secondsOf(...words: Parameters<typeof jailhouseWarden>): Promise<number> {
  const before = process.cpuUsage()
  await jailhouseWarden(...words)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

const line = (i: number, size: number): string => {
  const [start, end] = [i * 0x2000, i * 0x2000 + size - 1].map(value => value.toString(16).padStart(8, '0'))
  return `${start}-${end} : x${i}\n`
}

test('a check does not take the square of what a dump or a tree lists', { timeout: 120_000 }, async () => {
  const claims = Array.from({ length: 30_000 }, (_, i) => line(i, 0x1000)).join('')
  const clock = (i: number) => Array.from({ length: 400 }, (_, j) => 10 + ((i + j) % 1000))
  const devices = Array.from({ length: 1000 }, (_, i) => [
    `d@${(0x40000000 + i * 0x1000).toString(16)}`,
    {
      compatible: 'x',
      phandle: [10 + i],
      reg: [0, 0x40000000 + i * 0x1000, 0x1000],
      '#clock-cells': [0],
      clocks: clock(i),
    },
  ])
  const folder = folderWith({
    'root.c': rootOf({ maintenance_irq: 25 }),
    iomem: claims,
    'board.dtb': flatten({ '#address-cells': [2], '#size-cells': [1], ...Object.fromEntries(devices) }),
  })
  expect(await secondsOf(folder, 'check', '--platform', 'iomem', 'root.c')).toBeLessThan(10)
  expect(await secondsOf(folder, 'check', '--platform', 'board.dtb', 'root.c')).toBeLessThan(10)
})

test('registers that leave the address space are none', async () => {
  const bytes = flatten({
    '#address-cells': [2],
    '#size-cells': [2],
    'memory@0': { device_type: 'memory', reg: [0xffffffff, 0, 0xffffffff, 0] },
    'uart@1': { compatible: 'arm,pl011', reg: [0xffffffff, 0xffffffff, 0, 2] },
    'uart@2': { compatible: 'arm,pl011', reg: [0, 0x1000, 0, 0x1000] },
  })
  const { board } = readPlatform(await openFile({ uri: 'file:///facts/x', bytes }))
  expect(board?.memory).toEqual([])
  expect(board?.devices.flatMap(({ windows }) => windows.map(({ range }) => range.start))).toEqual([0x1000n])
})
