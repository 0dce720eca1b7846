import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openFile } from '../../src/platform/facts.ts'
import { readAcpiTable } from '../../src/platform/read/acpi.ts'
import { pciFunction } from '../../src/platform/read/pci-space.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'
import { requirementsOf } from '../../src/platform/requirements.ts'
import { flatten } from './facts.ts'
import { caseFacts, tarballs } from './samples.ts'

/** Any bytes give a partial value and problems; nothing throws. `npm run fuzz` goes on where these tests stop. */

const source = { uri: 'file:///x', name: 'x', provenance: 'live' } as const

async function survives(bytes: Uint8Array): Promise<void> {
  const facts = readPlatform(await openFile({ uri: 'file:///facts/x', bytes }))
  expect(Array.isArray(facts.problems)).toBe(true)
  expect(requirementsOf(facts).length).toBeGreaterThan(0)
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

test('mutations of trees and texts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(samples.length - 1),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      async (which, changes) => {
        const bytes = (samples[which]?.bytes ?? tree).slice()
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        await survives(bytes)
      },
    ),
    { numRuns: 500 },
  )
})

test('mutations of tarballs', async () => {
  const smallest = tarballs.map(path => new Uint8Array(readFileSync(path))).toSorted((a, b) => a.length - b.length)[0]
  const bytes = smallest ?? new Uint8Array(2048)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }), async changes => {
      const changed = bytes.slice()
      for (const [at, value] of changes) changed[at % Math.min(changed.length, 4096)] = value
      await survives(changed)
    }),
    { numRuns: 60 },
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
