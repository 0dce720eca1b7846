import { afterEach, expect, test, vi } from 'vitest'
import { readConfig } from '../../src/analyze.ts'
import { offersOf } from '../../src/repair/offers.ts'
import { defaultPolicy } from '../../src/rules/policy.ts'
import { runRules } from '../../src/rules/run-rules.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'
import { folderWith, jailhouseWarden } from './command-line.ts'

withGrammar()
afterEach(() => void vi.restoreAllMocks())

/** Each question takes so many seconds of the processor. */
const taking = (seconds: number) =>
  vi
    .spyOn(process, 'cpuUsage')
    .mockImplementation(begin => ({ user: begin === undefined ? 0 : seconds * 1_000_000, system: 0 }))

const folder = () => folderWith({ 'board.c': root(), 'board-a.c': inmate('a') })

test('a file that takes longer than ten seconds is given up, and so said with its other findings', async () => {
  taking(11)
  const { status, out } = await jailhouseWarden(folder(), 'check', '--jobs', '1', '.')
  expect(status).toBe(1)
  expect(out).toMatch(/board\.c.*given up .*: the check takes too long/)
  expect(out).toMatch(/board-a\.c.*given up .*: the check takes too long/)
  expect(out).toContain('10 s')
})

test.each([
  ['simulate', 'board.c'],
  ['map', 'board.c'],
  ['who', '0x80000000', 'board.c'],
  ['explain', 'Unhandled data read at 0x80000010(4)', 'board.c'],
])('what %s gives up is said', async (...args) => {
  taking(11)
  const { status, err } = await jailhouseWarden(folder(), ...args)
  expect(status).toBe(2)
  expect(err).toContain('jailhouse-warden: board.c: given up checking the file: the check takes too long\n')
  taking(9)
  expect((await jailhouseWarden(folder(), ...args)).err).not.toContain('given up')
})

test('what a compiler refuses is said although there is no time left', () => {
  const { project, file } = desk({ 'board.c': root('.vpci_irq_bsae = 0,') })
  const { unit } = readConfig(file('board.c'), project)
  const time = { isOver: () => true, measured: (_: string, __: unknown, make: () => never) => make() }
  const found = runRules({ unit, config: undefined, root: undefined, simulations: [] }, defaultPolicy, time)
  expect(found.map(({ rule }) => rule.code)).toContain('JH105')
})

test('a file that takes nine is checked', async () => {
  taking(9)
  const { out } = await jailhouseWarden(folder(), 'check', '--jobs', '1', '.')
  expect(out).not.toContain('given up')
})

test('repairs that nobody has time to try are said to be untried', () => {
  const { project, analyze } = desk({ 'board.c': root('.vpci_irq_bsae = 0,') })
  const finding = analyze('board.c').findings.find(({ fixes }) => fixes)!
  const time = { isOver: () => true, measured: (_: string, __: unknown, make: () => never) => make() }
  expect(offersOf([finding], project, () => false).untried.size).toBe(0)
  expect(offersOf([finding], { ...project, time }, () => false).untried).toEqual(new Set([finding]))
})
