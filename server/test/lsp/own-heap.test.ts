import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { HEAP_FLAGS, hasFreeHeap } from '../../src/lsp/own-heap.ts'
import { bundledServer } from './server-bundle.ts'

const server = bundledServer()

test('the flags are those that the client of VS Code gives', () => {
  const path = join(import.meta.dirname, '../../../client/src/server-flags.json')
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(HEAP_FLAGS)
})

test('a heap that somebody has chosen, or a debugger, is left alone', () => {
  expect(hasFreeHeap([])).toBe(true)
  expect(hasFreeHeap(['--enable-source-maps'], '--no-warnings')).toBe(true)
  expect(hasFreeHeap(HEAP_FLAGS)).toBe(false)
  expect(hasFreeHeap(['--max_old_space_size=4096'])).toBe(false)
  expect(hasFreeHeap([], '--no-warnings --max-old-space-size=4096')).toBe(false)
  expect(hasFreeHeap(['--inspect=6009'])).toBe(false)
})

const childrenOf = (pid: number): readonly string[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)

/** The arguments of the process that answers, once it is there. */
async function answering(pid: number): Promise<readonly string[]> {
  for (;;) {
    const [child] = childrenOf(pid)
    const words = child ? readFileSync(`/proc/${child}/cmdline`, 'utf8').split('\0') : []
    if (words.includes('--stdio') && words.includes(HEAP_FLAGS[0]!)) return words
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

test('a server that is started without flags answers from a process with them, and ends with it', async () => {
  const started = spawn(process.execPath, [server, '--stdio'])
  const exit = new Promise(resolve => started.on('exit', resolve))
  expect(await answering(started.pid!)).toEqual(expect.arrayContaining([...HEAP_FLAGS]))
  const [child] = childrenOf(started.pid!)
  started.kill('SIGTERM')
  expect(await exit).toBe(1)
  expect(() => process.kill(Number(child), 0)).toThrow()
})

test('where no other process can be made, the server answers itself', async () => {
  const preload = join(mkdtempSync(join(tmpdir(), 'warden-heap-')), 'preload.cjs')
  writeFileSync(preload, "process.execPath = '/nowhere/node'")
  const started = spawn(process.execPath, ['-r', preload, server, '--stdio'])
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { capabilities: {} } })
  started.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`)
  let answered = ''
  started.stdout.on('data', part => {
    answered += part
    if (answered.includes('"id":1')) started.kill()
  })
  await once(started, 'exit')
  expect(answered).toContain('"id":1')
  rmSync(dirname(preload), { recursive: true })
})
