import {
  isBindingElement,
  isBindingPattern,
  isCallExpression,
  isClassLikeDeclaration,
  isExportAssignment,
  isFunctionLikeDeclaration,
  isIdentifier,
  isNewExpression,
  isPropertyAccessExpression,
  isPropertyDeclaration,
  isVariableDeclaration,
  isVariableDeclarationList,
  type Node,
  NodeFlags,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast'
import { changeable, holdsFunctions } from './changeable.ts'
import { type Change, changedBy, rootOf } from './changes.ts'
import { originsOf } from './given.ts'
import { evaluatedIn, functionAround, homesOf, locationOf, nodesIn, type Program, symbolAt } from './program.ts'

/** What of a file can change after its module is loaded; `keeping` is the file whose classes and functions may hold state. */
export function stateIn(program: Program, file: SourceFile, keeping: string): readonly string[] {
  const declared = [...evaluatedIn(file)].flatMap(node => found(program, node, declaredBy(program, node, keeping)))
  const changed = [...nodesIn(file)]
    .flatMap(changedBy)
    .flatMap(change => found(program, change.of, isShared(program, change, keeping) ? 'is changed' : undefined))
  return [...declared, ...changed]
}

const found = (program: Program, node: Node, why: string | undefined): readonly string[] =>
  why === undefined ? [] : [`${locationOf(program, node)} ${node.getText().split('\n')[0]}: ${why}`]

/** A variable, a value whose type lets it change, or one that closes over state. */
function declaredBy(program: Program, node: Node, keeping: string): string | undefined {
  if (isVariableDeclarationList(node)) return node.flags & NodeFlags.Const ? undefined : 'a variable'
  if (isVariableDeclaration(node) || isBindingElement(node))
    return !node.name || isBindingPattern(node.name) ? undefined : typeOf(program, node.name, keeping)
  if (isExportAssignment(node)) return typeOf(program, node.expression, keeping)
  if (isPropertyDeclaration(node))
    return node.modifiers?.some(({ kind }) => kind === SyntaxKind.ReadonlyKeyword)
      ? typeOf(program, node.name, keeping)
      : 'a static member'
  return (isCallExpression(node) || isNewExpression(node)) && makesState(program, node, keeping)
    ? 'closes over state'
    : undefined
}

function typeOf(program: Program, node: Node, keeping: string): string | undefined {
  const type = program.checker.getTypeAtLocation(node)
  const part = type && changeable(program, type)
  return part === undefined || isKept(program, node, keeping) ? undefined : `its type lets ${part} change`
}

/** Whether a name is of a class of the file that may keep state. */
function isKept({ root, checker }: Program, node: Node, keeping: string): boolean {
  const symbol = checker.getTypeAtLocation(node)?.getSymbol()
  return symbol !== undefined && homesOf(symbol).includes(`${root}/${keeping}`)
}

/** Whether what is changed belongs to no call: a module, a class or the language holds it. */
function isShared(program: Program, { of, isAssigned }: Change, keeping: string): boolean {
  // An expression that says where it begins is set before each use.
  if (isPropertyAccessExpression(of) && of.name.text === 'lastIndex') return false
  // A variable is found where it is declared.
  if (isAssigned && isIdentifier(of)) return false
  return originsOf(program, of).some(origin => isSharedName(program, origin, keeping))
}

function isSharedName(program: Program, root: Node, keeping: string): boolean {
  if (root.kind === SyntaxKind.ThisKeyword) return isSharedThis(root)
  if (!isIdentifier(root) || isKept(program, root, keeping)) return false
  if (root.text === 'globalThis') return true
  const declarations = symbolAt(program, root)?.declarations ?? []
  return declarations.some(handle => {
    const declaration = handle.resolve(program.project)
    return declaration === undefined || functionAround(declaration) === undefined
  })
}

/** `this` of a static member, or of an object that a module declares. */
function isSharedThis(node: Node): boolean {
  let member: Node | undefined = node
  while (member && !isClassMember(member)) member = member.parent
  if (!member?.parent) return false
  return isClassLikeDeclaration(member.parent) ? isStatic(member) : functionAround(member) === undefined
}

const isClassMember = (node: Node): boolean =>
  node.parent !== undefined &&
  (isClassLikeDeclaration(node.parent) ||
    (node.parent.kind === SyntaxKind.ObjectLiteralExpression && node.kind !== SyntaxKind.PropertyAssignment))

const isStatic = (member: Node): boolean =>
  member.kind === SyntaxKind.ClassStaticBlockDeclaration ||
  ('modifiers' in member &&
    (member.modifiers as readonly Node[] | undefined)?.some(({ kind }) => kind === SyntaxKind.StaticKeyword) === true)

/** Whether a call of ours answers something that remembers: a closure over what it changes, or such an object. */
function makesState(program: Program, node: Node, keeping: string): boolean {
  const declaration = program.checker.getResolvedSignature(node)?.declaration?.resolve(program.project)
  const made = isNewExpression(node) ? classOf(program, node.expression) : declaration
  if (!made || made.getSourceFile().fileName === `${program.root}/${keeping}`) return false
  if (isClassLikeDeclaration(made)) return made.members.some(member => isChangeableField(program, member))
  return isFunctionLikeDeclaration(made) && closesOverState(program, made, keeping)
}

const classOf = (program: Program, name: Node): Node | undefined =>
  isClassLikeDeclaration(name) ? name : symbolAt(program, name)?.valueDeclaration?.resolve(program.project)

function isChangeableField(program: Program, member: Node): boolean {
  if (!isPropertyDeclaration(member) || isStatic(member)) return false
  if (!member.modifiers?.some(({ kind }) => kind === SyntaxKind.ReadonlyKeyword)) return true
  const type = program.checker.getTypeAtLocation(member.name)
  return type !== undefined && changeable(program, type) !== undefined
}

function closesOverState(program: Program, maker: Node, keeping: string): boolean {
  const changesOwn = [...nodesIn(maker)].some(
    node =>
      functionAround(node) !== maker && changedBy(node).some(({ of }) => isOwn(program, rootOf(of), maker, keeping)),
  )
  const passesOn = () =>
    [...evaluatedIn(maker)].some(
      node => node !== maker && (isCallExpression(node) || isNewExpression(node)) && makesState(program, node, keeping),
    )
  if (!changesOwn && !passesOn()) return false
  const signature = program.checker.getSignatureFromDeclaration(maker)
  const answer = signature && program.checker.getReturnTypeOfSignature(signature)
  return answer !== undefined && holdsFunctions(program, answer)
}

const isOwn = (program: Program, name: Node, maker: Node, keeping: string): boolean =>
  isIdentifier(name) &&
  !isKept(program, name, keeping) &&
  (symbolAt(program, name)?.declarations ?? []).some(handle => {
    const declaration = handle.resolve(program.project)
    return declaration !== undefined && functionAround(declaration) === maker
  })
