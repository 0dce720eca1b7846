import { expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import { MAX_SOUGHT } from '../src/config/choose-root.ts'
import type { CellConfig } from '../src/config/model.ts'
import { linkedPairs } from '../src/config/section-fit.ts'
import { plainText } from '../src/ide/blocks.ts'
import { rename } from '../src/ide/navigation/rename.ts'
import { symbols } from '../src/ide/navigation/symbols.ts'
import { projectProblems } from '../src/ide/project-problems.ts'
import { rootCandidates } from '../src/ide/root-candidates.ts'
import { simulationData } from '../src/ide/views/simulation-data.ts'
import { simulationPage } from '../src/ide/views/simulation-page.ts'
import { StageClock } from '../src/lsp/time/stage-clock.ts'
import { prove } from '../src/repair/proof.ts'
import { changedBytes } from '../src/repair/same-bytes.ts'
import { type Desk, desk, type Files, inmate, root, withGrammar } from './project.ts'

withGrammar()

const inmates = (count: number, name: (i: number) => string): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [name(i), inmate(`c${i}`)]))

const system = (cells: readonly string[], of = 'board.c') => ({ root: of, cells })
const listing = (...systems: readonly object[]): Files => ({ 'jailhouse.json': JSON.stringify({ systems }) })

/** What is said of a bound, and with how many cells each case of a file is simulated. */
function cut(from: Desk, path: string) {
  const { findings, simulations } = from.analyze(path)
  const said = findings.filter(({ rule }) => rule.id === 'incomplete-check').map(({ headline }) => headline)
  return { said, cases: simulations.map(({ scenario }) => scenario.cells.length) }
}

test('of a system with more cells than a machine can have the first are looked at, and the one that is asked for', () => {
  const names = Array.from({ length: 40 }, (_, i) => `c${i}.c`)
  const from = desk({ 'board.c': root(), ...inmates(40, i => `c${i}.c`), ...listing(system(names)) })
  const said = ['only the first 32 cells of the system are looked at']
  expect(cut(from, 'board.c')).toEqual({ said, cases: [32] })
  expect(cut(from, 'c39.c')).toEqual({ said, cases: [32] })
  const own = from.analyze('c39.c').simulations[0]!.scenario.cells.map(({ name }) => name)
  expect(own).toContain('c39')
  const few = desk({ 'board.c': root(), ...inmates(32, i => `c${i}.c`), ...listing(system(names.slice(0, 32))) })
  expect(cut(few, 'board.c')).toEqual({ said: [], cases: [32] })
})

test('of more systems than anybody lists for a root the first are simulated', () => {
  const from = desk({
    'board.c': root(),
    ...inmates(1, () => 'c.c'),
    ...listing(...Array.from({ length: 70 }, () => system(['c.c']))),
  })
  const said = ['only the first 64 systems of the root cell are looked at']
  expect(cut(from, 'board.c')).toMatchObject({ said, cases: { length: 64 } })
  expect(cut(from, 'c.c')).toMatchObject({ said, cases: { length: 64 } })
})

test('of a folder of cells the first are looked for', () => {
  const from = desk({ 'board.c': root(), ...inmates(MAX_SOUGHT + 10, i => `board-${i}.c`) })
  expect(cut(from, 'board.c').said).toEqual([
    `only the first ${MAX_SOUGHT} files of cells of the root cell are looked at`,
    'only the first 64 systems of the root cell are looked at',
  ])
})

test('roots that there was no time to try are offered untried', () => {
  const { project, file } = desk({ 'board.c': root(), 'other.c': root(), 'board-a.c': inmate('a') })
  const errors = (isOver: boolean) => {
    const time = { isOver: () => isOver, measured: (_: string, __: unknown, make: () => never) => make() }
    return rootCandidates(file('board-a.c'), { ...project, time }).candidates.map(each => each.errors)
  }
  expect(errors(true)).toEqual([undefined, undefined])
  expect(errors(false)).toEqual([expect.any(Number), expect.any(Number)])
})

test('a trial that takes too long proves nothing', () => {
  const { project, file } = desk({ 'board.c': root(), 'board-a.c': inmate('a') })
  const main = file('board-a.c')
  const at = main.text.indexOf('"a"')
  const edits = [{ span: { file: main, start: at, end: at + 3 }, text: '"b"' }]
  expect(prove([], edits, project).kind).not.toBe('refuted')
  let now = 0
  const time = new StageClock(() => (now += 10_000))
  expect(prove([], edits, { ...project, time })).toMatchObject({
    kind: 'refuted',
    reason: 'trying it takes too long',
  })
})

