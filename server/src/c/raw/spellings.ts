import type { SourceFile } from '../../text/source-file.ts'
import { lexFile } from '../preprocess/lex.ts'

/** The tokens of a text as typed, each between blanks: all directives and branches, no comment. */
export const spelledTokens = (file: SourceFile): readonly string[] =>
  lexFile(file).tokens.flatMap(({ kind, text }) => (kind === 'string' ? [] : text))

/** Tokens as one text to look for patterns in. */
export const inBlanks = (tokens: readonly string[]): string => ` ${tokens.join(' ')} `

/**
 * Where tokens stand in a row in a text of `inBlanks`: `. name`, or `PREFIX_*` for any name that begins so. Answers what is
 * spelled there.
 */
export function spelledLike(text: string, pattern: string): string | undefined {
  const isOpen = pattern.endsWith('*')
  const start = text.indexOf(` ${isOpen ? pattern.slice(0, -1) : `${pattern} `}`)
  return start < 0 ? undefined : text.slice(start + 1, text.indexOf(' ', start + pattern.length))
}
