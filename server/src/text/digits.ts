/**
 * Whether one hexadecimal digit typed wrong, left out or typed twice makes one number the other. Those of one digit and
 * zeros are all alike in this way: 0x600000 is no slip of 0x100000.
 */
export function isOneDigitOff(one: bigint, other: bigint): boolean {
  const [a, b] = [one.toString(16), other.toString(16)]
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (a === b || 1 < long.length - short.length) return false
  let same = 0
  while (same < short.length && short[same] === long[same]) same++
  const rest = short.slice(short.length === long.length ? same + 1 : same)
  return rest === long.slice(same + 1) && /[^0]/.test(short.slice(0, same) + rest)
}
