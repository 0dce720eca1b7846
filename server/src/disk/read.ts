import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'

/** Larger files are no configuration, header, project file or baseline; reading one would only block the reader. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024

/** What reading a file answers: its bytes, or in words that follow its name why it was not read. */
export type FileReading = { readonly bytes: Uint8Array } | Unread

interface Unread {
  readonly refused: string
  /** There is something, though no folder. */
  readonly isThere: boolean
  readonly isTooLarge?: boolean
}

const NOT_THERE: Unread = { refused: 'no such file or not readable', isThere: false }

/** Pipes and devices may never end, may block, or do something when they are opened: they never are. */
function refusalOf(found: Stats, limit: number): Unread | undefined {
  if (!found.isFile()) return { refused: 'not a regular file', isThere: !found.isDirectory() }
  return limit < found.size ? tooLarge(limit) : undefined
}

const tooLarge = (limit: number): Unread => ({
  refused: `larger than ${limit / (1024 * 1024)} MiB, not read`,
  isThere: true,
  isTooLarge: true,
})

/** Should a pipe take the place of the file in between, opening it does not wait for the other end. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** The bytes of a regular file of at most `limit` bytes. */
export function readRegularFileSync(path: string, limit = MAX_TEXT_BYTES): FileReading {
  try {
    const refusal = refusalOf(statSync(path), limit)
    if (refusal) return refusal
    const descriptor = openSync(path, FLAGS)
    try {
      const found = fstatSync(descriptor)
      return refusalOf(found, limit) ?? readOpenSync(descriptor, limit, found.size)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return NOT_THERE
  }
}

/** The same without waiting for the disk. */
export async function readRegularFile(path: string, limit = MAX_TEXT_BYTES): Promise<FileReading> {
  let handle: FileHandle | undefined
  try {
    const refusal = refusalOf(await stat(path), limit)
    if (refusal) return refusal
    handle = await open(path, FLAGS)
    const found = await handle.stat()
    return refusalOf(found, limit) ?? (await readOpen(handle, limit, found.size))
  } catch {
    return NOT_THERE
  } finally {
    await handle?.close()
  }
}

/** What an open descriptor still gives, which is more than its size says for the files of `/proc`. */
export function readOpenSync(descriptor: number, limit = MAX_TEXT_BYTES, expected = CHUNK_BYTES): FileReading {
  const chunks = new Chunks(limit, expected)
  for (;;) {
    const count = readSync(descriptor, chunks.next())
    if (count === 0) return chunks.whole()
    if (!chunks.take(count)) return tooLarge(limit)
  }
}

async function readOpen(handle: FileHandle, limit: number, expected: number): Promise<FileReading> {
  const chunks = new Chunks(limit, expected)
  for (;;) {
    const { bytesRead } = await handle.read(chunks.next())
    if (bytesRead === 0) return chunks.whole()
    if (!chunks.take(bytesRead)) return tooLarge(limit)
  }
}

const CHUNK_BYTES = 256 * 1024

/** The parts of a file that is read bit by bit: the first has room for what is expected, and for the end behind it. */
class Chunks {
  readonly #limit: number
  readonly #taken: Uint8Array[] = []
  #room: Uint8Array
  #size = 0

  constructor(limit: number, expected: number) {
    this.#limit = limit
    this.#room = new Uint8Array(Math.min(expected + 1, CHUNK_BYTES))
  }

  /** Room for what is read next. */
  next(): Uint8Array {
    if (this.#room.length === 0) this.#room = new Uint8Array(CHUNK_BYTES)
    return this.#room
  }

  /** So many bytes were read; false when the file has become larger than it may be. */
  take(count: number): boolean {
    this.#taken.push(this.#room.subarray(0, count))
    this.#room = this.#room.subarray(count)
    this.#size += count
    return this.#size <= this.#limit
  }

  whole(): FileReading {
    const bytes = new Uint8Array(this.#size)
    let offset = 0
    for (const chunk of this.#taken) {
      bytes.set(chunk, offset)
      offset += chunk.length
    }
    return { bytes }
  }
}
