import type { SourceNode } from './grammar.ts'

/** Values in device tree source, macros already replaced: a name that is left is not known. */

/** Undefined: some name in it is not known. */
export function evaluate(node: SourceNode, text: string, depth = 0): bigint | undefined {
  if (64 < depth) return undefined
  const inner = (field: string) => {
    const part = node.children.find(child => child.field === field && isValue(child))
    return part && evaluate(part, text, depth + 1)
  }
  const spelled = text.slice(node.start, node.end)
  switch (node.type) {
    case 'integer_literal':
      return integer(spelled)
    case 'unary_expression':
      return unary(operatorOf(node, text), inner('argument'))
    case 'conditional_expression': {
      const condition = inner('condition')
      return condition === undefined ? undefined : inner(condition ? 'consequence' : 'alternative')
    }
    case 'binary_expression':
      return binary(operatorOf(node, text), inner('left'), inner('right'))
    default:
      return undefined
  }
}

const integer = (spelled: string): bigint | undefined => {
  const digits = spelled.replaceAll("'", '')
  if (/^0x[0-9a-f]+$/i.test(digits) || /^0b[01]+$/.test(digits) || /^(0|[1-9]\d*)$/.test(digits)) return BigInt(digits)
  return /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : undefined
}

const operatorOf = (node: SourceNode, text: string): string => {
  const operator = node.children.find(({ field }) => field === 'operator')
  return operator ? text.slice(operator.start, operator.end) : ''
}

export const isValue = ({ type }: SourceNode): boolean => /^(integer_literal|identifier|\w+_expression)$/.test(type)

function unary(operator: string, value: bigint | undefined): bigint | undefined {
  if (value === undefined) return undefined
  return operator === '-' ? -value : operator === '~' ? ~value : operator === '!' ? BigInt(value === 0n) : value
}

function binary(operator: string, a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return undefined
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return b === 0n ? undefined : a / b
    case '%':
      return b === 0n ? undefined : a % b
    case '<<':
      return 0n <= b && b < 64n ? BigInt.asIntN(65, a << b) : undefined
    case '>>':
      return 0n <= b && b < 64n ? a >> b : undefined
    case '|':
      return a | b
    case '&':
      return a & b
    case '^':
      return a ^ b
    case '&&':
      return BigInt(a !== 0n && b !== 0n)
    case '||':
      return BigInt(a !== 0n || b !== 0n)
    case '==':
      return BigInt(a === b)
    case '!=':
      return BigInt(a !== b)
    case '<':
      return BigInt(a < b)
    case '<=':
      return BigInt(a <= b)
    case '>':
      return BigInt(a > b)
    case '>=':
      return BigInt(a >= b)
    default:
      return undefined
  }
}
