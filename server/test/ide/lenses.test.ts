import { expect, test } from 'vitest'
import { LENS_KINDS, type LensKind, lenses } from '../../src/ide/lenses.ts'
import { english } from '../../src/text/message.ts'
import { textOf } from '../../src/text/source-file.ts'
import { type Desk, desk, inmate, withGrammar } from '../project.ts'
import { fixtures } from './fixture.ts'

withGrammar()

const found = (path: string, files: Desk = fixtures(), kinds: readonly LensKind[] = LENS_KINDS) =>
  lenses(files.analyze(path), new Set(kinds))
const titles = (path: string, files?: Desk, kinds?: readonly LensKind[]) =>
  found(path, files, kinds).map(({ title }) => english(title))

test('the name of an inmate says its root, its findings and its bytes, and leads to views', () => {
  const path = 'k3-dma/k3-demo-linux.c'
  const cell = found(path, fixtures(), ['cell'])
  expect(new Set(cell.map(({ span: at }) => textOf(at)))).toEqual(new Set(['"k3-demo-linux"']))
  expect(cell.map(({ title }) => english(title))).toEqual([
    'root: k3-demo.c',
    expect.stringMatching(/^\d+ findings?$|^no findings$/),
    'simulate',
    'show map',
    expect.stringMatching(/^\d+ bytes$/),
  ])
  expect(cell.map(({ command: does }) => does.name)).toEqual([
    'selectRoot',
    'showFindings',
    'simulate',
    'showMemoryMap',
    'saveCell',
  ])
})

test('the name of a root says whose root it is', () => {
  expect(titles('k3-dma/k3-demo.c')).toContain('root of k3-demo-linux')
})

test('without a root there is nothing to simulate', () => {
  const shown = titles('a.c', desk({ 'a.c': inmate('a') }))
  expect(shown).toContain('no root cell')
  expect(shown).not.toContain('simulate')
})

test('a file that does not compile has no bytes', () => {
  const shown = titles('a.c', desk({ 'a.c': inmate('a').replace('0x88000000', 'NOWHERE') }))
  expect(shown.filter(title => /bytes/.test(title))).toEqual([])
})

test('a shared-memory device leads to its peer', () => {
  const [lens] = found('k3-dma/k3-demo-linux.c', fixtures(), ['peers'])
  expect(english(lens!.title)).toBe('peer: k3-demo pci_devices[0]')
  const { command: does } = lens!
  const [place] = does.name === 'showPlaces' ? does.spans : []
  expect(place?.file.uri).toBe('file:///k3-dma/k3-demo.c')
})

test('hints are not counted', () => {
  const path = 'k3-dma/k3-demo.c'
  const { findings, unit } = fixtures().analyze(path)
  const own = findings.filter(({ span }) => span.file === unit.main)
  const counted = own.filter(({ severity }) => severity !== 'hint')
  expect(counted.length).toBeLessThan(own.length)
  expect(titles(path)).toContain(counted.length === 1 ? '1 finding' : `${counted.length} findings`)
})
