import { memoize } from '../text/memo.ts'
import type { SourceFile } from '../text/source-file.ts'
import { attributesIn, type Declared, declare } from './declarator.ts'
import { checkAssertion, declaratorGroups, readTypedef, typeFrom, typeNamed } from './declare.ts'
import { bracesAt, firstError } from './elements.ts'
import { child, type SyntaxNode } from './grammar.ts'
import { withWrittenMembers } from './infer.ts'
import { initialise } from './initialize.ts'
import { type LexedFile, lexFile } from './lex.ts'
import { withoutOpenComments } from './open-comments.ts'
import { outline, type Piece } from './outline.ts'
import { type Pragma, type Preprocessed, preprocess } from './preprocess.ts'
import { recovered } from './recover.ts'
import { placeOf, type Reading, type Scope, tell } from './scope.ts'
import { isTooLong, parsePieces, syntaxOf } from './syntax.ts'
import type { CompileOptions, Look, ObjectDefinition, Problem, Unit } from './unit.ts'

/**
 * The whole front end over one file and what it includes. Where the file is not sound and a comment of it seems to run
 * over code, it is read again with that comment ended, and so it stays where nothing is the worse for it.
 */
export function readUnit(main: SourceFile, options: CompileOptions, look: Look): Unit {
  const unit = readLexed(lexFile(main), options, look)
  const mended = unit.problems.length ? withoutOpenComments(main) : undefined
  const again = mended && readLexed(mended, options, look)
  return again && again.problems.length <= unit.problems.length ? again : unit
}

function readLexed(lexed: LexedFile, options: CompileOptions, look: Look): Unit {
  const main = lexed.file
  const { tokens, pragmas, head, ...preprocessed } = preprocess(main, options, look, lexed)
  const before = head && declaredIn(head)
  const { declarations, problems } = outline(before ? tokens.slice(head.tokens.length) : tokens)
  const scope = scopeOf(
    declarations,
    preprocessed.macros,
    [...preprocessed.problems, ...packings(pragmas), ...problems],
    before,
  )
  const objects = [...(before?.objects ?? []), ...readDeclarations(declarations, scope)]
  const types = new Map([...scope.tags, ...scope.typedefs])
  return { main, ...preprocessed, types, objects, problems: scope.problems }
}

/** `#pragma pack` changes how gcc lays out every struct behind it, and is not followed here: said rather than guessed. */
const packings = (pragmas: readonly Pragma[]): readonly Problem[] =>
  pragmas
    .filter(({ text }) => /^pack\b/.test(text))
    .map(({ at }) => ({
      kind: 'declaration',
      at,
      message: 'this pragma is not followed: structs may be laid out otherwise; write __attribute__((packed)) instead',
      severity: 'warning',
    }))

/** What the headers at the head of a file declare. */
interface Before {
  readonly scope: Scope
  readonly typedefNames: ReadonlySet<string>
  readonly objects: readonly ObjectDefinition[]
}

/** Undefined when the last declaration of the headers is not whole, so that it goes on in the file. */
const declaredIn = memoize(({ tokens, macros }: Preprocessed): Before | undefined => {
  const { declarations, problems } = outline(tokens)
  if (problems.length) return undefined
  const scope = scopeOf(declarations, macros, [])
  const objects = readDeclarations(declarations, scope)
  return { scope, objects, typedefNames: new Set(declarations.flatMap(typedefName)) }
})

/** Names compared for "did you mean" in one file: enough for dozens of slips, and over in a fraction of a second. */
const MOST_GUESSES = 1 << 17

function scopeOf(
  declarations: readonly Piece[],
  macros: Scope['macros'],
  problems: readonly Problem[],
  before?: Before,
): Scope {
  const known = new Set([...(before?.typedefNames ?? []), ...declarations.flatMap(typedefName)])
  parsePieces(everyPiece(declarations), name => known.has(name))
  return {
    typedefs: new Map(before?.scope.typedefs),
    tags: new Map(before?.scope.tags),
    constants: new Map(before?.scope.constants),
    objects: new Map(before?.scope.objects),
    problems: [...problems, ...(before?.scope.problems ?? [])],
    macros,
    guessing: { left: MOST_GUESSES },
    typeNamed,
  }
}

