import { CopiedMap } from '../text/copied-map.ts'
import { append } from '../text/groups.ts'
import { memoize, Recent } from '../text/memo.ts'
import type { SourceFile } from '../text/source-file.ts'
import { type Chunk, chunks } from './parse/chunks.ts'
import { child, ofType, type SyntaxNode } from './parse/grammar.ts'
import { parseChunks, syntaxOf, tooMuchOf } from './parse/syntax.ts'
import { type LexedFile, lexFile } from './preprocess/lex.ts'
import { packingOf } from './preprocess/pragma-pack.ts'
import { type Preprocessed, preprocess } from './preprocess/preprocess.ts'
import { recoverDeclaration } from './recover/declarations.ts'
import { withWrittenMembers } from './recover/infer.ts'
import { withoutOpenComments } from './recover/open-comments.ts'
import {
  asStruct,
  type CompileOptions,
  type FileLookup,
  type ObjectDefinition,
  type Problem,
  type Unit,
} from './unit.ts'
import { attributesIn, type Declared, declare } from './values/declarator.ts'
import { checkStatement, declaratorGroups, readTypedef, typeFrom, typeNamed } from './values/declare.ts'
import { elementOf, incompleteAt, reportClash, reportTentative } from './values/declared-names.ts'
import { MAX_RANGE_ELEMENTS } from './values/designators.ts'
import { bracesFrom, firstError, unexpected } from './values/elements.ts'
import { initialize, typeOfLiteral } from './values/initialize.ts'
import { type EvalContext, keyOf, originOf, report, type Scope } from './values/scope.ts'
import { areCompatible, type CType, isUndefined } from './values/types.ts'
import type { Value } from './values/value.ts'

/**
 * The whole front end over one file and what it includes. Where the file is not sound and a comment of it seems to run
 * over code, it is read again with that comment ended, and so it stays where nothing is the worse for it.
 */
export function readUnit(main: SourceFile, options: CompileOptions, lookup: FileLookup): Unit {
  const unit = readLexed(lexFile(main), options, lookup)
  const repaired = unit.problems.length ? withoutOpenComments(main) : undefined
  const again = repaired && readLexed(repaired, options, lookup)
  return again && again.problems.length <= unit.problems.length ? again : unit
}

function readLexed(lexed: LexedFile, options: CompileOptions, lookup: FileLookup): Unit {
  const main = lexed.file
  const { tokens, pragmas, prefix, ...preprocessed } = preprocess(main, options, lookup, lexed)
  // Whoever looks up what is missing asks again, and what is made of the rest would be thrown away.
  if (preprocessed.missing.length > 0) return { main, ...preprocessed, types: new Map(), objects: [] }
  const before = prefix && declaredIn(prefix)
  // Of a file that was cut the last declaration is a torso, and what it lacks would be charged to its author.
  if (lexed.cutOff) return { main, ...preprocessed, types: before?.types ?? new Map(), objects: before?.objects ?? [] }
  const { declarations, problems } = chunks(before ? tokens.slice(prefix.tokens.length) : tokens)
  const packing = packingOf(tokens, pragmas)
  const scope = scopeOf(declarations, preprocessed.macros, {
    problems: [...preprocessed.problems, ...packing.problems, ...problems],
    packAt: packing.packAt,
    ...(before && { before }),
  })
  const objects = [...(before?.objects ?? []), ...readDeclarations(declarations, scope)]
  reportTentative(scope)
  return { main, ...preprocessed, types: typesOf(scope, before), objects, problems: scope.problems }
}

/** Most files declare no type by a name. */
const typesOf = ({ tags, typedefs }: Scope, before: PrefixDeclarations | undefined): Unit['types'] =>
  tags.current === before?.scope.tags.current && typedefs.current === before.scope.typedefs.current
    ? before.types
    : new Map([...tags.current, ...typedefs.current])

/** What the headers at the head of a file declare. */
interface PrefixDeclarations {
  readonly scope: Scope
  readonly types: Unit['types']
  readonly typedefNames: ReadonlySet<string>
  /** Parsed while these and no others were names of types. */
  readonly syntax: Recent<SyntaxNode>
  readonly objects: readonly ObjectDefinition[]
}

