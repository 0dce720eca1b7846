import type { SourceFile } from '../../text/source-file.ts'
import type { Time } from '../../text/time.ts'
import { nameOf } from '../../text/uri.ts'

/** An answer is there within 2 s: this leaves the stage that has begun some of it. */
const MAX_MS = 1500

/** Stages that are named in the log. */
const MAX_NAMED = 4

/** Milliseconds, best of the processor: a machine that has other things to do is no reason to say less. */
export type Now = () => number

/** Ends one analysis in time, and knows what took long. */
export class StageClock implements Time {
  readonly #now: Now
  readonly #maxMs: number
  #begin: number
  /** Milliseconds of each stage without the stages in it. */
  readonly #spent = new Map<string, number>()
  #within = 0
  isCut = false
  #paused: number | undefined

  constructor(now: Now, maxMs = MAX_MS) {
    this.#now = now
    this.#maxMs = maxMs
    this.#begin = now()
  }

  /** For the next question; or for the rest of an answer, of whose time some milliseconds are spent. */
  restart(spent = 0): void {
    this.#begin = this.#now() - spent
    this.isCut = false
    this.#paused = undefined
    this.#spent.clear()
  }

  /** Time for an answer that begins now or goes on; files that are waited for in between take none of it. */
  within<Answer>(make: () => Answer): Answer {
    if (this.#paused !== undefined) this.#begin += this.#now() - this.#paused
    this.#paused = undefined
    try {
      return make()
    } finally {
      this.#paused = this.#now()
    }
  }

  /** Milliseconds so far. */
  get spent(): number {
    return (this.#paused ?? this.#now()) - this.#begin
  }

  isOver(): boolean {
    this.isCut ||= this.#maxMs < this.#now() - this.#begin
    return this.isCut
  }

  measured<Answer>(stage: string, { uri }: SourceFile, make: () => Answer): Answer {
    const [begin, outside] = [this.#now(), this.#within]
    this.#within = 0
    try {
      return make()
    } finally {
      const whole = this.#now() - begin
      const name = `${stage} (${nameOf(uri)})`
      this.#spent.set(name, (this.#spent.get(name) ?? 0) + whole - this.#within)
      this.#within = outside + whole
    }
  }

  /** `reading the file (board.c) 1.2 s, simulating (board-a.c) 0.3 s`; undefined while nothing takes long. */
  get slowStages(): string | undefined {
    if (this.#now() - this.#begin < MAX_MS) return undefined
    const slowest = [...this.#spent].toSorted(([, a], [, b]) => b - a).slice(0, MAX_NAMED)
    return slowest.map(([name, ms]) => `${name} ${(ms / 1000).toFixed(1)} s`).join(', ')
  }
}
