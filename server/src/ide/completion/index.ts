import type { Analysis } from '../../analyze.ts'
import { constantDoc, fieldDoc } from '../../config/reference/index.ts'
import { contextAt } from './context.ts'
import { elements } from './elements.ts'
import type { Completion } from './items.ts'
import { members } from './members.ts'
import { values } from './values.ts'

export type { Completion } from './items.ts'

/** What may be written at an offset of the analysed file, best first. */
export function completions(analysis: Analysis, offset: number): readonly Completion[] {
  const context = contextAt(analysis.unit, offset)
  switch (context?.kind) {
    case undefined:
      return []
    case 'member':
    case 'designator':
      return members(context)
    case 'element':
      return elements(context)
    case 'value':
      return values(analysis, context)
    default:
      return context satisfies never
  }
}

/** The words on what a completion is about. */
export function documentation(about: NonNullable<Completion['about']>): string {
  const doc = 'constant' in about ? constantDoc(about.constant) : fieldDoc(about.struct, about.field)
  return doc ? `${doc.brief}. ${doc.detail}`.trim() : ''
}
