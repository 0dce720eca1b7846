import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inmate, root } from '../project.ts'
import { cell, fixtures, folderWith, jailhouseWarden, readIn } from './command-line.ts'

const rowOf = (out: string, command: string): readonly string[] =>
  out
    .split('\n')
    .find(line => line.startsWith(`${command} `))!
    .split(/ {2,}/)

test('a root is played with its inmate, and one sees who reaches what after each command', async () => {
  const { status, out } = await jailhouseWarden(fixtures, 'simulate', 'dma-kept/k3-demo.c')
  expect(status).toBe(0)
  expect(out).toMatch(/^k3-demo with k3-demo-linux\n/)
  const shared = /^(\d+) +\[0x8a0000000, 0x900000000\)/m.exec(out)![1]!
  const [, cpus, ...devices] = rowOf(out, 'create linux')
  expect(cpus).toMatch(new RegExp(`linux: .*\\b${shared}$`))
  const pvu = devices.at(-1)!
  expect(pvu.split(';')[0]).toMatch(/^root: /)
  expect(out).toContain('PVU cannot unmap memory at runtime')
})

test('an inmate finds its root, and a root takes the inmates it is given', async () => {
  const alone = await jailhouseWarden(fixtures, 'simulate', 'k3-dma/k3-demo-linux.c')
  const named = await jailhouseWarden(fixtures, 'simulate', 'k3-dma/k3-demo.c', 'k3-dma/k3-demo-linux.c')
  expect(named).toEqual(alone)
})

test.each([
  ['simulate', 'root.c'],
  ['map', 'root.c'],
  ['who', '0x80000000', 'root.c'],
  ['explain', 'Unhandled data read at 0x80000010(4)', 'root.c'],
  ['print', '--stage', 'machine', 'root.c'],
])('device trees that lie beside the cells keep %s from nothing', async (...args) => {
  const configurations = {
    'root.c': readIn(fixtures, 'dma-kept/k3-demo.c').replace('../k3-board.h', 'k3-board.h'),
    'root-linux.c': readIn(fixtures, 'dma-kept/k3-demo-linux.c').replace('../k3-board.h', 'k3-board.h'),
    'k3-board.h': readIn(fixtures, 'k3-board.h'),
  }
  const plain = await jailhouseWarden(folderWith(configurations), ...args)
  const tree = '/dts-v1/;\n/ { model = "another machine"; };\n'
  const beside = await jailhouseWarden(folderWith({ ...configurations, 'dts/root-linux.dts': tree }), ...args)
  expect(plain.out).not.toBe('')
  expect(beside).toEqual(plain)
})

test('several inmates are played at the same time', async () => {
  const { out } = await jailhouseWarden(
    fixtures,
    'simulate',
    'together/k3-demo.c',
    'together/k3-demo-linux.c',
    'together/k3-demo-app.c',
  )
  expect(out).toMatch(/^k3-demo with k3-demo-linux and k3-demo-app\n/)
  expect(out).toMatch(/^create linux .*\ncreate app/m)
})

test('the memory map lists the regions of root and inmates by address', async () => {
  const { out } = await jailhouseWarden(fixtures, 'map', 'k3-dma/k3-demo-linux.c')
  const rows = out.split('\n').map(line => line.split(/ {2,}/))
  expect(rows).toContainEqual([
    '0x8a0000000',
    '0x900000000',
    '1.5 GiB',
    expect.stringMatching(/^linux \d+$/),
    'rwx DMA LOADABLE',
    expect.any(String),
  ])
  const hypervisor = rows.find(([, , , region]) => region === 'hypervisor')!
  const comm = rows.find(([, , , , , flags]) => flags?.includes('COMM_REGION'))!
  expect(BigInt(hypervisor[0]!) <= BigInt(comm[0]!) && BigInt(comm[1]!) <= BigInt(hypervisor[1]!)).toBe(true)
  const starts = rows.slice(1, -1).map(([start]) => BigInt(start!))
  expect(starts).toEqual(starts.toSorted((a, b) => Number(a - b)))
})

