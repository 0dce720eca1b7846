import { expect, test } from 'vitest'
import { rememberRoot } from '../../../src/ide/remember-root.ts'
import { rootCandidates } from '../../../src/ide/root-candidates.ts'
import { plainPlace } from '../../../src/ide/views/place.ts'
import { systemTree } from '../../../src/ide/views/system-tree.ts'
import type { TreeNode } from '../../../src/ide/views/tree-model.ts'
import { inEnglish } from '../../english.ts'
import { type Desk, desk, uriOf, withGrammar } from '../../project.ts'
import { fixtures } from '../fixture.ts'

withGrammar()

const treeOf = (from: Desk, ...paths: string[]): readonly TreeNode[] =>
  inEnglish(
    systemTree(
      paths.map(path => from.file(path)),
      from.project,
      plainPlace,
    ).nodes,
  )

const all = (node: TreeNode): readonly TreeNode[] => [node, ...node.children.flatMap(all)]

const child = (node: TreeNode, label: string): TreeNode => node.children.find(each => each.label === label)!

test('a cell stands under its root with all its siblings, and why', () => {
  const [root, ...others] = treeOf(fixtures(), 'smmu-v2/mpsoc-linux.c', 'smmu-v2/mpsoc.c')
  expect(others).toEqual([])
  expect(root).toMatchObject({ kind: 'root', detail: 'mpsoc.c' })
  const inmates = root!.children.filter(({ kind }) => kind === 'inmate')
  expect(inmates.length).toBe(2)
  expect(inmates[0]!.why).toContain('its name begins with "mpsoc-"')
})

test('regions, CPUs, interrupts, links and streams of a cell lead to their places', () => {
  const [root] = treeOf(fixtures(), 'k3-dma/k3-demo.c')
  const inmate = root!.children.find(({ kind }) => kind === 'inmate')!
  const labels = inmate.children.map(({ label }) => label)
  expect(labels).toEqual(['Memory', 'CPU 1', 'Interrupts', 'PCI devices and links', 'Streams'])
  const ram = child(child(inmate, 'Memory'), 'RAM')
  expect(ram.detail).toContain('[0x8a0000000, 0x900000000) 1.5 GiB')
  expect(ram.place!.uri).toBe(uriOf('k3-dma/k3-demo-linux.c'))
  expect(child(inmate, 'Streams').children.map(({ label }) => label)).toEqual(['0x3', '0xf003'])
})

test('free is what the root has and no inmate takes', () => {
  const [root] = treeOf(fixtures(), 'k3-dma/k3-demo.c')
  const free = child(root!, 'Free').children.map(({ label, detail = '' }) => `${label} ${detail}`.trim())
  expect(free).toContain('CPU 0')
  expect(free.some(label => label.startsWith('SPI '))).toBe(true)
  expect(free.some(label => label.includes('[0x8a0000000'))).toBe(false)
})

test('every node can be told from every other', () => {
  for (const path of ['x86/pc.c', 'k3-dma/k3-demo.c', 'together/k3-demo.c', 'amd/board.c']) {
    const ids = treeOf(fixtures(), path)
      .flatMap(all)
      .map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  }
})

test('a cell without a root is an orphan; files that are no configurations are nothing', () => {
  const text = fixtures().file('k3-dma/k3-demo-linux.c').text
  expect(treeOf(desk({ 'lonely.c': text, 'main.c': 'int main() { return 0; }' }), 'lonely.c', 'main.c')).toMatchObject([
    { kind: 'orphan', detail: 'no root cell known' },
  ])
})

const boards = () => {
  const from = fixtures()
  return {
    'a/k3-demo.c': from.file('k3-dma/k3-demo.c').text,
    'a/pc.c': from.file('x86/pc.c').text,
    'a/k3-demo-linux.c': from.file('k3-dma/k3-demo-linux.c').text,
  }
}

test('roots are ranked by how well they fit, the current one marked', () => {
  const from = desk(boards())
  const { candidates } = rootCandidates(from.file('a/k3-demo-linux.c'), from.project)
  expect(candidates.map(({ uri, isCurrent }) => [uri, isCurrent])).toEqual([
    [uriOf('a/k3-demo.c'), true],
    [uriOf('a/pc.c'), false],
  ])
  expect(candidates[0]!.errors).toBeLessThan(candidates[1]!.errors!)
})

const remembered = (files: Record<string, string>, root: string | undefined) => {
  const from = desk(files)
  return rememberRoot(from.file('a/k3-demo-linux.c'), root, 'file:///', from.project).change
}

test('a chosen root becomes a system of a new jailhouse.json', () => {
  const change = remembered(boards(), uriOf('a/pc.c'))!
  expect(change.uri).toBe(uriOf('jailhouse.json'))
  expect(JSON.parse(change.text)).toEqual({
    systems: [{ name: 'pc with k3-demo-linux', root: 'a/pc.c', cells: ['a/k3-demo-linux.c'] }],
  })
})

test('in a jailhouse.json that is there, comments and other systems stay', () => {
  const project = `{
  // ours
  "systems": [{ "root": "k3-demo.c", "cells": ["k3-demo-linux.c", "other.c"] }]
}
`
  const files = { ...boards(), 'a/other.c': '', 'a/jailhouse.json': project }
  const change = remembered(files, uriOf('a/pc.c'))!
  expect(change.uri).toBe(uriOf('a/jailhouse.json'))
  expect(change.text).toContain('// ours')
  const systems = JSON.parse(change.text.replace('// ours', '')).systems
  expect(systems[0].cells).toEqual(['other.c'])
  expect(systems[1]).toMatchObject({ root: 'pc.c', cells: ['k3-demo-linux.c'] })
  expect(remembered(files, undefined)!.text).not.toContain('k3-demo-linux.c')
})

test('a jailhouse.json that cannot be read is not written', () => {
  expect(remembered({ ...boards(), 'a/jailhouse.json': '{ "systems": [' }, uriOf('a/pc.c'))).toBeUndefined()
  expect(remembered(boards(), undefined)).toBeUndefined()
})
