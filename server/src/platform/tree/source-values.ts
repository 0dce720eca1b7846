import { byWord } from '../../text/by-word.ts'
import type { SourceNode } from './grammar.ts'

/** Values in device tree source: numbers, and the constants of bindings that cells of Jailhouse use. */

/** What the headers under `dt-bindings/` define, as far as inmate trees use it. */
const CONSTANTS = byWord<bigint>({
  GIC_SPI: 0n,
  GIC_PPI: 1n,
  GIC_ESPI: 2n,
  GIC_EPPI: 3n,
  IRQ_TYPE_NONE: 0n,
  IRQ_TYPE_EDGE_RISING: 1n,
  IRQ_TYPE_EDGE_FALLING: 2n,
  IRQ_TYPE_EDGE_BOTH: 3n,
  IRQ_TYPE_LEVEL_HIGH: 4n,
  IRQ_TYPE_LEVEL_LOW: 8n,
  GPIO_ACTIVE_HIGH: 0n,
  GPIO_ACTIVE_LOW: 1n,
})

export interface Evaluation {
  readonly text: string
  readonly defines: ReadonlyMap<string, bigint>
}

/** Undefined: some name in it is not known. */
export function evaluate(node: SourceNode, context: Evaluation, depth = 0): bigint | undefined {
  if (64 < depth) return undefined
  const inner = (field: string) => {
    const part = node.children.find(child => child.field === field)
    return part && evaluate(part, context, depth + 1)
  }
  const spelled = context.text.slice(node.start, node.end)
  switch (node.type) {
    case 'integer_literal':
      return integer(spelled)
    case 'identifier':
      return context.defines.get(spelled) ?? CONSTANTS[spelled]
    case 'call_expression':
      return call(node, context, depth)
    case 'unary_expression':
      return unary(operatorOf(node, context), inner('argument'))
    case 'conditional_expression': {
      const condition = inner('condition')
      return condition === undefined ? undefined : inner(condition ? 'consequence' : 'alternative')
    }
    case 'binary_expression':
      return binary(operatorOf(node, context), inner('left'), inner('right'))
    default:
      return undefined
  }
}

const integer = (spelled: string): bigint | undefined => {
  const digits = spelled.replaceAll("'", '')
  if (/^0x[0-9a-f]+$/i.test(digits) || /^0b[01]+$/.test(digits) || /^(0|[1-9]\d*)$/.test(digits)) return BigInt(digits)
  return /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : undefined
}

const operatorOf = (node: SourceNode, { text }: Evaluation): string => {
  const operator = node.children.find(({ field }) => field === 'operator')
  return operator ? text.slice(operator.start, operator.end) : ''
}

/** `GIC_CPU_MASK_SIMPLE(n)` and `GIC_CPU_MASK_RAW(x)` are the macros that occur. */
function call(node: SourceNode, context: Evaluation, depth: number): bigint | undefined {
  const name = node.children.find(({ field }) => field === 'function')
  const [argument] = node.children.find(({ field }) => field === 'arguments')?.children.filter(isValue) ?? []
  const value = argument && evaluate(argument, context, depth + 1)
  if (!name || value === undefined) return undefined
  switch (context.text.slice(name.start, name.end)) {
    case 'GIC_CPU_MASK_SIMPLE':
      return value < 9n ? ((1n << value) - 1n) << 8n : undefined
    case 'GIC_CPU_MASK_RAW':
      return value << 8n
    default:
      return undefined
  }
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
    default:
      return undefined
  }
}
