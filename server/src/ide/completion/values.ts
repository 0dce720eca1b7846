import type { Analysis } from '../../analyze.ts'
import { constantsFor } from '../../config/reference/index.ts'
import type { Context } from './context.ts'
import { freeValues } from './free.ts'
import type { Completion } from './items.ts'

type Values = Extract<Context, { kind: 'value' }>

/** What fits the field: values that are still free in this system, the format's constants, the file's own macros. */
export function values(analysis: Analysis, context: Values): readonly Completion[] {
  const { at, used, path } = context
  const free = used.size ? [] : freeValues(analysis, path)
  const constants = constantsOf(context).filter(({ name }) => analysis.unit.macros.has(name))
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
    ...localMacros(analysis, used).map((label, index) => ({
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

/** By the tagged struct around; an element of an array of words has its array's field. */
function constantsOf({ path }: Values) {
  if (!path.struct) return constantsFor('config', path.field.join('.'))
  return constantsFor(path.struct, path.field.join('.'))
}

/** Object-like macros the file itself defines. */
const localMacros = ({ unit }: Analysis, used: ReadonlySet<string>): readonly string[] =>
  [...unit.macros.values()]
    .filter(({ at, parameters, body, name }) => at?.file === unit.main && !parameters && body && !used.has(name))
    .map(({ name }) => name)
