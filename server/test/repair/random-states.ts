import { plantFault } from './random-faults.ts'

/** A text as people write it elsewhere, half type it, or get it wrong. */
export interface State {
  readonly kind: string
  readonly text: string
}

type Random = (below: number) => number
type Change = (text: string, random: Random) => string

/** A region over several lines, with the comment before it. */
const ELEMENT = /(?<=\n)[ \t]*(?:\/\*[^*]*\*\/\s*)?\{\n[^{}]*\n[ \t]*\},\n/g

/** Another text for one element, if the file has any outside of macros. */
function atElement(text: string, random: Random, change: (element: string) => string): string {
  const from = text.indexOf('.mem_regions')
  const elements = [...text.matchAll(ELEMENT)].filter(({ index }) => from < index)
  const found = elements[random(elements.length || 1)]
  return found ? text.slice(0, found.index) + change(found[0]) + text.slice(found.index + found[0].length) : text
}

/** Lines in front of the declaration of the configuration. */
const withDefine = (text: string, define: string): string => text.replace(/\nstruct \{/, `\n${define}\n\nstruct {`)

/** What stands between the braces of an element, on one line. */
const bodyOf = (element: string): string | undefined => {
  const body = element.slice(element.indexOf('{') + 1, element.lastIndexOf('}')).replace(/\/\*[\s\S]*?\*\//g, '')
  return body.includes('#') || body.includes('//') ? undefined : body.trim().replace(/\s*\n\s*/g, ' ')
}

/** One element written by a macro that `define` makes of its body. */
function byMacro(text: string, random: Random, use: string, define: (body: string) => string): string {
  let body: string | undefined
  const changed = atElement(text, random, element => {
    body = bodyOf(element)
    return body === undefined ? element : `\t\t${use},\n`
  })
  return body === undefined ? text : withDefine(changed, define(body))
}

/** What means the same to a compiler. */
const FORMS: Readonly<Record<string, Change>> = {
  plain: text => text,
  'lines of Windows': text => text.replaceAll(/\r?\n/g, '\r\n'),
  blanks: text => text.replaceAll('\t', '    '),
  'one-line elements': text =>
    text.replace(
      /\{\n\s*(\.(?:phys_start|virt_start|type|address|base)[^{}#]*?)\n\s*\}/g,
      (_, fields: string) => `{ ${fields.replace(/\s*\n\s*/g, ' ')} }`,
    ),
  'no last commas': text => text.replace(/,(\n[ \t]+\})/g, '$1'),
  'a conditional': (text, random) => atElement(text, random, each => `#ifndef CONFIG_WITHOUT\n${each}#endif\n`),
  'two branches': (text, random) =>
    atElement(text, random, each => `#ifdef CONFIG_OTHER\n${each}#else\n${each}#endif\n`),
  'an element by a macro': (text, random) => byMacro(text, random, 'REGION', body => `#define REGION { ${body} }`),
  'an element by a macro with arguments': (text, random) =>
    byMacro(text, random, 'REGION(0)', body => `#define REGION(unused) { ${body} }`),
  'a length by a macro': text => {
    const length = /mem_regions\[(\d+)\]/.exec(text)?.[1]
    return length
      ? withDefine(text.replace(/mem_regions\[\d+\]/, 'mem_regions[REGIONS]'), `#define REGIONS ${length}`)
      : text
  },
  'a count by a number': text => {
    const length = /mem_regions\[(\d+)\]/.exec(text)?.[1]
    return length ? text.replace('ARRAY_SIZE(config.mem_regions)', length) : text
  },
  'no end of line at the end': text => text.trimEnd(),
}

/** What is not yet written. */
const HALF_TYPED: Readonly<Record<string, Change>> = {
  'a field without a value': (text, random) => atLine(text, random, line => line.slice(0, line.indexOf('=') + 2)),
  'a field without an end': (text, random) => atLine(text, random, line => line.slice(0, line.indexOf('=') - 2)),
  'an empty element': (text, random) => atElement(text, random, each => `\t\t{\n\n\t\t},\n${each}`),
  'a begun element': (text, random) => atElement(text, random, each => `\t\t{ .\n${each}`),
  'an open comment': (text, random) => atElement(text, random, each => `\t\t/* half\n${each}`),
  'an open conditional': (text, random) => atElement(text, random, each => `#ifdef CONFIG_HALF\n${each}`),
  'an operator': text => text.replace('JAILHOUSE_MEM_WRITE,', 'JAILHOUSE_MEM_WRITE |,'),
  'half a file': (text, random) => text.slice(0, Math.floor((text.length * (3 + random(6))) / 10)),
}

function atLine(text: string, random: Random, change: (line: string) => string): string {
  const lines = text.split('\n')
  const fields = lines.flatMap((line, i) => (/^\s*\.\w+ = \S/.test(line) ? [i] : []))
  const at = fields[random(fields.length || 1)]
  return at === undefined ? text : lines.with(at, change(lines[at]!)).join('\n')
}

/** Another form, and of two in three a fault or something half typed, by random numbers below others. */
export function randomState(text: string, random: Random): State {
  const [form, spell] = choose(FORMS, random)
  const spelled = spell(text, random)
  const what = random(6)
  if (what < 3) {
    const fault = plantFault(spelled, random)
    return fault ? { kind: `${form}, ${fault.kind}`, text: fault.text } : { kind: form, text: spelled }
  }
  if (what < 5) {
    const [half, type] = choose(HALF_TYPED, random)
    return { kind: `${form}, ${half}`, text: type(spelled, random) }
  }
  return { kind: form, text: spelled }
}

function choose(changes: Readonly<Record<string, Change>>, random: Random): readonly [string, Change] {
  const all = Object.entries(changes)
  return all[random(all.length)]!
}
