import { hex } from '../../text/words.ts'

/** C text of configurations as upstream lays it out. */

export interface Field {
  readonly name: string
  readonly value: string
  /** Where the value comes from, behind it. */
  readonly from?: string
}

export const field = (name: string, value: string | number | bigint, from?: string): Field => ({
  name,
  value: typeof value === 'string' ? value : typeof value === 'bigint' ? hex(value) : String(value),
  ...(from !== undefined && { from }),
})

/** Text inside of a comment must not end it. */
const commentText = (text: string): string => text.replaceAll('*/', '* /').replace(/[\r\n]+/g, ' ')

const tabs = (depth: number): string => '\t'.repeat(depth)

const MAX_COLUMNS = 100
const TAB_COLUMNS = 8

/** Words on as many lines as fit. */
function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && columns < line.length + 1 + word.length) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** Undefined: the comment fits behind or before `line`. */
function ownLines(comment: string, line: string, depth: number): string | undefined {
  const text = commentText(comment)
  const before = depth * TAB_COLUMNS
  if (before + line.length + text.length + ' /*  */'.length <= MAX_COLUMNS) return undefined
  const lines = wrapped(text, MAX_COLUMNS - before - ' * '.length)
  const [first = ''] = lines
  return lines.length === 1
    ? `${tabs(depth)}/* ${first} */\n`
    : `${tabs(depth)}/*\n${lines.map(each => `${tabs(depth)} * ${each}\n`).join('')}${tabs(depth)} */\n`
}

/** `.name = value, /* from *\/` on a line of its own; a long comment before it. */
export function fieldLine({ name, value, from }: Field, depth: number): string {
  const line = `.${name} = ${value},`
  if (from === undefined) return `${tabs(depth)}${line}\n`
  const above = ownLines(from, line, depth)
  return above === undefined ? `${tabs(depth)}${line} /* ${commentText(from)} */\n` : `${above}${tabs(depth)}${line}\n`
}

/** A list of flags on as many lines as 80 columns need. */
export function flagList(flags: readonly string[], depth: number): string {
  const lines: string[] = []
  let line = ''
  const room = 70 - 8 * depth
  for (const [i, flag] of flags.entries()) {
    const part = i < flags.length - 1 ? `${flag} |` : flag
    if (line !== '' && room < line.length + part.length) {
      lines.push(line.trimEnd())
      line = ''
    }
    line += `${part} `
  }
  lines.push(line.trimEnd())
  return lines.join(`\n${tabs(depth + 1)}`)
}

/** An element of an array, with the comment before it. */
export function element(comment: string | undefined, fields: readonly Field[], depth = 2): string {
  const above = comment === undefined ? undefined : ownLines(comment, '{', depth)
  const inLine = comment === undefined || above !== undefined ? '' : `/* ${commentText(comment)} */ `
  return `${above ?? ''}${tabs(depth)}${inLine}{\n${fields
    .map(each => fieldLine(each, depth + 1))
    .join('')}${tabs(depth)}},\n`
}

export interface ArrayText {
  readonly name: string
  readonly type: string
  readonly count: string
  readonly length: number
  readonly body: string
}

/** What stands in front of the object: the name of the header with the types, and macros that no header has. */
export interface Preamble {
  readonly types?: string
  readonly macros?: readonly string[]
}

/** Of headers that leave it to each configuration. */
export const ARRAY_SIZE = '#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))'

/** The whole file: what it was made from, the object with its arrays. */
export function configurationText(
  head: readonly string[],
  header: { readonly type: string; readonly name: string; readonly fields: string },
  arrays: readonly ArrayText[],
  { types = 'jailhouse/types.h', macros = [] }: Preamble = {},
): string {
  const present = arrays.filter(({ length }) => length > 0)
  return [
    `/*\n${head
      .flatMap(line => wrapped(commentText(line), MAX_COLUMNS - ' * '.length))
      .map(line => (line === '' ? ' *\n' : ` * ${line}\n`))
      .join('')} */\n\n`,
    `#include <${types}>\n#include <jailhouse/cell-config.h>\n\n`,
    ...macros.map(line => `${line}\n\n`),
    `struct {\n\tstruct ${header.type} ${header.name};\n`,
    ...present.map(({ type, name, length }) => `\t${type} ${name}[${length}];\n`),
    '} __attribute__((packed)) config = {\n',
    `\t.${header.name} = {\n${header.fields}\t},\n`,
    ...present.map(({ name, body }) => `\n\t.${name} = {\n${body}\t},\n`),
    '};\n',
  ].join('')
}

/** The fields of the descriptor that count the arrays. */
export const countFields = (arrays: readonly ArrayText[], depth: number): string =>
  arrays
    .filter(({ length }) => length > 0)
    .map(({ name, count }) =>
      fieldLine(field(count, name === 'cpus' ? 'sizeof(config.cpus)' : `ARRAY_SIZE(config.${name})`), depth),
    )
    .join('')

/** CPUs as words of 64 bits. */
export function cpuWords(cpus: readonly number[]): ArrayText {
  const words: bigint[] = []
  for (const cpu of cpus) words[cpu >> 6] = (words[cpu >> 6] ?? 0n) | (1n << BigInt(cpu & 63))
  const filled = Array.from({ length: Math.max(1, words.length) }, (_, i) => words[i] ?? 0n)
  return {
    name: 'cpus',
    type: '__u64',
    count: 'cpu_set_size',
    length: filled.length,
    body: filled.map(word => `\t\t${hex(word)},\n`).join(''),
  }
}
