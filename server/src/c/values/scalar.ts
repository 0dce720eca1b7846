import { hex } from '../../text/words.ts'
import type { Element } from './elements.ts'
import { convert, fits, isInt } from './integer.ts'
import { bitsOfReal, integerFrom, isFloat, isReal, toReal } from './real.ts'
import { type Constant, originOf, report } from './scope.ts'
import { type CType, type IntType, LONG_DOUBLE, typeName } from './types.ts'
import { ADDRESS, type IntValue, NO_INTEGER, type UnknownValue, ZERO } from './value.ts'

/** What a scalar of `type` and `width` bits stores of a constant. */
export function scalar(constant: Constant, type: CType, width: number, element: Element): IntValue | UnknownValue {
  const { value: written, base, type: source } = constant
  if (!isInt(type)) return noInteger(constant, type, element)
  if (isPointer(source) && type.name !== '_Bool') warnConversion('an integer', 'a pointer', element)
  if (isReal(constant)) return wholePart(constant.real, type, width, element)
  if (base !== undefined) {
    if (type.size !== 8) report(element.context, element, 'not-constant', 'address is not known before linking')
    return unknown(type, type.size === 8 ? ADDRESS : 'its initializer cannot be computed', element)
  }
  const value = convert(written, type, width)
  if (value !== written && isInt(source)) warnOverflow(written, value, source, type, width, element)
  return { kind: 'int', type, value, origin: originOf(element.context, element) }
}

/** What a pointer or a floating-point number stores. */
function noInteger(constant: Constant, type: CType, element: Element): UnknownValue {
  if (constant.base !== undefined) return unknown(type, ADDRESS, element)
  const refused = type === LONG_DOUBLE ? 'long double is not supported' : misfit(constant, type)
  if (refused !== undefined) {
    report(element.context, element, 'not-constant', refused)
    return unknown(type, 'its initializer cannot be computed', element)
  }
  if (isPointer(type) && isInt(constant.type) && constant.value !== 0n)
    warnConversion('a pointer', 'an integer', element)
  const bits = isFloat(type) ? bitsOfReal(toReal(constant, type).real, type) : BigInt.asUintN(64, constant.value)
  return bits === 0n ? unknown(type, ZERO, element) : { ...unknown(type, NO_INTEGER, element), bits }
}

/** gcc: "incompatible types when initializing". A pointer takes neither a `_Bool` nor a float without a cast, not even 0. */
function misfit(constant: Constant, type: CType): string | undefined {
  const { type: source } = constant
  if (isFloat(type)) return isPointer(source) ? 'a pointer does not convert to a floating-point number' : undefined
  const isBool = isInt(source) && source.name === '_Bool'
  return isBool || isReal(constant) ? 'not a constant of a pointer' : undefined
}

const isPointer = (type: CType): boolean => type.kind === 'other' && type.to !== undefined

/** gcc's -Wint-conversion. */
function warnConversion(to: string, from: string, element: Element): void {
  const message = `${to} is initialised with ${from}, without a cast`
  report(element.context, element, 'value-truncated', message, { severity: 'warning' })
}

function wholePart(real: number, type: IntType, width: number, element: Element): IntValue {
  const value = integerFrom(real, type, width)
  if (Number(value) !== real && type.name !== '_Bool')
    report(element.context, element, 'value-truncated', `${real} becomes ${numberText(value)}`, { severity: 'warning' })
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
  const harmless =
    fits(from, { ...type, signed: !type.signed }, width) ||
    (type.signed && source.size * 8 === width && source.name !== '_Bool')
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
