import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { builtinHeaders, guessRevision, revisions } from '../../src/config/headers/index.ts'

const folder = new URL('../../src/config/headers/', import.meta.url)
const headersIn = (path: string): string[] => readdirSync(new URL(path, folder)).filter(name => name.endsWith('.h'))

describe('built-in headers', () => {
  test('every header of the folder serves a revision, every part some header', () => {
    expect(revisions.map(({ id }) => `revision-${id}.h`).sort()).toEqual(headersIn('.').sort())
    const served = revisions.flatMap(revision => [...builtinHeaders(revision).values()].join('\n'))
    for (const part of headersIn('parts')) expect(served.join('\n'), part).toContain(`<jailhouse/parts/${part}>`)
  })

  for (const revision of revisions)
    test(`revision ${revision.id} includes only what is built in, and says its number`, () => {
      const headers = builtinHeaders(revision)
      for (const [name, text] of headers)
        for (const [, included] of text.matchAll(/#include <(.*)>/g))
          expect([...headers.keys()], name).toContain(included)
      expect(/CONFIG_REVISION (\d+)/.exec(revision.header)?.[1]).toBe(revision.number?.toString())
    })
})

describe('the revision of a configuration without a header at hand', () => {
  const check = (text: string, id: string, why: string) => {
    const guess = guessRevision({ uri: 'file:///a.c', text })
    expect({ id: guess.revision.id, why: guess.reason }).toEqual({ id, why })
  }
  const cell = (fields: string) => `.signature = S, .revision = JAILHOUSE_CONFIG_REVISION, ${fields}`

  test('is the newest for an empty file', () => check('', '14', 'uses nothing that the newest revision lacks'))
  test('is 14 with an architecture', () =>
    check(cell('.architecture = JAILHOUSE_ARM64,'), '14', 'uses nothing that the newest revision lacks'))
  test('is 13 without one', () => check(cell(''), '13e', 'has .signature without architecture'))
  test('is not decided by a comment', () =>
    check(`/* was .amd_bdf */ ${cell('')} // pio_bitmap`, '13e', 'has .signature without architecture'))
  test('knows stream ids that are plain numbers', () =>
    check(cell('__u32  stream_ids[2];'), '13d', 'uses __u32 stream_ids'))
  test('knows IOMMU units of an architecture', () => {
    check(cell('.x86 = { .iommu_units = { { .base = 1 } } },'), '12d', 'uses .x86.iommu_units')
    check(cell('.iommu_units = { { .base = 1 } }, .x86 = { }'), '13e', 'has .signature without architecture')
  })
  test('reads to the end of whatever is never closed', () =>
    check(`${'.x86 = {'.repeat(1e4)} .iommu_units ${'/* '.repeat(1e6)} .amd_bdf`, '12d', 'uses .x86.iommu_units'))
  test('knows one shared memory region per ivshmem device', () =>
    check('.shmem_region = 1,', '12a', 'uses .shmem_region'))
  test('knows bitmaps of ports', () => check('.pio_bitmap_size = 1,', '10b', 'uses pio_bitmap_size'))
  test('knows files that bring their own ARRAY_SIZE', () =>
    check('#define ARRAY_SIZE(a) 1', '10a', 'uses #define ARRAY_SIZE'))
  test('knows a console without a type of its own', () =>
    check('.flags = JAILHOUSE_CON1_TYPE_PL011', '9a', 'uses JAILHOUSE_CON1_TYPE_PL011'))
  test('knows a GIC without a version', () => check(cell('.gicd_base = 1,'), '5', 'has .gicd_base without gic_version'))
  test('knows files without a revision', () => check('.signature = S', 'none', 'has .signature without revision'))
  test('keeps to the newer of two signs that exclude each other', () =>
    check(`${cell('.architecture = A,')} .amd_bdf = 1,`, '14', 'uses nothing that the newest revision lacks'))
})
