import { type Analysis, analyze } from '../../analyze.ts'
import { designatedIn } from '../../c/raw/tokens.ts'
import { asStruct } from '../../c/unit.ts'
import type { StructType } from '../../c/values/types.ts'
import type { Project } from '../../config/project.ts'
import { knowsNames } from '../../edit/macros.ts'
import { prove } from '../../repair/proof.ts'
import { fileIn, withEdits } from '../../repair/trial.ts'
import type { Edit, Span } from '../../text/source-file.ts'
import { cellView } from './cell-view.ts'
import { type Context, contextAt } from './context.ts'
import { freeValues } from './free.ts'
import { adaptedTo, type Completion, withoutTabStops } from './items.ts'
import { roomFor } from './room.ts'
import type { Template } from './template.ts'
import { TEMPLATES } from './templates.ts'

type Elements = Extract<Context, { kind: 'element' }>

/** A place for new elements in a text in which no word is half typed. */
interface Place {
  readonly analysis: Analysis
  readonly project: Project
  readonly context: Elements
}

/**
 * Whole elements as people write them, begun with what is free in this system; macros of the file that may make some. Each
 * is tried in the engine as it would be inserted, until the deadline; one that does harm is not offered.
 */
export function elements(
  analysis: Analysis,
  context: Elements,
  project: Project,
  deadline: number,
): readonly Completion[] {
  const place = withoutWord(analysis, context, project)
  if (!place) return []
  return proposedAt(place).flatMap(({ item, isWhole }) => {
    const isUntried = isWhole && deadline < performance.now()
    if (isWhole && !isUntried && doesHarm(item, place)) return []
    const additionalEdits = (item.additionalEdits ?? []).map(edit => besideWord(edit, context.at))
    return [{ ...item, at: context.at, additionalEdits, ...(isUntried && { isUntried }) }]
  })
}

/** The place as it was before its word was begun: half an element counts as one, and is none. */
function withoutWord(analysis: Analysis, context: Elements, project: Project): Place | undefined {
  const { file, start, end } = context.at
  if (start === end) return { analysis, project, context }
  const before = withEdits(project, [{ span: context.at, text: '' }])
  const main = fileIn(before, file.uri)
  if (!main) return undefined
  const read = analyze(main, before)
  const there = contextAt(read.unit, start)
  return there?.kind === 'element' ? { analysis: read, project: before, context: there } : undefined
}

/** An edit of the text without the word, in the text that has it. */
function besideWord({ span: { start, end }, text }: Edit, word: Span): Edit {
  const shift = word.start <= start ? word.end - word.start : 0
  return { span: { file: word.file, start: start + shift, end: end + shift }, text }
}

/** While the text does not parse, what an element does to it says nothing. */
function doesHarm({ at, insert, additionalEdits = [] }: Completion, { analysis, project }: Place): boolean {
  if (analysis.unit.problems.some(({ kind }) => kind === 'syntax')) return false
  return prove([], [{ span: at, text: withoutTabStops(insert) }, ...additionalEdits], project).kind === 'refuted'
}

interface Proposal {
  readonly item: Completion
  /** It has all its values; the arguments of a macro of the file's own nobody knows but its author. */
  readonly isWhole: boolean
}

function proposedAt({ analysis, context }: Place): readonly Proposal[] {
  const templates = templatesFor(analysis, context)
  return [...templates, ...ownMacros(analysis)].flatMap(({ label, detail, insert, macro, makes }, order) => {
    const additionalEdits = makes === undefined ? [] : roomFor(analysis, context.path, makes)
    if (!additionalEdits) return []
    const about = macro === undefined ? {} : { about: { constant: macro } }
    const kind = macro === undefined ? ('snippet' as const) : ('macro' as const)
    const item = { label, detail, insert, kind, ...about, at: context.at, isSnippet: true, order, additionalEdits }
    return [{ item: adaptedTo(analysis.unit.main, item), isWhole: order < templates.length }]
  })
}

/** A new element has no place in its array yet. */
const NEW = -1

function templatesFor(analysis: Analysis, { of, path }: Elements): readonly Template[] {
  const struct = asStruct(of.element)
  const view = cellView(analysis)
  if (!struct || !view) return []
  const tag = struct.tag ?? ''
  const free = (field: string) => {
    const steps = [path.steps[0]!, NEW, field]
    return freeValues(analysis, { ...path, struct: tag, field: [field], steps }).map(({ text }) => text)
  }
  return (TEMPLATES[tag]?.(view, free) ?? [])
    .filter(template => isKnown(analysis, struct, template) && (template.fits?.(view) ?? true))
    .map(template => ({ makes: 1, ...template }))
}

/** Whether the header in use declares every field and constant of a template. */
function isKnown({ unit }: Analysis, struct: StructType, { insert, macro }: Template): boolean {
  const text = withoutTabStops(insert)
  if (macro !== undefined && !unit.macros.has(macro)) return false
  return knowsNames(unit.main, text) && designatedIn(text).every(name => hasMember(struct, name))
}

const hasMember = (struct: StructType, name: string): boolean =>
  struct.members.some(member => {
    const inner = asStruct(member.type)
    return member.name === name || (inner !== undefined && hasMember(inner, name))
  })

/** Function-like macros the file itself defines: tables of regions are often made by one. */
const ownMacros = ({ unit }: Analysis): readonly Template[] =>
  [...unit.macros.values()]
    .filter(({ span: at, parameters }) => at?.file === unit.main && parameters)
    .map(({ name, parameters = [], body }) => ({
      label: name,
      detail: body,
      insert: `${name}(${parameters.map((parameter, i) => `\${${i + 1}:${parameter}}`).join(', ')}),$0`,
      macro: name,
    }))
