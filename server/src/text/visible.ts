/**
 * Text of a file as it may stand in a terminal, a log or a list: what a terminal would act on instead of showing it, line
 * ends, and what turns the direction of the text around it are escaped, in a way that JSON reads too.
 */
export function visible(text: string): string {
  let shown = ''
  let from = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (!isActing(code)) continue
    shown += text.slice(from, i) + escaped(code)
    from = i + 1
  }
  return from === 0 ? text : shown + text.slice(from)
}

/** The same of text in lines. */
export const visibleLines = (text: string): string => text.split('\n').map(visibleLine).join('\n')

const visibleLine = (line: string): string => {
  const body = line.endsWith('\r') ? line.slice(0, -1) : line
  return body.split('\t').map(visible).join('\t') + line.slice(body.length)
}

/** C0 and C1 controls, line separators, and marks, embeddings, overrides and isolates of direction. */
const isActing = (code: number): boolean =>
  code < 0x20 ||
  (0x7f <= code && code < 0xa0) ||
  code === 0x61c ||
  code === 0x200e ||
  code === 0x200f ||
  (0x2028 <= code && code <= 0x202e) ||
  (0x2066 <= code && code <= 0x2069)

const NAMED: ReadonlyMap<number, string> = new Map([
  [9, '\\t'],
  [10, '\\n'],
  [13, '\\r'],
])

const escaped = (code: number): string => NAMED.get(code) ?? `\\u${code.toString(16).padStart(4, '0')}`

/** Longer words of a message are no help to anybody. */
const MAX_MESSAGE = 500

/** A message that quotes a file, cut where the quotation is longer than can be read. */
export const bounded = (message: string): string =>
  message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE)}…`
