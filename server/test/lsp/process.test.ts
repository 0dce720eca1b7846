import { type ChildProcess, spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { bundledServer } from './server-bundle.ts'

const server = bundledServer()

/** A server process, spoken to in bytes. */
class Server {
  readonly process: ChildProcess
  readonly exit: Promise<number | null>
  complaints = ''
  said = ''

  constructor() {
    this.process = spawn(process.execPath, [server, '--stdio'])
    this.exit = new Promise(resolve => this.process.on('exit', resolve))
    this.process.stdin!.on('error', () => undefined)
    this.process.stdout!.on('data', data => {
      this.said += data
    })
    this.process.stderr!.on('data', data => {
      this.complaints += data
    })
  }

  send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    this.process.stdin!.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }

  async hears(words: string): Promise<void> {
    while (!this.said.includes(words)) await new Promise(resolve => setTimeout(resolve, 10))
  }

  /** Up to `initialized`, for a parent by its process id. */
  async initialize(processId: number | null = process.pid): Promise<this> {
    this.send({ id: 1, method: 'initialize', params: { processId, rootUri: null, capabilities: {} } })
    await this.hears('"capabilities"')
    this.send({ method: 'initialized', params: {} })
    return this
  }
}

const textDocument = {
  uri: 'file:///x/board.c',
  languageId: 'c',
  version: 1,
  text: '#include <jailhouse/cell-config.h>\nstruct jailhouse_system config = { .colour = 1 };\n',
}

test('exit after shutdown ends well, exit without shutdown does not', async () => {
  const polite = await new Server().initialize()
  polite.send({ id: 2, method: 'shutdown' })
  await polite.hears('"id":2')
  polite.send({ method: 'exit' })
  expect(await polite.exit).toBe(0)

  const abrupt = await new Server().initialize()
  abrupt.send({ method: 'exit' })
  expect(await abrupt.exit).toBe(1)
})

test('the server ends with its client: no more input, in the middle of work or before any', async () => {
  const working = await new Server().initialize()
  working.send({ method: 'textDocument/didOpen', params: { textDocument } })
  working.process.stdin!.end()
  expect(await working.exit).toBe(1)

  const fresh = new Server()
  fresh.process.stdin!.end()
  expect(await fresh.exit).toBe(1)
})

test('a client that no longer listens brings no stack trace', async () => {
  const unheard = await new Server().initialize()
  unheard.process.stdout!.destroy()
  unheard.send({ method: 'textDocument/didOpen', params: { textDocument } })
  expect(await unheard.exit).toBe(1)
  expect(unheard.complaints).toBe('')
})

test('the server ends when its parent is gone', async () => {
  const parent = spawn(process.execPath, ['-e', ''])
  const { pid } = parent
  await new Promise(resolve => parent.on('exit', resolve))
  const orphan = await new Server().initialize(pid!)
  expect(await orphan.exit).toBe(1)
})

test('what is no JSON is answered each time and logged once', async () => {
  const server = await new Server().initialize()
  for (const body of ['{"a":', '{', '{"jsonrpc":"2.0","id":7,}'])
    server.process.stdin!.write(`Content-Length: ${body.length}\r\n\r\n${body}`)
  server.send({ id: 2, method: 'shutdown' })
  await server.hears('"id":2')
  expect(server.said.split('"id":null,"error":{"code":-32700').length - 1).toBe(3)
  expect(server.said.split('that cannot be read as JSON').length - 1).toBe(1)
  server.process.kill()
})

test('what is no message breaks nothing', async () => {
  const server = await new Server().initialize()
  for (const body of ['{"a":', '[]', 'null', '{}', '7'])
    server.process.stdin!.write(`Content-Length: ${body.length}\r\n\r\n${body}`)
  server.send({ id: 2, method: 'shutdown' })
  await server.hears('"id":2')
  server.send({ method: 'exit' })
  expect(await server.exit).toBe(0)
})
