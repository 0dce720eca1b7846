import { expect, test } from 'vitest'
import type { MapBox, MapStage, SystemMap } from '../../server/src/lsp/protocol.ts'
import { axisOf, yOf } from '../src/webview/drawing/axis.ts'
import { cellState } from '../src/webview/drawing/cell-state.ts'
import { type Element, el, markup, type Node } from '../src/webview/drawing/element.ts'
import { textWidth, truncated, wrapped } from '../src/webview/drawing/fit.ts'
import { picture } from '../src/webview/drawing/picture.ts'
import { columnTitle, reachersOf, type View } from '../src/webview/drawing/view.ts'
import { useTranslations } from '../src/webview/drawing/words.ts'
import { panel } from '../src/webview/panel.ts'
import { withRuleLinks } from '../src/webview/rule-links.ts'
import { addressOf, boxAtPlace, initialState, withAnswer } from '../src/webview/state.ts'

const HOSTILE = '"><img src=x onerror=1>'

const region = (name: string, start: string, end: string, more: Partial<MapBox> = {}): MapBox => ({
  column: 0,
  index: 0,
  name,
  start,
  end,
  virt: start,
  size: '1 MiB',
  flags: ['READ'],
  isDevice: false,
  isShared: false,
  ...more,
})

const stage = (verb: string, more: Partial<MapStage> = {}): MapStage => ({
  title: verb,
  verb,
  outcome: { kind: 'done' },
  console: [],
  reach: [1, 2, 0],
  use: 0,
  states: [
    { state: 'running', cpus: [0] },
    { state: 'running', cpus: [1] },
  ],
  losses: [],
  changes: [],
  totals: [],
  meters: [],
  ...more,
})

function map(more: Partial<SystemMap> = {}): SystemMap {
  const range = (line: number) => ({ start: { line, character: 2 }, end: { line: line + 5, character: 3 } })
  return {
    title: `root with ${HOSTILE}`,
    cells: [
      { name: 'root', isRoot: true, cpus: [0, 1] },
      { name: HOSTILE, isRoot: false, cpus: [1] },
    ],
    columns: [
      { lane: 'cell', cell: 0, kind: 'cpu', title: 'CPUs' },
      { lane: 'cell', cell: 0, kind: 'dma', title: 'PVU', devices: 'stream 2' },
      { lane: 'cell', cell: 1, kind: 'cpu', title: 'CPUs' },
    ],
    boxes: [
      region('RAM', '0x80000000', '0x90000000', { place: { uri: 'file:///root.c', range: range(10) } }),
      region('UART', '0x2000', '0x3000', { index: 1, isDevice: true }),
      region(HOSTILE, '0x8a0000000', '0x8b0000000', {
        index: 2,
        virt: '0x0',
        place: { uri: 'file:///root.c', range: range(20) },
      }),
    ],
    reaches: [
      [],
      [{ start: '0x80000000', end: '0x90000000', virt: '0x80000000', access: 'rwx', box: 0 }],
      [{ start: '0x8a0000000', end: '0x8b0000000', virt: '0x8a0000000', access: 'rw-', box: 2 }],
    ],
    uses: [[{ start: '0x80000000', end: '0x90000000', use: 'root', cells: [0] }]],
    stages: [stage('enable'), stage('start'), stage('destroy')],
    findings: [{ code: 'JH301', severity: 'error', headline: HOSTILE, boxes: [2] }],
    ...more,
  }
}

const view = (more: Partial<View> = {}): View => ({
  map: map(),
  stage: 0,
  width: 800,
  zoom: 1,
  showDevices: false,
  isGuest: false,
  ...more,
})

const all = (node: Node): readonly Element[] => (typeof node === 'string' ? [] : [node, ...node.children.flatMap(all)])

const classes = (node: Node, name: string): readonly Element[] =>
  all(node).filter(({ attributes }) =>
    String(attributes.class ?? '')
      .split(' ')
      .includes(name),
  )

const textOf = (node: Node): string => (typeof node === 'string' ? node : node.children.map(textOf).join(''))

test('text and attributes are written so that nothing of them is markup', () => {
  const text = markup(el('text', { title: HOSTILE, hidden: false, disabled: true }, HOSTILE, '\u0000'))
  expect(text).not.toContain('<img')
  expect(text).toBe(
    '<text title="&#34;&#62;&#60;img src=x onerror=1&#62;" disabled="">&#34;&#62;&#60;img src=x onerror=1&#62;\ufffd</text>',
  )
})

