import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode } from '../../src/text/encoding.ts'

const roundTrip = (bytes: Uint8Array) => {
  const { text, encoding } = decode(bytes)
  return encode(text, encoding)
}

test('any bytes come back as they were', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      expect([...roundTrip(bytes)!]).toEqual([...bytes])
    }),
  )
})

test('a byte order mark is no part of the text and is kept', () => {
  const bytes = new TextEncoder().encode('\uFEFFint a;')
  expect(decode(bytes)).toMatchObject({ text: 'int a;', encoding: { name: 'utf-8', hasMark: true } })
  expect(roundTrip(bytes)).toEqual(bytes)
})

test('what is not UTF-8 is read byte by byte', () => {
  expect(decode(Uint8Array.of(0x2f, 0x2f, 0xfc)).text).toBe('//ü')
})

test('a character the encoding lacks is not written as something else', () => {
  expect(encode('→', { name: 'latin1', hasMark: false })).toBeUndefined()
})
