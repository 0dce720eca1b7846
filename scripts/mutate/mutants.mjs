// What a slip of the pen makes of a source: other operators, conditions and numbers, calls left out. Each mutant is an
// expression or a statement in place of one; words in quotes stay as they are.
import { parseSync } from 'vite'

const OPERATORS = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '&': '|',
  '|': '&',
  '<<': '>>',
  '>>': '<<',
  '&&': '||',
  '||': '&&',
}
const METHODS = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
])

const isText = ({ type, value }) => type === 'TemplateLiteral' || (type === 'Literal' && typeof value === 'string')

/** What may stand in place of a node: its range, the text, and whether it is a statement. */
function* replacements(node, source) {
  const own = part => source.slice(part.start, part.end)
  const whole = text => ({ start: node.start, end: node.end, text, isStatement: false })
  const isOperation = node.type === 'BinaryExpression' || node.type === 'LogicalExpression'
  if (isOperation && OPERATORS[node.operator] && !isText(node.left) && !isText(node.right))
    yield whole(`${own(node.left)} ${OPERATORS[node.operator]} ${own(node.right)}`)
  if (node.type === 'UnaryExpression' && node.operator === '!') yield whole(own(node.argument))
  if (node.type === 'ConditionalExpression' || node.type === 'IfStatement')
    for (const text of ['true', 'false']) yield { ...whole(text), start: node.test.start, end: node.test.end }
  if (node.type === 'Literal' && typeof node.value === 'boolean') yield whole(String(!node.value))
  if (node.type === 'Literal' && /^(number|bigint)$/.test(typeof node.value))
    yield whole(typeof node.value === 'bigint' ? `(${own(node)} + 1n)` : `(${own(node)} + 1)`)
  if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && !node.callee.computed) {
    const { object, property } = node.callee
    const rest = source.slice(property.end, node.end)
    const other = METHODS.get(property.name)
    if (other) yield whole(source.slice(node.start, property.start) + other + rest)
    if (property.name === 'filter' && !node.callee.optional) yield whole(own(object))
  }
  if (node.type === 'ExpressionStatement' && /^(Call|Assignment|Update)Expression$/.test(node.expression.type))
    yield { ...whole(''), isStatement: true }
}

/** Types, imports and names of members say nothing at run time. */
function* parts(node) {
  for (const [key, value] of Object.entries(node)) {
    if (key === 'key' && !node.computed) continue
    for (const each of Array.isArray(value) ? value : [value])
      if (typeof each?.type === 'string' && !isSilent(each.type)) yield each
  }
}

const ERASED = /^TS(As|Satisfies|NonNull)Expression$/
const isSilent = type => (/^TS/.test(type) && !ERASED.test(type)) || /^(Import|ExportAll)/.test(type)

/** All mutants of a source, with the line each is on. */
export function mutantsOf(path, source) {
  const found = []
  const visit = node => {
    for (const { start, end, text, isStatement } of replacements(node, source))
      found.push({ path, start, end, text, isStatement, line: source.slice(0, start).split('\n').length })
    for (const part of parts(node)) visit(part)
  }
  visit(parseSync(path, source).program)
  return found
}

/** The source with switches: each mutant stands beside what it replaces. None may overlap another. */
export function withSwitches(source, mutants) {
  let text = source
  for (const { id, start, end, ...mutant } of mutants.toSorted((a, b) => b.start - a.start)) {
    const before = source.slice(start, end)
    const switched = mutant.isStatement
      ? `{ if (!globalThis.isMutant(${id})) { ${before} } }`
      : `(globalThis.isMutant(${id}) ? (${mutant.text}) : (${before}))`
    text = text.slice(0, start) + switched + text.slice(end)
  }
  return text
}
