import { expect, test, vi } from 'vitest'
import type { LogMessageParams } from 'vscode-languageserver-protocol'
import { type Analysis, analyze } from '../../src/analyze.ts'
import { StageClock } from '../../src/lsp/time/stage-clock.ts'
import type { Time } from '../../src/text/time.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'
import { startEditor } from './editor.ts'

withGrammar()

const files = { 'board.c': root(), 'board-a.c': inmate('a'), 'board-b.c': inmate('b') }

/** A clock that jumps while a stage of a name is made. */
const timeIn = (slow: string) => {
  let now = 0
  const clock = new StageClock(() => now)
  const { measured } = clock
  clock.measured = (stage, file, make) =>
    measured.call(clock, stage, file, () => {
      const made = make()
      if (stage === slow && file.uri.includes('-a.c')) now += 2000
      return made
    }) as never
  return clock
}

const givenUp = (clock: StageClock) => {
  const { project, file } = desk(files)
  return analyze(file('board.c'), project, undefined, clock).findings.filter(
    ({ rule }) => rule.id === 'incomplete-check',
  )
}

test('a stage that takes long is the last of its analysis, which says what it gave up', () => {
  const clock = timeIn('simulating')
  const findings = givenUp(clock)
  expect(findings.map(({ headline, severity }) => `${severity}: ${headline}`)).toEqual([
    'warning: given up checking the simulation: the check takes too long',
    'warning: given up simulating: the check takes too long',
    'warning: given up checking the configuration: the check takes too long',
  ])
  expect(clock.slowStages).toMatch(/^simulating \(board-a\.c\) 2\.0 s/)
})

/** A clock that stands still while it is asked `times` times, and whose time is then up. */
const timeFor = (times: number): Time => {
  let asked = 0
  return { isOver: () => times < ++asked, measured: (_stage, _file, make) => make() }
}

test('between two commands and between two rules the time is asked for, and what it cost is made up for', () => {
  const { project, file } = desk(files)
  const board = file('board.c')
  const given = (time?: Time) => analyze(board, project, undefined, time)
  const said = ({ findings, simulations }: Analysis) =>
    [...findings.map(({ rule, headline }) => `${rule.id}: ${headline}`), `${simulations.length} simulated`].sort()
  const gaps = new Set<string>()
  for (let times = 0; times < 400; times += 3) {
    // A text of its own for each, of which nothing is remembered.
    const cut = analyze({ ...board }, project, undefined, timeFor(times))
    for (const { rule, headline } of cut.findings) if (rule.kind === 'gap') gaps.add(headline)
  }
  expect(gaps).toContain('given up simulating: the check takes too long')
  expect([...gaps].filter(gap => /^given up checking [a-z]+(-[a-z]+)+:/.test(gap)).length).toBeGreaterThan(20)
  const whole = said(analyze({ ...board }, project))
  for (const times of [10, 20, 30, 60, 120, 180]) given(timeFor(times))
  expect(said(given())).toEqual(whole)
})

test('all rounds of one question have its time together, and waiting between them takes none of it', () => {
  let now = 0
  const clock = new StageClock(() => now)
  const round = (ms: number) =>
    clock.within(() => {
      now += ms
      return clock.isOver()
    })
  expect(round(800)).toBe(false)
  now += 60_000
  expect(round(600)).toBe(false)
  now += 60_000
  expect(round(200)).toBe(true)
  clock.restart()
  expect(round(200)).toBe(false)
})

test('what comes behind an analysis has the rest of its time', () => {
  let now = 0
  const [analysis, trial] = [new StageClock(() => now), new StageClock(() => now)]
  analysis.within(() => {
    now += 1200
  })
  now += 60_000
  expect(analysis.spent).toBe(1200)
  trial.restart(analysis.spent)
  now += 200
  expect(trial.isOver()).toBe(false)
  now += 200
  expect(trial.isOver()).toBe(true)
})

test('cells that there is no time to read are given up, and each says so', () => {
  const { project, file } = desk({
    ...files,
    'jailhouse.json': JSON.stringify({ systems: [{ root: 'board.c', cells: ['board-a.c', 'board-b.c'] }] }),
  })
  const given = (slow: string) => {
    const gaps = analyze(file('board.c'), project, undefined, timeIn(slow)).findings
    return gaps.filter(({ rule }) => rule.id === 'incomplete-check').map(({ span }) => span.file.uri)
  }
  expect(given('reading the file')).toContain('file:///board-b.c')
  expect(given('')).toEqual([])
})

test('one that takes no time is whole, and not worth a word', () => {
  const clock = timeIn('')
  expect(givenUp(clock)).toEqual([])
  expect(clock).toMatchObject({ isCut: false, slowStages: undefined })
})

test('the server names the stages in its log once, and says all when there is time again', async () => {
  let now = 0
  let step = 400
  const logged: string[] = []
  const editor = await startEditor({
    files,
    now: () => (now += step),
    prepare: connection =>
      connection.onNotification('window/logMessage', ({ message }: LogMessageParams) => {
        logged.push(message)
      }),
  })
  await editor.open('board-a.c')
  const isCut = (codes: readonly unknown[]) => codes.includes('JH192')
  const codes = async () => (await editor.current('board-a.c')).map(({ code }) => code)
  expect(isCut(await codes())).toBe(true)
  await editor.replace('board-a.c', '.cpus = { 0x8 }', '.cpus = { 0x4 }')
  expect(isCut(await codes())).toBe(true)
  await vi.waitFor(() =>
    expect(logged.filter(line => /^board-a\.c takes long to check: \w+/.test(line))).toHaveLength(1),
  )
  step = 0
  await editor.replace('board-a.c', '.cpus = { 0x4 }', '.cpus = { 0x8 }')
  expect(isCut(await codes())).toBe(false)
})
