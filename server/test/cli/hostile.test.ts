import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { visibleLines } from '../../src/text/visible.ts'
import { inmate, root } from '../project.ts'
import { cell, folderWith, jailhouseWarden, readIn } from './command-line.ts'

/** Files that were made to harm whoever checks them. */

const acting = (text: string): readonly string[] => [...text].filter(letter => visibleLines(letter) !== letter)

const injected = `#error \x1b]0;title\x07
#include "\x1b[2J.h"
${cell('\n\t\t.\x9bname = 1, /* \x1b[31m\u202e */').replace('"tiny"', '"a\\n::add-mask::x\\x1b[31m"')}`

test.each([
  ['check', 'x.c'],
  ['check', '--format', 'gcc', 'x.c'],
  ['check', '--format', 'github', 'x.c'],
  ['check', '--format', 'json', 'x.c'],
  ['build', 'x.c', '-o', 'x.cell'],
  ['print', '--stage', 'tokens', 'x.c'],
  ['print', '--stage', 'config', 'x.c'],
  ['simulate', 'x.c'],
])('no escape sequence of a file reaches the terminal: %s %s %s', async (...args) => {
  const { out, err } = await jailhouseWarden(folderWith({ 'x.c': injected }), ...args)
  expect(acting(out + err)).toEqual([])
  expect(out).not.toMatch(/^::add-mask/m)
})

test('of a terminal with colours files do not choose them', async () => {
  const printed: string[] = []
  const cwd = folderWith({ 'x.c': injected })
  const print = (text: string) => printed.push(text)
  await run(['check', 'x.c'], { cwd, colours: true, out: print, err: print })
  expect(printed.join('')).toContain('\\u001b[2J')
  expect(printed.join('')).toContain('\\u001b]0;title\\u0007')
})

test('of a long line only what stands around the place is printed', async () => {
  const long = `/*${'x'.repeat(100_000)}*/ int y = unknown; /*${'x'.repeat(100_000)}*/\n`
  const { out } = await jailhouseWarden(folderWith({ 'x.c': cell() + long }), 'check', 'x.c')
  expect(out).toContain('int y = unknown;')
  expect(Math.max(...out.split('\n').map(line => line.length))).toBeLessThan(1000)
})

test('a name of a hundred thousand letters is cut where it is quoted', async () => {
  const { out } = await jailhouseWarden(
    folderWith({ 'x.c': `${cell()}int y = ${'n'.repeat(100_000)};\n` }),
    'check',
    'x.c',
  )
  expect(out.length).toBeLessThan(5000)
})

test('a project file that is nested without end is said to be that', async () => {
  const folder = folderWith({ 'x.c': cell(), 'jailhouse.json': '['.repeat(100_000) })
  const { status, err } = await jailhouseWarden(folder, 'check', 'x.c')
  expect(status).toBe(2)
  expect(err).toContain('nested deeper than 100 levels; the file is ignored')
})

test('a project file of megabytes is said to be that', async () => {
  const folder = folderWith({ 'x.c': cell(), 'jailhouse.json': `${' '.repeat(1 << 21)}{}` })
  const { status, err } = await jailhouseWarden(folder, 'check', 'x.c')
  expect(status).toBe(2)
  expect(err).toContain('longer than 2 MiB; the file is ignored')
})

test('a path that no URI can spell ends no check', async () => {
  const systems = [{ root: 'r.c', cells: ['\ud800'] }]
  const folder = folderWith({ 'x.c': cell(), 'jailhouse.json': JSON.stringify({ systems, includePaths: ['\udc00'] }) })
  const { err } = await jailhouseWarden(folder, 'check', 'x.c')
  expect(err).toContain('cannot find \ufffd')
  expect(err).not.toContain('internal error')
})

test('a root that is a device is not read', async () => {
  const folder = folderWith({ 'x.c': `/* jailhouse-warden: root=zero.c */\n${cell()}` })
  symlinkSync('/dev/zero', join(folder, 'zero.c'))
  const { status } = await jailhouseWarden(folder, 'check', 'x.c')
  expect(status).toBe(1)
})

