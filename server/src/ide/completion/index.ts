import type { Analysis } from '../../analyze.ts'
import { constantDoc, fieldDoc } from '../../config/reference/index.ts'
import { memoize } from '../../text/memo.ts'
import type { SourceFile } from '../../text/source-file.ts'
import { type Context, contextAt } from './context.ts'
import { elements } from './elements.ts'
import type { Completion } from './items.ts'
import { memberPaths, members } from './members.ts'
import { plainValues, values } from './values.ts'

export type { Completion } from './items.ts'

/** What may be written at an offset of the analysed file, best first. */
export function completions(analysis: Analysis, offset: number): readonly Completion[] {
  const { main } = analysis.unit
  return proposed(analysis, contextAt(analysis.unit, offset)).map(item => adaptedTo(main, item))
}

function proposed(analysis: Analysis, context: Context | undefined): readonly Completion[] {
  switch (context?.kind) {
    case undefined:
      return []
    case 'path':
      return memberPaths(context)
    case 'member':
      return members(context)
    case 'designator':
      return ordered([...plainValues(analysis, context), ...members(context).toSorted((a, b) => a.order - b.order)])
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
  const insert = item.insert.replaceAll('\t', indentOf(file))
  const hasComma = /^[ \t]*,/.test(file.text.slice(item.at.end, item.at.end + 80))
  return { ...item, insert: hasComma ? insert.replace(/,\$0$/, '$0') : insert }
}

/** One step of indentation, as most of the indented lines begin. */
const indentOf = memoize(({ text }: SourceFile): string => {
  const steps = [...text.matchAll(/^(\t| {2,8})(?=[^\s*])/gm)].map(match => match[1] ?? '\t')
  const tabs = steps.filter(step => step === '\t').length
  if (steps.length <= 2 * tabs) return '\t'
  return ' '.repeat(Math.min(...steps.filter(step => step !== '\t').map(step => step.length)))
})

/** The words on what a completion is about. */
export function documentation(about: NonNullable<Completion['about']>): string {
  const doc = 'constant' in about ? constantDoc(about.constant) : fieldDoc(about.struct, about.field)
  return doc ? `${doc.brief}. ${doc.detail}`.trim() : ''
}
