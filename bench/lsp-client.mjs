// A language client of a few lines: enough to open, edit and wait for diagnostics of any server over stdio.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

export class LspClient {
  #child
  #pending = new Map()
  #waiting = []
  #buffer = Buffer.alloc(0)
  #ids = 0
  #versions = new Map()

  constructor(command, args) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    this.#child.stdout.on('data', chunk => this.#receive(chunk))
    this.started = performance.now()
  }

  get pid() {
    return this.#child.pid
  }

  async initialize(root, initializationOptions) {
    const capabilities = {
      textDocument: {
        publishDiagnostics: { relatedInformation: true, versionSupport: true },
        hover: { contentFormat: ['markdown'] },
        completion: { completionItem: { snippetSupport: true } },
      },
    }
    const rootUri = pathToFileURL(root).href
    await this.request('initialize', { processId: process.pid, rootUri, capabilities, initializationOptions })
    this.notify('initialized', {})
  }

  /** Opens a file as it is on disk and answers its text. */
  open(path) {
    const uri = pathToFileURL(path).href
    const text = readFileSync(path, 'utf8')
    this.#versions.set(uri, 1)
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 1, text } })
    return { uri, text }
  }

  close(uri) {
    this.notify('textDocument/didClose', { textDocument: { uri } })
  }

  /** Sends one incremental change and answers its version. */
  change(uri, range, text) {
    const version = this.#versions.get(uri) + 1
    this.#versions.set(uri, version)
    this.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ range, text }] })
    return version
  }

  /** Resolves with the first diagnostics of a document at `version` or later. */
  diagnostics(uri, version = 1) {
    return new Promise(resolve => this.#waiting.push({ uri, version, resolve }))
  }

  request(method, params) {
    const id = ++this.#ids
    this.#send({ jsonrpc: '2.0', id, method, params })
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }))
  }

  notify(method, params) {
    this.#send({ jsonrpc: '2.0', method, params })
  }

  /** Resident memory of the server process in MiB. */
  residentMiB() {
    const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1]
    return Number(kib) / 1024
  }

  /** Milliseconds of the processor that all threads of the server have taken. */
  processorMs() {
    const threads = readdirSync(`/proc/${this.pid}/task`)
    const nanoseconds = thread => readFileSync(`/proc/${this.pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]
    return threads.reduce((sum, thread) => sum + Number(nanoseconds(thread)) / 1e6, 0)
  }

  async stop() {
    await Promise.race([this.request('shutdown', null), new Promise(resolve => setTimeout(resolve, 1000))])
    this.notify('exit', null)
    this.#child.stdin.end()
  }

  #send(message) {
    const body = JSON.stringify(message)
    this.#child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }

  #receive(chunk) {
    this.#buffer = Buffer.concat([this.#buffer, chunk])
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, end).toString())?.[1])
      if (this.#buffer.length < end + 4 + length) return
      const message = JSON.parse(this.#buffer.subarray(end + 4, end + 4 + length).toString())
      this.#buffer = this.#buffer.subarray(end + 4 + length)
      this.#handle(message)
    }
  }

  #handle(message) {
    if (message.method === 'textDocument/publishDiagnostics') return this.#published(message.params)
    if (message.method && message.id !== undefined) return this.#send({ jsonrpc: '2.0', id: message.id, result: null })
    const pending = this.#pending.get(message.id)
    this.#pending.delete(message.id)
    if (message.error) pending?.reject(new Error(message.error.message))
    else pending?.resolve(message.result)
  }

  #published({ uri, version, diagnostics }) {
    const isFor = wait => wait.uri === uri && (version === undefined || wait.version <= version)
    for (const wait of this.#waiting.filter(isFor)) wait.resolve(diagnostics)
    this.#waiting = this.#waiting.filter(wait => !isFor(wait))
  }
}
