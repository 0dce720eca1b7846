/** Lines of a text: a line ends with `\n`, `\r\n` or a lone `\r`. */

const isBreak = (code: number): boolean => code === 10 || code === 13

export const hasLineBreak = (text: string): boolean => text.includes('\n') || text.includes('\r')

/** The offset at which the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  let start = offset
  while (0 < start && !isBreak(text.charCodeAt(start - 1))) start--
  return start
}

/** The offset of the line break, or the end of the text. */
export function lineEnd(text: string, offset: number): number {
  let end = offset
  while (end < text.length && !isBreak(text.charCodeAt(end))) end++
  return end
}

/** The offset behind the line break at `end`. */
export const nextLine = (text: string, end: number): number =>
  text.startsWith('\r\n', end) ? end + 2 : Math.min(end + 1, text.length)

/** The first offset from `from` on that is no blank of its line. */
export function blankEnd(text: string, from: number): number {
  let end = from
  while (text[end] === ' ' || text[end] === '\t') end++
  return end
}

/** The blanks that begin the line of an offset. */
export function indentAt(text: string, offset: number): string {
  const start = lineStart(text, offset)
  return text.slice(start, blankEnd(text, start))
}

/** How the lines of a text end. */
export const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')
