import { primarySpan } from '../../text/origin.ts'
import { child, ofType, type SyntaxNode } from '../parse/grammar.ts'
import { ASSERTION, TYPEOF, UNNAMED } from '../parse/printer.ts'
import { closest } from '../recover/closest.ts'
import { arithmeticType, fixedWidth, WELL_KNOWN } from './arithmetic-type.ts'
import { integerConstant } from './constant-expression.ts'
import { attributesIn, attributesOf, type Declared, declare, shallow } from './declarator.ts'
import { elementOf, lacksFile, reportClash, reportTagClash } from './declared-names.ts'
import { operandType } from './expression.ts'
import { convert } from './integer.ts'
import { type Attributes, layOut, type MemberDeclaration } from './layout.ts'
import { didYouMean, type EvalContext, lastToken, originOf, report, type Scope } from './scope.ts'
import * as types from './types.ts'
import { type CType, type IntType, isUndefined, typeName } from './types.ts'

/** The type a type specifier names or defines, or undefined after telling. */
export function typeFrom(node: SyntaxNode, context: EvalContext): CType | undefined {
  switch (node.type) {
    case 'primitive_type':
    case 'sized_type_specifier':
      return arithmeticType(node, context)
    case 'type_identifier':
      return typeCalled(node, context)
    case 'struct_specifier':
    case 'union_specifier':
      return child(node, 'name')?.text === TYPEOF ? typeofType(node, context) : structFrom(node, context)
    case 'enum_specifier':
      return enumFrom(node, context)
    default:
      return report(context, node, 'unknown-type', `"${node.text}" is not a type`)
  }
}

/** `typeof (x)`, of a type or of an expression, as the printer spells it. */
function typeofType(node: SyntaxNode, context: EvalContext): CType | undefined {
  const operand = find(node, 'sizeof_expression')
  return operand && operandType(operand, context)
}

const find = (node: SyntaxNode, type: string): SyntaxNode | undefined => {
  for (const each of node.children) {
    const found = each.type === type ? each : find(each, type)
    if (found) return found
  }
  return undefined
}

/** The type in a cast or after `sizeof`: specifiers and an abstract declarator. */
export function typeNamed(descriptor: SyntaxNode, context: EvalContext): CType | undefined {
  const specifier = child(descriptor, 'type')
  if (specifier?.type === 'type_identifier' && !context.scope.typedefs.has(specifier.text)) {
    const object = context.scope.objects.get(specifier.text)
    if (object && !child(descriptor, 'declarator')) return object.type
  }
  const base = specifier && typeFrom(specifier, context)
  const declarator = child(descriptor, 'declarator')
  return base && declarator ? declare(declarator, base, context).type : base
}

function typeCalled(node: SyntaxNode, context: EvalContext): CType | undefined {
  const { typedefs, tags } = context.scope
  const known = typedefs.get(node.text)
  if (known) return completed(known, context.scope)
  const tag = [`struct ${node.text}`, `union ${node.text}`, `enum ${node.text}`].find(name => tags.has(name))
  if (tag !== undefined) {
    const span = originOf(context, node)
    const suggestions = span.expandedAt ? [] : [{ title: `Replace with "${tag}"`, span: span.spelled, text: tag }]
    report(context, node, 'unknown-type', `unknown type name "${node.text}"; the type is ${tag}`, { suggestions })
    return tags.get(tag)
  }
  const builtin = WELL_KNOWN.get(node.text)
  if (builtin && node.text.startsWith('__')) return builtin
  report(context, node, 'unknown-type', `unknown type name "${node.text}"`, didYouMean(context, node, typedefs.keys()))
  return builtin ?? fixedWidth(node.text)
}

/** A struct that was only named when the type was made may be defined by now. */
function completed(type: CType, scope: Scope): CType {
  if (type.kind === 'array') {
    const element = completed(type.element, scope)
    return element === type.element ? type : { ...type, element }
  }
  return isUndefined(type) ? (scope.tags.get(typeName(type)) ?? type) : type
}

