import type { Analysis } from '../analyze.ts'
import { tokensIn } from '../c/raw/tokens.ts'
import type { Unit } from '../c/unit.ts'
import { constantDoc } from '../config/reference/index.ts'
import type { Span } from '../text/source-file.ts'

/** LSP's own names, so that every theme colours them. */
export const TOKEN_TYPES = ['property', 'enumMember', 'macro', 'type', 'comment'] as const
export type TokenType = (typeof TOKEN_TYPES)[number]

/** What a flag of a region is about, for themes that tell them apart. */
export const TOKEN_MODIFIERS = ['access', 'dma', 'io', 'sharing'] as const
export type TokenModifier = (typeof TOKEN_MODIFIERS)[number]

export interface SemanticToken {
  readonly at: Span
  readonly type: TokenType
  readonly modifier?: TokenModifier
}

/** Fields, constants of the format, other macros, structs; what conditionals leave out is coloured like a comment. */
export function semanticTokens({ unit }: Analysis, part?: Pick<Span, 'start' | 'end'>): readonly SemanticToken[] {
  const tokens = tokensIn(unit.main)
  let region = 0
  return tokens.flatMap(({ kind, text, span }, index) => {
    if (part && (span.end <= part.start || part.end <= span.start)) return []
    while (unit.inactive[region] && unit.inactive[region]!.end <= span.start) region++
    const off = unit.inactive[region]
    if (off && off.start <= span.start) return [{ at: span, type: 'comment' as const }]
    if (kind !== 'identifier') return []
    const type = typeOf(unit, text, tokens[index - 1]?.text)
    const modifier = type === 'enumMember' ? modifierOf(text) : undefined
    return type ? [{ at: span, type, ...(modifier && { modifier }) }] : []
  })
}

const MODIFIERS: readonly (readonly [RegExp, TokenModifier])[] = [
  [/^(READ|WRITE|EXECUTE)$/, 'access'],
  [/^DMA$/, 'dma'],
  [/^IO/, 'io'],
  [/^(COMM_REGION|LOADABLE|ROOTSHARED)$/, 'sharing'],
]

function modifierOf(name: string): TokenModifier | undefined {
  const flag = /^JAILHOUSE_MEM_(\w+)$/.exec(name)?.[1]
  return flag === undefined ? undefined : MODIFIERS.find(([kind]) => kind.test(flag))?.[1]
}

function typeOf(unit: Unit, name: string, before: string | undefined): TokenType | undefined {
  if (before === '.' || before === '->') return 'property'
  if (before === 'struct' || before === 'union') return 'type'
  if (!unit.macros.has(name)) return undefined
  return constantDoc(name) ? 'enumMember' : 'macro'
}