test('files in which many places change are read as often as others', () => {
  const { project, file } = desk({ 'board.c': `int a[] = { ${'1, '.repeat(2000)} };\n${root()}` })
  let lookups = 0
  const counting = {
    ...project,
    lookup: (uri: string) => {
      lookups++
      return project.lookup(uri)
    },
  }
  const main = file('board.c')
  const edits = [...main.text.matchAll(/1, /g)].map(({ index }) => ({
    span: { file: main, start: index, end: index + 1 },
    text: '2',
  }))
  const uris = edits.map(({ span }) => span.file.uri)
  expect(changedBytes(uris, edits, counting)).toBe(main.uri)
  expect(
    changedBytes(
      uris,
      edits.map(edit => ({ ...edit, text: '01' })),
      counting,
    ),
  ).toBeUndefined()
  expect(lookups).toBeLessThan(100)
})

test('what is renamed at thousands of places is not renamed', () => {
  const uses = (count: number) => {
    const text = `#define ONE 1\nint a[] = { ${'ONE, '.repeat(count)} };\n${root()}`
    return rename(desk({ 'board.c': text }).analyze('board.c'), text.indexOf('ONE'), 'UNO')
  }
  expect(uses(4999).edits).toHaveLength(5000)
  expect(uses(5000)).toEqual({ edits: [], reason: '"ONE" stands at more than 5000 places' })
})

test('of memory that is cut into thousands of parts, and of regions over each other, the first are listed', () => {
  const simulation = (count: number) => {
    const regions = Array.from({ length: count }, (_, i) => {
      const start = 0x1_0000_0000 + i * 0x1000
      return `{ .phys_start = ${start}, .virt_start = ${start}, .size = ${count * 0x1000}, .flags = JAILHOUSE_MEM_READ },`
    })
    const text = root().replace('mem_regions[1]', `mem_regions[${count}]`)
    const at = text.indexOf('.mem_regions = {') + '.mem_regions = {'.length
    const end = text.indexOf('},\n  },', at) + 2
    return desk({ 'board.c': `${text.slice(0, at)}${regions.join('\n')}${text.slice(end)}` }).analyze('board.c')
      .simulations[0]!
  }
  const page = plainText(simulationPage(simulation(600)))
  expect(page).toContain('199 more parts of memory are left out')
  expect(page).toContain('root 31 and 568 more')
  expect(simulationData(simulation(600))).toMatchObject({ areas: { length: 1000 }, moreAreas: 199 })
  const few = simulationData(simulation(32))
  expect(few).not.toHaveProperty('moreAreas')
  expect(few.areas.find(({ regions }) => regions.length === 32)).not.toHaveProperty('more')
})

test('of a thousand shared-memory devices each looks its own regions up', () => {
  const devices = (count: number) => {
    const list = Array.from(
      { length: count },
      (_, i) => `{ .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = ${i}, .shmem_peers = 2 },`,
    )
    const counts = `.num_pci_devices = ${count},`
    return [
      counts,
      `.pci_devices = { ${list.join('\n')} },`,
      `struct jailhouse_pci_device pci_devices[${count}];`,
    ] as const
  }
  const { simulations } = desk({
    'board.c': root(...devices(1000)),
    'board-a.c': inmate('a', ...devices(1000)),
  }).analyze('board.c')
  const { scenario } = simulations[0]!
  let asked = 0
  const counted = (cell: CellConfig): CellConfig => ({
    ...cell,
    mem_regions: new Proxy(cell.mem_regions, {
      get: (regions, name) => {
        asked++
        return Reflect.get(regions, name)
      },
    }),
  })
  const root_cell = counted(scenario.root.root_cell)
  const pairs = [
    ...linkedPairs({ ...scenario, root: { ...scenario.root, root_cell }, cells: scenario.cells.map(counted) }),
  ]
  expect(pairs.length).toBeLessThanOrEqual(1000)
  expect(asked).toBeLessThan(2000)
})

test('an outline lists the first elements of an array, which says how many it has', () => {
  const text = root('', '', 'struct { int a; } many[3000];').replace(
    '.cpus =',
    `.many = { ${'{ 1 }, '.repeat(3000)} }, .cpus =`,
  )
  const { unit, config } = desk({ 'board.c': text }).analyze('board.c')
  const many = symbols({ unit, config, others: [] })[0]!.children.find(({ name }) => name === 'many')
  expect(many).toMatchObject({ detail: '[3000]', children: { length: 2000 } })
})

