import { expect, test, vi } from 'vitest'
import { analyze, readSystems } from '../src/analyze.ts'
import { zeroSize } from './../src/rules/memory/zero-size.ts'
import { folderWith, jailhouseWarden } from './cli/command-line.ts'
import { internalErrors, plantIn } from './faults.ts'
import { desk, inmate, root, withGrammar } from './project.ts'

vi.mock('../src/config/bind.ts', async original => (await import('./faults.ts')).faultyBind(original as never))
vi.mock('../src/machine/boot.ts', async original => (await import('./faults.ts')).faultyBoot(original as never))
vi.mock('../src/config/suppressions.ts', async original =>
  (await import('./faults.ts')).faultySuppressions(original as never),
)
plantIn(zeroSize)
withGrammar()

/** A fault that any other inmate shows. */
const SUSPECT = '.cpu_reset_address = 0x12345'

const texts = {
  'board.c': root(),
  'board-good.c': inmate('good', SUSPECT),
  'board-unread.c': `#include "fault.h"\n${inmate('unread', SUSPECT)}`,
  'board-no-bind.c': inmate('bind', SUSPECT),
  'board-no-boot.c': inmate('no-boot', SUSPECT),
  'board-no-rule.c': inmate('no-rule', SUSPECT),
  'board-no-comments.c': inmate('comments', SUSPECT),
}

const files = desk(texts)

const project = {
  ...files.project,
  lookup: (uri: string) => {
    if (uri.endsWith('/fault.h')) throw new RangeError('Maximum call stack size exceeded')
    return files.project.lookup(uri)
  },
}

const check = (path: string) => analyze(files.file(path), project)

const codesIn = (path: string) =>
  check(path)
    .findings.filter(({ span }) => span.file === files.file(path))
    .map(({ rule }) => rule.code)

test.each([
  ['board-unread.c', 'reading the file'],
  ['board-no-bind.c', 'reading the configuration'],
  ['board-no-boot.c', 'simulating'],
  ['board-no-rule.c', 'checking zero-size'],
  ['board-no-comments.c', 'reading suppressions'],
])('a fault of ours in %s is told once, there, with its stage', (path, stage) => {
  const { findings } = check(path)
  expect(internalErrors(findings)).toEqual([`${path}: internal error while ${stage}: this check is incomplete`])
  expect(findings.find(({ trace }) => trace)?.trace).toMatch(/planted in|Maximum call stack[\s\S]*\n +at /)
})

test('what other stages say of the file stays', () => {
  const whole = codesIn('board-good.c')
  expect(whole).not.toEqual([])
  expect(codesIn('board-no-rule.c').filter(code => code !== 'JH192')).toEqual(whole)
  expect(codesIn('board-no-comments.c').filter(code => code !== 'JH192')).toEqual(whole)
  expect(codesIn('board-no-boot.c')).toContain('JH231')
})

test('nothing is said of what could not be looked at', () => {
  expect(codesIn('board-no-boot.c')).not.toContain('JH133')
})

test('its siblings are checked as ever, and its root with them', () => {
  const good = check('board-good.c')
  expect(good.simulations).toHaveLength(1)
  expect(internalErrors(good.findings)).toEqual([])
  const { simulations, findings, config } = check('board.c')
  expect(config?.kind).toBe('system')
  expect(simulations.flatMap(({ scenario }) => scenario.cells.map(({ name }) => name)).toSorted()).toEqual([
    'comments',
    'good',
    'no-rule',
  ])
  expect(internalErrors(findings)).toHaveLength(4)
})

test('the front of the pipe answers what it has', () => {
  expect(readSystems(files.file('board-no-bind.c'), project).config).toBeUndefined()
  expect(readSystems(files.file('board.c'), project).simulations.length).toBeGreaterThan(2)
})

test('the command line goes on, tells each once and has the stack trace on standard error', async () => {
  const { 'board-unread.c': _, ...rest } = texts
  const { out, err, status } = await jailhouseWarden(folderWith(rest), 'check', '.')
  expect(status).toBe(1)
  expect(out.match(/internal error while \w+/g)?.toSorted()).toEqual([
    'internal error while checking',
    'internal error while reading',
    'internal error while reading',
    'internal error while simulating',
  ])
  expect(err.match(/TypeError: planted in \S+\n +at /g)).toHaveLength(4)
  expect(out).toMatch(/board-good\.c:\d+:\d+: \w+: .*JH231/)
})
