// Random changes of text as people, merges and accidents make them; everything is decided by a `Random`.
import { cell, hardInputs } from './hard-inputs.mjs'

const JUNK = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ',',
  ';',
  '.',
  '=',
  '"',
  "'",
  '#',
  '\\',
  '/*',
  '*/',
  '//',
  '\n',
  '\r\n',
  '\t',
  '0x',
  '<<',
  '@',
  '\0',
  '\u{1f600}',
  '\ud800',
  '\u2028',
  '\ufeff',
  '<<<<<<< HEAD\n',
  '=======\n',
  '#if',
  '#ifdef X\n',
  '#else\n',
  '#endif\n',
  '#define X {',
  '#define Y(a, ...) a##__VA_ARGS__\n',
  '#include "',
  '#include "x.c"\n',
  '\\\n',
  '.phys_start = ',
  '.flags = ',
  'JAILHOUSE_MEM_',
  '[0 ... 3] = ',
  'struct ',
  'union {',
  '__attribute__((packed))',
  '/* jailhouse-warden: root=',
  '// jailhouse-warden: ignore JH205\n',
  'sizeof(',
  '~0ULL',
  '1 << 63',
  '-1',
  '__proto__',
  'constructor',
  '0xffffffffffffffffff',
  '1e9',
  '?:',
  '##',
  '...',
]

const NUMBERS = [
  '0',
  '1',
  '0x1',
  '0xfff',
  '0x1000',
  '0x80000000',
  '0xffffffff',
  '0x100000000',
  '0xffffffffffffffff',
  '-1',
  '65536',
  '4000000',
]

const words = text => [...text.matchAll(/\w+|[^\w\s]/g)]

/** One change: `[start, end)` becomes `text`. */
export function randomEdit(text, random, others) {
  const all = words(text)
  const word = all.length > 0 ? random.one(all) : { index: 0, 0: '' }
  const [start, end] = [word.index, word.index + word[0].length]
  const line = text.lastIndexOf('\n', start) + 1
  const lineEnd = text.indexOf('\n', start) + 1 || text.length
  switch (random.below(11)) {
    case 0:
      return { start, end, text: '' }
    case 1:
      return { start, end: start, text: random.one(JUNK) }
    case 2:
      return { start, end, text: random.one(NUMBERS) }
    case 3:
      return { start: line, end: lineEnd, text: '' }
    case 4:
      return { start: lineEnd, end: lineEnd, text: text.slice(line, lineEnd) }
    case 5:
      return { start, end, text: random.one(all)?.[0] ?? '' }
    case 6: {
      const from = random.below(text.length + 1)
      return { start, end: start, text: text.slice(from, from + random.below(200)) }
    }
    case 7: {
      const other = random.one(others)
      const from = random.below(other.length + 1)
      return { start, end: start, text: other.slice(from, from + random.below(400)) }
    }
    case 8:
      return { start, end: Math.min(text.length, start + random.below(200)), text: '' }
    case 9: {
      const at = random.below(text.length + 1)
      return { start: at, end: at, text: random.one(JUNK) }
    }
    default:
      return {
        start,
        end: Math.min(text.length, start + random.below(3)),
        text: random.one(JUNK).repeat(1 + random.below(3)),
      }
  }
}

export const applied = (text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end)

/** Bytes with some of them changed, left out, or there twice. */
export function mutatedBytes(bytes, random) {
  const changed = Buffer.from(bytes)
  for (let n = 1 + random.below(8); 0 < n && 0 < changed.length; n--)
    changed[random.below(changed.length)] = random.one([0, 1, 0x7f, 0x80, 0xff, random.below(256)])
  const [from, length] = [random.below(changed.length + 1), random.below(64)]
  if (random.chance(20)) return changed.subarray(0, from)
  if (random.chance(20)) return Buffer.concat([changed.subarray(0, from), changed.subarray(from + length)])
  if (random.chance(20)) return Buffer.concat([changed.subarray(0, from + length), changed.subarray(from)])
  return changed
}

/** A small one of the inputs that were made to stop it, as files. */
export function hardFiles(random) {
  const [, [make, sizes]] = random.one(Object.entries(hardInputs))
  const made = make(Math.min(sizes[0], 1 + random.below(200)))
  return typeof made === 'string' ? { 'x.c': made } : { 'x.c': cell(), ...made }
}
