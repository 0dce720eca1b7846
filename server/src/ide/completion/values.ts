import type { Analysis } from '../../analyze.ts'
import { tokensIn } from '../../c/raw/tokens.ts'
import type { Macro } from '../../c/unit.ts'
import type { CType } from '../../c/values/types.ts'
import { constantsFor } from '../../config/reference/index.ts'
import { isShift } from '../named-constants.ts'
import type { Context } from './context.ts'
import { freeValues } from './free.ts'
import type { Completion } from './items.ts'

type Values = Extract<Context, { kind: 'value' }>

/** What fits the field: values that are still free in this system, the format's constants, the file's own macros. */
export function values(analysis: Analysis, context: Values): readonly Completion[] {
  const { at, used, path, after, type } = context
  const free =
    awaitsOperand(after) && type?.kind !== 'array'
      ? freeValues(analysis, path).filter(({ text }) => !used.has(text))
      : []
  const { macros } = analysis.unit
  const constants = constantsOf(context).filter(({ name }) => macros.has(name) && !isShift(name))
  return [
    ...free.map(({ text, detail }, order) => ({
      label: text,
      kind: 'value' as const,
      detail,
      at,
      insert: text,
      isSnippet: false,
      order,
    })),
    ...constants
      .filter(({ name }) => !used.has(name))
      .map(({ name, value }, index) => ({
        label: name,
        kind: 'constant' as const,
        detail: value ?? '',
        about: { constant: name },
        at,
        insert: name,
        isSnippet: false,
        order: free.length + index,
      })),
    ...localMacros(analysis, used)
      .filter(name => isValue(macros.get(name)!, type))
      .map((label, index) => ({
        label,
        kind: 'macro' as const,
        detail: analysis.unit.macros.get(label)?.body ?? '',
        at,
        insert: label,
        isSnippet: false,
        order: free.length + constants.length + index,
      })),
  ]
}

/** Behind `1 <<` or another number a whole value would be one too many. */
const awaitsOperand = (after: string | undefined): boolean => after === undefined || after === '|'

/** Where a struct may be written by its values alone, what is free for its first field. */
export function plainValues(
  analysis: Analysis,
  context: Extract<Context, { kind: 'designator' }>,
): readonly Completion[] {
  const { of, written, at, path } = context
  if (of.tag !== 'jailhouse_stream_id' || written.size > 0) return []
  return freeValues(analysis, { ...path, struct: of.tag, field: ['id'] }).map(({ text, detail }, order) => ({
    label: text,
    kind: 'value',
    detail,
    at,
    insert: text,
    isSnippet: false,
    order,
  }))
}

/** Whether a macro stands for one value, or for a list where one is awaited: others make elements or members. */
function isValue({ body }: Macro, type: CType | undefined): boolean {
  const tokens = tokensIn({ uri: '', text: body })
  if (type?.kind === 'array')
    return (body.startsWith('{') && tokens.every(({ text }) => text !== '.')) || body.startsWith('"')
  return tokens.every(
    ({ kind, text }, i) => kind !== 'string' && !NO_EXPRESSION.has(text) && !(i === 0 && text === '.'),
  )
}

/** A comma may stand between arguments, which no constant of a field has. */
const NO_EXPRESSION: ReadonlySet<string> = new Set(['{', '}', ';', '=', ','])

/** By the tagged struct around; an element of an array of words has its array's field. */
function constantsOf({ path }: Values) {
  if (!path.struct) return constantsFor('config', path.field.join('.'))
  return constantsFor(path.struct, path.field.join('.'))
}

/** Object-like macros the file itself defines. */
const localMacros = ({ unit }: Analysis, used: ReadonlySet<string>): readonly string[] =>
  [...unit.macros.values()]
    .filter(({ span: at, parameters, body, name }) => at?.file === unit.main && !parameters && body && !used.has(name))
    .map(({ name }) => name)