test('whatever a file holds, the page has no element of its making', () => {
  const answer = { alternatives: [HOSTILE, 'b'], losing: [], chosen: 0, map: map(), problem: HOSTILE }
  const state = { ...withAnswer(initialState, answer), query: HOSTILE, asTable: false }
  for (const shown of [panel(state), panel({ ...state, asTable: true }), panel({ ...state, showDevices: true })]) {
    expect(markup(shown)).not.toContain('<img')
    expect(all(shown).map(({ tag }) => tag)).not.toContain('img')
  }
})

test('large stretches are higher than small ones, and gaps are folded', () => {
  const { segments } = axisOf(view({ showDevices: true }), 50)
  expect(segments.map(({ isGap }) => isGap)).toEqual([false, true, false, true, false])
  const [device, gap, ram, , inmate] = segments.map(({ height }) => height)
  expect(device!).toBeLessThan(ram!)
  expect(ram).toBeLessThanOrEqual(inmate!)
  expect(gap!).toBeLessThan(ram!)
})

test('addresses stand in order on paper', () => {
  const axis = axisOf(view({ showDevices: true }), 50)
  const addresses = [0n, 0x2000n, 0x2800n, 0x3000n, 0x80000000n, 0x88000000n, 0x8a0000000n, 0x8b0000000n, 1n << 60n]
  const places = addresses.map(address => yOf(axis, address))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect([places[0], places.at(-1)]).toEqual([50, 50 + axis.height])
})

test('registers are drawn on demand', () => {
  expect(classes(picture(view()).body, 'device')).toEqual([])
  expect(classes(picture(view({ showDevices: true })).body, 'device').length).toBe(1)
})

test('as a cell sees it, a region stands at its virtual address', () => {
  const text = (isGuest: boolean) => classes(picture(view({ isGuest })).body, 'address').map(textOf)
  expect(text(false)).toContain('0x8a0000000')
  expect(text(true)).not.toContain('0x8a0000000')
  expect(text(true)).toContain('0x0')
})

test('a loss of isolation carries its code and the severity of its finding', () => {
  const loss = { start: '0x8a0000000', end: '0x8b0000000', column: 1, owner: 1, box: 2, canWrite: true }
  const drawn = (finding: object) => {
    const stages = [stage('create', { losses: [{ ...loss, ...finding }] })]
    return classes(picture(view({ map: map({ stages }) })).body, 'loss')
  }
  expect(drawn({ finding: 0 }).map(each => [each.attributes.class, textOf(each.children.at(-1)!)])).toEqual([
    ['loss error', 'JH301'],
  ])
  expect(drawn({}).map(each => textOf(each.children.at(-1)!))).toEqual(['!'])
})

test('what a command changed is outlined', () => {
  const changes = [{ start: '0x80000000', end: '0x90000000', column: 0, kind: 'lost' } as const]
  expect(classes(picture(view({ map: map({ stages: [stage('create', { changes })] }) })).body, 'change').length).toBe(1)
})

test('regions over each other stand side by side', () => {
  const boxes = Array.from({ length: 6 }, (_, i) => region(`r${i}`, hex(0x1000 + i * 0x1000), '0x9000', { index: i }))
  const drawn = classes(picture(view({ map: map({ boxes, reaches: [[], [], []], findings: [] }) })).body, 'box')
  const lefts = new Set(drawn.map(({ children }) => (children[0] as Element).attributes.x))
  expect(lefts.size).toBe(4)
})

const hex = (value: number): string => `0x${value.toString(16)}`

test('regions that lie over each other leave the others their width', () => {
  const boxes = [
    region('wide', '0x1000', '0x2000', { index: 0 }),
    region('left', '0x3000', '0x5000', { index: 1 }),
    region('right', '0x4000', '0x6000', { index: 2 }),
  ]
  const drawn = classes(picture(view({ map: map({ boxes, reaches: [[], [], []], findings: [] }) })).body, 'box')
  const widths = drawn.map(({ children }) => Number((children[0] as Element).attributes.width))
  expect(widths[0]).toBeGreaterThan(2 * widths[1]!)
  expect(widths[1]).toBe(widths[2])
})

