import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { inmate, root } from '../project.ts'
import { cell, fixtures, folderWith, jailhouseWarden, readIn } from './command-line.ts'

const misspelled = cell('\n\t\t.vpci_irq_bsae = 0,')
const repaired = cell('\n\t\t.vpci_irq_base = 0,')

test('a sound file has nothing to answer for', async () => {
  const { status, out, err } = await jailhouseWarden(folderWith({ 'tiny.c': cell() }), 'check', 'tiny.c')
  expect({ status, out }).toEqual({ status: 0, out: '' })
  expect(err).toBe('0 errors, 0 warnings, 0 notes in 1 file\n')
})

test('a fault is told in gcc’s way, with the code and carets', async () => {
  const { status, out } = await jailhouseWarden(folderWith({ 'tiny.c': misspelled }), 'check', 'tiny.c')
  expect(status).toBe(1)
  expect(out.split('\n')).toEqual([
    expect.stringMatching(/^tiny\.c:17:4: error: .*vpci_irq_bsae.* \[JH\d+ unknown-field\]$/),
    '   17 |                 .vpci_irq_bsae = 0,',
    '      |                  ^~~~~~~~~~~~~',
    expect.stringMatching(/^help: .*vpci_irq_base/),
    '',
  ])
})

test('of a folder all configurations are checked, and nothing else', async () => {
  const folder = folderWith({ 'a/tiny.c': misspelled, 'a/main.c': 'int main(void) { return x; }\n', 'b/note.txt': '' })
  mkdirSync(join(folder, 'a/deep'))
  symlinkSync(folder, join(folder, 'a/deep/loop'))
  const { status, out, err } = await jailhouseWarden(folder, 'check', '.')
  expect(status).toBe(1)
  expect(out).toMatch(/^a\/tiny\.c:17:4: error:/)
  expect(err).toContain('1 error, 0 warnings, 0 notes in 1 file')
})

test('the summary counts the findings that are shown as one', async () => {
  const registers = [1, 2, 3, 4, 5].map(
    page => `{ .phys_start = 0x${page}0010, .virt_start = 0x${page}0010, .size = 0x10, .flags = JAILHOUSE_MEM_READ },`,
  )
  const text = inmate('tiny')
    .replace('mem_regions[1]', 'mem_regions[6]')
    .replace('.mem_regions = {', words => [words, ...registers].join('\n'))
  const folder = folderWith({ 'tiny.c': text })
  const { out, err } = await jailhouseWarden(folder, 'check', 'tiny.c')
  expect(out.match(/ error: .*JH205/g)).toHaveLength(1)
  const json = await jailhouseWarden(folder, 'check', '--format', 'json', 'tiny.c')
  const { summary, findings } = JSON.parse(json.out)
  expect(findings.filter(({ code }: { code: string }) => code === 'JH205')).toHaveLength(5)
  expect(err).toContain(`${summary.errors} errors, ${summary.warnings} warnings, `)
})

test('a cell is checked with its root, be it named or not', async () => {
  const { status, out } = await jailhouseWarden(fixtures, 'check', 'k3-dma/k3-demo-linux.c')
  expect(out).not.toContain('error')
  expect(status).toBe(0)
})

test('--diff gives git and patch the bytes of a file that is not UTF-8, with its line ends and mark', async () => {
  const bytes = Buffer.from(
    `\ufeff${misspelled}`.replaceAll('\n', '\r\n').replace('.vpci', '/* \u00e9 */ .vpci'),
    'utf8',
  )
  const latin1 = Buffer.from(misspelled.replace('.vpci', '/* \u00e9 */ .vpci').trimEnd(), 'latin1')
  const folder = folderWith({ 'tiny.c': latin1, 'other.c': bytes })
  const patch: Uint8Array[] = []
  await run(['check', '--diff', 'tiny.c', 'other.c'], {
    cwd: folder,
    colours: false,
    out: () => undefined,
    err: () => undefined,
    outBytes: part => patch.push(part),
  })
  writeFileSync(join(folder, 'x.patch'), Buffer.concat(patch))
  execFileSync('git', ['apply', 'x.patch'], { cwd: folder })
  const applied = ['tiny.c', 'other.c'].map(name => readFileSync(join(folder, name), 'latin1'))
  writeFileSync(join(folder, 'tiny.c'), latin1)
  writeFileSync(join(folder, 'other.c'), bytes)
  await jailhouseWarden(folder, 'check', '--fix', 'tiny.c', 'other.c')
  expect(['tiny.c', 'other.c'].map(name => readFileSync(join(folder, name), 'latin1'))).toEqual(applied)
  expect(applied.join()).not.toContain('bsae')
})

