import { commentBefore } from '../../c/raw/comments.ts'
import { isNumber } from '../../c/raw/tokens.ts'
import type { Unit } from '../../c/unit.ts'
import { editable } from '../../edit/fields.ts'
import { defineMacro, isNameTaken } from '../../edit/macros.ts'
import { type Span, textOf } from '../../text/source-file.ts'
import type { Step } from '../node-path.ts'
import type { RefactorContext, Refactoring } from './refactoring.ts'

/** A name for a number: a `#define` behind the includes, used wherever the element around writes the same number. */
export function extractDefine({ analysis: { unit }, path }: RefactorContext): readonly Refactoring[] {
  const value = path.steps.at(-1)?.value
  const at = value?.kind === 'int' && !path.onDesignator ? editable(value.origin) : undefined
  const field = path.steps.findLast(step => step.field)?.field?.name
  if (value?.kind === 'int' && value.value < MIN_VALUE) return []
  if (!at || !field || !isNumber(at) || at.file !== unit.main) return []
  const name = freeName(unit, nameOf(path.steps, field))
  const places = alike(path.steps, at)
  const define = defineMacro(unit, name, textOf(at))
  return [
    {
      title: `Extract ${textOf(at)} to #define ${name}`,
      kind: 'extract',
      edits: [define, ...places.map(place => ({ span: place, text: name }))],
    },
  ]
}

/** Smaller numbers are counts and indices, which mean what they say. */
const MIN_VALUE = 16n

/** The same literal in the fields of the innermost struct: an address often is both physical and virtual. */
function alike(steps: readonly Step[], at: Span): readonly Span[] {
  const struct = steps.findLast(({ parent }) => parent.kind === 'struct')?.parent
  if (struct?.kind !== 'struct') return [at]
  const places = [...struct.fields.values()].flatMap(({ value }) => editable(value.origin) ?? [])
  const same = places.filter(place => place.file === at.file && textOf(place) === textOf(at))
  return same.some(({ start }) => start === at.start) ? same : [at]
}

/** `UART_1_START`: what the comment of the element calls it, and what the field is. */
function nameOf(steps: readonly Step[], field: string): string {
  const element = steps.findLast(({ index }) => index !== undefined)
  const origin = element?.value.origin?.spelled
  const comment = origin && element.value.kind === 'struct' ? commentBefore(origin.file, origin.start) : undefined
  const array = steps.find(step => step.field)?.field?.name ?? ''
  const whose = namedIn(comment) || (element ? `${array} ${element.index}` : '')
  const what = field.replace(/^(phys|virt)_start$/, 'start')
  return `${whose} ${what}`
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .replace(/^(?=\d)/, '_')
}

/** The first words of a comment up to a stop; the address of a device is no name. */
const namedIn = (comment = ''): string =>
  comment
    .replace(/[\da-f]{2}:[\da-f]{2}\.\d/gi, '')
    .trim()
    .split(/[,:;(]/)[0]
    ?.split(/\s+/)
    .slice(0, 4)
    .join(' ') ?? ''

function freeName(unit: Unit, wanted: string): string {
  for (let i = 1; ; i++) {
    const name = i === 1 ? wanted : `${wanted}_${i}`
    if (!isNameTaken(unit, name)) return name
  }
}
