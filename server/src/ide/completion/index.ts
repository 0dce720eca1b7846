import type { Analysis } from '../../analyze.ts'
import { openListsAt } from '../../c/raw/open-lists.ts'
import { wordAt } from '../../c/raw/tokens.ts'
import type { Project } from '../../config/project.ts'
import { constantDoc, fieldDoc } from '../../config/reference/index.ts'
import { argumentContext } from './argument.ts'
import { type Context, contextAt } from './context.ts'
import { type Elements, elementPlace, elementsAt } from './elements.ts'
import { adaptedTo, type Completion } from './items.ts'
import { memberPaths, members } from './members.ts'
import { plainValues, values } from './values.ts'

export {
  type ElementPlace,
  type Elements,
  elementPlace,
  elementsAt,
  type TrialResult,
  tryingElement,
} from './elements.ts'
export { type Completion, withoutTabStops } from './items.ts'

/** What may be written at an offset of the analysed file, best first. */
export function completions(analysis: Analysis, offset: number, project: Project): readonly Completion[] {
  const { main } = analysis.unit
  const context = contextIn(analysis, offset)
  if (context?.kind !== 'element') return proposed(analysis, context).map(item => adaptedTo(main, item))
  const place = elementPlace(analysis, context, project)
  return place ? elementsAt(place, context.at) : []
}

/** Where elements may be written, and the word that is typed there; more of it may be typed than up to the offset. */
export function elementContext(analysis: Analysis, offset: number): Elements | undefined {
  const context = contextIn(analysis, wordAt(analysis.unit.main, offset)?.span.end ?? offset)
  return context?.kind === 'element' ? context : undefined
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