function structFrom(node: SyntaxNode, context: EvalContext): CType | undefined {
  const kind = node.type === 'union_specifier' ? 'union' : 'struct'
  const [name, body] = [child(node, 'name'), child(node, 'body')]
  const key = `${kind} ${name?.text}`
  const { tags } = context.scope
  if (name) reportTagClash(kind, name, context)
  if (!body) {
    const known = name && tags.get(key)
    if (known) return known
    const origin = originOf(context, name ?? node)
    const type = { kind, tag: name?.text, size: 0, align: 1, members: [], incomplete: true, origin } as const
    if (name) tags.set(key, type)
    return type
  }
  const members = body.children.flatMap(field => membersFrom(field, context))
  const before = name && tags.get(key)
  const pack = context.scope.packAt(lastToken(context, body))
  const type = layOut(kind, name?.text, members, attributesOf(node, context), originOf(context, name ?? node), pack)
  reportDuplicates(type, context)
  reportImpossible(kind, members, context)
  if (before && (before.kind === 'struct' || before.kind === 'union') && !before.incomplete)
    report(context, name, 'declaration', `${key} is defined twice`)
  if (name) tags.set(key, type)
  return type
}

/** Two members of one name, those of anonymous structs and unions included. */
function reportDuplicates(type: types.StructType, { scope }: EvalContext): void {
  const first = new Map<string, types.Member>()
  for (const { member } of types.memberPaths(type)) {
    const before = first.get(member.name ?? '')
    if (!before) first.set(member.name ?? '', member)
    else if (member.name) {
      const related = [{ span: primarySpan(before.origin), message: 'first declared here' }]
      const message = `duplicate member "${member.name}"`
      scope.problems.push({
        kind: 'declaration',
        span: primarySpan(member.origin),
        message,
        related,
        severity: 'error',
      })
    }
  }
}

/** Members that no struct can have, such as itself. */
function reportImpossible(
  kind: 'struct' | 'union',
  members: readonly MemberDeclaration[],
  { scope }: EvalContext,
): void {
  for (const [i, { name, type, origin }] of members.entries()) {
    const isLast = kind === 'union' || i === members.length - 1
    const fault = memberFault(type, isLast)
    // What a file that is not there would have declared is its problem.
    if (!fault || (fault.isUnknown && lacksFile(scope))) continue
    if (fault.isUnknown) scope.undefinedTypes.add(typeName(elementOf(type)))
    const message = `member "${name ?? ''}" ${fault.message}`
    scope.problems.push({ kind: 'declaration', span: primarySpan(origin), message, severity: 'error' })
  }
}

function memberFault(
  type: CType,
  isLast: boolean,
): { readonly message: string; readonly isUnknown?: true } | undefined {
  if (type === types.VOID) return { message: 'is declared void' }
  if (type.kind === 'array' && type.length === undefined && !type.lengthAt && !isLast)
    return { message: 'is a flexible array, which stands at the end' }
  const element = elementOf(type)
  if (isUndefined(element))
    return { message: `has the type ${typeName(element)}, which is not defined before`, isUnknown: true }
  return undefined
}

function membersFrom(field: SyntaxNode, context: EvalContext): readonly MemberDeclaration[] {
  if (field.type !== 'field_declaration' || field.children.some(each => each.type === 'ERROR')) return []
  const specifier = child(field, 'type')
  const base = specifier && typeFrom(specifier, context)
  if (!base) return []
  const { common, each } = declaratorGroups(field)
  const attributes = attributesIn(common, context)
  const tagged = child(specifier, 'name') !== undefined || base.kind === 'int'
  if (each.length === 0 && tagged) {
    report(context, field, 'declaration', 'declaration does not declare a member', { severity: 'warning' })
    return []
  }
  if (each.length === 0)
    return [{ name: undefined, type: shallow(base, field, context), attributes, origin: originOf(context, field) }]
  return each.flatMap(({ declarator, attributes: own, bits }) => {
    const declared = declare(declarator, base, context, attributesIn(own, context, attributes))
    if (declared.name === ASSERTION) return assertedIn(bits, context)
    return memberFrom(declared, bits, context)
  })
}