const readDeclarations = (declarations: readonly Piece[], scope: Scope): readonly ObjectDefinition[] =>
  declarations.flatMap(piece => readDeclaration({ scope, piece }))

/** Declarations and, below them, the elements of all lists. */
function everyPiece(declarations: readonly Piece[]): readonly Piece[] {
  const all = [...declarations]
  for (let i = 0; i < all.length; i++) for (const list of all[i]!.lists) for (const item of list.items) all.push(item)
  return all
}

/** The name most typedefs end in; it tells a cast from a product before anything is read. */
const typedefName = ({ tokens }: Piece): string[] =>
  tokens.some(token => token.text === 'typedef') ? [tokens.at(-2)?.text ?? ''] : []

/** Declares what a piece declares; answers the objects it defines with a value. */
function readDeclaration(at: Reading): readonly ObjectDefinition[] {
  const node = syntaxOf(at.piece)
  if (!node.broken) return readNode(node, at)
  tellBroken(node, at)
  const parse = (piece: Piece): SyntaxNode => {
    parsePieces([piece], name => at.scope.typedefs.has(name))
    return syntaxOf(piece)
  }
  const piece = recovered(at.piece, parse)
  return piece ? readNode(parse(piece), { ...at, piece }) : []
}

function readNode(node: SyntaxNode, at: Reading): readonly ObjectDefinition[] {
  switch (node.type) {
    case 'declaration':
      return readObjects(node, at)
    case 'type_definition':
      readTypedef(node, at)
      return []
    case 'struct_specifier':
    case 'union_specifier':
    case 'enum_specifier':
      typeFrom(node, at)
      return []
    case 'expression_statement':
      checkAssertion(node, at)
      return []
    default:
      return []
  }
}

function tellBroken(node: SyntaxNode, at: Reading): void {
  const length = at.piece.tokens.length
  if (isTooLong(at.piece)) {
    tell(at, { start: 0, end: 1 }, 'expansion-limit', `this declaration has ${length} tokens; it is left out`)
    return
  }
  const start = Math.min(firstError(node)?.start ?? 0, length - 1)
  tell(at, { start, end: start + 1 }, 'syntax', `unexpected "${at.piece.tokens[start]?.text}"`)
}

function readObjects(node: SyntaxNode, at: Reading): readonly ObjectDefinition[] {
  const specifier = child(node, 'type')
  const base = specifier && typeFrom(specifier, at)
  if (!base) return []
  const { common, each } = declaratorGroups(node)
  const constant = node.children.some(part => part.type === 'type_qualifier' && part.text === 'const')
  return each.flatMap(({ declarator, attributes }) => {
    const declared = declare(declarator, base, at, attributesIn([...common, ...attributes], at))
    at.scope.objects.set(declared.name ?? '', { type: declared.type, constant })
    const value = child(declarator, 'value')
    return value ? [define(declared, constant, value, at)] : []
  })
}

function define(declared: Declared, constant: boolean, node: SyntaxNode, at: Reading): ObjectDefinition {
  const { name = '', nameAt, attributes } = declared
  const list = node.type === 'initializer_list' ? bracesAt(node, at, node) : undefined
  const written = list ? withWrittenMembers(declared.type, list, at) : declared.type
  at.scope.objects.set(name, { type: written, constant })
  const value = initialise(written, node, at, list)
  const type = written.kind === 'array' && value.kind === 'array' ? value.type : written
  at.scope.objects.set(name, { type, constant, value })
  const origin = placeOf(at, { start: 0, end: at.piece.tokens.length })
  const align = attributes.aligned === undefined ? {} : { align: attributes.aligned }
  return { name, type, value, constant, ...align, nameAt, origin }
}