test('--fix repairs, --diff only says how', async () => {
  const folder = folderWith({ 'tiny.c': misspelled })
  const diff = await jailhouseWarden(folder, 'check', '--diff', 'tiny.c')
  expect(diff.out.split('\n').filter(line => /^[-+@]/.test(line))).toEqual([
    '--- a/tiny.c',
    '+++ b/tiny.c',
    '@@ -14,7 +14,7 @@',
    '-\t\t.vpci_irq_bsae = 0,',
    '+\t\t.vpci_irq_base = 0,',
  ])
  expect(readIn(folder, 'tiny.c')).toBe(misspelled)

  const fix = await jailhouseWarden(folder, 'check', '--fix', 'tiny.c')
  expect(fix).toMatchObject({ status: 0, out: '', err: '0 errors, 0 warnings, 0 notes in 1 file, 1 file changed\n' })
  expect(readIn(folder, 'tiny.c')).toBe(repaired)
})

test('a file that is read-only is not repaired, in one sentence, and the others are', async () => {
  const folder = folderWith({ 'a.c': misspelled, 'b.c': misspelled, 'sound.c': cell() })
  for (const name of ['a.c', 'sound.c']) chmodSync(join(folder, name), 0o444)
  const { status, err } = await jailhouseWarden(folder, 'check', '--fix', '.')
  expect(status).toBe(2)
  expect(err).toBe('a.c: not repaired: it is read-only\n1 error, 0 warnings, 0 notes in 3 files, 1 file changed\n')
  expect([readIn(folder, 'a.c'), readIn(folder, 'b.c')]).toEqual([misspelled, repaired])
  expect((await jailhouseWarden(folder, 'check', '--diff', 'a.c')).out).toContain('+\t\t.vpci_irq_base')
})

test('a rule can be given another severity, or none', async () => {
  const folder = folderWith({ 'tiny.c': misspelled })
  const softer = await jailhouseWarden(folder, 'check', '--rule', 'unknown-field=hint', 'tiny.c')
  expect(softer).toMatchObject({ status: 0, out: '' })
  const shown = await jailhouseWarden(folder, 'check', '--rule', 'unknown-field=hint', '--severity', 'hint', 'tiny.c')
  expect(shown.out).toContain(': note: ')
  expect(shown.status).toBe(0)
})

test('a baseline silences what was there, and nothing new', async () => {
  const folder = folderWith({ 'tiny.c': misspelled })
  await jailhouseWarden(folder, 'check', '--write-baseline', 'known.json', 'tiny.c')
  expect((await jailhouseWarden(folder, 'check', '--baseline', 'known.json', 'tiny.c')).status).toBe(0)
  const more = folderWith({
    'tiny.c': misspelled.replace('.flags = JAILHOUSE_CELL', '.falgs = JAILHOUSE_CELL'),
    'known.json': readIn(folder, 'known.json'),
  })
  const { status, out } = await jailhouseWarden(more, 'check', '--baseline', 'known.json', 'tiny.c')
  expect(status).toBe(1)
  expect(out).toContain('falgs')
  expect(out).not.toContain('bsae')
})

test('macros and headers can be given as to a compiler', async () => {
  const files = { 'tiny.c': cell('\n\t\t.vpci_irq_base = VPCI_BASE,'), 'inc/vpci.h': '#define VPCI_BASE 7\n' }
  const folder = folderWith(files)
  expect((await jailhouseWarden(folder, 'check', 'tiny.c')).status).toBe(1)
  expect((await jailhouseWarden(folder, 'check', '-DVPCI_BASE=7', 'tiny.c')).status).toBe(0)
  expect((await jailhouseWarden(folder, 'check', '-include', 'inc/vpci.h', 'tiny.c')).status).toBe(0)
})