/** `_Static_assert` among the members of a struct, as the printer spells it. */
function assertedIn(bits: SyntaxNode | undefined, context: EvalContext): readonly [] {
  const [operand] = bits?.children ?? []
  const inner = operand?.type === 'parenthesized_expression' ? operand.children[0] : operand
  const isPair = inner?.type === 'comma_expression'
  checkCondition(isPair ? inner.children[0] : inner, isPair ? inner.children[1] : undefined, context)
  return []
}

function memberFrom(
  declared: Declared,
  bits: SyntaxNode | undefined,
  context: EvalContext,
): readonly MemberDeclaration[] {
  const { nameAt: origin, attributes } = declared
  const type = withKnownTag(declared.type, context)
  const unnamed = declared.name === UNNAMED
  const name = unnamed ? undefined : declared.name
  if (!bits) return [{ name: unnamed ? '' : name, type, attributes, origin }]
  const width = bits.children[0] && integerConstant(bits.children[0], context)
  if (!width) return []
  const least = name === undefined ? 0n : 1n
  if (type.kind !== 'int' || width.value < least || BigInt(bitsOf(type)) < width.value) {
    report(context, bits, 'declaration', `bit-field width ${width.value} is out of range for ${typeName(type)}`)
    return []
  }
  return [{ name, type, attributes, origin, width: Number(width.value) }]
}

/** A tag that nobody defines and that is a slip for one somebody does: reported there, and read as meant. */
function withKnownTag(type: CType, context: EvalContext): CType {
  if (type.kind === 'array') {
    const element = withKnownTag(type.element, context)
    return element === type.element ? type : { ...type, element }
  }
  if ((type.kind !== 'struct' && type.kind !== 'union') || !type.incomplete || !type.origin) return type
  const { scope } = context
  if (lacksFile(scope)) return type
  const prefix = `${type.kind} `
  const isWhole = (each: CType) => each.kind === type.kind && !each.incomplete
  const known = [...scope.tags.current].flatMap(([key, each]) => (isWhole(each) ? key.slice(prefix.length) : []))
  const [near] = closest(type.tag ?? '', known)
  if (near === undefined) return type
  const origin = type.origin
  const span = primarySpan(origin)
  const message = `${typeName(type)} is not defined before`
  const suggestions = origin.expandedAt ? [] : [{ title: `Replace with ${near}`, span, text: near }]
  scope.problems.push({ kind: 'declaration', span, message, suggestions, near, severity: 'error' })
  return scope.tags.get(`${prefix}${near}`) ?? type
}

const bitsOf = (type: IntType): number => (type.name === '_Bool' ? 1 : type.size * 8)

interface DeclaratorGroup {
  readonly declarator: SyntaxNode
  readonly attributes: readonly SyntaxNode[]
  readonly bits: SyntaxNode | undefined
}

/** The declarators of a declaration, each with the attributes and the width that follow it. */
export function declaratorGroups(node: SyntaxNode): {
  readonly common: readonly SyntaxNode[]
  readonly each: readonly DeclaratorGroup[]
} {
  const common: SyntaxNode[] = []
  const each: (DeclaratorGroup & { attributes: SyntaxNode[]; bits: SyntaxNode | undefined })[] = []
  for (const part of node.children) {
    const last = each.at(-1)
    if (part.field === 'declarator') each.push({ declarator: part, attributes: [], bits: undefined })
    else if (part.type === 'attribute_specifier') (last?.attributes ?? common).push(part)
    else if (part.type === 'bitfield_clause' && last) last.bits = part
    else if (part.type === 'type_qualifier') common.push(...ofType(part, 'alignas_qualifier'))
  }
  return { common, each }
}

