import type { SourceFile } from '../text/source-file.ts'
import { attributesIn, type Declared, declare } from './declarator.ts'
import { checkAssertion, declaratorGroups, readTypedef, typeFrom, typeNamed } from './declare.ts'
import { firstError } from './elements.ts'
import { child, type SyntaxNode } from './grammar.ts'
import { initialise } from './initialize.ts'
import { outline, type Piece } from './outline.ts'
import { preprocess } from './preprocess.ts'
import { recovered } from './recover.ts'
import { placeOf, type Reading, type Scope, tell } from './scope.ts'
import { parsePieces } from './syntax.ts'
import type { CompileOptions, Look, ObjectDefinition, Problem, Unit } from './unit.ts'

/** The whole front end over one file and what it includes. */
export function readUnit(main: SourceFile, options: CompileOptions, look: Look): Unit {
  const { tokens, pragmas: _, ...preprocessed } = preprocess(main, options, look)
  const { declarations, problems } = outline(tokens)
  const scope = newScope(declarations, preprocessed.macros, [...preprocessed.problems, ...problems])
  const objects = declarations.flatMap(piece => readDeclaration({ scope, piece }))
  return {
    main,
    ...preprocessed,
    types: new Map([...scope.tags, ...scope.typedefs]),
    objects,
    problems: scope.problems,
  }
}

function newScope(declarations: readonly Piece[], macros: Scope['macros'], problems: Problem[]): Scope {
  const pieces = everyPiece(declarations)
  const typedefs = new Set(declarations.flatMap(typedefName))
  const syntaxes = parsePieces(pieces, name => typedefs.has(name))
  const syntax = new Map(pieces.map((piece, i) => [piece, syntaxes[i]!]))
  return {
    typedefs: new Map(),
    tags: new Map(),
    constants: new Map(),
    objects: new Map(),
    problems,
    macros,
    syntaxOf: piece => syntax.get(piece)!,
    typeNamed,
  }
}

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
  const node = at.scope.syntaxOf(at.piece)
  if (!node.broken) return readNode(node, at)
  tellBroken(node, at)
  const parse = (pieces: readonly Piece[]): readonly SyntaxNode[] =>
    parsePieces(pieces, name => at.scope.typedefs.has(name))
  const piece = recovered(at.piece, parse)
  const [rest] = piece ? parse([piece]) : []
  return piece && rest && !rest.broken ? readNode(rest, { ...at, piece }) : []
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
  const start = Math.min(firstError(node)?.start ?? 0, at.piece.tokens.length - 1)
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
  const { name = '', nameAt, type: written, attributes } = declared
  const value = initialise(written, node, at)
  const type = written.kind === 'array' && value.kind === 'array' ? value.type : written
  at.scope.objects.set(name, { type, constant, value })
  const origin = placeOf(at, { start: 0, end: at.piece.tokens.length })
  const align = attributes.aligned === undefined ? {} : { align: attributes.aligned }
  return { name, type, value, constant, ...align, nameAt, origin }
}