test.each<[string, (out: string) => void]>([
  ['gcc', out => expect(out).toMatch(/^tiny\.c:17:4: error: [^\n]*\n$/)],
  [
    'json',
    out =>
      expect(JSON.parse(out)).toMatchObject({
        summary: { errors: 1, files: 1 },
        findings: [
          {
            file: 'tiny.c',
            line: 17,
            column: 4,
            endColumn: 17,
            rule: 'unknown-field',
            fixes: [{ preferred: true, edits: [{ text: 'vpci_irq_base' }] }],
          },
        ],
      }),
  ],
  [
    'sarif',
    out =>
      expect(JSON.parse(out)).toMatchObject({
        version: '2.1.0',
        runs: [
          {
            results: [
              {
                level: 'error',
                locations: [
                  {
                    physicalLocation: {
                      artifactLocation: { uri: 'tiny.c' },
                      region: { startLine: 17, startColumn: 4 },
                    },
                  },
                ],
              },
            ],
          },
        ],
      }),
  ],
  [
    'junit',
    out => expect(out).toMatch(/<testsuite name="tiny.c" tests="1" failures="1"[^>]*>[\s\S]*<failure type="error"/),
  ],
  [
    'github',
    out => expect(out).toMatch(/^::error file=tiny\.c,line=17,endLine=17,col=4,endColumn=17,title=JH\d+ [^\n]*::/),
  ],
  [
    'gitlab',
    out =>
      expect(JSON.parse(out)).toMatchObject([
        { severity: 'critical', location: { path: 'tiny.c', lines: { begin: 17 } } },
      ]),
  ],
])('--format %s', async (format, holds) => {
  const { status, out } = await jailhouseWarden(
    folderWith({ 'tiny.c': misspelled }),
    'check',
    '--format',
    format,
    'tiny.c',
  )
  expect(status).toBe(1)
  holds(out)
})

test.each<[readonly string[], RegExp]>([
  [[], /no command given/],
  [['chekc'], /unknown command "chekc"/],
  [['check'], /no files or folders given/],
  [['check', 'nowhere.c'], /nowhere\.c: no such file/],
  [['check', '--format', 'yaml', 'x.c'], /--format: "yaml" is not one of/],
  [['check', '--colour', 'x.c'], /--colour/],
  [['check', '--rule', 'JH301', 'x.c'], /--rule JH301/],
  [['check', '--unsafe', 'x.c'], /--unsafe goes with --fix or --diff/],
  [['check', '-D', '1X', 'x.c'], /not a macro name/],
  [['explain', 'JH999'], /no rule is called "JH999"/],
])('%j makes no sense and says why', async (args, why) => {
  const { status, out, err } = await jailhouseWarden(folderWith({}), ...args)
  expect(status).toBe(2)
  expect(out).toBe('')
  expect(err).toMatch(why)
})

test('help is there for everything', async () => {
  const { status, out } = await jailhouseWarden('.', '--help')
  expect(status).toBe(0)
  for (const [, name] of out.matchAll(/^ {2}(\w+) /gm)) {
    const help = await jailhouseWarden('.', name!, '--help')
    expect(help.out).toMatch(new RegExp(`^usage: jailhouse-warden ${name}`))
  }
})

