import { type Reading, readSystems, sectionAt } from '../../analyze.ts'
import { designatedIn } from '../../c/raw/tokens.ts'
import { asStruct } from '../../c/unit.ts'
import type { StructType } from '../../c/values/types.ts'
import type { Project } from '../../config/project.ts'
import { knowsNames } from '../../edit/macros.ts'
import { proving } from '../../repair/proof.ts'
import { fileIn, withEdits } from '../../repair/trial.ts'
import type { Edit, Span } from '../../text/source-file.ts'
import type { Steps } from '../../text/steps.ts'
import { cellView } from './cell-view.ts'
import { type Context, contextAt } from './context.ts'
import { freeValues } from './free.ts'
import { adaptedTo, type Completion, withoutTabStops } from './items.ts'
import { roomFor } from './room.ts'
import type { Template } from './template.ts'
import { TEMPLATES } from './templates.ts'

export type Elements = Extract<Context, { kind: 'element' }>

/** A place for new elements in a text in which no word is half typed, and what is proposed there. */
export interface ElementPlace {
  readonly reading: Reading
  readonly project: Project
  readonly context: Elements
  readonly proposed: readonly Completion[]
}

/** The place of a context, as it was before its word was begun: half an element counts as one, and is none. */
export function elementPlace(reading: Reading, context: Elements, project: Project): ElementPlace | undefined {
  const { file, start, end } = context.at
  if (start === end) return placeWith(reading, context, project)
  const before = withEdits(project, [{ span: context.at, text: '' }])
  const main = fileIn(before, file.uri)
  if (!main) return undefined
  const read = sectionAt(readSystems(main, before), start)
  const there = contextAt(read.unit, start)
  return there?.kind === 'element' ? placeWith(read, there, before) : undefined
}

const placeWith = (reading: Reading, context: Elements, project: Project): ElementPlace => ({
  reading,
  project,
  context,
  proposed: proposedAt(reading, context),
})

/** What is proposed at a place, where a word is typed by now: whole elements, and macros of the file that may make some. */
export const elementsAt = ({ proposed }: ElementPlace, word: Span): readonly Completion[] =>
  proposed.map(item => {
    const additionalEdits = (item.additionalEdits ?? []).map(edit => besideWord(edit, word))
    return { ...item, at: word, additionalEdits }
  })

/** What trying an element showed: nothing against it, what it would cause, or why nobody can tell. */
export type TrialResult =
  | { readonly kind: 'harmless' }
  | { readonly kind: 'harmful' | 'untried'; readonly words: string }

/**
 * Tries an element as it is proposed, in the engine: too long for a list that somebody types in. While the text does not
 * parse, what an element does to it says nothing.
 */
export function* tryingElement(
  { insert, at, additionalEdits = [] }: Completion,
  place: ElementPlace,
): Steps<TrialResult> {
  const { reading, project } = place
  if (reading.unit.problems.some(({ kind }) => kind === 'syntax'))
    return { kind: 'untried', words: 'Not tried, because the file has a syntax error.' }
  const proof = yield* proving([], [{ span: at, text: withoutTabStops(insert) }, ...additionalEdits], project)
  return proof.kind === 'refuted'
    ? { kind: 'harmful', words: `With these values ${proof.reason}.` }
    : { kind: 'harmless' }
}

/** An edit of the text without the word, in the text that has it. */
function besideWord({ span: { start, end }, text }: Edit, word: Span): Edit {
  const shift = word.start <= start ? word.end - word.start : 0
  return { span: { file: word.file, start: start + shift, end: end + shift }, text }
}

/** Templates have all their values; the arguments of a macro of the file's own nobody knows but its author. */
function proposedAt(reading: Reading, context: Elements): readonly Completion[] {
  const templates = templatesFor(reading, context)
  return [...templates, ...ownMacros(reading)].flatMap(({ label, detail, insert, macro, makes }, order) => {
    const additionalEdits = makes === undefined ? [] : roomFor(reading, context, makes)
    if (!additionalEdits) return []
    const about = macro === undefined ? {} : { about: { constant: macro } }
    const kind = macro === undefined ? ('snippet' as const) : ('macro' as const)
    const isWhole = order < templates.length
    const edits = { insert, at: context.at, additionalEdits }
    const item = { label, detail, kind, ...about, ...edits, isSnippet: true, order, isWhole }
    return [adaptedTo(reading.unit.main, item)]
  })
}

/** A new element has no place in its array yet. */
const NEW = -1

function templatesFor(reading: Reading, { of, path }: Elements): readonly Template[] {
  const struct = asStruct(of.element)
  const view = cellView(reading)
  if (!struct || !view) return []
  const tag = struct.tag ?? ''
  const free = (field: string) => {
    const steps = [path.steps[0]!, NEW, field]
    return freeValues(reading, { ...path, struct: tag, field: [field], steps }).map(({ text }) => text)
  }
  return (TEMPLATES[tag]?.(view, free) ?? [])
    .filter(template => isKnown(reading, struct, template) && (template.fits?.(view) ?? true))
    .map(template => ({ makes: 1, ...template }))
}

/** Whether the header in use declares every field and constant of a template. */
function isKnown({ unit }: Reading, struct: StructType, { insert, macro }: Template): boolean {
  const text = withoutTabStops(insert)
  if (macro !== undefined && !unit.macros.has(macro)) return false
  return knowsNames(unit.main, text) && designatedIn(text).every(name => hasMember(struct, name))
}

const hasMember = (struct: StructType, name: string): boolean =>
  struct.members.some(member => {
    const inner = asStruct(member.type)
    return member.name === name || (inner !== undefined && hasMember(inner, name))
  })

/** Macros the file itself defines that stand for elements, or for what another macro makes: tables are often made by one. */
const ownMacros = ({ unit: { macros, main } }: Reading): readonly Template[] =>
  [...macros.values()]
    .filter(
      ({ span: at, body }) => at?.file === main && (body.startsWith('{') || macros.get(firstWord(body))?.parameters),
    )
    .map(({ name, parameters, body }) => ({
      label: name,
      detail: body,
      insert: `${name}${parameters ? argumentsFor(parameters) : ''},$0`,
      macro: name,
    }))

const firstWord = (body: string): string => /^\w*/.exec(body)![0]

const argumentsFor = (parameters: readonly string[]): string =>
  `(${parameters.map((parameter, i) => `\${${i + 1}:${parameter}}`).join(', ')})`
