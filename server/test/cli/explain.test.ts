import { expect, test } from 'vitest'
import { fixtures, folderWith, jailhouseWarden } from './command-line.ts'

const FAULT = 'Unhandled data read at 0x2810014(4)'

test('a line is explained with its suspects, the rules that would have told in brackets', async () => {
  const { status, out } = await jailhouseWarden('.', 'explain', FAULT)
  expect(status).toBe(0)
  expect(out).toMatch(/^Unhandled data read at 0x2810014\(4\)\n {2}A CPU accessed an unmapped address/)
  expect(out).toMatch(/ {2}2\. right after create, in the root: .*\n {5}.*\[JH261, /)
})

test('with configurations the field to blame is named', async () => {
  const files = ['founding-case/k3-demo.c', 'founding-case/k3-demo-linux.c']
  const { out } = await jailhouseWarden(
    fixtures,
    'explain',
    `${FAULT}\nParking CPU 0 (Cell: "k3-demo")`,
    '--',
    ...files,
  )
  expect(out).toContain('  The configuration explains it.\n')
  expect(out).toMatch(/^ {2}founding-case\/k3-demo-linux\.c:\d+:\d+: region 7 .* assigns it to region 5 /m)
})

test('a whole log is read from a file', async () => {
  const log = `Initializing Jailhouse hypervisor\n${FAULT}\nParking CPU 0 (Cell: "a")\nFATAL: Unhandled MSR read: 3a\n`
  const { status, out } = await jailhouseWarden(folderWith({ 'console.log': log }), 'explain', '--log', 'console.log')
  expect(status).toBe(0)
  expect(out.split('\n').filter(line => /^\S/.test(line))).toEqual([FAULT, 'Unhandled MSR read: 3a'])
})

test('a text without such a line is not explained', async () => {
  const { status, out, err } = await jailhouseWarden('.', 'explain', 'usb 1-1: new device')
  expect({ status, out }).toEqual({ status: 1, out: '' })
  expect(err).toContain('no line of Jailhouse')
})

test.each<[readonly string[], RegExp]>([
  [['--log', 'nowhere.log'], /nowhere\.log: no such file/],
  [[FAULT, 'nowhere.c'], /nowhere\.c: no such file/],
])('explain %j makes no sense and says why', async (args, why) => {
  const { status, err } = await jailhouseWarden(folderWith({}), 'explain', ...args)
  expect(status).toBe(2)
  expect(err).toMatch(why)
})
