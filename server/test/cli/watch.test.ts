import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { cell, folderWith, jailhouseWarden } from './command-line.ts'

const bundles = mkdtempSync(join(tmpdir(), 'warden-watch-'))
const program = join(bundles, 'cli.cjs')

beforeAll(() =>
  build({
    entryPoints: [join(import.meta.dirname, '../../src/cli/main.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'es2022',
    loader: { '.wasm': 'binary', '.h': 'text', '.md': 'text', '.css': 'text' },
    define: { JAILHOUSE_WARDEN_VERSION: '"0.0.0-test"', 'import.meta.url': '"file:///"' },
    plugins: [
      {
        name: 'no-page',
        setup: ({ onResolve, onLoad }) => {
          onResolve({ filter: /\?bundle$/ }, ({ path }) => ({ path, namespace: 'no-page' }))
          onLoad({ filter: /./, namespace: 'no-page' }, () => ({ contents: '', loader: 'text' }))
        },
      },
    ],
    logLevel: 'error',
  }),
)
afterAll(() => rmSync(bundles, { recursive: true }))

const running: ChildProcess[] = []
afterEach(() => {
  for (const each of running.splice(0)) each.kill()
})

/** The command in a process of its own; `reports` answers what each check printed, from the next on. */
function watching(folder: string, ...args: readonly string[]) {
  const process_ = spawn(process.execPath, [program, 'check', '--watch', ...args], { cwd: folder })
  running.push(process_)
  let printed = ''
  for (const stream of [process_.stdout, process_.stderr]) stream.on('data', data => (printed += data))
  let seen = 0
  return {
    async report(): Promise<string> {
      for (;;) {
        const reports = printed
          .split(/^\[.*\] checking\n/m)
          .slice(1)
          .filter(each => /\] watching \d+ files? for changes\n$/.test(each))
        const next = reports[seen]
        if (next !== undefined) {
          seen++
          return next
        }
        await new Promise(resolve => setTimeout(resolve, 10))
      }
    },
  }
}

const misspelled = cell('\n\t\t.vpci_irq_bsae = 0,')

test('--watch checks again what is saved, put in place of the old file, or added', async () => {
  const folder = folderWith({ 'configs/tiny.c': cell() })
  const { report } = watching(folder, 'configs')
  expect(await report()).toContain('0 errors, 0 warnings, 0 notes in 1 file\n')
  writeFileSync(join(folder, 'configs/tiny.c'), misspelled)
  expect(await report()).toContain('tiny.c:17:4: error:')
  writeFileSync(join(folder, 'configs/.tiny.swp'), cell())
  renameSync(join(folder, 'configs/.tiny.swp'), join(folder, 'configs/tiny.c'))
  expect(await report()).toContain('0 errors, 0 warnings, 0 notes in 1 file\n')
  writeFileSync(join(folder, 'configs/second.c'), misspelled)
  expect(await report()).toContain('1 error, 0 warnings, 0 notes in 2 files\n')
})

test('--watch hears of a header that was not there, and of a project file', async () => {
  const folder = folderWith({ 'tiny.c': cell().replace('#include', '#include "own.h"\n#include') })
  const { report } = watching(folder, 'tiny.c')
  expect(await report()).toContain('own.h')
  writeFileSync(join(folder, 'own.h'), '')
  expect(await report()).toContain('0 errors')
  writeFileSync(join(folder, 'jailhouse.json'), '{ "sistems": [] }')
  expect(await report()).toContain('sistems')
})

test('--watch outlives a file that is gone for a while', async () => {
  const folder = folderWith({ 'tiny.c': cell() })
  const { report } = watching(folder, 'tiny.c')
  await report()
  rmSync(join(folder, 'tiny.c'))
  expect(await report()).toContain('tiny.c: no such file')
  writeFileSync(join(folder, 'tiny.c'), misspelled)
  expect(await report()).toContain('tiny.c:17:4: error:')
})

test.each([['--fix'], ['--diff'], ['--write-baseline=b.json'], ['-']])('--watch does not go with %s', async other => {
  const { status, err } = await jailhouseWarden(folderWith({ 'tiny.c': cell() }), 'check', '--watch', 'tiny.c', other)
  expect({ status, err }).toMatchObject({ status: 2, err: expect.stringMatching(/watch/) })
})
