import type { Analysis } from '../../analyze.ts'
import { commentBefore } from '../../c/raw/comments.ts'
import type { ObjectDefinition } from '../../c/unit.ts'
import type { ArrayValue, Value } from '../../c/values/value.ts'
import { cellOf } from '../../config/model.ts'
import { type Origin, primarySpan } from '../../text/origin.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import { visible } from '../../text/visible.ts'
import { elementSummary } from '../element-summary.ts'

export type SymbolKind = 'cell' | 'struct' | 'array' | 'element' | 'field'

/** One line of the outline. `range` holds all of it, `selection` its name. */
export interface OutlineSymbol {
  readonly name: string
  readonly detail: string
  readonly kind: SymbolKind
  readonly range: Span
  readonly selection: Span
  readonly children: readonly OutlineSymbol[]
}

/** A file, and the configurations it holds. */
type Outlined = Pick<Analysis, 'unit' | 'config'> & { readonly others: readonly Pick<Analysis, 'config'>[] }

/** Cell, its arrays, their elements: named by their comments or by what tells them apart. */
export function symbols({ unit, config, others }: Outlined): readonly OutlineSymbol[] {
  const configs = [config, ...others.map(other => other.config)]
  const outline = unit.objects.flatMap(object => {
    const range = inFile(object.origin, unit.main)
    const selection = inFile(object.nameAt, unit.main)
    if (!range || !selection) return []
    const own = configs.find(each => each && cellOf(each).whole === object.value)
    return [
      {
        name: (own && cellOf(own).name) || object.name,
        detail: own ? (own.kind === 'system' ? 'root cell' : 'cell') : '',
        kind: 'cell' as const,
        range,
        selection,
        children: membersOf(object, unit.main),
      },
    ]
  })
  return outline.map(sound)
}

/** A protocol takes no symbol without a name, and none whose name lies outside of its range. */
function sound(symbol: OutlineSymbol): OutlineSymbol {
  const { name, range, selection, children } = symbol
  const isInside = range.start <= selection.start && selection.end <= range.end
  const begin = { ...range, end: Math.min(range.end, range.start + 1) }
  return {
    ...symbol,
    name: visible(name.trim()) || 'unnamed',
    selection: isInside ? selection : begin,
    children: children.map(sound),
  }
}

const inFile = (origin: Origin, file: SourceFile): Span | undefined => {
  const place = primarySpan(origin)
  return place.file === file ? place : undefined
}

const membersOf = ({ value }: ObjectDefinition, file: SourceFile): readonly OutlineSymbol[] =>
  fieldsOf(value).flatMap(({ name, value: member, designator }) => symbolOf(name, member, designator, file))

function fieldsOf(value: Value) {
  if (value.kind !== 'struct') return []
  return [...value.fields].map(([name, written]) => ({ name, ...written }))
}

/** A field that holds more than a number. Plain numbers would bury the outline. */
function symbolOf(
  name: string,
  value: Value,
  designator: Origin | undefined,
  file: SourceFile,
): readonly OutlineSymbol[] {
  const at = value.origin && inFile(value.origin, file)
  if (!at || (value.kind !== 'struct' && value.kind !== 'array') || isText(value)) return []
  const selection = (designator && inFile(designator, file)) ?? at
  const range = { file, start: Math.min(selection.start, at.start), end: Math.max(selection.end, at.end) }
  const children =
    value.kind === 'array'
      ? elementsOf(value, file)
      : fieldsOf(value).flatMap(inner => symbolOf(inner.name, inner.value, inner.designator, file))
  const detail = value.kind === 'array' ? `[${value.items.length}]` : ''
  return [{ name, detail, kind: value.kind, range, selection, children }]
}

const isText = (value: Value): boolean => value.kind === 'array' && value.text !== undefined

/** Elements of an array that are listed; the array itself says how many it has. */
const MAX_ELEMENTS = 2000

const elementsOf = (array: ArrayValue, file: SourceFile): readonly OutlineSymbol[] =>
  array.items.slice(0, MAX_ELEMENTS).flatMap((value, index) => {
    const at = value.origin && inFile(value.origin, file)
    if (!at || value.kind === 'array') return []
    const what = elementSummary(value)
    const comment = commentBefore(file, at.start)
    const selection = { file, start: at.start, end: Math.min(at.end, at.start + 1) }
    return [
      {
        name: `[${index}] ${comment ?? what}`,
        detail: comment === undefined ? '' : what,
        kind: 'element' as const,
        range: at,
        selection,
        children: [],
      },
    ]
  })

/** All symbols of an outline with the names of what holds them: a region is found by its address. */
export function* flattened(
  outline: readonly OutlineSymbol[],
  container = '',
): Iterable<OutlineSymbol & { readonly container: string }> {
  for (const symbol of outline) {
    yield { ...symbol, container }
    yield* flattened(symbol.children, symbol.name)
  }
}
