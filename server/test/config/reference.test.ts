import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { builtinHeaders, type Revision, revisions } from '../../src/config/headers/index.ts'
import { constantDoc, constantDocs, constantsFor, fieldDoc, fieldDocs } from '../../src/config/reference/index.ts'
import { referencePages } from '../../src/config/reference/pages.ts'
import { layouts } from './header-layouts.ts'

/** The macros of a revision, with their replacement text. */
function macrosOf(revision: Revision): Map<string, string> {
  const headers = builtinHeaders(revision)
  const texts = [...revision.header.matchAll(/#include <(.*)>/g)].map(([, name]) => headers.get(name!)!)
  const defines = [revision.header, ...texts].flatMap(text => [...text.matchAll(/^#define (\w+)(?:\(.*?\))? ?(.*)$/gm)])
  return new Map(
    defines.filter(([, name]) => name !== 'JAILHOUSE_CELL_CONFIG_H').map(([, name, text]) => [name!, text!]),
  )
}

const macros = new Map(revisions.map(revision => [revision, macrosOf(revision)]))

/** First and last number of the revisions; undefined where they reach the oldest and the newest header. */
function lifetime(ids: readonly string[]) {
  const numbers = ids.map(id => revisions.find(revision => revision.id === id)!.number ?? 0)
  const since = Math.min(...numbers)
  const until = Math.max(...numbers)
  return { since: since === 0 ? undefined : since, until: until === revisions[0]!.number ? undefined : until }
}

const fieldsWithRevisions = (): Map<string, string[]> => {
  const found = new Map<string, string[]>()
  for (const { type, revisions, offsets } of layouts)
    for (const [field] of offsets.matchAll(/[a-z]\S*/g)) {
      const path = `${type.split(' ')[1]} ${field}`
      found.set(path, [...(found.get(path) ?? []), ...revisions.split(' ')])
    }
  return found
}

describe('the field reference', () => {
  test('tells of every field of every revision, and since and until when it exists', () => {
    for (const [path, ids] of fieldsWithRevisions()) {
      const [struct, field] = path.split(' ')
      if (field === 'msi_64bits') continue // a bit field has no offset in the table
      const doc = fieldDoc(struct!, field!)
      expect({ path, since: doc?.since, until: doc?.until }).toEqual({ path, ...lifetime(ids) })
    }
  })

  test('tells of no field that does not exist', () => {
    const known = fieldsWithRevisions()
    const bitFields = ['jailhouse_pci_device msi_maskable']
    for (const { struct, field } of fieldDocs) expect([...known.keys(), ...bitFields]).toContain(`${struct} ${field}`)
  })

  test('tells of every macro of every revision, and until when it exists', () => {
    for (const [index, revision] of revisions.entries())
      for (const name of macros.get(revision)!.keys()) {
        const isNewest = !revisions.slice(0, index).some(newer => macros.get(newer)!.has(name))
        if (isNewest)
          expect({ name, until: constantDoc(name)?.until }).toEqual({ name, until: lifetime([revision.id]).until })
      }
  })

  test('gives macros the values they have in the newest header that defines them', () => {
    for (const { name, value } of constantDocs) {
      const text = [...macros.values()].map(defined => defined.get(name)).find(text => text !== undefined)
      expect(text, name).toBeDefined()
      if (value !== undefined && /^\d/.test(text!)) expect(Number(value), name).toBe(Number(text))
    }
  })

  test('knows which constants fit a field', () => {
    expect(constantsFor('jailhouse_iommu', 'type').map(({ name }) => name)).toEqual([
      'JAILHOUSE_IOMMU_AMD',
      'JAILHOUSE_IOMMU_INTEL',
      'JAILHOUSE_IOMMU_SMMUV3',
      'JAILHOUSE_IOMMU_PVU',
      'JAILHOUSE_IOMMU_ARM_MMU500',
    ])
    for (const { name, group } of constantDocs)
      for (const place of group.filter(place => !place.startsWith('config.'))) {
        const dot = place.indexOf('.')
        expect(fieldDoc(place.slice(0, dot), place.slice(dot + 1)), name).toBeDefined()
      }
  })
})

test('docs/reference is what `npm run docs` writes', () => {
  const folder = new URL('../../../docs/reference/', import.meta.url)
  const pages = referencePages()
  expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort())
  for (const [file, text] of pages) expect(readFileSync(new URL(file, folder), 'utf8'), file).toBe(text)
})
