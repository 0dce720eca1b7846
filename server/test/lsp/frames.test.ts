import { expect, test } from 'vitest'
import { Frames } from '../../src/lsp/frames.ts'

const message = (body: string) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

/** What passes of some bytes that come so many at a time, and how often something was left out. */
function passed(bytes: string | Buffer, size = bytes.length) {
  let [complaints, refused] = [0, 0]
  const frames = new Frames(
    () => complaints++,
    () => refused++,
  )
  const all = Buffer.from(bytes)
  for (let start = 0; start < all.length; start += size) frames.write(all.subarray(start, start + size))
  return { text: String(frames.read() ?? ''), complaints, refused }
}

const good = message('{"id":1,"result":0}') + message('{"method":"µ"}')

test.each([1, 3, 1000])('messages pass, in pieces of %i bytes as well', size => {
  expect(passed(good, size)).toEqual({ text: good, complaints: 0, refused: 0 })
})

test.each([
  ['without a length', 'Content-Type: x\r\n\r\n'],
  ['with words in its place', 'Content-Length: many\r\n\r\n'],
  ['with a negative one', 'Content-Length: -5\r\n\r\n'],
  ['with none at all', 'Content-Length:\r\n\r\n'],
  ['with one that no message has', 'Content-Length: 99999999999\r\n\r\n'],
  ['with a larger one than any', 'Content-Length: 999999999\r\n\r\n'],
  ['with one of zero', 'Content-Length: 0\r\n\r\n'],
  ['that is none', 'hello\r\n\r\n'],
  ['without a colon', 'Content-Length 5\r\n\r\n'],
  ['that never ends', `${'x'.repeat(10_000)}\r\n\r\n`],
])('a header %s is left out and what follows is read', (_, header) => {
  expect(passed(header + good)).toEqual({ text: good, complaints: 1, refused: 0 })
})

test('a message that is longer than it says costs the rest of itself', () => {
  const { text, refused } = passed(`Content-Length: 3\r\n\r\n{"jsonrpc":"2.0"}${good}`)
  expect(text).toBe(good)
  expect(refused).toBe(1)
})

test('other headers and other spellings are understood', () => {
  const body = '{"method":"x"}'
  expect(passed(`content-type: klingon\r\nCONTENT-length:14\r\nX: y\r\n\r\n${body}`).text).toBe(message(body))
})

test('bytes that are no UTF-8 pass as they are', () => {
  const body = Buffer.from('{"method":"x??"}', 'latin1').map(byte => (byte === 0x3f ? 0xff : byte))
  const frames = new Frames(
    () => undefined,
    () => undefined,
  )
  frames.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]))
  expect([...(frames.read() as Buffer)].slice(-body.length)).toEqual([...body])
})
