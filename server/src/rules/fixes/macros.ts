import type { SourceFile, Span } from '../../text/source-file.ts'
import { lineStart, spanAt } from './surroundings.ts'

/** The replacement list of the object-like macro of this name that the file itself defines. */
export function definitionIn(file: SourceFile, name: string): Span | undefined {
  if (!/^[A-Za-z_]\w*$/.test(name)) return undefined
  const define = new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+${name}[ \\t]+((?:[^\\r\\n\\\\]|\\\\\\r?\\n|\\\\)*)`, 'm')
  const match = define.exec(file.text)
  const body = match?.[1]?.replace(/\/[/*][\s\S]*$/, '').trimEnd()
  if (!match || !body) return undefined
  const start = match.index + match[0].length - (match[1]?.length ?? 0)
  return spanAt(file, start, start + body.length)
}

/** How often a macro is named outside its own definition. */
export const usesIn = (file: SourceFile, name: string): number =>
  [...file.text.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].filter(
    ({ index }) => !/#[ \t]*\w+[ \t]+$/.test(file.text.slice(lineStart(file.text, index), index)),
  ).length
