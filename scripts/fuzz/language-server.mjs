// A language server process that is spoken to as an editor does, and watched: how long it takes, how large it gets.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const checkout = join(import.meta.dirname, '..', '..')

/** As the client starts it. */
const SERVER_FLAGS = JSON.parse(readFileSync(join(checkout, 'client/src/server-flags.json'), 'utf8'))

/** What an editor that can everything announces. */
const CAPABILITIES = {
  textDocument: {
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } }, isPreferredSupport: true },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    diagnostic: {},
  },
  workspace: { workspaceEdit: { documentChanges: true }, textDocumentContent: {} },
}

/** A tick of the clock that counts processor time. */
const TICK_MS = 10

/** Milliseconds of the processor that a process used, and the most that was and what is resident of it, in MiB. */
export function usageOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const of = name => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024
    // Behind the name in parentheses, which may be any: user time is the twelfth field, system time the next.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
    return { ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS, most: of('VmHWM'), now: of('VmRSS') }
  } catch {
    return undefined
  }
}

/** Nothing was answered for so long that nobody waits any more. */
export class Hang extends Error {}

export class LanguageServer {
  #process
  #input = Buffer.alloc(0)
  #waiting = new Map()
  #ids = 0
  #usage = { ms: 0, most: 0, now: 0 }
  /** What the server logged as an error, and what it said on its standard error. */
  complaints = []
  isAlive = true

  constructor(bundle = join(checkout, 'dist/server/node.js')) {
    this.#process = spawn(process.execPath, [...SERVER_FLAGS, bundle, '--stdio'])
    this.#process.stdout.on('data', data => this.#take(data))
    this.#process.stderr.on('data', data => this.complaints.push(String(data)))
    this.#process.stdin.on('error', () => undefined)
    this.ended = new Promise(resolve => this.#process.on('exit', (code, signal) => resolve(code ?? signal)))
    this.ended.then(() => {
      this.isAlive = false
      for (const { reject } of this.#waiting.values()) reject(new Error('the server ended'))
    })
  }

  async start(options = {}) {
    await this.request('initialize', { processId: null, rootUri: null, capabilities: CAPABILITIES, ...options }, 20_000)
    this.notify('initialized', {})
    return this
  }

  write(bytes) {
    this.#process.stdin.write(bytes)
  }

  notify(method, params) {
    this.#send({ method, params })
  }

  /** The answer, an `{ error }`, or a `Hang` after so many milliseconds of its processor. */
  request(method, params, limit = 10_000) {
    const id = ++this.#ids
    const answer = new Promise((resolve, reject) => {
      const begin = this.usage().ms
      const timer = setInterval(() => {
        if (this.usage().ms - begin < limit) return
        this.#waiting.delete(id)
        clearInterval(timer)
        reject(new Hang(`${method} was not answered in ${limit} ms`))
      }, 100)
      this.#waiting.set(id, {
        resolve: value => {
          clearInterval(timer)
          resolve(value)
        },
        reject: error => {
          clearInterval(timer)
          reject(error)
        },
      })
    })
    this.#send({ id, method, params })
    return answer
  }

  /** What it used until now. */
  usage() {
    this.#usage = usageOf(this.#process.pid) ?? this.#usage
    return this.#usage
  }

  end() {
    this.#process.kill('SIGKILL')
    return this.ended
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }))
    this.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]))
  }

  #take(data) {
    this.#input = Buffer.concat([this.#input, data])
    for (;;) {
      const headerEnd = this.#input.indexOf('\r\n\r\n')
      if (headerEnd < 0) return
      const length = Number(/Content-Length: (\d+)/.exec(this.#input.subarray(0, headerEnd).toString())?.[1])
      const end = headerEnd + 4 + length
      if (this.#input.length < end) return
      const message = JSON.parse(this.#input.subarray(headerEnd + 4, end).toString())
      this.#input = this.#input.subarray(end)
      this.#hear(message)
    }
  }

  #hear({ id, method, params, result, error }) {
    if (method === 'window/logMessage' && params.type === 1) this.complaints.push(params.message)
    if (method !== undefined && id !== undefined) return this.#send({ id, result: null })
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    waiting?.resolve(error ? { error } : { result })
  }
}