test('words are cut before they leave their room, wide letters sooner', () => {
  expect(truncated('mem_regions[1]', 100, 11)).toBe('mem_regions[1]')
  const narrow = truncated('illicit little titles, all of it', 100, 11)
  const wide = truncated('MMMMMMMMMMMMMMMMMMMM', 100, 11)
  expect(narrow.length).toBeGreaterThan(2 * wide.length)
  expect(textWidth(wide, 11)).toBeLessThanOrEqual(100)
  expect(textWidth(narrow, 11)).toBeLessThanOrEqual(100)
})

test('the caption of a saved picture takes as many lines as it needs', () => {
  const words = wrapped('root-cell with first-inmate and second-inmate, after start second-inmate', 120, 12)
  expect(words.length).toBeGreaterThan(2)
  for (const line of words) expect(textWidth(line, 12)).toBeLessThanOrEqual(120)
  expect(words.join(' ')).toBe('root-cell with first-inmate and second-inmate, after start second-inmate')
  const long = `root with ${Array.from({ length: 30 }, (_, i) => `inmate-${i}`).join(' and ')}`
  const [short, tall] = ['root', long].map(title => picture(view({ map: { ...map({}), title } })))
  expect(tall!.height).toBeGreaterThan(short!.height)
})

test('a picture that stands alone says what it shows and what its colours mean', () => {
  const text = markup(picture(view({ stage: 1 })).svg)
  expect(text).toContain(', after start</text>')
  expect(text).toContain('CPUs reach it')
  expect(text).toContain('devices reach it')
  expect(text).not.toContain('isolation lost')
  const alone = map({ columns: map().columns.filter(({ kind }) => kind !== 'dma') })
  expect(markup(picture(view({ map: alone })).svg)).not.toContain('devices reach it')
})

test('who reaches an address is said in the reader’s language', () => {
  useTranslations({ unlisted: 'nicht gelistet', CPUs: 'Kerne' })
  const unlisted = map({ columns: [{ lane: 'unlisted', kind: 'dma', title: 'PVU' }, ...map().columns] })
  expect(columnTitle(view({ map: unlisted }), 0)).toBe('nicht gelistet, PVU')
  expect(columnTitle(view(), 0)).toBe('root, Kerne')
  useTranslations({})
})

test('of thousands of regions only those in the window are drawn', () => {
  const boxes = Array.from({ length: 5000 }, (_, i) => region(`r${i}`, hex(i * 0x2000), hex(i * 0x2000 + 0x1000)))
  const { body, height } = picture(view({ map: map({ boxes, findings: [] }), window: { top: 1000, bottom: 2000 } }))
  expect(height).toBeGreaterThan(50_000)
  expect(classes(body, 'box').length).toBeLessThan(100)
})

test('a gap is in no configuration only where all regions are drawn', () => {
  const boxes = [region('low', '0x0', '0x1000'), region('high', '0x5000', '0x6000')]
  const drawn = (more: Partial<SystemMap>) => textOf(picture(view({ map: map({ boxes, findings: [], ...more }) })).body)
  expect(drawn({})).toContain('16 KiB in no configuration')
  expect(drawn({ omitted: { regions: 3 } })).toContain('16 KiB, nothing drawn')
  const uart = region('UART', '0x2000', '0x3000', { isDevice: true })
  expect(drawn({ boxes: [...boxes, uart] })).toContain('16 KiB, registers not shown')
  expect(drawn({ boxes: [...boxes, { ...uart, start: '0x6000', end: '0x7000' }] })).toContain('16 KiB in no')
})

test('one region can be reached by Tab, whether one is selected or not', () => {
  const stops = (selected?: number) =>
    classes(picture(view({ selected })).body, 'box')
      .filter(({ attributes }) => attributes.tabindex === 0)
      .map(({ attributes }) => attributes['data-box'])
  expect(stops()).toEqual([0])
  expect(stops(2)).toEqual([2])
})

test('who reaches an address is everybody with a run over it', () => {
  const found = (address: bigint) => reachersOf(view(), address).map(({ column }) => column)
  expect(found(0x80000000n)).toEqual([0])
  expect(found(0x8a0000000n)).toEqual([1])
  expect(found(0x90000000n)).toEqual([])
})