/** Undefined when the last declaration of the headers is not whole, so that it goes on in the file. */
const declaredIn = memoize(({ tokens, macros, pragmas }: Preprocessed): PrefixDeclarations | undefined => {
  const { declarations, problems } = chunks(tokens)
  if (problems.length) return undefined
  const scope = scopeOf(declarations, macros, { problems: [], packAt: packingOf(tokens, pragmas).packAt })
  const objects = readDeclarations(declarations, scope)
  const typedefNames = new Set(declarations.flatMap(typedefName))
  return { scope, types: typesOf(scope, undefined), objects, typedefNames, syntax: new Recent(MAX_SYNTAX) }
})

/** Declarations and calls that are remembered for each set of headers. */
const MAX_SYNTAX = 2000

/** Names compared for "did you mean" in one file: enough for dozens of slips, and over in a fraction of a second. */
const MAX_GUESSES = 1 << 15

interface Beginnings {
  readonly problems: readonly Problem[]
  readonly packAt: Scope['packAt']
  readonly before?: PrefixDeclarations
}

function scopeOf(
  declarations: readonly Chunk[],
  macros: Scope['macros'],
  { problems, packAt, before }: Beginnings,
): Scope {
  const known = new Set(declarations.flatMap(typedefName))
  const isType = (name: string): boolean => known.has(name) || (before?.typedefNames.has(name) ?? false)
  parseChunks(allChunks(declarations), isType, known.size === 0 ? before?.syntax : undefined)
  return {
    typedefs: new CopiedMap(before?.scope.typedefs.current),
    tags: new CopiedMap(before?.scope.tags.current),
    constants: new CopiedMap(before?.scope.constants.current),
    objects: new CopiedMap(before?.scope.objects.current),
    problems: [...problems, ...(before?.scope.problems ?? [])],
    macros,
    failedMacros: new Set(problems.filter(isMacroError).map(({ span }) => keyOf(span))),
    undefinedTypes: new Set(before?.scope.undefinedTypes),
    guessing: { left: MAX_GUESSES },
    ranges: { left: MAX_RANGE_ELEMENTS },
    packAt,
    typeNamed,
    typeOfLiteral,
  }
}

const isMacroError = ({ kind, severity }: Problem): boolean => kind === 'macro' && severity === 'error'

const readDeclarations = (declarations: readonly Chunk[], scope: Scope): readonly ObjectDefinition[] =>
  declarations.flatMap(chunk => readDeclaration({ scope, chunk }))

/** Declarations and, below them, the elements of all lists. */
function allChunks(declarations: readonly Chunk[]): readonly Chunk[] {
  const all = [...declarations]
  for (let i = 0; i < all.length; i++) for (const list of all[i]!.lists) for (const item of list.items) all.push(item)
  return all
}

/** The name most typedefs end in; it tells a cast from a product before anything is read. */
const typedefName = ({ tokens }: Chunk): string[] =>
  tokens.some(token => token.text === 'typedef') ? [tokens.at(-2)?.text ?? ''] : []

/** Declares what a chunk declares; answers the objects it defines with a value. */
function readDeclaration(context: EvalContext): readonly ObjectDefinition[] {
  const node = syntaxOf(context.chunk)
  if (!node.broken) return readNode(node, context)
  reportError(node, context)
  const parse = (chunk: Chunk): SyntaxNode => {
    parseChunks([chunk], name => context.scope.typedefs.has(name))
    return syntaxOf(chunk)
  }
  const chunk = recoverDeclaration(context.chunk, parse)
  return chunk ? readNode(parse(chunk), { ...context, chunk }) : []
}

function readNode(node: SyntaxNode, context: EvalContext): readonly ObjectDefinition[] {
  switch (node.type) {
    case 'declaration':
      return readObjects(node, context)
    case 'type_definition':
      readTypedef(node, context)
      return []
    case 'struct_specifier':
    case 'union_specifier':
    case 'enum_specifier':
      typeFrom(node, context)
      return []
    case 'expression_statement':
      checkStatement(node, context)
      return []
    default:
      return []
  }
}