test('facts that are a device are refused, and not left out silently', async () => {
  const { status, err } = await jailhouseWarden(
    folderWith({ 'x.c': cell() }),
    'check',
    '--platform',
    '/dev/zero',
    'x.c',
  )
  expect(status).toBe(2)
  expect(err).toContain('/dev/zero: not a regular file')
})

test.each([
  ['an empty file', ''],
  ['C of another kind', 'int x;\n'],
  ['a function', 'int main(void) { return 0; }\n'],
])('%s is no configuration, which is said', async (_, text) => {
  const { status, out, err } = await jailhouseWarden(folderWith({ 'x.c': text }), 'check', 'x.c')
  expect({ status, out }).toEqual({ status: 2, out: '' })
  expect(err).toContain('x.c: no cell configuration in it')
})

test('where no configuration is found because the file is cut before it, that is said', async () => {
  const { status, err } = await jailhouseWarden(
    folderWith({ 'x.c': '#define X 1\n'.repeat(40_000) + cell() }),
    'check',
    'x.c',
  )
  expect(status).toBe(2)
  expect(err).toContain('x.c: no cell configuration in it; file is too large; the rest is ignored')
})

test('a byte order mark in front of Latin-1 is none of the text', async () => {
  const text = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(`/* \xe4 */\n${cell()}`, 'latin1')])
  expect(await jailhouseWarden(folderWith({ 'x.c': text }), 'check', 'x.c')).toMatchObject({ status: 0, out: '' })
})

test.each(['root=', 'root board.c', 'root'])('a setting that names nothing ends with 2: %s', async setting => {
  const folder = folderWith({ 'x.c': `/* jailhouse-warden: ${setting} */\n${cell()}` })
  const { status, out } = await jailhouseWarden(folder, 'check', 'x.c')
  expect(status).toBe(2)
  expect(out).toContain('x.c:1:22: error: "root=" names no file')
})

test('no root is told that is not there', async () => {
  const folder = folderWith({ 'x.c': `/* jailhouse-warden: root=nix.c */\n${cell()}` })
  const { out, err } = await jailhouseWarden(folder, 'check', 'x.c')
  expect(out).toContain('x.c:1:27: warning: nix.c, chosen as the root cell, does not exist')
  expect(err).not.toContain('checked with')
})

test.each(['text', 'json', 'sarif'])(
  'what an included file that is no C says is not quoted: --format %s',
  async format => {
    const secrets = folderWith({ '.env': 'PASSWORD=open_sesame\nopen_sesame open_sesame;\n' })
    const outside = folderWith({ 'x.c': `#include "${join(secrets, '.env')}"\n${cell()}` })
    const { out, err } = await jailhouseWarden(outside, 'check', '--format', format, 'x.c')
    expect(out).toContain('JH112')
    expect(out + err).not.toContain('open_sesame')
  },
)

test('what a file names becomes no markup of a picture, a page or a report', async () => {
  const name = '</svg></script><script>alert(1)</script>&]]>'
  const files = (named: string, commented: string) => ({
    'board.c': root(),
    'board-a.c': inmate(named.replaceAll('"', '\\"'))
      .replace('{\n      .phys_start', `/* ${commented} */ {\n      .phys_start`)
      .replace('0x88000000, .virt', '0x88000001, .virt'),
  })
  const made = async (named: string, commented: string) => {
    const folder = folderWith(files(named, commented))
    await jailhouseWarden(folder, 'map', '-o', 'map.svg', 'board-a.c')
    await jailhouseWarden(folder, 'map', '-o', 'map.html', 'board-a.c')
    const { out: junit } = await jailhouseWarden(folder, 'check', '--format', 'junit', 'board.c', 'board-a.c')
    return [readIn(folder, 'map.svg'), readIn(folder, 'map.html'), junit]
  }
  const tags = (text: string) => [...text.matchAll(/<\/?(script|svg|img|a)\b/g)].map(([tag]) => tag)
  const harmless = await made('a', 'RAM')
  const hostile = await made(name, '"><img src=x onerror=alert(1)>')
  expect(hostile.map(tags)).toEqual(harmless.map(tags))
  for (const text of hostile) expect(text).not.toContain('<img')
  expect(hostile[0]).toContain('&#60;/svg')
})
