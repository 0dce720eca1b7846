import type { SourceFile } from '../text/source-file.ts'

/** The comment that ends right before an offset, blanks aside, as one line of words: what people name elements by. */
export function commentBefore(file: SourceFile, offset: number): string | undefined {
  const before = file.text.slice(0, offset).trimEnd()
  if (before.endsWith('*/')) return words(before.slice(before.lastIndexOf('/*') + 2, -2))
  const line = before.slice(before.lastIndexOf('\n') + 1)
  const slashes = /^\s*\/\/(.*)$/.exec(line)?.[1]
  return slashes === undefined ? undefined : words(slashes)
}

function words(comment: string): string | undefined {
  const line = comment
    .replace(/^[ \t]*\*+[ \t]?/gm, '')
    .replace(/\s+/g, ' ')
    .trim()
  return line === '' ? undefined : line
}
