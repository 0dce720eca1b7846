import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node'
import {
  type ClientCapabilities,
  type CodeAction,
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type LogMessageParams,
  MessageType,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver-protocol/node'
import type { FileReader } from '../../src/lsp/files/file-reader.ts'
import { toSpan } from '../../src/lsp/position-encoding.ts'
import { serve } from '../../src/lsp/server.ts'
import { applyEdits } from '../../src/text/source-file.ts'
import { canonicalUri } from '../../src/text/uri.ts'

const HOME = [{ uri: 'file:///work-space', name: 'work-space' }]
const FOLDER = 'file:///work-space/configs/'

/** What waits for a pause in typing need not wait long here. */
const DEBOUNCE_MS = 40

/** What VS Code announces, as far as the server asks for it. */
export const able: ClientCapabilities = {
  textDocument: {
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, tagSupport: { valueSet: [1, 2] } },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } }, isPreferredSupport: true },
    hover: { contentFormat: ['markdown', 'plaintext'] },
  },
  workspace: { workspaceEdit: { documentChanges: true, resourceOperations: ['create'] } },
}

interface Wishes {
  readonly capabilities?: ClientCapabilities
  readonly initializationOptions?: unknown
  readonly workspaceFolders?: readonly { readonly uri: string; readonly name: string }[] | null
  /** Texts by file name, on a disk of this test's own. */
  readonly files?: Readonly<Record<string, string>>
  /** Handlers the client has before it says hello. */
  readonly prepare?: (connection: ProtocolConnection) => void
  /** The server's clock. */
  readonly now?: () => number
}

/** The files of a fixture by their names, and the header that fixtures share. */
export function fixture(name: string): Record<string, string> {
  const fixtures = join(import.meta.dirname, '../../../test-fixtures')
  const names = readdirSync(join(fixtures, name)).filter(file => /\.[ch]$/.test(file))
  return {
    'file:///work-space/k3-board.h': readFileSync(join(fixtures, 'k3-board.h'), 'utf8'),
    ...Object.fromEntries(names.map(file => [file, readFileSync(join(fixtures, name, file), 'utf8')])),
  }
}

/** A whole session with a client that keeps documents as an editor does, over streams within this process. */
export class Editor {
  readonly connection: ProtocolConnection
  readonly files: Map<string, string>
  /** URIs the server has read or listed, in order. */
  readonly reads: string[] = []
  readonly published: PublishDiagnosticsParams[] = []
  /** Errors in the log, and what the server gave up. */
  readonly complaints: string[] = []
  readonly texts = new Map<string, { version: number; text: string }>()
  result: InitializeResult = { capabilities: {} }
  #waiting: (() => void)[] = []

