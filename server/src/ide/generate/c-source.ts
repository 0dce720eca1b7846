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

/** `.name = value, /* from *\/` on a line of its own. */
export const fieldLine = ({ name, value, from }: Field, depth: number): string =>
  `${tabs(depth)}.${name} = ${value},${from === undefined ? '' : ` /* ${commentText(from)} */`}\n`

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
export const element = (comment: string | undefined, fields: readonly Field[], depth = 2): string =>
  `${tabs(depth)}${comment === undefined ? '' : `/* ${commentText(comment)} */ `}{\n${fields
    .map(each => fieldLine(each, depth + 1))
    .join('')}${tabs(depth)}},\n`

export interface ArrayText {
  readonly name: string
  readonly type: string
  readonly count: string
  readonly length: number
  readonly body: string
}

/** The whole file: what it was made from, the object with its arrays. */
export function configurationText(
  head: readonly string[],
  header: { readonly type: string; readonly name: string; readonly fields: string },
  arrays: readonly ArrayText[],
): string {
  const present = arrays.filter(({ length }) => length > 0)
  return [
    `/*\n${head.map(line => (line === '' ? ' *\n' : ` * ${commentText(line)}\n`)).join('')} */\n\n`,
    '#include <jailhouse/types.h>\n#include <jailhouse/cell-config.h>\n\n',
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
