import { memoize } from '../../text/memo.ts'
import type { Span } from '../../text/source-file.ts'
import type { Directive, LexedFile, Lexeme } from './lex.ts'

/** An `#if` and what has become of it. */
export interface Conditional {
  readonly span: Span
  /** One of its groups is read, so the others are not. */
  taken: boolean
  sawElse: boolean
}

/** A file being read. */
export class Frame {
  readonly lexed: LexedFile
  /** The name in the `#include` that opened it. */
  readonly includedAt: Span | undefined
  /** Index of the include folder it was found in; -1 for none. */
  readonly folder: number
  /** How many changes of macros came before it. */
  readonly openedAt: number
  readonly conditionals: Conditional[] = []
  /** What `#line` made of the line numbers and the name. */
  lineShift = 0
  name: string | undefined
  /** Indices of what comes next, and of the first token of the next directive. */
  #next = 0
  #directive = 0
  #boundary = 0

  constructor(lexed: LexedFile, includedAt: Span | undefined, folder: number, openedAt: number) {
    this.lexed = lexed
    this.includedAt = includedAt
    this.folder = folder
    this.openedAt = openedAt
    this.#goTo(0, 0)
  }

  /** Goes on behind so many directives. */
  skip(directives: number): void {
    this.#goTo(directives, this.lexed.directives[directives - 1]?.end ?? 0)
  }

  /** The next token, if it comes before any directive. */
  take(): Lexeme | undefined {
    return this.#next < this.#boundary ? this.lexed.tokens[this.#next++] : undefined
  }

  peek(): Lexeme | undefined {
    return this.#next < this.#boundary ? this.lexed.tokens[this.#next] : undefined
  }

  /** The next directive, once all tokens before it are taken. */
  takeDirective(): Directive | undefined {
    const directive = this.lexed.directives[this.#directive]
    if (directive) this.#goTo(this.#directive + 1, directive.end)
    return directive
  }

  /** Reads the directive just taken, but for so many of its first tokens, as if it were no directive. */
  readLine({ first, end, name }: Directive, without: 0 | 1 | 2): void {
    this.#next = Math.min(end, first + (name ? without : Math.min(without, 1)))
  }

  /**
   * Goes to the `#elif`, `#else` or `#endif` that ends this group; answers the offset of its line. A group that nothing
   * ends is not skipped: what is missing is its `#endif`, not the rest of the file.
   */
  skipGroup(): number | undefined {
    const index = groupEnds(this.lexed)[this.#directive - 1]
    const end = index === undefined ? undefined : this.lexed.directives[index]
    if (index !== undefined && end) this.#goTo(index, end.first)
    return end?.lineStart
  }

  #goTo(directive: number, next: number): void {
    this.#directive = directive
    this.#next = next
    this.#boundary = this.lexed.directives[directive]?.first ?? this.lexed.tokens.length
  }
}

/** For the directive that begins a group the index of the one that ends it, if any does. */
const groupEnds = memoize(({ directives }: LexedFile): readonly (number | undefined)[] => {
  const ends = new Array<number | undefined>(directives.length)
  const open: number[] = []
  for (const [index, { name }] of directives.entries()) {
    const isSplit = splitsGroup.has(name)
    if (isSplit || name === 'endif') {
      const begin = open.pop()
      if (begin !== undefined) ends[begin] = index
    }
    if (isSplit || opensGroup.has(name)) open.push(index)
  }
  return ends
})

const opensGroup: ReadonlySet<string> = new Set(['if', 'ifdef', 'ifndef'])
const splitsGroup: ReadonlySet<string> = new Set(['elif', 'elifdef', 'elifndef', 'else'])
