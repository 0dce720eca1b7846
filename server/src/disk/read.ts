import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'

/** Larger files are no configuration, header, project file or baseline; reading one would only block the reader. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024

/** What reading a file answers: its bytes, or in words that follow its name why it was not read. */
export type Reading = { readonly bytes: Uint8Array } | Unread

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
export function readRegularFileSync(path: string, limit = MAX_TEXT_BYTES): Reading {
  try {
    const refusal = refusalOf(statSync(path), limit)
    if (refusal) return refusal
    const descriptor = openSync(path, FLAGS)
    try {
      return refusalOf(fstatSync(descriptor), limit) ?? readOpenSync(descriptor, limit)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return NOT_THERE
  }
}

/** The same without waiting for the disk. */
export async function readRegularFile(path: string, limit = MAX_TEXT_BYTES): Promise<Reading> {
  let handle: FileHandle | undefined
  try {
    const refusal = refusalOf(await stat(path), limit)
    if (refusal) return refusal
    handle = await open(path, FLAGS)
    return refusalOf(await handle.stat(), limit) ?? (await readOpen(handle, limit))
  } catch {
    return NOT_THERE
  } finally {
    await handle?.close()
  }
}

/** What an open descriptor still gives, which is more than its size says for the files of `/proc`. */
export function readOpenSync(descriptor: number, limit = MAX_TEXT_BYTES): Reading {
  const chunks = new Chunks(limit)
  for (;;) {
    const into = chunks.next()
    const count = readSync(descriptor, into)
    if (count === 0) return chunks.whole()
    if (!chunks.take(into.subarray(0, count))) return tooLarge(limit)
  }
}

async function readOpen(handle: FileHandle, limit: number): Promise<Reading> {
  const chunks = new Chunks(limit)
  for (;;) {
    const { bytesRead, buffer } = await handle.read(chunks.next())
    if (bytesRead === 0) return chunks.whole()
    if (!chunks.take(buffer.subarray(0, bytesRead))) return tooLarge(limit)
  }
}

const CHUNK_BYTES = 256 * 1024

/** The parts of a file that is read bit by bit. */
class Chunks {
  readonly #limit: number
  readonly #taken: Uint8Array[] = []
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  next(): Uint8Array {
    return new Uint8Array(CHUNK_BYTES)
  }

  /** False when the file has become larger than it may be. */
  take(chunk: Uint8Array): boolean {
    this.#taken.push(chunk)
    this.#size += chunk.length
    return this.#size <= this.#limit
  }

  whole(): Reading {
    const bytes = new Uint8Array(this.#size)
    let offset = 0
    for (const chunk of this.#taken) {
      bytes.set(chunk, offset)
      offset += chunk.length
    }
    return { bytes }
  }
}
