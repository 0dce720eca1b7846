import { definitionInForce, definitionsIn, usesOf } from '../c/raw/macros.ts'
import { readingOf } from '../c/raw/reading.ts'
import { namesIn, tokensIn } from '../c/raw/tokens.ts'
import type { Unit } from '../c/unit.ts'
import { lineEnd, newlineOf } from '../text/lines.ts'
import type { Edit, SourceFile, Span } from '../text/source-file.ts'

/** An object-like macro of the file at hand, as it counts at one place. */
interface LocalMacro {
  readonly name: string
  readonly body: Span
  /** How often it has effect; what stands in comments, strings and branches out of force has none. */
  readonly uses: number
}

/** The macro of this name that the file itself defines and that is in force at an offset, if it stands for anything. */
export function localMacro(file: SourceFile, name: string, offset: number): LocalMacro | undefined {
  const unit = readingOf(file)
  const found = unit
    ? definitionInForce(unit, name, offset)
    : definitionsIn(file).find(definition => definition.name === name)
  if (!found?.body || found.parameters) return undefined
  const uses = unit ? usesOf(unit, found).length : namesIn(file, name).length - 1
  return { name, body: found.body, uses }
}

/** Whether every name in a text that is to be written means something there: an older header may lack a constant. */
export function knowsNames(file: SourceFile, text: string): boolean {
  const unit = readingOf(file)
  if (!unit || NUMBER.test(text)) return true
  const words = tokensIn({ uri: file.uri, text })
  return words.every(
    ({ kind, text: name }, i) =>
      kind !== 'identifier' ||
      words[i - 1]?.text === '.' ||
      name === 'sizeof' ||
      unit.macros.has(name) ||
      unit.objects.some(object => object.name === name),
  )
}

const NUMBER = /^\d\w*$/

/** Gives a text a name: a `#define` behind the last include of the file, or at its beginning. */
export function defineMacro({ includes, main }: Unit, name: string, text: string): Edit {
  const last = includes.findLast(({ span }) => span.file === main)
  const newline = newlineOf(main.text)
  const line = `#define ${name} ${text}`
  const offset = last ? lineEnd(main.text, last.span.end) : 0
  return { span: { file: main, start: offset, end: offset }, text: last ? newline + newline + line : line + newline }
}

/** Whether any token of a file, or a macro of its headers, has this name already. */
export const isNameTaken = ({ macros, main }: Unit, name: string): boolean =>
  macros.has(name) || namesIn(main, name).length > 0
