import type { Token } from '../token.ts'
import type { Problem } from '../unit.ts'
import type { Pragma } from './preprocess.ts'

/** What the pragmas of a file say about the layout of structs. */
export interface Packing {
  /** In bytes, the largest alignment of the members of a struct that ends with a token; undefined for no limit. */
  readonly packAt: (token: Token) => number | undefined
  readonly problems: readonly Problem[]
}

/** From the token at `index` on, members are aligned to no more than `limit` bytes. */
interface Limit {
  readonly index: number
  readonly limit: number | undefined
}

export function packingOf(tokens: readonly Token[], pragmas: readonly Pragma[]): Packing {
  const relevant = pragmas.filter(({ text }) => LAYOUT.test(text))
  if (relevant.length === 0) return NO_PACKING
  const problems: Problem[] = []
  const limits = limitsOf(relevant, problems)
  const index = new Map(tokens.map((token, i) => [token, i]))
  const packAt = (token: Token): number | undefined => {
    const at = index.get(token)
    return at === undefined ? undefined : limits.findLast(each => each.index <= at)?.limit
  }
  return { packAt, problems }
}

const LAYOUT = /^(pack|scalar_storage_order)\b/
const NO_PACKING: Packing = { packAt: () => undefined, problems: [] }

interface Pushed {
  readonly name: string | undefined
  readonly limit: number | undefined
}

/** Follows `pack(n)`, `pack()`, `pack(push, n)` and `pack(pop)` as gcc's `handle_pragma_pack` does. */
function limitsOf(pragmas: readonly Pragma[], problems: Problem[]): readonly Limit[] {
  const limits: Limit[] = []
  const stack: Pushed[] = []
  let limit: number | undefined
  for (const { text, span, before: index } of pragmas) {
    const step = stepOf(text)
    if (!step) {
      const isPack = text.startsWith('pack')
      const message = isPack ? 'malformed #pragma pack; ignored' : `#pragma ${text} is not supported`
      problems.push({ kind: 'declaration', span, message, severity: isPack ? 'warning' : 'error' })
      continue
    }
    if (step.action === 'push') stack.push({ name: step.name, limit })
    if (step.action === 'pop') limit = pop(stack, step.name, limit)
    if (step.size !== undefined) limit = step.size || undefined
    limits.push({ index, limit })
  }
  return limits
}

interface Step {
  readonly action?: 'push' | 'pop'
  readonly name?: string | undefined
  /** 0 for no limit. */
  readonly size?: number
}

function stepOf(text: string): Step | undefined {
  const [first, ...rest] =
    /^pack *\(([^)]*)\)/
      .exec(text)?.[1]
      ?.split(',')
      .map(word => word.trim()) ?? []
  if (first === undefined) return undefined
  if (first !== 'push' && first !== 'pop') return rest.length ? undefined : sized({}, first || '0')
  const name = rest.find(word => /^[A-Za-z_]/.test(word))
  const size = rest.find(word => /^\d/.test(word))
  if (rest.length !== Number(name !== undefined) + Number(size !== undefined)) return undefined
  if (size === undefined) return { action: first, name }
  return first === 'push' ? sized({ action: first, name }, size) : undefined
}

const sized = (step: Step, word: string): Step | undefined =>
  /^(0|1|2|4|8|16)$/.test(word) ? { ...step, size: Number(word) } : undefined

/** The limit before the push of this name, or before the last one. */
function pop(stack: Pushed[], name: string | undefined, current: number | undefined): number | undefined {
  const named = name === undefined ? -1 : stack.findLastIndex(each => each.name === name)
  const at = 0 <= named ? named : stack.length - 1
  if (at < 0) return current
  const { limit } = stack[at]!
  stack.length = at
  return limit
}