function reportError(node: SyntaxNode, context: EvalContext): void {
  const length = context.chunk.tokens.length
  const tooMuch = tooMuchOf(context.chunk)
  if (tooMuch !== undefined) {
    report(context, { start: 0, end: 1 }, 'expansion-limit', `declaration of ${tooMuch} is too long and ignored`)
    return
  }
  const start = Math.min(firstError(node)?.start ?? 0, length - 1)
  report(context, { start, end: start + 1 }, 'syntax', unexpected(context.chunk.tokens[start]?.text ?? ''))
}

function readObjects(node: SyntaxNode, context: EvalContext): readonly ObjectDefinition[] {
  const specifier = child(node, 'type')
  const base = specifier && typeFrom(specifier, context)
  if (!base) return []
  reportStorage(node, context)
  const { common, each } = declaratorGroups(node)
  const constant = node.children.some(part => part.type === 'type_qualifier' && part.text === 'const')
  const isExtern = node.children.some(({ text }) => text === 'extern')
  return each.flatMap(({ declarator, attributes }) => {
    const declared = declare(declarator, base, context, attributesIn([...common, ...attributes], context))
    const before = context.scope.objects.get(declared.name ?? '')
    if (child(declarator, 'value') && before?.value)
      report(context, declarator, 'declaration', `redefinition of "${declared.name}"`)
    else if (before && !areCompatible(before.type, declared.type))
      report(context, declarator, 'declaration', `conflicting types for "${declared.name}"`)
    const value = child(declarator, 'value')
    reportClash(declared.name ?? '', declarator, 'objects', context)
    const tentativeAt = incompleteAt(declared, { isExtern, hasValue: value !== undefined }, context)
    context.scope.objects.set(declared.name ?? '', {
      type: declared.type,
      constant,
      ...(tentativeAt && { tentativeAt }),
    })
    return value ? [define(declared, constant, value, context)] : []
  })
}

/** What a file may not say of its objects, and what would put their bytes elsewhere. */
function reportStorage(node: SyntaxNode, context: EvalContext): void {
  for (const { text, start, end } of ofType(node, 'storage_class_specifier'))
    if (text === 'auto' || text === 'register')
      report(context, { start, end }, 'declaration', `"${text}" has no place outside of functions`)
    else if (/thread/i.test(text)) report(context, { start, end }, 'declaration', `"${text}" is not supported`)
}

/**
 * The value of an object, and the type it is read with: the declared one, unless C refuses the initializer and what is
 * written shows what the declaration lacks.
 */
function initialized(
  { name = '', type }: Declared,
  constant: boolean,
  node: SyntaxNode,
  context: EvalContext,
): { readonly written: CType; readonly value: Value } {
  const { problems, objects } = context.scope
  const list = node.type === 'initializer_list' ? bracesFrom(node, context, node) : undefined
  const before = problems.length
  const value = initialize(type, node, context, list)
  const isRefused = problems.slice(before).some(({ severity }) => severity === 'error')
  if (!list || (!isRefused && !isHalfDeclared(type))) return { written: type, value }
  const refused = problems.splice(before)
  const written = withWrittenMembers(type, list, context)
  if (written === type) {
    append(problems, refused)
    return { written, value }
  }
  if (!isRefused) append(problems, refused)
  objects.set(name, { type: written, constant })
  return { written, value: initialize(written, node, context, bracesFrom(node, context, node)) }
}

/** Without members, or with one of a type that nobody defines: how it is initialised tells of what is missing. */
function isHalfDeclared(type: CType): boolean {
  const members = asStruct(type)?.members
  return members?.length === 0 || members?.some(member => isUndefined(elementOf(member.type))) === true
}

function define(declared: Declared, constant: boolean, node: SyntaxNode, context: EvalContext): ObjectDefinition {
  const { name = '', nameAt, attributes } = declared
  const { written, value } = initialized(declared, constant, node, context)
  const type = written.kind === 'array' && value.kind === 'array' ? value.type : written
  context.scope.objects.set(name, { type, constant, value })
  const origin = originOf(context, { start: 0, end: context.chunk.tokens.length })
  const { aligned: align, section } = attributes
  const where = { ...(align !== undefined && { align }), ...(section !== undefined && { section }) }
  return { name, type, value, constant, ...where, nameAt, origin }
}
