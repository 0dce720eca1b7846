import type { Analysis } from '../../analyze.ts'
import { openListsAt } from '../../c/raw/open-lists.ts'
import { wordAt } from '../../c/raw/tokens.ts'
import type { Project } from '../../config/project.ts'
import { constantDoc, fieldDoc } from '../../config/reference/index.ts'
import { argumentContext } from './argument.ts'
import { type Context, contextAt } from './context.ts'
import { elements, harmOfElement } from './elements.ts'
import { adaptedTo, type Completion } from './items.ts'
import { memberPaths, members } from './members.ts'
import { plainValues, values } from './values.ts'

export { type Completion, withoutTabStops } from './items.ts'

/** What may be written at an offset of the analysed file, best first. */
export function completions(analysis: Analysis, offset: number, project: Project): readonly Completion[] {
  const { main } = analysis.unit
  const context = contextIn(analysis, offset)
  if (context?.kind === 'element') return elements(analysis, context, project)
  return proposed(analysis, context).map(item => adaptedTo(main, item))
}

/**
 * What an element would cause that is proposed for the word at an offset, or that nobody can tell; undefined where it does
 * no harm. More of the word may be typed by now.
 */
export function harmOf(label: string, analysis: Analysis, offset: number, project: Project): string | undefined {
  const context = contextIn(analysis, wordAt(analysis.unit.main, offset)?.span.end ?? offset)
  return context?.kind === 'element' ? harmOfElement(label, analysis, context, project) : undefined
}

function contextIn({ unit }: Analysis, offset: number): Context | undefined {
  const open = openListsAt(unit.main, offset)
  return open && (argumentContext(unit, open) ?? contextAt(unit, offset))
}

function proposed(
  analysis: Analysis,
  context: Exclude<Context, { kind: 'element' }> | undefined,
): readonly Completion[] {
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
    case 'value':
      return values(analysis, context)
    default:
      return context satisfies never
  }
}

const ordered = (items: readonly Completion[]): readonly Completion[] =>
  items.map((item, order) => ({ ...item, order }))

/** The words on what a completion is about. */
export function documentation(about: NonNullable<Completion['about']>): string {
  const doc = 'constant' in about ? constantDoc(about.constant) : fieldDoc(about.struct, about.field)
  return doc ? `${doc.brief}. ${doc.detail}`.trim() : ''
}
