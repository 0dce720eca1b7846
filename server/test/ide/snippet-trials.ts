import { type Analysis, analyze } from '../../src/analyze.ts'
import { listAt } from '../../src/c/raw/lists.ts'
import { asStruct, type Unit } from '../../src/c/unit.ts'
import { cellOf, type DeclaredArray } from '../../src/config/model.ts'
import type { Project } from '../../src/config/project.ts'
import {
  type Completion,
  completions,
  elementContext,
  elementPlace,
  tryingElement,
  withoutTabStops,
} from '../../src/ide/completion/index.ts'
import { type Assessment, assess, filesAround, withEdits } from '../../src/repair/trial.ts'
import type { Edit, SourceFile } from '../../src/text/source-file.ts'
import { completed } from '../../src/text/steps.ts'

/** A snippet as somebody would take it: where it was offered, and what came of it with every default kept. */
export interface SnippetTrial {
  readonly array: string | undefined
  readonly place: 'front' | 'middle' | 'end'
  readonly typed: string
  readonly label: string
  /** Codes of errors and warnings that were not there before, and `broken` for a file that no longer compiles. */
  readonly harm: readonly string[]
  /** What it warns of. */
  readonly warning: string | undefined
  readonly text: string
}

/** Asks for completion in front, in the middle and at the end of every array of structs, and takes each snippet. */
export function* snippetTrials(
  analysis: Analysis,
  project: Project,
  asked: readonly SnippetTrial['place'][] = ['front', 'middle', 'end'],
  words: readonly string[] = ['', 'J'],
): Iterable<SnippetTrial> {
  const { config, unit } = analysis
  if (!config) return
  const uris = filesAround([unit.main.uri], project)
  const before = assess(uris, project)
  for (const array of cellOf(config).arrays.filter(({ value }) => asStruct(value.type.element)))
    for (const { place, edit } of places(array, unit.main).filter(each => asked.includes(each.place)))
      for (const typed of words) {
        const typing = withEdits(project, [{ ...edit, text: edit.text + typed }])
        const offset = edit.span.start + edit.text.length + typed.length
        const reading = analyze(typing.lookup(unit.main.uri) as SourceFile, typing)
        for (const item of completions(reading, offset, typing)) {
          if (!item.isSnippet || item.kind === 'field' || isOwnMacro(reading.unit, item.label)) continue
          const { label } = item
          const after = assess(uris, withEdits(typing, taken(item)))
          const text = withoutTabStops(item.insert)
          const warning = harmOf(label, reading, offset, typing)
          yield { array: array.name, place, typed, label, harm: harmBetween(before, after), warning, text }
        }
      }
}

/** What the client learns of an element that is proposed at an offset; undefined where nothing speaks against it. */
export function harmOf(label: string, analysis: Analysis, offset: number, project: Project): string | undefined {
  const context = elementContext(analysis, offset)
  const place = context && elementPlace(analysis, context, project)
  const item = place?.proposed.find(each => each.isWhole && each.label === label)
  const verdict = place && item && completed(tryingElement(item, place))
  return verdict && 'words' in verdict ? verdict.words : undefined
}

/** Its arguments are for its author to write. */
const isOwnMacro = ({ macros, main }: Unit, name: string): boolean => macros.get(name)?.span?.file === main

/** The edits of a proposal, its defaults taken. */
export const taken = ({ at, insert, additionalEdits = [] }: Completion): readonly Edit[] => [
  { span: at, text: withoutTabStops(insert) },
  ...additionalEdits,
]

/** A line of its own behind the brace, in the middle, and behind the last element; a comma where one is missing. */
function places({ value }: DeclaredArray, main: SourceFile) {
  const braces = value.origin?.spelled
  const list = braces && braces.file === main && !value.origin?.expandedAt ? listAt(main, braces.start) : undefined
  if (!list) return []
  const line = (offset: number, comma = '') => ({
    span: { file: main, start: offset, end: offset },
    text: `${comma}\n\t\t`,
  })
  const { items } = list
  const behind = (item: (typeof items)[number]) =>
    line(item.comma ?? item.span.end, item.comma === undefined ? ',' : '')
  const middle = 2 < items.length ? items[Math.floor(items.length / 2) - 1] : undefined
  const last = items.at(-1)
  return [
    { place: 'front' as const, edit: line(list.braces.start + 1) },
    ...(middle ? [{ place: 'middle' as const, edit: behind(middle) }] : []),
    ...(last ? [{ place: 'end' as const, edit: behind(last) }] : []),
  ]
}

function harmBetween(before: Assessment, after: Assessment): readonly string[] {
  const left = before.findings.filter(isComplaint).map(nameOf)
  const harm: string[] = []
  for (const finding of after.findings.filter(isComplaint)) {
    const known = left.indexOf(nameOf(finding))
    if (known < 0) harm.push(`${finding.rule.code}: ${finding.headline}`)
    else left.splice(known, 1)
  }
  const broken = [...before.compiled].filter(uri => !after.compiled.has(uri))
  return [...harm, ...broken.map(uri => `broken ${uri}`)]
}

type Found = Assessment['findings'][number]
const isComplaint = ({ severity }: Found): boolean => severity === 'error' || severity === 'warning'
const nameOf = ({ rule, severity, span }: Found): string => `${rule.code} ${severity} ${span.file.uri}`