test('a rule is explained by its page', async () => {
  const { out } = await jailhouseWarden('.', 'explain', 'unknown-field')
  expect(out).toMatch(/^# /)
  expect((await jailhouseWarden('.', 'explain')).out).toContain('unknown-field')
})

test('bytes that are no text, and a file with nothing in it, are no configurations', async () => {
  const folder = folderWith({ 'binary.c': '\u0000\uFFFD\u0001'.repeat(1000), 'empty.c': '' })
  expect((await jailhouseWarden(folder, 'check', '.')).status).toBe(2)
  expect((await jailhouseWarden(folder, 'check', 'empty.c')).status).toBe(2)
})

test('findings stand in the order of files and lines, whatever order the files are given in', async () => {
  const folder = folderWith({ 'a.c': misspelled, 'b.c': misspelled.replace('\n', '\n\n') })
  const { out } = await jailhouseWarden(folder, 'check', '--format', 'gcc', 'b.c', 'a.c')
  const places = out.split('\n').flatMap(line => /^(\w\.c:\d+)/.exec(line)?.[1] ?? [])
  expect(places.length).toBeGreaterThan(1)
  expect(places).toEqual(places.toSorted())
})

test.each<[string, string, RegExp]>([
  ['x.cell', 'JHCLL\0\u0001', /x\.cell is a compiled cell; give the C file it was made from\n$/],
  ['fix.patch', 'diff --git a/x.c b/x.c\n', /fix\.patch is a patch; apply it/],
  ['board.h', '#define A 1\n', /board\.h is a header; give a configuration that includes it/],
  ['junk.c', 'a\0b', /junk\.c is not a text file/],
])('%s is no configuration, which is said in one sentence', async (name, text, why) => {
  const { status, out, err } = await jailhouseWarden(folderWith({ [name]: text }), 'check', name)
  expect({ status, out }).toEqual({ status: 2, out: '' })
  expect(err).toMatch(why)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
})

test('a folder without configurations is not a clean one', async () => {
  const { status, err } = await jailhouseWarden(folderWith({ 'docs/readme.txt': '' }), 'check', '.')
  expect(status).toBe(2)
  expect(err).toMatch(/no cell configurations in this folder/)
})

test.each([
  'jailhouse-warden: ingore JH203 -- why',
  'jailhouse-warden: ignore',
  'jailhouse-warden: ignore -- why',
  'jailhouse_warden: ignore JH203 -- why',
  'jailhousewarden: root=board.c',
  'Jailhouse Warden: ignore JH203 -- why',
  'jailhouse-warden ignore JH203 -- why',
  'jailhouse-wadren: ignore JH203 -- why',
  'warden: ignore-file JH203 -- why',
])('a comment "%s" is a mistake of the one who asks', async words => {
  const folder = folderWith({ 'a.c': `/* ${words} */\n${cell()}`, 'b.c': `// ${words}\n${cell()}` })
  for (const name of ['a.c', 'b.c']) {
    const { status, out } = await jailhouseWarden(folder, 'check', name)
    expect(status).toBe(2)
    expect(out).toMatch(/^\w\.c:1:\d+: error: .*JH190/)
  }
})

test('prose that names the tool is no directive', async () => {
  const words = [
    'jailhouse-warden checks this',
    'Jailhouse: root cell',
    'Jailhouse Warden: see the manual',
    'lint: ignore',
  ]
  const folder = folderWith({ 'a.c': `${words.map(each => `// ${each}\n`).join('')}${cell()}` })
  expect(await jailhouseWarden(folder, 'check', 'a.c')).toMatchObject({ status: 0, out: '' })
})

test('a rule that does not exist is a mistake of the one who asks', async () => {
  const folder = folderWith({ 'a.c': cell() })
  const unknown = await jailhouseWarden(folder, 'check', '--rule', 'JH999=off', 'a.c')
  expect(unknown.status).toBe(2)
  expect(unknown.err).toContain('unknown rule "JH999"')
  expect((await jailhouseWarden(folder, 'check', 'a.c')).status).toBe(0)
})

test('names of JUnit are unique in a suite', async () => {
  const twice = cell('.vpci_irq_bsae = 0, .vpci_irq_bsae = 0,')
  const { out } = await jailhouseWarden(folderWith({ 'a.c': twice }), 'check', '--format', 'junit', 'a.c')
  const names = [...out.matchAll(/<testcase [^>]*name="([^"]*)"/g)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(1)
  expect(new Set(names).size).toBe(names.length)
})

test('says with which root an inmate was checked, and why', async () => {
  const folder = folderWith({ 'board.c': root(), 'board-demo.c': cell() })
  const text = await jailhouseWarden(folder, 'check', 'board-demo.c')
  expect(text.err).toContain('board-demo.c checked with board.c: its name begins with "board-"\n')
  const json = JSON.parse((await jailhouseWarden(folder, 'check', '--format', 'json', '.')).out)
  expect(json.pairs).toEqual([
    { cell: 'board-demo.c', root: 'board.c', by: 'prefix', reason: 'its name begins with "board-"' },
  ])
})

test('a repair that would uncover another fault is not proposed', async () => {
  const hidden = cell().replace('ARRAY_SIZE(config.mem_regions)', '1')
  const harmful = hidden.replace('.virt_start = 0x80000000', '.virt_start = 0x1000')
  const proposals = async (text: string) => {
    const { out } = await jailhouseWarden(folderWith({ 'a.c': text }), 'check', 'a.c')
    expect(out).toContain('JH121')
    return out.split('\n').filter(line => /^(help|fix): compute num_memory_regions/.test(line)).length
  }
  expect(await proposals(hidden)).toBe(1)
  expect(await proposals(harmful)).toBe(0)
})

test('warnings alone are enough to fail, notes are not', async () => {
  const folder = folderWith({ 'tiny.c': cell().replace('.size = 0x10000', '.size = 0') })
  const { status, out } = await jailhouseWarden(folder, 'check', '--format', 'gcc', '--rule', 'JH2xx=warning', 'tiny.c')
  expect(out).not.toContain(' error: ')
  expect(out).toContain(' warning: ')
  expect(status).toBe(1)
  const notes = await jailhouseWarden(folder, 'check', '--format', 'gcc', '--rule', 'JH2xx=information', 'tiny.c')
  expect(notes.out).toMatch(/ note: /)
  expect(notes.status).toBe(0)
})

test('inmates that are given together run at the same time, else each is checked by itself', async () => {
  const passive = '.flags = JAILHOUSE_CELL_PASSIVE_COMMREG, .cpu_reset_address = 0x88000000,'
  const folder = folderWith({ 'w.c': root(), 'w-a.c': inmate('a', passive), 'w-b.c': inmate('b', passive) })
  const files = ['w.c', 'w-a.c', 'w-b.c']
  const apart = await jailhouseWarden(folder, 'check', ...files)
  expect(apart.out).not.toContain('JH662')
  expect(apart.err).toContain('each inmate was checked without the others; --together checks them as one system\n')
  const together = await jailhouseWarden(folder, 'check', '--together', ...files)
  expect(together.out).toMatch(/^w-b\.c:.* CPU \d is also assigned to "a" \[JH662 cpu-shared\]$/m)
  expect(together.err).not.toContain('each inmate')
  const alone = await jailhouseWarden(folder, 'check', '--together', 'w.c')
  expect(alone).toMatchObject({ status: 2, err: expect.stringContaining('one root cell and of inmates') })
})

test('an inmate beside a root that nothing names for it is said to be checked alone', async () => {
  const system = readIn(fixtures, 'k3-dma/k3-demo.c')
  const board = readIn(fixtures, 'k3-board.h')
  const folder = folderWith({ 'b/board.c': system, 'k3-board.h': board, 'b/other.c': cell() })
  const { err } = await jailhouseWarden(folder, 'check', 'b/board.c', 'b/other.c')
  expect(err).toContain('b/other.c checked without a root cell: nothing names it')
  expect((await jailhouseWarden(folder, 'check', 'b/other.c')).err).not.toContain('without a root cell')
})

test('--diff shows what could be repaired in a file that cannot be written, with --fix too', async () => {
  const folder = folderWith({ 'tiny.c': misspelled })
  const alone = await jailhouseWarden(folder, 'check', '--diff', 'tiny.c')
  expect(alone.out).toContain('+\t\t.vpci_irq_base = 0,')
  chmodSync(join(folder, 'tiny.c'), 0o444)
  const both = await jailhouseWarden(folder, 'check', '--fix', '--diff', 'tiny.c')
  expect([both.out, both.status]).toEqual([alone.out, alone.status])
})
