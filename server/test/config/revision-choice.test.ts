import { expect, test } from 'vitest'
import { builtinChoice } from '../../src/config/includes.ts'
import { defaultSettings, type Project, type Settings } from '../../src/config/project.ts'
import { projectFileOf } from '../../src/config/project-file.ts'
import { nameOf } from '../../src/text/uri.ts'

/** Which built-in headers serve `main.c` among some files: `12d by neighbours: …`. */
function check(files: Readonly<Record<string, string>>, expected: string, settings: Partial<Settings> = {}) {
  const folder = 'file:///lab/configs/arm64/'
  const texts = new Map(
    Object.entries({ 'main.c': cell(''), ...files }).map(([name, text]) => {
      const uri = new URL(name, folder).href
      return [uri, { uri, text }]
    }),
  )
  const project: Project = {
    lookup: uri => texts.get(uri) ?? 'absent',
    list: of => [...texts.keys()].filter(uri => uri === of + nameOf(uri)),
    settings: { ...defaultSettings, ...settings },
    pins: new Map(),
    known: [],
  }
  const main = texts.get(`${folder}main.c`)
  const wanted = { files: new Set<string>(), folders: new Set<string>() }
  const choice = main && builtinChoice(main, project, projectFileOf(main.uri, project, wanted), wanted)
  expect(choice ? `${choice.revision.id} by ${choice.by}: ${choice.reason}` : 'own headers').toBe(expected)
}

const cell = (fields: string) =>
  `#include <jailhouse/cell-config.h>\nstruct { struct jailhouse_cell_desc cell; } config = { .cell = { .signature = S, .revision = R, ${fields} } };`
const compiled = (revision: number) => `JHCELL${String.fromCharCode(revision)}\0rest`

test("a tree's own header needs no choice", () => {
  check({ '../../include/jailhouse/cell-config.h': '' }, 'own headers')
})
test('the settings go before jailhouse.json', () => {
  check({ 'jailhouse.json': '{ "revision": 12 }' }, '8 by setting: the settings name it', { revision: 'v0.8' })
})
test('jailhouse.json names a release or a revision', () => {
  check({ 'jailhouse.json': '{ "revision": "v0.12" }' }, '12d by project: jailhouse.json names it')
  check({ 'jailhouse.json': '{ "revision": 12 }' }, '12d by project: jailhouse.json names it')
  check({ 'jailhouse.json': '{ "revision": "13b" }' }, '13b by project: jailhouse.json names it')
})
test('a compiled cell states its revision, its own before others', () => {
  check({ 'main.cell': compiled(12) }, '12d by cell: main.cell beside it states revision 12')
  check({ 'a.cell': compiled(12), 'main.cell': compiled(11) }, '11c by cell: main.cell beside it states revision 11')
  check({ 'a.cell': compiled(10) }, '10b by cell: a.cell beside it states revision 10')
})
test('a compiled cell of an unknown revision says nothing', () => {
  check({ 'main.cell': compiled(99) }, '13e by file: it has .signature without architecture')
  check({ 'main.cell': 'ELF' }, '13e by file: it has .signature without architecture')
})
test('the neighbours tell what one file does not', () => {
  check({ 'b.c': cell('.shmem_region = 1') }, '12a by neighbours: b.c beside it uses .shmem_region')
  check({ '../x86/b.c': cell('.x86.iommu_units = 1') }, '12d by neighbours: b.c beside it uses .x86.iommu_units')
})
test('sources that are no configurations tell nothing', () => {
  check({ 'b.c': 'int shmem_region; x.shmem_region = 1;' }, '13e by file: it has .signature without architecture')
})
test('most files count where some disagree', () => {
  const old = cell('.shmem_region = 1')
  check(
    { 'b.c': old, 'c.c': old, 'd.c': cell('.architecture = A') },
    '12a by neighbours: b.c beside it uses .shmem_region',
  )
})
test('a tree with virtual PCI hosts that never says pci_domain is older than revision 9', () => {
  const root = cell('.pci_is_virtual = 1')
  const reason = 'it is the newest that the 3 configurations beside it agree with'
  check({ 'b.c': root, 'c.c': root, 'd.c': root }, `8 by neighbours: ${reason}`)
})
