import { type ChildProcess, spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import * as protocol from '../../src/lsp/protocol.ts'
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
  expect(server.said.split('The client sent a message that cannot be read as JSON').length - 1).toBe(1)
  server.process.kill()
})

test('JSON that is no message is answered each time and logged once', async () => {
  const server = await new Server().initialize()
  const bodies = [
    '[]',
    '42',
    '"x"',
    'null',
    '{}',
    '{"jsonrpc":"2.0"}',
    '{"jsonrpc":"2.0","id":7}',
    '{"jsonrpc":"2.0","id":7,"method":7}',
    '{"jsonrpc":"2.0","id":null,"method":"shutdown"}',
    '[{"jsonrpc":"2.0","id":7,"method":"shutdown"}]',
  ]
  for (const body of bodies) server.process.stdin!.write(`Content-Length: ${body.length}\r\n\r\n${body}`)
  server.send({ id: 8, result: null })
  server.send({ id: 2, method: 'shutdown' })
  await server.hears('"id":2')
  expect(server.said.split('"id":null,"error":{"code":-32600').length - 1).toBe(bodies.length)
  expect(server.said.split('The client sent JSON that is neither request').length - 1).toBe(1)
  server.process.kill()
})

/** Every method that is asked about something. */
const METHODS = [
  'hover,completion,signatureHelp,documentSymbol,foldingRange,selectionRange,semanticTokens/full,semanticTokens/full/delta',
  'semanticTokens/range,definition,typeDefinition,references,prepareCallHierarchy,documentHighlight,prepareRename,rename',
  'documentLink,inlayHint,codeLens,codeAction,diagnostic',
].flatMap(names => names.split(',').map(name => `textDocument/${name}`))
const OTHERS = ['workspace/symbol', 'workspace/diagnostic', 'workspace/textDocumentContent']
const OWN = Object.values(protocol).filter(name => name.startsWith('jailhouseWarden/'))

test('whatever lacks what it asks about is refused in words, and is no fault of ours', async () => {
  const server = new Server()
  const capabilities = { textDocument: { diagnostic: {} }, workspace: { textDocumentContent: {} } }
  server.send({ id: 0, method: 'initialize', params: { processId: null, rootUri: null, capabilities } })
  server.send({ method: 'initialized', params: {} })
  server.send({ method: 'textDocument/didOpen', params: { textDocument } })
  const asked = [...METHODS, ...OTHERS, ...OWN].flatMap(method =>
    [{}, null, [], { textDocument: null }, { uri: null }].map(params => ({ method, params })),
  )
  for (const [i, message] of asked.entries()) server.send({ id: 100 + i, ...message })
  server.send({ id: 2, method: 'shutdown' })
  await server.hears('"id":2,')
  for (const [i, { method, params }] of asked.entries()) {
    const [, error] = new RegExp(`"id":${100 + i},(?:"error":\\{"code":(-\\d+)|"result")`).exec(server.said) ?? []
    if (error === '-32601') continue // what the server asks or tells a client
    const isFree = /systemTree|rulePage/.test(method) && !Array.isArray(params)
    expect.soft([method, params, error]).toEqual([method, params, isFree ? undefined : '-32602'])
  }
  expect(server.said.includes('TypeError')).toBe(false)
  server.process.kill()
})

test.each([
  ['textDocument/didChange', { textDocument, contentChanges: null }, 'the list \\"contentChanges\\" is missing'],
  ['textDocument/didChange', { textDocument }, 'the list \\"contentChanges\\" is missing'],
  ['textDocument/didChange', null, 'a document needs the text \\"uri\\"'],
  ['workspace/didChangeWatchedFiles', {}, 'the list \\"changes\\" is missing'],
  ['workspace/didChangeWatchedFiles', { changes: [null] }, 'a document needs the text \\"uri\\"'],
])('%s of %j is left out, and the log says why in words', async (method, params, words) => {
  const server = await new Server().initialize()
  server.send({ method: 'textDocument/didOpen', params: { textDocument } })
  server.send({ method, params })
  server.send({ method: 'textDocument/didChange', params: { textDocument, contentChanges: [null, 'x'] } })
  await server.hears(`a notification is left out: ${words}`)
  server.send({ id: 2, method: 'textDocument/documentSymbol', params: { textDocument } })
  await server.hears('"id":2,"result":[')
  expect(server.said.includes('TypeError')).toBe(false)
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