test('so many macros of a project file are defined', () => {
  const problems = (count: number) => {
    const defines = Object.fromEntries(Array.from({ length: count }, (_, i) => [`M${i}`, '1']))
    const { project, file } = desk({ 'jailhouse.json': JSON.stringify({ defines }) })
    return projectProblems(file('jailhouse.json'), project).problems.map(({ message }) => message)
  }
  expect(problems(1000)).toEqual([])
  expect(problems(1001)).toEqual(['"defines" has more than 1000 names; the rest is ignored'])
})

test('so many characters of constants are read in a file, in one or in many', () => {
  const limits = (code: string) =>
    desk({ 'board.c': `${code}\n${root()}` })
      .analyze('board.c')
      .unit.problems.filter(({ kind }) => kind === 'expansion-limit')
      .map(({ message }) => message)
  const said = (where: string) =>
    `${where} of constants of more than 65536 characters in the file is too long and ignored`
  const letters = (count: number) => '\\x'.repeat(count / 2)
  expect(limits(`char a[] = "${letters(65_000)}";`)).toEqual([])
  expect(limits(`char a[] = "${letters(66_000)}";`)).toEqual([said('declaration')])
  expect(limits(`int a = '${letters(66_000)}';`)).toEqual([said('declaration')])
  expect(limits(`struct { int b; } a = { .b = "${letters(66_000)}" };`)).toEqual([said('element')])
  expect(limits(`char a[] = "${letters(33_000)}" "${letters(33_000)}";`)).toEqual([said('declaration')])
  expect(limits(`char a[] = "${letters(33_000)}"; char b[] = "${letters(33_000)}";`)).toEqual([said('declaration')])
  expect(limits(`"${'\\"'.repeat(33_000)}`)).toEqual([said('declaration')])
})

test('a name of a section may be longer than a call has arguments', () => {
  const code = `int a __attribute__((section("${'a'.repeat(50_000)}" "${'b'.repeat(50_000)}" "${'c'.repeat(50_000)}")));`
  const { findings } = desk({ 'board.c': root('', '', code) }).analyze('board.c')
  expect(findings.filter(({ rule }) => rule.id === 'incomplete-check')).toEqual([])
})

test('no roots are sought for what is no configuration', () => {
  const { project, file } = desk({ 'board.c': root(), 'driver.c': 'int main(void) { return 0; }\n' })
  expect(rootCandidates(file('driver.c'), project).candidates).toEqual([])
})

test('headers are looked for in so many folders, and so many headers are looked for', () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `p${i}`)
  const problems = (count: number) => {
    const { project, file } = desk({ 'jailhouse.json': JSON.stringify({ includePaths: names(count) }) })
    return projectProblems(file('jailhouse.json'), project).problems.map(({ message }) => message)
  }
  expect(problems(64)).toEqual([])
  expect(problems(65)).toEqual(['"includePaths" has more than 64 names; the rest is ignored'])

  const includes = (count: number) => {
    const lines = Array.from({ length: count }, (_, i) => `#include "none${i}.h"\n`).join('')
    const { unit } = desk({ 'board.c': lines + root() }).analyze('board.c')
    return unit.problems.filter(({ kind }) => kind === 'expansion-limit').length
  }
  expect(includes(1500)).toBe(0)
  expect(includes(3000)).toBeGreaterThan(900)
})

test('a check that is ended within a rule says what it had found, and that it was ended', () => {
  const empty = Array.from(
    { length: 30 },
    (_, i) => `{ .phys_start = ${0x10000 * i}, .size = 0x1000, .flags = 1 << 30 },`,
  )
  const text = inmate('a')
    .replace('mem_regions[1]', 'mem_regions[31]')
    .replace('.mem_regions = {', `.mem_regions = { ${empty.join('\n')}`)
  const said = (asked: number) => {
    const { project, file } = desk({ 'a.c': text })
    let left = asked
    const time = { isOver: () => left-- <= 0, measured: (_: string, __: unknown, make: () => never) => make() }
    const cut = analyze(file('a.c'), { ...project, time }).findings
    const whole = analyze(file('a.c'), project).findings
    return { cut: cut.map(({ rule }) => rule.id), whole: whole.map(({ rule }) => rule.id) }
  }
  const whole = said(100_000).cut
  const rule = whole.find(id => 10 < whole.filter(each => each === id).length)!
  const among = (ids: readonly string[]) => ids.filter(id => id === rule).length
  const counts = new Set<number>()
  for (let asked = 0; asked < 400; asked += 9) {
    const found = said(asked)
    expect(found.whole).toEqual(whole)
    if (found.cut.length < whole.length) expect(found.cut).toContain('incomplete-check')
    counts.add(among(found.cut))
  }
  expect(counts.size).toBeGreaterThan(3)
})
