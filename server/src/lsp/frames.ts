import { Transform } from 'node:stream'
import { ErrorCodes } from 'vscode-languageserver'

/** A longer message is none: the largest file that is read has a quarter of this. */
const MAX_BYTES = 64 * 1024 * 1024

/** A header that does not end by then is none. */
const MAX_HEADER = 8192

/**
 * Passes the messages of a client on and leaves out what is none: a header without a length, or with one that is no
 * number, would keep the reader behind from ever finding the next message. Each message gets the plainest header.
 */
export class Frames extends Transform {
  #received: Buffer[] = []
  #size = 0
  /** So many bytes are there before it is worth looking again. */
  #needed = 0
  readonly #complain: (words: string) => void
  readonly #refuse: (fault: Fault) => void

  /** `refuse` answers what is no message: nobody knows which request it was. */
  constructor(complain: (words: string) => void, refuse: (fault: Fault) => void) {
    super()
    this.#complain = complain
    this.#refuse = refuse
  }

  override _transform(chunk: Buffer, _: unknown, done: () => void): void {
    this.#received.push(chunk)
    this.#size += chunk.length
    if (this.#needed <= this.#size) this.#pass(Buffer.concat(this.#received))
    done()
  }

  #pass(all: Buffer): void {
    let rest = all
    this.#needed = 0
    for (let next = this.#cut(rest); next !== undefined; next = this.#cut(rest)) rest = rest.subarray(next)
    this.#received = rest.length > 0 ? [rest] : []
    this.#size = rest.length
  }

  /** Where the first message ends, once it is whole; it is passed on. What is no message is left out. */
  #cut(bytes: Buffer): number | undefined {
    const headerEnd = bytes.indexOf('\r\n\r\n')
    if (headerEnd < 0) return MAX_HEADER < bytes.length ? this.#leaveOut(bytes.length) : undefined
    const length = lengthIn(bytes.subarray(Math.max(0, headerEnd - MAX_HEADER), headerEnd).toString('latin1'))
    const start = headerEnd + 4
    if (length === undefined) return this.#leaveOut(start)
    const end = start + length
    if (bytes.length < end) {
      this.#needed = end
      return undefined
    }
    const body = bytes.subarray(start, end)
    const fault = faultOf(body)
    if (fault) {
      this.#refuse(fault)
      return this.#leaveOut(end, fault.what)
    }
    this.push(`Content-Length: ${length}\r\n\r\n`)
    this.push(body)
    return end
  }

  #leaveOut(end: number, what = 'data without a valid Content-Length'): number {
    this.#complain(`The client sent ${what}. It is ignored.`)
    return end
  }
}

/** Why some bytes are no message: a code of JSON-RPC, and what they are instead. */
export interface Fault {
  readonly code: number
  readonly what: string
}

const NO_JSON: Fault = { code: ErrorCodes.ParseError, what: 'a message that cannot be read as JSON' }
const NO_MESSAGE: Fault = {
  code: ErrorCodes.InvalidRequest,
  what: 'JSON that is neither request nor notification nor response',
}

function faultOf(body: Buffer): Fault | undefined {
  try {
    return isMessage(JSON.parse(body.toString())) ? undefined : NO_MESSAGE
  } catch {
    return NO_JSON
  }
}

/** A response, or what has a method and, if it is a request, an id that can be answered; lists of them LSP does not have. */
function isMessage(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false
  if (!('method' in json)) return 'id' in json && ('result' in json || 'error' in json)
  const canBeAnswered = !('id' in json) || typeof json.id === 'string' || typeof json.id === 'number'
  return typeof json.method === 'string' && canBeAnswered
}

/** The last one counts: what stands before it may be left of a message that was longer than it said. */
function lengthIn(header: string): number | undefined {
  const at = header.toLowerCase().lastIndexOf('content-length:')
  const [, digits] =
    (at < 0 ? undefined : /^content-length:[ \t]{0,9}(\d{1,9})[ \t]{0,9}(?:\r\n|$)/i.exec(header.slice(at))) ?? []
  const length = Number(digits)
  return 0 < length && length <= MAX_BYTES ? length : undefined
}