/** Constants of an enumeration are `int` where they fit; the type is as wide as its values need. */
function enumFrom(node: SyntaxNode, context: EvalContext): CType | undefined {
  const [name, body] = [child(node, 'name'), child(node, 'body')]
  const { tags, constants } = context.scope
  const key = `enum ${name?.text}`
  if (name) reportTagClash('enum', name, context)
  if (!body) return tags.get(key) ?? { ...types.UINT, name: key, incomplete: true }
  if (body.children.length === 0) report(context, body, 'declaration', 'an enumeration has at least one enumerator')
  let next = 0n
  let type: IntType = types.INT
  const values: { name: string; value: bigint }[] = []
  for (const enumerator of ofType(body, 'enumerator')) {
    const [constant, written] = [child(enumerator, 'name'), child(enumerator, 'value')]
    const given = written ? integerConstant(written, context) : { value: next, type }
    if (!given || !constant) continue
    const { value } = given
    type = convert(value, types.INT) === value ? types.INT : given.type
    if (convert(value, type) !== value)
      report(context, constant, 'declaration', `"${constant.text}" overflows ${type.name}`)
    reportClash(constant.text, constant, 'constants', context)
    if (values.some(each => each.name === constant.text))
      report(context, constant, 'declaration', `redeclaration of enumerator "${constant.text}"`)
    values.push({ name: constant.text, value })
    constants.set(constant.text, { type: enumeratorType(value), value })
    next = value + 1n
  }
  const whole = enumType(
    key,
    values.map(({ value }) => value),
    hasPackedEnum(node, body, context) ? { packed: true, aligned: undefined } : attributesOf(node, context),
  )
  for (const { name: constant, value } of values)
    if (convert(value, types.INT) !== value) constants.set(constant, { type: whole, value })
  if (name) tags.set(key, whole)
  return whole
}

/** `packed` between `enum` and its tag, which the grammar passes over. */
const hasPackedEnum = (node: SyntaxNode, body: SyntaxNode, { chunk }: EvalContext): boolean =>
  chunk.tokens.slice(node.start, body.start).some(({ text }) => /^(__)?packed(__)?$/.test(text))

const enumeratorType = (value: bigint): IntType =>
  [types.INT, types.UINT, types.LONG].find(type => convert(value, type) === value) ?? types.ULONG

function enumType(name: string, values: readonly bigint[], { packed }: Attributes): IntType {
  const signed = values.some(value => value < 0n)
  const ladder = signed
    ? [types.SCHAR, types.SHORT, types.INT, types.LONG]
    : [types.UCHAR, types.USHORT, types.UINT, types.ULONG]
  const fit = ladder.slice(packed ? 0 : 2).find(type => values.every(value => convert(value, type) === value))
  return { ...(fit ?? types.ULONG), name }
}

/** `typedef` names; an alignment attribute makes a type of its own. */
export function readTypedef(node: SyntaxNode, context: EvalContext): void {
  const specifier = child(node, 'type')
  const base = specifier && typeFrom(specifier, context)
  if (!base) return
  const { common, each } = declaratorGroups(node)
  for (const { declarator, attributes } of each) {
    const declared = declare(declarator, base, context, attributesIn([...common, ...attributes], context))
    if (declared.name === undefined) continue
    reportClash(declared.name, declarator, 'typedefs', context)
    const before = context.scope.typedefs.get(declared.name)
    if (before && !types.areCompatible(before, declared.type))
      report(context, declarator, 'declaration', `conflicting types for "${declared.name}"`)
    context.scope.typedefs.set(declared.name, aligned(declared))
  }
}

const aligned = ({ type, attributes }: Declared): CType =>
  attributes.aligned === undefined ? type : { ...type, align: attributes.aligned }

/**
 * What stands outside of declarations: `_Static_assert(condition, "message")`, or a statement, which has no place there.
 * `static_assert` is a macro of a header.
 */
export function checkStatement(node: SyntaxNode, context: EvalContext): void {
  const call = node.children[0]
  const callee = call?.type === 'call_expression' ? child(call, 'function')?.text : undefined
  if (callee === '_Static_assert') {
    const [condition, message] = child(call!, 'arguments')?.children ?? []
    checkCondition(condition, message, context)
  } else if (callee === 'static_assert')
    report(context, call!, 'undeclared', '"static_assert" is a macro of <assert.h>; C has "_Static_assert"')
  else if (call)
    report(context, call, 'syntax', `expected a declaration, not "${context.chunk.tokens[call.start]?.text}"`)
}

function checkCondition(
  condition: SyntaxNode | undefined,
  message: SyntaxNode | undefined,
  context: EvalContext,
): void {
  const value = condition && integerConstant(condition, context)
  if (value?.value === 0n)
    report(context, condition!, 'declaration', `static assertion failed${message ? `: ${message.text}` : ''}`)
}
