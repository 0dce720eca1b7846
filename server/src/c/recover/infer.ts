import { primarySpan } from '../../text/origin.ts'
import { type Span, textOf } from '../../text/source-file.ts'
import type { Braces, Element } from '../values/elements.ts'
import { isStruct } from '../values/initializer-cell.ts'
import { layOut } from '../values/layout.ts'
import { type EvalContext, originOf, report, type Scope } from '../values/scope.ts'
import { type CType, type Member, memberPaths, pathTo, type StructType, typeName, ULLONG } from '../values/types.ts'
import { closest } from './closest.ts'

/**
 * The type of an object that is initialised with more than its declaration says, as while the declaration is half
 * typed: a list written to a member that is not there tells of what type the member would be. A list is of the struct
 * that has the names its elements designate; a list of plain values is of the widest integers.
 */
export function withWrittenMembers(type: CType, list: Braces, context: EvalContext): CType {
  if (!isStruct(type)) return type
  if (type.members.length === 0 && !list.elements.some(({ designators }) => designators.length))
    return typeWritten(list, context.scope) ?? type
  let whole = type
  for (const [i, element] of list.elements.entries()) {
    const name = element.designators[0]?.name
    if (!name || !element.list) continue
    const known = pathTo(whole, name)?.member
    if (!known && isSlip(name, type, list)) continue
    const written = typeWritten(element.list, context.scope)
    const meant = written && !known ? unwritten(innermost(written), whole, list) : undefined
    if (meant) whole = renamed(whole, meant, name, element)
    else if (written && known && isOfOther(known.type, written, element.list))
      whole = retagged(whole, known, written, element)
    else if (written && (!known || isHalfTyped(known.type, written)))
      whole = withMember(whole, { name, type: written, element, after: memberBefore(whole, list, i) })
  }
  return whole
}

/** The only member of a type, where nobody writes to it: a list of that type under another name is meant for it. */
function unwritten(type: CType, struct: StructType, { elements }: Braces): Member | undefined {
  const taken = new Set(elements.map(({ designators }) => designators[0]?.name))
  const [meant, another] = struct.members.filter(member => innermost(member.type) === type)
  return meant && !another && !taken.has(meant.name) ? meant : undefined
}

function renamed(struct: StructType, meant: Member, name: string, { context, designators }: Element): StructType {
  const [designator] = designators
  if (designator && !context.chunk.repaired) {
    const origin = originOf(context, designator)
    const span = primarySpan(origin)
    const text = `${span.file.text[span.start] === '.' ? '.' : ''}${meant.name}`
    const more = origin.expandedAt ? {} : { suggestions: [{ title: `Replace with ${text}`, span, text }] }
    report(context, designator, 'unknown-field', `${typeName(struct)} has no member "${name}"`, more)
  }
  const members = struct.members.map(member => (member === meant ? { ...member, name } : member))
  return { ...struct, members }
}

/** Whether all that a list designates is in another struct than the one declared, which has half of it at most. */
function isOfOther(known: CType, written: CType, list: Braces): boolean {
  const [declared, other] = [innermost(known), innermost(written)]
  if (!isStruct(declared) || !isStruct(other) || declared === other || isIncomplete(known)) return false
  const names = new Set(known.kind === 'array' ? sampledNames(list) : namesIn(list.elements))
  const held = (struct: StructType) => [...names].filter(name => pathTo(struct, name)).length
  return 1 < names.size && held(other) === names.size && held(declared) <= names.size / 2
}

/** The member with the struct that it is written as; the mistake is the tag in its declaration. */
function retagged(struct: StructType, known: Member, written: CType, { context, designators }: Element): StructType {
  const [declared, other] = [innermost(known.type), innermost(written)]
  const tag = tagBefore(known, declared)
  const message = `"${known.name}" is initialised as ${shortName(other)}, not ${shortName(declared)}`
  if (!context.chunk.repaired) {
    const written = primarySpan(originOf(context, designators[0]!))
    if (tag && isStruct(other) && other.tag) {
      const suggestions = [{ title: `Replace with ${other.tag}`, span: tag, text: other.tag }]
      const related = [{ span: written, message: 'it is initialised here' }]
      context.scope.problems.push({ kind: 'declaration', span: tag, message, severity: 'error', related, suggestions })
    } else report(context, designators[0]!, 'declaration', message)
  }
  const type = known.type.kind === 'array' ? { ...known.type, element: other } : other
  const members = struct.members.map(member => withWidth(member === known ? { ...member, type } : member))
  return layOut(struct.kind, struct.tag, members, { packed: struct.align === 1, aligned: undefined }, struct.origin)
}

const shortName = (type: CType): string => (isStruct(type) && type.tag) || typeName(type)

/** Where the tag of a struct stands in front of the member that is declared with it. */
function tagBefore({ origin }: Member, type: CType): Span | undefined {
  if (origin.expandedAt || !isStruct(type) || type.tag === undefined) return undefined
  const { file, start } = primarySpan(origin)
  const end = file.text.slice(0, start).trimEnd().length
  const span = { file, start: end - type.tag.length, end }
  return textOf(span) === type.tag ? span : undefined
}

