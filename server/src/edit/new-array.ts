import { holdsDirective } from '../c/raw/conditionals.ts'
import { tokenFrom } from '../c/raw/tokens.ts'
import type { ArrayName, CellConfig, DeclaredArray } from '../config/model.ts'
import { indentAt } from '../text/lines.ts'
import { primarySpan } from '../text/origin.ts'
import type { Edit, SourceFile } from '../text/source-file.ts'
import { countTextOf } from './arrays.ts'
import { type Change, together } from './change.ts'
import { setField } from './fields.ts'
import { commaAfter, indentStep, insertion, newLineAt, spanAt } from './layout.ts'

/**
 * Makes an array that a configuration does not have: its member behind that of the array before it in the binary, its
 * initializer behind that one's, and its count. Undefined where the header in use knows no such array, or its neighbour
 * is not written in plain sight.
 */
export function addArray(cell: CellConfig, name: ArrayName, elements: readonly string[]): Change | undefined {
  const { arrays } = cell.header
  const position = arrays.findIndex(({ known }) => known === name)
  const entry = arrays[position]
  if (entry?.unit !== 'element' || cell.arrays.some(array => array.name === name)) return undefined
  const before = arrays
    .slice(0, position)
    .flatMap(each => cell.arrays.find(array => array.entry.name === each.name) ?? [])
    .at(-1)
  if (!before) return undefined
  const keyword = name === 'stream_ids' ? 'union' : 'struct'
  const type = entry.tag === undefined ? '__u32' : `${keyword} ${entry.tag}`
  const edits = [
    declaration(before, cell.file, `${type} ${name}[${elements.length}];`),
    initializer(before, cell, name, elements),
  ]
  if (!edits.every(edit => edit !== undefined)) return undefined
  return together({ edits, unsafe: true }, setField(cell, entry.count, countTextOf(cell, name, entry)))
}

/** A line behind the declaration of another member. */
function declaration({ declaredAt, lengthAt }: DeclaredArray, file: SourceFile, text: string): Edit | undefined {
  const { start, file: declaring } = primarySpan(declaredAt)
  if (!lengthAt || lengthAt.expandedAt || declaredAt.expandedAt || declaring !== file) return undefined
  const bracket = tokenFrom(file, lengthAt.spelled.end)
  const end = bracket?.text === ']' ? tokenFrom(file, bracket.span.end) : undefined
  return end?.text === ';' ? insertion(file, end.span.end, newLineAt(file, start) + text) : undefined
}

function initializer(
  { member, value }: DeclaredArray,
  { file, whole }: CellConfig,
  name: string,
  elements: readonly string[],
): Edit | undefined {
  const designator = whole?.fields.get(member)?.designator
  const { origin } = value
  if (!designator || designator.expandedAt || !origin || origin.expandedAt) return undefined
  const { start } = designator.spelled
  const { end } = origin.spelled
  if (origin.spelled.file !== file || designator.spelled.file !== file || holdsDirective(spanAt(file, start, end)))
    return undefined
  const outer = newLineAt(file, start)
  const inner = outer + indentStep(indentAt(file.text, start))
  const comma = commaAfter(origin.spelled)
  const list = elements.map(element => `${inner}${element.replaceAll('\n', inner)},`).join('')
  const text = `\n${outer}.${name} = {${list}${outer}},`
  return comma === undefined ? insertion(file, end, `,${text}`) : insertion(file, comma + 1, text)
}
