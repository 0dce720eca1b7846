import { expect, test, vi } from 'vitest'
import type { LogMessageParams } from 'vscode-languageserver-protocol'
import { analyze } from '../../src/analyze.ts'
import { StageClock } from '../../src/lsp/time/stage-clock.ts'
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
