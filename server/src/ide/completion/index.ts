import type { Analysis } from '../../analyze.ts'
import { openListsAt } from '../../c/raw/open-lists.ts'
import { constantDoc, fieldDoc } from '../../config/reference/index.ts'
import { indentStepOf } from '../../edit/layout.ts'
import { blankEnd } from '../../text/lines.ts'
import type { SourceFile } from '../../text/source-file.ts'
import { argumentContext } from './argument.ts'
import { type Context, contextAt } from './context.ts'
import { elements } from './elements.ts'
import type { Completion } from './items.ts'
import { memberPaths, members } from './members.ts'
import { plainValues, values } from './values.ts'

export { type Completion, withoutTabStops } from './items.ts'

/** What may be written at an offset of the analysed file, best first. */
export function completions(analysis: Analysis, offset: number): readonly Completion[] {
  const { main } = analysis.unit
  const open = openListsAt(main, offset)
  const context = open && (argumentContext(analysis.unit, open) ?? contextAt(analysis.unit, offset))
  return proposed(analysis, context).map(item => adaptedTo(main, item))
}

function proposed(analysis: Analysis, context: Context | undefined): readonly Completion[] {
  switch (context?.kind) {
    case undefined:
      return []
    case 'path':
      return memberPaths(context)
    case 'member':
      return members(analysis, context)
    case 'designator':
      return ordered([
        ...plainValues(analysis, context),
        ...members(analysis, context).toSorted((a, b) => a.order - b.order),
      ])
    case 'element':
      return elements(analysis, context)
    case 'value':
      return values(analysis, context)
    default:
      return context satisfies never
  }
}

const ordered = (items: readonly Completion[]): readonly Completion[] =>
  items.map((item, order) => ({ ...item, order }))

/** In the indentation of the file, and without a comma where there is one. */
function adaptedTo(file: SourceFile, item: Completion): Completion {
  if (!item.isSnippet) return item
  const insert = item.insert.replaceAll('\t', indentStepOf(file))
  const hasComma = file.text[blankEnd(file.text, item.at.end)] === ','
  return { ...item, insert: hasComma && insert.endsWith(',$0') ? `${insert.slice(0, -3)}$0` : insert }
}

/** The words on what a completion is about. */
export function documentation(about: NonNullable<Completion['about']>): string {
  const doc = 'constant' in about ? constantDoc(about.constant) : fieldDoc(about.struct, about.field)
  return doc ? `${doc.brief}. ${doc.detail}`.trim() : ''
}
