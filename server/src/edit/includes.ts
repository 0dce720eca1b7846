import type { Include } from '../c/unit.ts'
import { lineStart, newlineOf } from '../text/lines.ts'
import type { Edit } from '../text/source-file.ts'

/** An `#include` in a line of its own before another one. */
export function includeBefore({ span: { file, start } }: Include, name: string): Edit {
  const line = lineStart(file.text, start)
  return { span: { file, start: line, end: line }, text: `#include ${name}${newlineOf(file.text)}` }
}
