import type { SourceFile } from '../../text/source-file.ts'
import { lexFile } from '../preprocess/lex.ts'

/** What kind of source a file is, from its tokens alone. */

/** Calls back for the tokens that stand in no directive, until one answers true; whether one did. */
function someOrdinaryToken(file: SourceFile, holds: (text: string) => boolean): boolean {
  const { tokens, directives } = lexFile(file)
  let i = 0
  for (const { first, end } of directives) {
    for (; i < first; i++) if (holds(tokens[i]!.text)) return true
    i = end
  }
  for (; i < tokens.length; i++) if (holds(tokens[i]!.text)) return true
  return false
}

export const holdsOnlyDirectives = (file: SourceFile): boolean => !someOrdinaryToken(file, () => true)

/** Whether a body follows parameters outside of all braces; macros and attributes in capitals or underscores have none. */
export function definesFunction(file: SourceFile): boolean {
  let depth = 0
  let called: string | undefined
  const open: (string | undefined)[] = []
  let before: string | undefined
  return someOrdinaryToken(file, text => {
    if (text === '{' && depth === 0 && before === ')' && called !== undefined && FUNCTION_NAME.test(called)) return true
    if (text === '{') depth++
    if (text === '}') depth--
    if (text === '(') open.push(before)
    if (text === ')') called = open.pop()
    before = text
    return false
  })
}

const FUNCTION_NAME = /^(?!__attribute)[a-z_]\w*$/
