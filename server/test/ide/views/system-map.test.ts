import { expect, test } from 'vitest'
import { systemMapAnswer } from '../../../src/ide/views/answer.ts'
import type { MapStage, SystemMap } from '../../../src/ide/views/model.ts'
import { plainPlace } from '../../../src/ide/views/place.ts'
import { inEnglish } from '../../english.ts'
import { type Desk, desk, withGrammar } from '../../project.ts'
import { fixtures } from '../fixture.ts'

withGrammar()

const answer = (from: Desk, path: string, question = {}) => {
  const analysis = from.analyze(path)
  return inEnglish(systemMapAnswer({ analysis, findings: analysis.findings }, question, plainPlace))
}

const mapOf = (from: Desk, path: string): SystemMap => answer(from, path).map!

const stage = ({ stages }: SystemMap, verb: string): MapStage => stages.find(each => each.verb === verb)!

/** `k3-demo PVU: 0x80000000..0x100000000 rw-` of one stage. */
function reached(map: SystemMap, { reach }: MapStage): readonly string[] {
  return map.columns.flatMap(({ cell, title }, i) => {
    const runs = map.reaches[reach[i]!] ?? []
    return runs.map(
      ({ start, end, access }) => `${map.cells[cell ?? -1]?.name ?? '-'} ${title}: ${start}..${end} ${access}`,
    )
  })
}

test('boxes carry the names people gave them, and where they are written', () => {
  const map = mapOf(fixtures(), 'k3-dma/k3-demo-linux.c')
  const own = map.boxes.filter(({ column }) => map.columns[column]?.cell === 1)
  expect(own.map(({ name }) => name)).toContain('RAM')
  expect(own.every(({ place }) => place?.uri.endsWith('k3-demo-linux.c'))).toBe(true)
  expect(map.boxes[0]).toMatchObject({ name: 'hypervisor memory', isDevice: false })
})

test('the full stop of a comment is no part of a name', () => {
  const edited = { 'k3-dma/k3-demo-linux.c': (text: string) => text.replace('/* RAM */', '/* RAM of Linux. */') }
  const names = mapOf(fixtures(edited), 'k3-dma/k3-demo-linux.c').boxes.map(({ name }) => name)
  expect(names).toContain('RAM of Linux')
})

test('CPU and DMA reach are told apart, stage by stage', () => {
  const map = mapOf(fixtures(), 'k3-dma/k3-demo-linux.c')
  const [before, after] = [stage(map, 'enable'), stage(map, 'create')].map(each => reached(map, each))
  const inmateRam = /(CPUs|PVU): 0x8a0000000\.\.0x900000000/
  expect(before!.filter(words => inmateRam.test(words))).toEqual(['k3-demo CPUs: 0x8a0000000..0x900000000 rwx'])
  expect(after!.filter(words => inmateRam.test(words))).toEqual([
    'k3-demo-linux CPUs: 0x8a0000000..0x900000000 rwx',
    'k3-demo-linux PVU: 0x8a0000000..0x900000000 rw-',
  ])
})

test('what a command changed is listed with its column', () => {
  const map = mapOf(fixtures(), 'k3-dma/k3-demo-linux.c')
  const changes = stage(map, 'create').changes.filter(({ start }) => start === '0x8a0000000')
  expect(changes.map(({ column, kind }) => [map.columns[column]!.title, map.columns[column]!.cell, kind])).toEqual([
    ['CPUs', 0, 'lost'],
    ['CPUs', 1, 'gained'],
    ['SMMU v3', 0, 'lost'],
    ['PVU', 1, 'gained'],
  ])
})

test('lost isolation is shown where it is, with the finding about it', () => {
  const map = mapOf(fixtures(), 'dma-kept/k3-demo-linux.c')
  const losses = stage(map, 'create').losses.filter(({ owner }) => owner === 1)
  expect(losses.length).toBe(1)
  for (const loss of losses) {
    expect(map.columns[loss.column]).toMatchObject({ kind: 'dma', cell: 0 })
    expect(map.cells[loss.owner]!.name).toBe('k3-demo-linux')
    expect(map.findings[loss.finding!]!.code).toBe('JH301')
  }
  expect(stage(map, 'enable').losses).toEqual([])
})

test('a loss that a stream brings about is told by the finding on the stream', () => {
  const map = mapOf(fixtures(), 'k3-dma/k3-demo-linux.c')
  const [loss, ...others] = stage(map, 'create').losses
  expect(others).toEqual([])
  expect(loss).toMatchObject({ owner: 0, standsForMore: true })
  expect(map.findings[loss!.finding!]!.code).toBe('JH316')
})

