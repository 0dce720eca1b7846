import { hex } from '../../text/words.ts'
import type { Element } from './elements.ts'
import { convert, fits, isInt } from './integer.ts'
import { type Constant, originOf, report } from './scope.ts'
import { type CType, type IntType, typeName } from './types.ts'
import { ADDRESS, type IntValue, type UnknownValue, ZERO } from './value.ts'

/** What a scalar of `type` and `width` bits stores of a constant. */
export function scalar(constant: Constant, type: CType, width: number, element: Element): IntValue | UnknownValue {
  const { value: written, base, type: source } = constant
  if (!isInt(type)) return unknown(type, base === undefined && written === 0n ? ZERO : ADDRESS, element)
  if (base !== undefined) {
    if (type.size !== 8) report(element.context, element, 'not-constant', 'address is not known before linking')
    return unknown(type, type.size === 8 ? ADDRESS : 'its initializer cannot be computed', element)
  }
  const value = convert(written, type, width)
  if (value !== written && isInt(source)) warnOverflow(written, value, source, type, width, element)
  return { kind: 'int', type, value, origin: originOf(element.context, element) }
}

export const unknown = (type: CType, reason: string, element: Element): UnknownValue => ({
  kind: 'unknown',
  type,
  reason,
  origin: originOf(element.context, element),
})

/** gcc's -Woverflow: a change of sign alone is not worth a word. */
function warnOverflow(from: bigint, to: bigint, source: IntType, type: IntType, width: number, element: Element): void {
  if (type.name === '_Bool') return
  const harmless = type.signed
    ? source.size * 8 === width && source.name !== '_Bool'
    : fits(from, { ...type, signed: true }, width)
  if (harmless) return
  const bits = width === type.size * 8 ? typeName(type) : `${typeName(type)}:${width}`
  report(
    element.context,
    element,
    'value-truncated',
    `${numberText(from)} does not fit ${bits}: it becomes ${numberText(to)}`,
    {
      severity: 'warning',
    },
  )
}

const numberText = (value: bigint): string =>
  -10n < value && value < 10n ? `${value}` : value < 0n ? `-${hex(-value)}` : hex(value)
