import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'

/** Texts that differ in more lines than this are shown as one taken out and one put in. */
const MAX_EDITS = 5000

/** What `git diff` would print, for `git apply` and `patch -p1`; empty when nothing differs. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return ''
  const [from, to] = isOutside(path) ? [path, path] : [`a/${path}`, `b/${path}`]
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY }
  const patch = createTwoFilesPatch(from, to, before, after, undefined, undefined, {
    ...options,
    maxEditLength: MAX_EDITS,
  })
  return patch ?? `--- ${from}\n+++ ${to}\n${replaced(before, after)}`
}

/** The same of what stands in the files, whatever their encoding. */
export function unifiedDiffOfBytes(path: string, before: Uint8Array, after: Uint8Array): Uint8Array {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
  return Buffer.from(unifiedDiff(text(Buffer.from(path)), text(before), text(after)), 'latin1')
}

/** No folder to strip in front of it leads there. */
const isOutside = (path: string): boolean => path.startsWith('/') || path.startsWith('../')

/** One hunk that takes out every line and puts in every other. */
function replaced(before: string, after: string): string {
  const [out, put] = [linesOf(before), linesOf(after)]
  const head = `@@ -${Math.min(1, out.length)},${out.length} +${Math.min(1, put.length)},${put.length} @@\n`
  return head + [...out.map(line => hunkLine('-', line)), ...put.map(line => hunkLine('+', line))].join('')
}

/** Each with its end. */
const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line, i, all) => (i < all.length - 1 ? `${line}\n` : line))
    .filter(line => line !== '')

const hunkLine = (sign: string, line: string): string =>
  line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`