test('one can ask who reaches an address', async () => {
  const { out } = await jailhouseWarden(fixtures, 'who', '0x8a0000000', 'dma-kept/k3-demo.c')
  expect(out).toMatch(
    /^0x8a0000000: "RAM reserved for the inmate" \(root 5, linux \d\)\nafter +CPUs +SMMU v3 +PVU streams$/m,
  )
  expect(out).toMatch(/^create, start +linux rwx +.* +root 2, linux 3$/m)
  expect(out).toMatch(/^disable +all +all +all$/m)
  expect(Math.max(...out.split('\n').map(line => line.length))).toBeLessThanOrEqual(100)
})

test('cells of a root that take turns are told apart, in the first line', async () => {
  const folder = folderWith({
    'board.c': root(),
    'board-a.c': inmate('a'),
    'board-b.c': inmate('b').replaceAll('0x88000000', '0x80000000'),
  })
  const { out } = await jailhouseWarden(folder, 'who', '0x88000000', 'board.c')
  expect(out.split('\n\n').map(block => block.split('\n')[0])).toEqual([
    expect.stringMatching(/^0x88000000: .*, with a$/),
    expect.stringMatching(/^0x88000000: .*, with b$/),
  ])
})

test.each<[string, RegExp]>([
  ['tokens', /\.size = 0x10000,/],
  ['values', /config = \{\n {2}\.cell = \{\n {4}\.signature = "JHCLL",/],
  ['config', /"phys_start": "0x50000000"/],
])('print --stage %s', async (stage, holds) => {
  const { status, out } = await jailhouseWarden(folderWith({ 'tiny.c': cell() }), 'print', '--stage', stage, 'tiny.c')
  expect(status).toBe(0)
  expect(out).toMatch(holds)
})

test.each<[readonly string[], RegExp]>([
  [['simulate'], /which root cell/],
  [['simulate', 'tiny.c'], /no root cell is known for it/],
  [['simulate', 'tiny.c', 'tiny.c'], /not a root cell/],
  [['map', 'empty.c'], /not a readable cell configuration/],
  [['who', 'tiny.c'], /which address/],
  [['who', '0x10000000000000000', 'tiny.c'], /64 bits at most/],
  [['print', 'tiny.c'], /which stage/],
  [['print', '--stage', 'soup', 'tiny.c'], /--stage: "soup" is not one of/],
])('%j makes no sense and says why', async (args, why) => {
  const folder = folderWith({ 'tiny.c': cell(), 'empty.c': '' })
  const { status, err } = await jailhouseWarden(folder, ...args)
  expect(status).toBe(2)
  expect(err).toMatch(why)
})

test('commands are played in the order they are given', async () => {
  const { out, status } = await jailhouseWarden(
    fixtures,
    'simulate',
    '--commands',
    'enable create create:k3-demo-linux',
    'k3-dma/k3-demo.c',
  )
  expect(status).toBe(1)
  expect(out).toMatch(/^create linux: fails/m)
  const wrong = await jailhouseWarden(fixtures, 'simulate', '--commands', 'fly', 'k3-dma/k3-demo.c')
  expect(wrong.status).toBe(2)
})

test('the timeline as data', async () => {
  const { out } = await jailhouseWarden(fixtures, 'simulate', '--json', 'dma-kept/k3-demo.c')
  const [first] = JSON.parse(out)
  const area = first.areas.find(({ start }: { start: string }) => start === '0x8a0000000').number
  const created = first.stages.find(({ command }: { command: string }) => command === 'create k3-demo-linux')
  const pvu = created.dma.find(({ driver }: { driver: string }) => driver.includes('PVU'))
  const holders = pvu.reach.filter(({ whole }: { whole: number[] }) => whole.includes(area))
  expect(holders.map(({ who }: { who: string }) => who)).toEqual(['k3-demo', 'k3-demo-linux'])
})

const linuxCell = join(fixtures, 'k3-dma/k3-demo-linux.c')

test('the system is drawn at one stage, by the code that draws it in the editor', async () => {
  const folder = folderWith({})
  const draw = async (...args: string[]) => {
    const { status } = await jailhouseWarden(folder, 'map', '-o', 'map.svg', ...args, linuxCell)
    expect(status).toBe(0)
    return readFileSync(join(folder, 'map.svg'), 'utf8')
  }
  const svg = await draw()
  expect(svg).toMatch(/^<svg [^>]*after start k3-demo-linux[^>]*><style>/)
  expect(svg).toContain('aria-label="k3-demo-linux: RAM\n0x8a0000000 – 0x900000000, 1.5 GiB')
  expect(svg).toContain('svg.map .loss')
  expect(await draw('--stage', 'enable')).toContain('after enable')
  expect((await draw('--registers')).length).toBeGreaterThan(svg.length)
})

test('of several inmates the one that loses its isolation is drawn first', async () => {
  const text = (path: string) => readFileSync(join(fixtures, path), 'utf8')
  const folder = folderWith({
    'k3-board.h': text('k3-board.h'),
    'lab/k3-demo.c': text('dma-kept/k3-demo.c'),
    'lab/k3-demo-linux.c': text('dma-kept/k3-demo-linux.c'),
    'lab/k3-demo-app.c': cell(),
  })
  const { err } = await jailhouseWarden(folder, 'map', '-o', 'map.svg', 'lab/k3-demo.c')
  expect(err).toMatch(/^drawn is k3-demo with k3-demo-linux;/)
  await jailhouseWarden(folder, 'map', '-o', 'map.html', 'lab/k3-demo.c')
  const [, data = ''] = /id="data">(.*)<\/script>/.exec(readFileSync(join(folder, 'map.html'), 'utf8')) ?? []
  const { alternatives } = JSON.parse(data).answers[0]
  expect(alternatives.map(({ text }: { text: string }) => text)).toEqual([
    'k3-demo with k3-demo-linux',
    'k3-demo with tiny',
  ])
})

test('a page of the whole life needs nothing but itself and lets in nothing else', async () => {
  const folder = folderWith({})
  await jailhouseWarden(folder, 'map', '-o', 'map.html', linuxCell)
  const html = readFileSync(join(folder, 'map.html'), 'utf8')
  expect(html).toMatch(/default-src &#39;none&#39;; script-src &#39;sha256-[\w+/=]+&#39;; style-src &#39;sha256-/)
  expect(html).not.toMatch(/(src|href)="/)
  expect(html).not.toContain(folder)
  expect(html).not.toContain('file:')
  const [, data = ''] = /id="data">(.*)<\/script>/.exec(html) ?? []
  expect(JSON.parse(data).answers[0].map.stages.length).toBeGreaterThan(5)
  const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(html) ?? []
  expect(html).toContain(`sha256-${createHash('sha256').update(script).digest('base64')}`)
})

test('a stage or a kind of file that there is not is named', async () => {
  const folder = folderWith({})
  const map = (...args: string[]) => jailhouseWarden(folder, 'map', ...args, linuxCell)
  expect(await map('-o', 'map.svg', '--stage', 'explode')).toMatchObject({ status: 2 })
  expect(await map('-o', 'map.pdf')).toMatchObject({ status: 2, err: expect.stringContaining('.svg') })
})

test('of a cell for Linux it is said where the tool loads to', async () => {
  const { out } = await jailhouseWarden(fixtures, 'simulate', 'dma-kept/k3-demo.c')
  expect(out).toMatch(
    /^"jailhouse cell linux" loads into linux: loader at 0x0, kernel at 0x\w+, device tree at 0x\w+, param/m,
  )
})
