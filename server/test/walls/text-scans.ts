import {
  isCallExpression,
  isFunctionLikeDeclaration,
  isPropertyAccessExpression,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast'
import { bare } from './changes.ts'
import { declarationOf } from './given.ts'
import { isMember, type Member } from './members.ts'
import { locationOf, nodesIn, type Program } from './program.ts'

/** Regular expressions that run over the whole text of a file, through a variable or a function it is given to. */
export function textScansIn(program: Program, file: SourceFile): readonly string[] {
  return [...nodesIn(file)]
    .filter(node => isScan(program, node) || handsToScan(program, node))
    .map(node => locationOf(program, node))
}

const isScan = (program: Program, node: Node): boolean => {
  const scanned = scannedBy(node)
  return scanned !== undefined && isText(program, scanned)
}

function scannedBy(call: Node): Node | undefined {
  if (!isCallExpression(call) || !isPropertyAccessExpression(call.expression)) return undefined
  const { expression, name } = call.expression
  if (/^(?:match|matchAll|search|replace|replaceAll|split)$/.test(name.text)) return expression
  return /^(?:test|exec)$/.test(name.text) ? call.arguments[0] : undefined
}

/** Whether a function of ours is given the text and runs an expression over that parameter. */
function handsToScan(program: Program, call: Node): boolean {
  if (!isCallExpression(call)) return false
  const given = call.arguments.flatMap((argument, index) => (isText(program, argument) ? index : []))
  if (given.length === 0) return false
  const made = program.checker.getResolvedSignature(call)?.declaration?.resolve(program.project)
  if (!made || !isFunctionLikeDeclaration(made)) return false
  const parameters = given.map(index => made.parameters[index])
  return [...nodesIn(made)]
    .flatMap(node => scannedBy(node) ?? [])
    .some(scanned => {
      const declaration = declarationOf(program, bare(scanned))
      return declaration !== undefined && parameters.some(parameter => parameter === declaration)
    })
}

const TEXT: Member = { home: 'text/source-file.ts', owner: 'SourceFile', name: 'text' }

const isText = (program: Program, node: Node): boolean => isMember(program, node, TEXT)
