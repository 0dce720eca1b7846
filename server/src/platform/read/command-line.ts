import { type Range, rangeOf } from '../../config/ranges.ts'
import type { SourceFile } from '../../text/source-file.ts'
import type { Parameter, Source } from '../model.ts'

/** The kernel's command line. */

/** Parameters with their places; a value in double quotes may hold blanks. `from` is where it begins in a longer text. */
export function readCommandLine(file: SourceFile, source: Source, from = 0): readonly Parameter[] {
  const { text } = file
  const parameters: Parameter[] = []
  let at = from
  while (at < text.length && text[at] !== '\n') {
    let end = at
    for (let quoted = false; end < text.length && text[end] !== '\n'; end++) {
      if (text[end] === '"') quoted = !quoted
      else if (!quoted && isBlank(text[end])) break
    }
    const word = text.slice(at, end).trim()
    if (word !== '') parameters.push(parameterOf(word, source, { file, start: at, end }))
    at = end
    while (at < text.length && text[at] !== '\n' && isBlank(text[at])) at++
  }
  return parameters
}

const isBlank = (character: string | undefined): boolean =>
  character === ' ' || character === '\t' || character === '\r' || character === '\0'

function parameterOf(word: string, source: Source, span: Parameter['span']): Parameter {
  const equals = word.indexOf('=')
  const [name, value] = equals < 0 ? [word] : [word.slice(0, equals), word.slice(equals + 1).replaceAll('"', '')]
  return { source, ...(span && { span }), name, ...(value !== undefined && { value }) }
}

/** One entry of `memmap=`. */
export interface MemmapEntry {
  readonly spelled: string
  /** `$` reserves, `@` adds, `#` is ACPI data, `!` persistent memory, `%` another type; absent: the quoting was lost. */
  readonly kind?: '$' | '@' | '#' | '!' | '%'
  readonly range?: Range
  readonly size: bigint
}

/** `82M$0x3a000000,…`; what is no size is left out (`memmap=exactmap`). */
export const memmapEntries = (value: string): readonly MemmapEntry[] =>
  value.split(',').flatMap(spelled => {
    const size = memparse(spelled)
    if (!size) return []
    const kind = spelled[size.length] as MemmapEntry['kind']
    if (!kind || !'$@#!%'.includes(kind)) return [{ spelled, size: size.value }]
    const start = memparse(spelled.slice(size.length + 1))
    return [{ spelled, kind, size: size.value, ...(start && { range: rangeOf(start.value, size.value) }) }]
  })

const UNITS = 'KMGTPE'

/** A number as `memparse` of the kernel reads it: any base, K to E behind it; and how many characters it took. */
export function memparse(text: string): { readonly value: bigint; readonly length: number } | undefined {
  const [digits = ''] = /^(0[xX][0-9a-fA-F]{1,16}|\d{1,20})/.exec(text) ?? []
  if (digits === '') return undefined
  const isOctal = /^0[0-7]+$/.test(digits)
  const value = BigInt(isOctal ? `0o${digits.slice(1)}` : digits)
  const unit = UNITS.indexOf((text[digits.length] ?? ' ').toUpperCase())
  if (unit < 0) return { value, length: digits.length }
  return { value: value << BigInt(10 * (unit + 1)), length: digits.length + 1 }
}