test('a stream of the PVU is no loss by the SMMU, which has no device of that number', () => {
  const edited = {
    'k3-dma/k3-demo-linux.c': (text: string) =>
      text.replace(', { 0xf003 }', '').replace('stream_ids[2]', 'stream_ids[1]'),
  }
  const map = mapOf(fixtures(edited), 'k3-dma/k3-demo-linux.c')
  expect(map.stages.flatMap(({ losses }) => losses)).toEqual([])
})

test('memory is root, kept for inmates, reserved, an inmate alone, shared, the hypervisor or unassigned', () => {
  const map = mapOf(fixtures(), 'k3-dma/k3-demo-linux.c')
  const useAt = (each: MapStage, address: bigint) =>
    map.uses[each.use]!.find(({ start, end }) => BigInt(start) <= address && address < BigInt(end))?.use
  expect(useAt(stage(map, 'enable'), 0x80000000n)).toBe('root')
  expect(useAt(stage(map, 'enable'), 0x8a0000000n)).toBe('reserved')
  expect(useAt(stage(map, 'create'), 0x8a0000000n)).toBe('cell')
  const all = new Set(map.stages.flatMap(({ use }) => map.uses[use]!.map(each => each.use)))
  for (const use of ['hypervisor', 'unassigned', 'shared'] as const) expect(all).toContain(use)
})

test('meters say what each stage uses up, costliest first', () => {
  const map = mapOf(fixtures(), 'k3-dma/k3-demo-linux.c')
  const { meters } = stage(map, 'create')
  expect(meters.map(({ unit }) => unit)).toEqual(expect.arrayContaining(['pages', 'TLBs', 'entries']))
  for (const { used, limit, costs } of meters) {
    expect(used).toBeLessThanOrEqual(limit)
    expect(costs.length).toBeLessThanOrEqual(12)
  }
  expect(stage(map, 'disable').meters).toEqual([])
})

test('commands are played as they are given; wrong ones are named and change nothing', () => {
  const from = fixtures()
  const path = 'k3-dma/k3-demo-linux.c'
  const played = answer(from, path, { commands: 'enable create load create' })
  expect(played.map!.stages.map(({ verb }) => verb)).toEqual(['enable', 'create', 'set_loadable', 'create'])
  expect(played.map!.stages[3]!.outcome).toMatchObject({ kind: 'refused', errno: 'EEXIST' })
  const wrong = answer(from, path, { commands: 'enable explode' })
  expect(wrong.problem).toContain('"explode"')
  expect(wrong.map!.stages.length).toBeGreaterThan(5)
})

test('a root offers a map for each of its inmates', () => {
  const { alternatives, chosen, map } = answer(fixtures(), 'smmu-v2/mpsoc.c', { alternative: 1 })
  expect(alternatives.length).toBe(2)
  expect([chosen, map!.title]).toEqual([1, alternatives[1]])
})

test('of several systems the one whose inmate loses isolation is shown first', () => {
  const text = (path: string) => fixtures().file(path).text
  const linux = text('dma-kept/k3-demo-linux.c')
  const harmless = linux.replace('"k3-demo-linux"', '"k3-demo-app"').replace(/\/\* RAM \*\/ \{[^}]*\},/, '')
  const from = desk({
    'k3-board.h': text('k3-board.h'),
    'dma-kept/k3-demo.c': text('dma-kept/k3-demo.c'),
    'dma-kept/k3-demo-app.c': harmless,
    'dma-kept/k3-demo-linux.c': linux,
  })
  const { alternatives, losing, chosen } = answer(from, 'dma-kept/k3-demo.c')
  expect(alternatives).toEqual(['k3-demo with k3-demo-app', 'k3-demo with k3-demo-linux'])
  expect([chosen, losing]).toEqual([1, [1]])
  expect(answer(from, 'dma-kept/k3-demo.c', { alternative: 0 }).chosen).toBe(0)
})

test('without a root there is a reason instead of a map', () => {
  const alone = desk({ 'lonely.c': fixtures().file('k3-dma/k3-demo-linux.c').text })
  expect(answer(alone, 'lonely.c')).toMatchObject({
    alternatives: [],
    problem: expect.stringContaining('No root cell'),
  })
})

