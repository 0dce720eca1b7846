import type { Analysis } from '../../analyze.ts'
import { openListsAt } from '../../c/raw/open-lists.ts'
import type { Project } from '../../config/project.ts'
import { constantDoc, fieldDoc } from '../../config/reference/index.ts'
import { argumentContext } from './argument.ts'
import { type Context, contextAt } from './context.ts'
import { elements } from './elements.ts'
import { adaptedTo, type Completion } from './items.ts'
import { memberPaths, members } from './members.ts'
import { plainValues, values } from './values.ts'

export { type Completion, withoutTabStops } from './items.ts'

/** What may be written at an offset of the analysed file, best first; elements are tried in the engine until the deadline. */
export function completions(
  analysis: Analysis,
  offset: number,
  project: Project,
  deadline = Number.POSITIVE_INFINITY,
): readonly Completion[] {
  const { main } = analysis.unit
  const open = openListsAt(main, offset)
  const context = open && (argumentContext(analysis.unit, open) ?? contextAt(analysis.unit, offset))
  if (context?.kind === 'element') return elements(analysis, context, project, deadline)
  return proposed(analysis, context).map(item => adaptedTo(main, item))
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
