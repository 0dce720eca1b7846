import type { SourceFile } from '../../text/source-file.ts'

/** One trial in a file longer than this, far longer than any board's, takes longer than a menu may. */
export const MAX_TRIED_LENGTH = 2 ** 17

/** How long edits are tried for one answer. Each trial takes about as long as others: one that would end late is not begun. */
export class TrialTime {
  readonly #until: number
  #last = performance.now()
  #longest = 0

  constructor(ms: number) {
    this.#until = this.#last + ms
  }

  /** Asked before each trial. */
  isOver(): boolean {
    const now = performance.now()
    this.#longest = Math.max(this.#longest, now - this.#last)
    this.#last = now
    return this.#until < now + this.#longest
  }
}

/** For a list that opens at once. */
export const menuTime = (ms: number, { text }: SourceFile): TrialTime =>
  new TrialTime(text.length <= MAX_TRIED_LENGTH ? ms : -1)
