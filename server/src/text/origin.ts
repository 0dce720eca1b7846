import type { SourceFile, Span } from './source-file.ts'

/**
 * Where something was spelled and, if a macro brought it here, the use of that macro.
 * For a macro argument `spelled` is the argument's own text and `expandedAt` the use it was passed to.
 */
export interface Origin {
  readonly spelled: Span
  readonly expandedAt?: Origin
}

/** A span that is an origin as well, of what stands there without a macro: most of a file, so that one object is both. */
export class SpelledSpan implements Span, Origin {
  readonly file: SourceFile
  readonly start: number
  readonly end: number

  constructor(file: SourceFile, start: number, end: number) {
    this.file = file
    this.start = start
    this.end = end
  }

  get spelled(): Span {
    return this
  }
}

/** The place in the including-most text to draw a squiggle under: the outermost macro use, or the spelling itself. */
export const primarySpan = (origin: Origin): Span =>
  origin.expandedAt ? primarySpan(origin.expandedAt) : origin.spelled

/** Whether the text at `spelled` can be edited without touching any other use: no macro stands between. */
export const isSpelledInPlace = (origin: Origin): boolean => origin.expandedAt === undefined
