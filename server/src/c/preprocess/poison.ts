import { primarySpan } from '../../text/origin.ts'
import type { Problem } from '../unit.ts'
import type { Lexeme } from './lex.ts'

/** Names that `#pragma GCC poison` forbids from there on; macros defined before may still expand to them. */
export class Poison {
  readonly #names = new Set<string>()

  /** Goes on from what was forbidden somewhere. */
  add(names: Iterable<string>): void {
    for (const name of names) this.#names.add(name)
  }

  get names(): Iterable<string> {
    return this.#names
  }

  /** Tells of the forbidden names among tokens of a file. */
  check(tokens: readonly Lexeme[], problems: Problem[]): void {
    if (this.#names.size === 0) return
    for (const { text, kind, origin } of tokens)
      if (kind === 'identifier' && this.#names.has(text)) {
        const message = `"${text}" is poisoned by #pragma GCC poison`
        problems.push({ kind: 'macro', span: primarySpan(origin), message, severity: 'error' })
      }
  }
}
