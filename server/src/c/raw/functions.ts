import type { SourceFile } from '../../text/source-file.ts'
import { lexFile } from '../preprocess/lex.ts'

/** What kind of source a file is, from its tokens alone. */

/** Tokens that stand in no directive. */
function* ordinaryTokens(file: SourceFile) {
  const { tokens, directives } = lexFile(file)
  let next = 0
  for (const [i, token] of tokens.entries()) {
    while (directives[next] && directives[next]!.end <= i) next++
    const directive = directives[next]
    if (!directive || i < directive.first) yield token
  }
}

export const holdsOnlyDirectives = (file: SourceFile): boolean => ordinaryTokens(file).next().done === true

/** Whether a body follows parameters outside of all braces; macros and attributes in capitals or underscores have none. */
export function definesFunction(file: SourceFile): boolean {
  let depth = 0
  let called: string | undefined
  const open: (string | undefined)[] = []
  let before: string | undefined
  for (const { text } of ordinaryTokens(file)) {
    if (text === '{' && depth === 0 && before === ')' && called !== undefined && FUNCTION_NAME.test(called)) return true
    if (text === '{') depth++
    if (text === '}') depth--
    if (text === '(') open.push(before)
    if (text === ')') called = open.pop()
    before = text
  }
  return false
}

const FUNCTION_NAME = /^(?!__attribute)[a-z_]\w*$/