test('what a command changed is summed over all of it, listed or not', () => {
  const path = 'k3-dma/k3-demo.c'
  const region = (i: number) =>
    `{ ${0x1000000000 + i * 0x2000}, ${0x1000000000 + i * 0x2000}, 0x1000, JAILHOUSE_MEM_READ },\n`
  const many = Array.from({ length: 1500 }, (_, i) => region(i)).join('')
  const map = mapOf(
    fixtures({
      [path]: text => text.replace(/mem_regions\[\d+\]/, 'mem_regions[2000]').replace('.mem_regions = {', `$&${many}`),
    }),
    path,
  )
  const { changes, totals, more } = stage(map, 'disable')
  expect([changes.length, more?.changes]).toEqual([1000, expect.any(Number)])
  const root = totals.find(({ column, kind }) => map.columns[column]?.kind === 'cpu' && kind === 'lost')
  expect(BigInt(root?.size ?? 0)).toBeGreaterThan(1500n * 0x1000n)
})

test('a half-typed region takes none of the others off the map', () => {
  const path = 'k3-dma/k3-demo-linux.c'
  const names = ({ boxes, columns }: SystemMap) =>
    boxes.filter(({ column }) => columns[column]?.cell === 1).map(({ name }) => name)
  const others = names(mapOf(fixtures(), path)).filter(name => name !== 'Linux loader')
  const typed = (text: string) => text.replace('/* Linux loader */ {', '/* Linux loader */ {\n\t\t\t.phys_')
  const half = fixtures({ [path]: typed })
  expect(names(mapOf(half, path))).toEqual(expect.arrayContaining(others))
})

test('every position in a map is one that exists', () => {
  for (const path of [
    'k3-dma/k3-demo.c',
    'together/k3-demo.c',
    'x86/pc.c',
    'amd/board.c',
    'smmu-v2/mpsoc.c',
    'arm32/board32.c',
  ]) {
    const map = mapOf(fixtures(), path)
    const isBox = (box: number | undefined) => box === undefined || map.boxes[box] !== undefined
    for (const { reach, use, losses, changes, states } of map.stages) {
      expect(reach.length).toBe(map.columns.length)
      expect(states.length).toBe(map.cells.length)
      expect(map.uses[use]).toBeDefined()
      for (const list of reach) expect(map.reaches[list]!.every(({ box }) => isBox(box))).toBe(true)
      for (const { column, box, grantedBy, owner } of losses)
        expect([map.columns[column], map.cells[owner], isBox(box), isBox(grantedBy)]).not.toContain(undefined)
      expect(changes.every(({ column }) => map.columns[column])).toBe(true)
    }
    expect(JSON.parse(JSON.stringify(map))).toEqual(map)
  }
})

test('five thousand regions over each other make a map of bounded size', () => {
  const from = fixtures({ 'x86/pc-tiny.c': manyRegions })
  const { map } = answer(from, 'x86/pc-tiny.c')
  expect(map!.boxes.length).toBeLessThan(5200)
  expect(map!.omitted!.regions).toBeGreaterThan(0)
  expect(JSON.stringify(map).length).toBeLessThan(20_000_000)
})

test('of more regions than are drawn those of inmates are, with what is lost of them', () => {
  const many = (text: string) => {
    const region = (i: number) => `{ ${0x1000000000 + i * 0x2000}, ${0x1000000000 + i * 0x2000}, 0x1000, 1 },\n`
    const regions = Array.from({ length: 5100 }, (_, i) => region(i)).join('')
    return text.replace(/mem_regions\[\d+\]/, 'mem_regions[5200]').replace('.mem_regions = {', `$&${regions}`)
  }
  const map = mapOf(fixtures({ 'dma-kept/k3-demo.c': many }), 'dma-kept/k3-demo.c')
  expect(map.omitted!.regions).toBeGreaterThan(100)
  const [loss] = stage(map, 'start').losses.filter(({ owner }) => owner === 1)
  expect(map.boxes[loss!.box!]).toMatchObject({ name: 'RAM' })
  expect(map.findings[loss!.finding!]).toMatchObject({ severity: 'error' })
  expect(map.uses.flat().some(({ use, cells }) => use === 'cell' && cells[0] === 1)).toBe(true)
})

/** Regions that begin in each other's middle, far more than are drawn. */
function manyRegions(text: string): string {
  const regions = Array.from(
    { length: 5200 },
    (_, i) =>
      `{ .phys_start = ${0x10_0000 + i * 0x1800}, .virt_start = ${0x1000_0000 + i * 0x3000}, .size = 0x3000, .flags = JAILHOUSE_MEM_READ },`,
  )
  return text
    .replace(/mem_regions\[\d+\]/, 'mem_regions[5200]')
    .replace(/\.mem_regions = \{[\s\S]*?\n\t\},/, `.mem_regions = {\n${regions.join('\n')}\n  },`)
}
