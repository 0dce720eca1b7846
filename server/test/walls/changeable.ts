import { type Node, SyntaxKind } from 'typescript/unstable/ast'
import { SignatureKind, type Symbol as Sym, SymbolFlags, type Type, TypeFlags } from 'typescript/unstable/sync'
import { homesOf, type Program } from './program.ts'

/** Types of the language that change: collections, buffers, and whatever goes on from where it was. */
const CHANGEABLE =
  /^(?:Array|Map|Set|Weak(?:Map|Set)|Date|DataView|(?:Shared)?ArrayBuffer|\w+(?:8|8Clamped|16|32|64)Array|(?:Async)?(?:Iterable)?(?:Array|Map|Set|String)?(?:Iterator(?:Object)?|Generator)|URLSearchParams|URL|Buffer)$/
/** Those that only hold. */
const HOLDING = /^(?:Readonly(?:Array|Map|Set)|Promise)$/

/** What of a value of a type can change, as a path such as `.items[]`; nothing where all of it is read-only. */
export function changeable(program: Program, type: Type, path = '', seen = new Set<number>()): string | undefined {
  if (type.flags & TypeFlags.Primitive || seen.has(type.id)) return undefined
  seen.add(type.id)
  const parts = partsOf(type)
  if (parts) return first(parts, part => changeable(program, part, path, seen))
  const { checker } = program
  if (isTuple(type) || checker.isArrayType(type)) {
    if (!isReadonlyList(type)) return `${path}[]`
    return first(checker.getTypeArguments(type as never), part => changeable(program, part, `${path}[]`, seen))
  }
  const symbol = type.getSymbol()
  if (symbol && isForeign(program, symbol)) {
    if (HOLDING.test(symbol.name))
      return first(checker.getTypeArguments(type as never), part => changeable(program, part, `${path}<>`, seen))
    return CHANGEABLE.test(symbol.name) ? `${path} (${symbol.name})` : undefined
  }
  return (
    first(checker.getIndexInfosOfType(type), info =>
      info.isReadonly ? changeable(program, info.valueType, `${path}[]`, seen) : `${path}[]`,
    ) ?? first(checker.getPropertiesOfType(type), property => changeableMember(program, property, path, seen))
  )
}

function changeableMember(program: Program, property: Sym, path: string, seen: Set<number>): string | undefined {
  if (property.flags & (SymbolFlags.Method | SymbolFlags.Prototype)) return undefined
  if (!isReadonly(program, property)) return `${path}.${property.name}`
  const type = program.checker.getTypeOfSymbol(property)
  return type && changeable(program, type, `${path}.${property.name}`, seen)
}

/** Of mapped types and `as const`, where no declaration says so. */
const READONLY_BY_CHECK = 1 << 3

const isReadonly = ({ project }: Program, property: Sym): boolean =>
  (property.checkFlags & READONLY_BY_CHECK) !== 0 ||
  (property.flags & SymbolFlags.Accessor) === SymbolFlags.GetAccessor ||
  property.declarations.some(handle => {
    const declaration = handle.resolve(project) as { readonly modifiers?: readonly Node[] } | undefined
    return declaration?.modifiers?.some(({ kind }) => kind === SyntaxKind.ReadonlyKeyword) ?? false
  })

/** Whether a value of a type can be called, or something in it can: a closure may hide there. */
export function holdsFunctions(program: Program, type: Type, depth = 3): boolean {
  if (type.flags & TypeFlags.Primitive || depth === 0) return false
  const parts = partsOf(type)
  if (parts) return parts.some(part => holdsFunctions(program, part, depth))
  const { checker } = program
  if (checker.getSignaturesOfType(type, SignatureKind.Call).length > 0) return true
  const symbol = type.getSymbol()
  const held =
    symbol && isForeign(program, symbol)
      ? /Iterator|Generator/.test(symbol.name) || checker.getTypeArguments(type as never)
      : checker.getPropertiesOfType(type).map(property => checker.getTypeOfSymbol(property))
  return held === true || held.some(part => part !== undefined && holdsFunctions(program, part, depth - 1))
}

const partsOf = (type: Type): readonly Type[] | undefined =>
  type.isUnionType() || type.isIntersectionType() ? type.getTypes() : undefined

const isTuple = (type: Type): boolean => type.isTypeReference() && type.getTarget().isTupleType()

function isReadonlyList(type: Type): boolean {
  const target = type.isTypeReference() ? type.getTarget() : type
  return target.isTupleType() ? target.readonly : type.getSymbol()?.name === 'ReadonlyArray'
}

/** A type that has a name and is not ours; what stands in braces is looked into, wherever that is. */
const isForeign = ({ root }: Program, symbol: Sym): boolean =>
  !symbol.name.startsWith('__') && homesOf(symbol).every(path => !path.startsWith(`${root}/`))

function first<In>(list: readonly In[], find: (item: In) => string | undefined): string | undefined {
  for (const item of list) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