  constructor(files: Readonly<Record<string, string>> = {}, now?: () => number) {
    const up = new PassThrough()
    const down = new PassThrough()
    this.files = new Map(Object.entries(files).map(([name, text]) => [uriOf(name), text]))
    serve(createConnection(ProposedFeatures.all, up, down), {
      files: () => this.#disk(),
      base: 'file:///',
      debounceMs: DEBOUNCE_MS,
      ...(now && { now }),
    })
    this.connection = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up))
    this.connection.onNotification('window/logMessage', ({ type, message }: LogMessageParams) => {
      if (type <= MessageType.Warning) this.complaints.push(message)
    })
    this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.published.push(params)
      for (const resolve of this.#waiting.splice(0)) resolve()
    })
  }

  #disk(): FileReader {
    return {
      read: async uri => {
        this.reads.push(uri)
        return this.files.get(uri)
      },
      readBytes: async uri => {
        const text = this.files.get(uri)
        return text === undefined ? undefined : new TextEncoder().encode(text)
      },
      readBelow: async folder => {
        const start = folder.endsWith('/') ? folder : `${folder}/`
        const below = [...this.files].filter(([uri]) => uri.startsWith(start))
        return below.length === 0
          ? undefined
          : {
              files: below.map(([uri, text]) => ({
                path: uri.slice(start.length),
                bytes: new TextEncoder().encode(text),
              })),
            }
      },
      sourcesBelow: async folder => {
        this.reads.push(`${folder}**`)
        return [...this.files.keys()].filter(uri => uri.startsWith(folder) && uri.endsWith('.c'))
      },
      list: async folder => {
        this.reads.push(folder)
        return [...this.files.keys()].filter(uri => uri.slice(0, uri.lastIndexOf('/') + 1) === folder)
      },
    }
  }

  async open(name: string, text = this.files.get(uriOf(name)) ?? ''): Promise<void> {
    this.texts.set(uriOf(name), { version: 1, text })
    const textDocument = { uri: uriOf(name), languageId: 'c', version: 1, text }
    await this.connection.sendNotification('textDocument/didOpen', { textDocument })
  }

  async close(name: string): Promise<void> {
    this.texts.delete(uriOf(name))
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri: uriOf(name) } })
  }

  /** Replaces some text, as typing would. */
  async replace(name: string, old: string, by: string): Promise<void> {
    const { version, text } = this.texts.get(uriOf(name))!
    const start = text.indexOf(old)
    if (start < 0) throw new Error(`${name} has no "${old}"`)
    const range = { start: positionIn(text, start), end: positionIn(text, start + old.length) }
    this.texts.set(uriOf(name), { version: version + 1, text: text.replace(old, () => by) })
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: uriOf(name), version: version + 1 },
      contentChanges: [{ range, text: by }],
    })
  }

  /** The diagnostics of a document once some match. */
  async diagnostics(name: string, until: (diagnostics: readonly Diagnostic[]) => boolean): Promise<Diagnostic[]> {
    for (;;) {
      const last = this.published.findLast(({ uri }) => uri === uriOf(name))
      if (last && until(last.diagnostics)) return last.diagnostics
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
  }

  /** The diagnostics of the newest version of a document. */
  async current(name: string): Promise<Diagnostic[]> {
    const { version } = this.texts.get(uriOf(name))!
    for (;;) {
      const last = this.published.findLast(({ uri }) => uri === uriOf(name))
      if (last?.version === version) return last.diagnostics
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
  }

  /** Makes a document say something else by one edit of what differs. */
  async retype(name: string, text: string): Promise<void> {
    const { version, text: before } = this.texts.get(uriOf(name))!
    let start = 0
    while (start < before.length && before[start] === text[start]) start++
    let tail = 0
    while (tail < Math.min(before.length, text.length) - start && before.at(-1 - tail) === text.at(-1 - tail)) tail++
    const range = { start: positionIn(before, start), end: positionIn(before, before.length - tail) }
    this.texts.set(uriOf(name), { version: version + 1, text })
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: uriOf(name), version: version + 1 },
      contentChanges: [{ range, text: text.slice(start, text.length - tail) }],
    })
  }

  actions(name: string, { range }: Pick<Diagnostic, 'range'>, only?: readonly string[]): Promise<CodeAction[] | null> {
    return this.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri: uriOf(name) },
      range,
      context: { diagnostics: [], ...(only && { only }) },
    })
  }

  /** Applies an edit to the open documents, and to the disk where a file is not open. */
  async apply({ documentChanges, changes }: WorkspaceEdit): Promise<void> {
    const edits = documentChanges
      ? documentChanges.flatMap(change => ('edits' in change ? [[change.textDocument.uri, change.edits]] : []))
      : Object.entries(changes ?? {})
    for (const [uri, textEdits] of edits as [string, TextEdit[]][]) {
      const open = this.texts.get(uri)
      const file = { uri, text: open?.text ?? this.files.get(uri) ?? '' }
      const spans = textEdits.map(({ range, newText }) => ({ span: toSpan(file, range, 'utf-16'), text: newText }))
      const text = applyEdits(file, spans)
      if (!open) this.files.set(uri, text)
      else await this.#replaceAll(uri, open.version + 1, text)
    }
  }

  async #replaceAll(uri: string, version: number, text: string): Promise<void> {
    this.texts.set(uri, { version, text })
    const contentChanges = [{ text }]
    await this.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges })
  }

  request<Answer>(method: string, params: object): Promise<Answer> {
    return this.connection.sendRequest(method, params)
  }
}

export const uriOf = (name: string): string => (name.includes(':') ? name : canonicalUri(FOLDER + name))

/** Starts a session up to `initialized`. */
export async function startEditor(wishes: Wishes = {}): Promise<Editor> {
  const { capabilities = able, initializationOptions, files = {}, prepare, now, workspaceFolders = HOME } = wishes
  const editor = new Editor(files, now)
  prepare?.(editor.connection)
  editor.connection.listen()
  editor.result = await editor.request('initialize', {
    processId: null,
    rootUri: null,
    workspaceFolders,
    capabilities,
    ...(initializationOptions !== undefined && { initializationOptions }),
  })
  await editor.connection.sendNotification('initialized', {})
  return editor
}

/** A position in UTF-16 columns. */
export function positionIn(text: string, offset: number): { line: number; character: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length - 1, character: before.at(-1)!.length }
}
