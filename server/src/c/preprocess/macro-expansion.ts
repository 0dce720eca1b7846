import { primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import type { Token } from '../token.ts'
import type { Macro, MacroUse } from '../unit.ts'

/** Characters of an expansion shown at most. */
const MAX_SHOWN_CHARACTERS = 2000

/** A use of a macro; what it expands to is found among the resulting tokens when somebody asks. */
export class MacroExpansion implements MacroUse {
  readonly macro: Macro
  readonly span: Span
  readonly #result: readonly Token[]
  readonly #from: number

  /** `result` is where the tokens of the use are about to be appended. */
  constructor(macro: Macro, span: Span, result: readonly Token[]) {
    this.macro = macro
    this.span = span
    this.#result = result
    this.#from = result.length
  }

  /** The tokens the use gave; none when all it gave went into `#` or `##`, or when a conditional merely asks for it. */
  get tokens(): readonly Token[] {
    const result = this.#result
    let first = this.#from
    while (first < result.length && !this.#gave(result[first]!)) if (this.#isPassed(result[first++]!)) return []
    let end = first
    while (end < result.length && this.#gave(result[end]!)) end++
    return result.slice(first, end)
  }

  /** Whether a token stands behind the use in its file, so that none of the use's can follow. */
  #isPassed({ origin }: Token): boolean {
    const { file, start } = primarySpan(origin)
    return file === this.span.file && this.span.end <= start
  }

  get expansion(): string {
    let text = ''
    for (const token of this.tokens) {
      if (text.length > MAX_SHOWN_CHARACTERS) return `${text.slice(0, MAX_SHOWN_CHARACTERS)} …`
      text += text !== '' && token.spaceBefore ? ` ${token.text}` : token.text
    }
    return text
  }

  #gave(token: Token): boolean {
    for (let use = token.origin.expandedAt; use; use = use.expandedAt) if (use.spelled === this.span) return true
    return false
  }
}