test('an address is a number as people write it', () => {
  expect(['0x10', ' 42 ', '0x1_000', '0xg', '', 'ram', '0x11112222333344445'].map(addressOf)).toEqual([
    16n,
    42n,
    4096n,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

test('a new answer keeps the stage and the region that were looked at', () => {
  const answer = (of: SystemMap) => ({ alternatives: ['a'], losing: [], chosen: 0, map: of })
  const first = withAnswer(initialState, answer(map()))
  expect(first.stage).toBe(1)
  const chosen = { ...first, stage: 2, selected: 2 }
  expect(withAnswer(chosen, answer(map()))).toMatchObject({ stage: 2, selected: 2 })
  const moved = map({ stages: [stage('enable'), stage('destroy')], boxes: map().boxes.toReversed() })
  expect(withAnswer(chosen, answer(moved))).toMatchObject({ stage: 1, selected: 0 })
  expect(withAnswer(chosen, null)).toMatchObject({ answer: null, selected: undefined })
})

test('the map of another root begins at its own stage, whatever the stages of the last are called', () => {
  const answer = (of: SystemMap) => ({ alternatives: ['a'], losing: [], chosen: 0, map: of })
  const [root, ...inmates] = map().cells
  const enabled = { ...withAnswer(initialState, answer(map())), stage: 0 }
  expect(withAnswer(enabled, answer(map())).stage).toBe(0)
  expect(withAnswer(enabled, answer(map({ cells: [{ ...root!, name: 'another' }, ...inmates] }))).stage).toBe(1)
})

test('the cursor finds the region it stands in', () => {
  const at = (line: number) =>
    boxAtPlace(map(), { uri: 'file:///root.c', range: { start: { line, character: 4 }, end: { line, character: 4 } } })
  expect([9, 10, 15, 22, 40].map(at)).toEqual([undefined, 0, undefined, 2, undefined])
})

test('the timeline says how much each command changed, beyond the changes that are listed', () => {
  const totals = [{ column: 0, kind: 'lost', size: '0x1388000' } as const]
  const answer = { alternatives: ['a'], losing: [], chosen: 0, map: map({ stages: [stage('disable', { totals })] }) }
  expect(textOf(panel({ ...initialState, answer }))).toContain('root CPUs −19.53 MiB')
})

test('of several systems the page says which lose isolation', () => {
  const answer = { alternatives: ['a with b', 'a with c'], losing: [1], chosen: 0, map: map() }
  const text = textOf(panel({ ...initialState, answer }))
  expect(text).toContain('a with b')
  expect(text).toContain('a with c (not isolated)')
  expect(text).not.toContain('a with b (not')
})

test('what is wrong with typed commands stands by the field they are typed into', () => {
  const answer = { alternatives: ['a'], losing: [], chosen: 0, map: map(), problem: '"frob" is no command' }
  const text = markup(panel({ ...initialState, answer }))
  expect(text.slice(text.indexOf('data-action="commands"'))).toContain('is no command')
})

test('CPUs in a row are a range', () => {
  expect(cellState({ state: 'running', cpus: [0, 1, 2, 3, 5, 8, 9] })).toBe('running, CPU 0–3, 5, 8, 9')
  expect(cellState({ state: 'absent', cpus: [] })).toBe('absent')
})

test('without a map the page says why', () => {
  expect(textOf(panel(initialState))).toContain('Waiting')
  expect(textOf(panel({ ...initialState, answer: null }))).toContain('not open')
  const answer = { alternatives: [], losing: [], chosen: 0, problem: 'No root cell is known.' }
  expect(textOf(panel({ ...initialState, answer }))).toBe('No root cell is known.')
})

test('devices of the machine stand in for a missing comment, beside one they add to it', () => {
  const [first, ...rest] = map().boxes
  const written = (name: string) => {
    const boxes = [{ ...first!, name, devices: ['serial@80000000'] }, ...rest]
    const { svg } = picture(view({ map: map({ boxes }) }))
    return [...markup(svg).matchAll(/<text class="(?:name|size)"[^>]*>([^<]*)/g)].map(([, words]) => words)
  }
  expect(written('mem_regions[0]')).toContain('serial@80000000')
  expect(written('mem_regions[0]')).not.toContain('mem_regions[0]')
  expect(written('Bank')).toEqual(expect.arrayContaining(['Bank', '1 MiB · serial@80000000']))
})

test('codes of rules in an explanation are links, those in a link are not', () => {
  const page = el('p', {}, 'see JH216, ', el('b', {}, 'JH261 JH3012'), el('a', { href: '#x' }, 'JH301'))
  expect(markup(withRuleLinks(page, code => `#${code}`))).toBe(
    '<p>see <a href="#JH216">JH216</a>, <b><a href="#JH261">JH261</a> JH3012</b><a href="#x">JH301</a></p>',
  )
})