/** A list of structs is written to what is declared as one of them, or, by an open bracket, as a function. */
const isHalfTyped = (known: CType, written: CType): boolean =>
  isStruct(innermost(written)) &&
  (!isStruct(innermost(known)) ||
    isIncomplete(known) ||
    (written.kind === 'array' && known === written.element && !beginsWithStruct(known)))

/** That has been reported where it is declared. */
const isIncomplete = (type: CType): boolean => {
  const element = innermost(type)
  return isStruct(element) && element.incomplete === true
}

/** Then a list in a list is for the first member. */
const beginsWithStruct = (type: CType): boolean =>
  isStruct(type) && type.members[0] !== undefined && isStruct(innermost(type.members[0].type))

const innermost = (type: CType): CType => (type.kind === 'array' ? type.element : type)

/** A name close to one that nobody else writes to is a slip of the keyboard. */
function isSlip(name: string, type: StructType, { elements }: Braces): boolean {
  const taken = new Set(elements.map(({ designators }) => designators[0]?.name))
  const free = memberPaths(type).flatMap(({ member }) => member.name ?? [])
  return (
    0 <
    closest(
      name,
      free.filter(each => !taken.has(each)),
    ).length
  )
}

function typeWritten({ elements }: Braces, scope: Scope): CType | undefined {
  const own = structWith(namesIn(elements), scope)
  if (own) return own
  const element = structWith(sampledNames({ elements }), scope)
  const isPlain = elements.length !== 0 && elements.every(({ list, designators }) => !list && !designators[0]?.name)
  const type = element ?? (isPlain ? ULLONG : undefined)
  return type && { kind: 'array', element: type, length: elements.length }
}

/** So many elements tell what the others are. */
const MAX_SAMPLES = 64

const sampledNames = ({ elements }: Pick<Braces, 'elements'>): readonly string[] =>
  elements.slice(0, MAX_SAMPLES).flatMap(({ list }) => (list ? namesIn(list.elements) : []))

const namesIn = (elements: readonly Element[]): readonly string[] =>
  elements.slice(0, MAX_SAMPLES).flatMap(({ designators }) => designators[0]?.name ?? [])

/** The struct that has most of these names and few others. */
function structWith(written: readonly string[], { tags }: Scope): StructType | undefined {
  const names = [...new Set(written)]
  let best: StructType | undefined
  let most = names.length / 2
  for (const type of names.length ? tags.current.values() : []) {
    if (!isStruct(type)) continue
    const held = names.filter(name => pathTo(type, name)).length
    if (held < most || (held === most && (!best || best.members.length <= type.members.length))) continue
    best = type
    most = held
  }
  return best
}

/** Index of the member that the element before is for: what is missing is declared behind it. */
function memberBefore(type: StructType, { elements }: Braces, index: number): number {
  if (index === 0) return -1
  const name = elements[index - 1]?.designators[0]?.name
  const before = name === undefined ? undefined : pathTo(type, name)
  return before?.path[0] ?? type.members.length - 1
}

interface MissingMember {
  readonly name: string
  readonly type: CType
  readonly element: Element
  /** Index of the member it comes after, -1 for none. */
  readonly after: number
}

function withMember(struct: StructType, { name, type, element, after }: MissingMember): StructType {
  const { context, designators } = element
  const before = struct.members[after]
  const declared =
    type.kind === 'array' ? `${typeName(type.element)} ${name}[${type.length}]` : `${typeName(type)} ${name}`
  const fix = before && behindMember(primarySpan(before.origin), declared)
  const known = pathTo(struct, name)?.member.type
  if (!context.chunk.repaired && known && !isIncomplete(known)) {
    const message = `"${name}" is initialised by a list, as if declared "${declared}"`
    report(context, designators[0]!, 'declaration', message)
  } else if (!context.chunk.repaired && !known)
    report(
      context,
      designators[0]!,
      'unknown-field',
      `${typeName(struct)} has no member "${name}"`,
      fix && { suggestions: [fix] },
    )
  const members = struct.members.filter(member => member.name !== name).map(withWidth)
  const origin = originOf(context, designators[0]!)
  members.splice(after + 1, 0, { name, type, origin, offset: 0, attributes: { packed: false, aligned: undefined } })
  return layOut(struct.kind, struct.tag, members, { packed: struct.align === 1, aligned: undefined }, struct.origin)
}

/** A member as the layout takes it. */
const withWidth = (member: Member) => ({
  ...member,
  attributes: { packed: false, aligned: undefined },
  ...(member.bits && { width: member.bits.width }),
})

/** Declares a member on a line of its own behind another one. */
function behindMember({ file, start, end }: Span, declared: string) {
  const lineStart = file.text.lastIndexOf('\n', start - 1) + 1
  const indent = /^[ \t]*/.exec(file.text.slice(lineStart, start))![0]
  const semicolon = file.text.indexOf(';', end)
  if (semicolon < 0) return undefined
  const span = { file, start: semicolon + 1, end: semicolon + 1 }
  return { title: `Declare "${declared};"`, span, text: `\n${indent}${declared};` }
}
