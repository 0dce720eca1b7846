import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith, jailhouseWarden } from './cli/command-line.ts'
import { startEditor, uriOf } from './lsp/editor.ts'

/** What the fuzzer found to hang or to fail, kept small: each is checked, repaired, and opened in an editor. */

const CORPUS = join(import.meta.dirname, 'corpus')
const found = readdirSync(CORPUS).map(name => [name, readFileSync(join(CORPUS, name), 'utf8')] as const)

test.each(found)('%s is checked and repaired', async (_, text) => {
  const { status, out, err } = await jailhouseWarden(folderWith({ 'x.c': text }), 'check', '--diff', 'x.c')
  expect([0, 1, 2]).toContain(status)
  expect(out + err).not.toMatch(/internal error|RangeError|TypeError/)
})

test.each(found)('%s has its findings and a fix-all in an editor', async (_, text) => {
  const errors: string[] = []
  const editor = await startEditor({
    files: { 'x.c': text },
    prepare: connection =>
      connection.onNotification('window/logMessage', ({ type, message }) => {
        if (type === 1) errors.push(message)
      }),
  })
  await editor.open('x.c')
  const whole = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } }
  await editor.actions('x.c', { range: whole }, ['source.fixAll'])
  const report = await editor.request('textDocument/diagnostic', { textDocument: { uri: uriOf('x.c') } })
  expect(report).toHaveProperty('items')
  expect(errors).toEqual([])
})
