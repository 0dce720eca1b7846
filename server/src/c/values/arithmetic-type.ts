import type { SyntaxNode } from '../parse/grammar.ts'
import { type EvalContext, report } from './scope.ts'
import type { CType, IntType } from './types.ts'
import * as types from './types.ts'

/** The type of words like `unsigned long int`, in any order. */
export function arithmeticType(node: SyntaxNode, context: EvalContext): CType | undefined {
  const words = node.text.split(/\s+/)
  // The grammar takes the second word of `unsigned __int128` for a macro.
  if (context.chunk.tokens[node.end]?.text === '__int128') words.push('__int128')
  if (isNoType(words)) return report(context, node, 'unknown-type', `"${node.text}" is not a type`)
  const has = (word: string): boolean => words.includes(word)
  const signed = !has('unsigned')
  const pick = (a: IntType, b: IntType): IntType => (signed ? a : b)
  const longs = words.filter(word => word === 'long').length
  if (has('void')) return types.VOID
  if (has('float')) return types.FLOAT
  if (has('double')) return longs ? types.LONG_DOUBLE : types.DOUBLE
  if (has('bool')) return types.BOOL
  if (has('char')) return has('signed') ? types.SCHAR : pick(types.CHAR, types.UCHAR)
  if (has('__int128')) return pick(types.INT128, types.UINT128)
  if (has('short')) return pick(types.SHORT, types.USHORT)
  if (longs) return longs === 1 ? pick(types.LONG, types.ULONG) : pick(types.LLONG, types.ULLONG)
  return WELL_KNOWN.get(words.at(-1) ?? '') ?? pick(types.INT, types.UINT)
}

/** Words that no type has together. */
function isNoType(words: readonly string[]): boolean {
  const count = (...wanted: readonly string[]) => words.filter(word => wanted.includes(word)).length
  const bases = count('void', 'char', 'float', 'double', '_Bool', 'bool')
  const sizes = count('short') + count('long')
  const hasSign = count('signed', 'unsigned') + count('short')
  if (1 < bases || 1 < count('signed', 'unsigned') || 2 < count('long') || (count('short') && count('long')))
    return true
  if (count('void', 'float', '_Bool', 'bool')) return 0 < hasSign + sizes
  if (count('double')) return 0 < hasSign || 1 < sizes
  return 0 < count('char') && 0 < sizes
}

/** What tree-sitter-c calls primitive although C has it from a header, and gcc's own words. */
export const WELL_KNOWN: ReadonlyMap<string, CType> = new Map<string, CType>([
  ['size_t', types.ULONG],
  ['ssize_t', types.LONG],
  ['ptrdiff_t', types.LONG],
  ['intptr_t', types.LONG],
  ['uintptr_t', types.ULONG],
  ['int8_t', types.SCHAR],
  ['uint8_t', types.UCHAR],
  ['int16_t', types.SHORT],
  ['uint16_t', types.USHORT],
  ['int32_t', types.INT],
  ['uint32_t', types.UINT],
  ['int64_t', types.LONG],
  ['uint64_t', types.ULONG],
  ['__int128', types.INT128],
  ['__int128_t', types.INT128],
  ['__uint128_t', types.UINT128],
])

/** What the kernel's `u8` to `s64` mean, where the header that declares them is missing: reported once, and read on. */
export const fixedWidth = (name: string): CType | undefined => FIXED_WIDTHS.get(name.replace(/^__/, ''))

const FIXED_WIDTHS: ReadonlyMap<string, CType> = new Map<string, CType>([
  ['u8', types.UCHAR],
  ['u16', types.USHORT],
  ['u32', types.UINT],
  ['u64', types.ULLONG],
  ['s8', types.SCHAR],
  ['s16', types.SHORT],
  ['s32', types.INT],
  ['s64', types.LLONG],
])
