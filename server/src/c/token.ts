import type { Origin } from '../text/origin.ts'

export type TokenKind = 'identifier' | 'number' | 'string' | 'char' | 'punctuator' | 'other'

/** A preprocessing token after expansion; comments and blanks are gone. */
export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly origin: Origin
  /** Whether it begins a line of the text it was spelled in, and whether a blank (or a newline) stood before it. */
  readonly startsLine: boolean
  readonly spaceBefore: boolean
}
