import type { SourceFile } from '../text/source-file.ts'
import type { Time } from '../text/time.ts'

/** What a file may take, of the processor's time: an editor's user waits, this one reads a list. */
const MS_A_FILE = 10_000

/** Whether so many files have had so much time each, beginning now. */
export function clock(files: number, ms: number): () => boolean {
  const begin = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(begin)
    return ms * files < (user + system) / 1000
  }
}

/** Ends the check of each file in time. The processor's time is that of all threads. */
export class FileTime implements Time {
  readonly isAskedOnce = true
  readonly #threads: number
  #clock: () => boolean

  constructor(threads = 1) {
    this.#threads = threads
    this.#clock = clock(threads, MS_A_FILE)
  }

  /** For the next file, or for as many together. */
  restart(files = 1): void {
    this.#clock = clock(files * this.#threads, MS_A_FILE)
  }

  isOver(): boolean {
    return this.#clock()
  }

  measured<Answer>(_stage: string, _file: SourceFile, make: () => Answer): Answer {
    return make()
  }
}
