import { expect, test } from 'vitest'
import { Frames } from '../../src/lsp/frames.ts'

const message = (body: string) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

/** What passes of some bytes that come so many at a time, and how often something was left out. */
function passed(bytes: string | Buffer, size = bytes.length) {
  let complaints = 0
  const frames = new Frames(() => complaints++)
  const all = Buffer.from(bytes)
  for (let start = 0; start < all.length; start += size) frames.write(all.subarray(start, start + size))
  return { text: String(frames.read() ?? ''), complaints }
}

const good = message('{"id":1}') + message('{"name":"µ"}')

test.each([1, 3, 1000])('messages pass, in pieces of %i bytes as well', size => {
  expect(passed(good, size)).toEqual({ text: good, complaints: 0 })
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
  expect(passed(header + good)).toEqual({ text: good, complaints: 1 })
})

test('a message that is longer than it says costs the rest of itself', () => {
  const { text } = passed(`Content-Length: 3\r\n\r\n{"jsonrpc":"2.0"}${good}`)
  expect(text).toBe(`${message('{"j')}${good}`)
})

test('other headers and other spellings are understood', () => {
  const body = '{"id":1}'
  expect(passed(`content-type: klingon\r\nCONTENT-length:8\r\nX: y\r\n\r\n${body}`).text).toBe(message(body))
})

test('bytes that are no UTF-8 pass as they are', () => {
  const frames = new Frames(() => undefined)
  frames.write(Buffer.concat([Buffer.from('Content-Length: 2\r\n\r\n'), Buffer.from([0xff, 0xc3])]))
  expect([...(frames.read() as Buffer)].slice(-2)).toEqual([0xff, 0xc3])
})
