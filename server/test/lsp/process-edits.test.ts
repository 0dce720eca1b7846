import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import {
  type ClientCapabilities,
  type CodeAction,
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver-protocol/node'
import { canonicalUri } from '../../src/text/uri.ts'
import { inmate, root } from '../project.ts'
import { positionIn } from './editor.ts'
import { bundledServer } from './server-bundle.ts'

/** Edits of a real server process over stdio: each is for the version that is open, or there is none. */

const server = bundledServer()

const ended: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ended.splice(0)) await end()
})

const capabilities: ClientCapabilities = {
  textDocument: {
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: [] } },
      dataSupport: true,
      resolveSupport: { properties: ['edit'] },
    },
  },
  workspace: { workspaceEdit: { documentChanges: true, resourceOperations: ['create'] } },
}

class Client {
  readonly folder = mkdtempSync(join(tmpdir(), 'warden-edits-'))
  readonly connection: ProtocolConnection
  readonly shown: string[] = []
  readonly texts = new Map<string, { version: number; text: string }>()
  readonly #process: ChildProcess

  constructor(files: Readonly<Record<string, string>>) {
    mkdirSync(join(this.folder, 'configs'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.folder, 'configs', name), text)
    this.#process = spawn(process.execPath, [server, '--stdio'])
    this.connection = createProtocolConnection(
      new StreamMessageReader(this.#process.stdout!),
      new StreamMessageWriter(this.#process.stdin!),
    )
    this.connection.onNotification('window/showMessage', ({ message }) => {
      this.shown.push(message)
    })
    this.connection.listen()
    ended.push(() => this.#end())
  }

  async initialize(): Promise<this> {
    const workspaceFolders = [{ uri: pathToFileURL(this.folder).href, name: 'work' }]
    const params = { processId: process.pid, rootUri: null, workspaceFolders, capabilities }
    await this.connection.sendRequest('initialize', params)
    await this.connection.sendNotification('initialized', {})
    return this
  }

  uriOf(name: string): string {
    return name.includes(':') ? name : canonicalUri(pathToFileURL(join(this.folder, 'configs', name)).href)
  }

  async open(name: string, text = readFileSync(join(this.folder, 'configs', name), 'utf8')): Promise<void> {
    this.texts.set(name, { version: 1, text })
    const textDocument = { uri: this.uriOf(name), languageId: 'c', version: 1, text }
    await this.connection.sendNotification('textDocument/didOpen', { textDocument })
  }

  /** Sent, not waited for: as typing overtakes an answer. */
  prepend(name: string, words: string): Promise<void> {
    const { version, text } = this.texts.get(name)!
    this.texts.set(name, { version: version + 1, text: words + text })
    const start = { line: 0, character: 0 }
    return this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.uriOf(name), version: version + 1 },
      contentChanges: [{ range: { start, end: start }, text: words }],
    })
  }

  actions(name: string, words: string): Promise<CodeAction[] | null> {
    const { text } = this.texts.get(name)!
    const start = positionIn(text, text.indexOf(words) + 1)
    const params = {
      textDocument: { uri: this.uriOf(name) },
      range: { start, end: start },
      context: { diagnostics: [] },
    }
    return this.connection.sendRequest('textDocument/codeAction', params)
  }

  request<Answer>(method: string, params: object): Promise<Answer> {
    return this.connection.sendRequest(method, params)
  }

  async #end(): Promise<void> {
    await this.connection.sendRequest('shutdown')
    await this.connection.sendNotification('exit')
    this.connection.dispose()
    this.#process.kill()
    rmSync(this.folder, { recursive: true })
  }
}

const versionsIn = (edit: WorkspaceEdit | null | undefined) =>
  (edit?.documentChanges ?? []).flatMap(change =>
    TextDocumentEdit.is(change) ? [[change.textDocument.uri.replace(/.*\//, ''), change.textDocument.version]] : [],
  )

/** What a request became while the document changed under it. */
const outcome = (request: Promise<WorkspaceEdit | null | undefined>) =>
  request.then(
    edit => versionsIn(edit),
    (error: Error) => error.message,
  )

const misspelt = inmate('a', '.vpci_irq_bsae = 0,')

test('a quick fix, a refactoring and a command name the version they were made for', async () => {
  const client = await new Client({ 'board.c': root(), 'board-a.c': misspelt }).initialize()
  await client.open('board-a.c')
  await client.prepend('board-a.c', '\n')
  const fix = (await client.actions('board-a.c', 'vpci_irq_bsae'))!.find(({ edit }) => edit)
  expect(versionsIn(fix!.edit)).toEqual([['board-a.c', 2]])
  const extract = (await client.actions('board-a.c', '0x88000000'))!.find(({ title }) => title.startsWith('Extract'))!
  expect(extract.edit).toBeUndefined()
  const resolved = await client.request<CodeAction>('codeAction/resolve', extract)
  expect(versionsIn(resolved.edit)).toEqual([['board-a.c', 2]])
})

test('an action that was offered for an older version is made for the newest, or refused in one message', async () => {
  const client = await new Client({ 'board.c': root(), 'board-a.c': misspelt }).initialize()
  await client.open('board-a.c')
  const menu = (await client.actions('board-a.c', '0x88000000'))!
  const extract = menu.find(({ title }) => title.startsWith('Extract'))!
  await client.prepend('board-a.c', '\n')
  expect(await client.request<CodeAction>('codeAction/resolve', extract)).not.toHaveProperty('edit')
  expect(client.shown).toEqual(['Not changed: the text has changed meanwhile.'])
})

test('what is asked while somebody types is answered for a version that is told, or refused', async () => {
  const client = await new Client({ 'board.c': root(), 'board-a.c': misspelt }).initialize()
  await client.open('board-a.c')
  const uri = client.uriOf('board-a.c')
  const rename = client.request<WorkspaceEdit>('textDocument/rename', {
    textDocument: { uri },
    position: positionIn(misspelt, misspelt.indexOf('config = {')),
    newName: 'other',
  })
  const chosen = client.request<WorkspaceEdit>('jailhouseWarden/chooseRoot', { uri, root: client.uriOf('board.c') })
  await client.prepend('board-a.c', '\n\n')
  const outcomes = await Promise.all([outcome(rename), outcome(chosen)])
  expect(outcomes[0]).toSatisfy(
    (found: unknown) => JSON.stringify(found) === '[["board-a.c",1]]' || /meanwhile|another text/.test(String(found)),
  )
  expect(outcomes[1]).toEqual([['jailhouse.json', null]])
})

test('a document of another scheme is one nobody edits: no actions, and commands say so', async () => {
  const client = await new Client({ 'board.c': root() }).initialize()
  const name = 'git:/project/configs/board-a.c?ref=HEAD'
  await client.open(name, misspelt)
  expect(await client.actions(name, 'vpci_irq_bsae')).toBeNull()
  const reason = 'it is shown read-only, by "git"; open the file itself'
  for (const [method, params] of [
    ['assignSpi', { spi: 1 }],
    ['giveDevice', { device: '/x' }],
  ] as const)
    expect(await client.request(`jailhouseWarden/${method}`, { uri: name, ...params })).toEqual({ reason })
})
