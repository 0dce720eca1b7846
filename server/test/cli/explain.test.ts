import { expect, test } from 'vitest'
import { fixtures, folderWith, jailhouseWarden } from './command-line.ts'

const FAULT = 'Unhandled data read at 0x2810014(4)'

test('a line is explained with its suspects, the rules that would have told in brackets', async () => {
  const { status, out } = await jailhouseWarden('.', 'explain', FAULT)
  expect(status).toBe(0)
  expect(out).toMatch(/^Unhandled data read at 0x2810014\(4\)\n {2}A CPU accessed an unmapped address/)
  expect(out).toMatch(/ {2}3\. right after create, in the root: .*\n {5}.*\[JH261, /)
})

test('with configurations the field to blame is named', async () => {
  const files = ['k3-dma/k3-demo.c', 'k3-dma/k3-demo-linux.c']
  const { out } = await jailhouseWarden(
    fixtures,
    'explain',
    `${FAULT}\nParking CPU 0 (Cell: "k3-demo")`,
    '--',
    ...files,
  )
  expect(out).toContain('  The configuration explains it.\n')
  expect(out).toMatch(/^ {2}k3-dma\/k3-demo-linux\.c:\d+:\d+: "peripherals above .* assigns it to "UART 1" /m)
})

test('a whole log is read from a file', async () => {
  const log = `Initializing Jailhouse hypervisor\n${FAULT}\nParking CPU 0 (Cell: "a")\nFATAL: Unhandled MSR read: 3a\n`
  const { status, out } = await jailhouseWarden(folderWith({ 'console.log': log }), 'explain', '--log', 'console.log')
  expect(status).toBe(0)
  expect(out.split('\n').filter(line => /^\S/.test(line))).toEqual([
    `console.log:2: ${FAULT}`,
    'console.log:4: Unhandled MSR read: 3a',
  ])
})

const TRACEBACK = `Traceback (most recent call last):
  File "/usr/libexec/jailhouse/jailhouse-cell-linux", line 1, in <module>
    fcntl.ioctl(self.dev, JailhouseCell.JAILHOUSE_CELL_CREATE, create)
OSError: [Errno 22] Invalid argument
`

test('a request that a Python tool made is known, and what the files rule out comes last', async () => {
  const folder = folderWith({ 'console.log': TRACEBACK })
  const files = ['k3-demo.c', 'k3-demo-linux.c'].map(name => `${fixtures}/k3-dma/${name}`)
  const { out } = await jailhouseWarden(folder, 'explain', '--log', 'console.log', ...files)
  expect(out).toMatch(/^console\.log:3: OSError: \[Errno 22\] Invalid argument\n/)
  expect(out).toMatch(
    /"create k3-demo-linux" succeeds\n {2}suspects, likeliest first:\n {2}1\. Jailhouse is not enabled\n/,
  )
  expect(out).toMatch(/\n {2}ruled out by these files:\n(?: {2}- .*\n)+$/)
  expect(out).not.toContain('CPU 0')
})

test('what is repeated is explained once', async () => {
  const folder = folderWith({ 'console.log': `${FAULT}\n${FAULT}\n${FAULT}\n` })
  const { out } = await jailhouseWarden(folder, 'explain', '--log', 'console.log')
  expect(out.split('\n').filter(line => /^\S/.test(line))).toEqual([`console.log:1: ${FAULT} (and 2 times more)`])
})

test('a text without such a line is not explained', async () => {
  const { status, out, err } = await jailhouseWarden('.', 'explain', 'usb 1-1: new device')
  expect({ status, out }).toEqual({ status: 1, out: '' })
  expect(err).toContain('no known line of Jailhouse')
})

test.each<[readonly string[], RegExp]>([
  [['--log', 'nowhere.log'], /nowhere\.log: no such file/],
  [[FAULT, 'nowhere.c'], /nowhere\.c: no such file/],
])('explain %j makes no sense and says why', async (args, why) => {
  const { status, err } = await jailhouseWarden(folderWith({}), 'explain', ...args)
  expect(status).toBe(2)
  expect(err).toMatch(why)
})

test('of a log that is too long the end is read, with its own lines, and that is said', async () => {
  const folder = folderWith({
    'console.log': `${FAULT.replace('0x2810014', '0x7770014')}\n${'noise\n'.repeat(100_000)}${FAULT}\n`,
  })
  const { status, out, err } = await jailhouseWarden(folder, 'explain', '--log', 'console.log')
  expect(status).toBe(0)
  expect(out).toContain(`console.log:100002: ${FAULT}`)
  expect(out).not.toContain('0x7770014')
  expect(err).toMatch(/lines 1 to \d+ are not read: the log is longer than 512 KiB/)
})
