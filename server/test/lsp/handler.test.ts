import { expect, test } from 'vitest'
import { CancellationToken, type Connection } from 'vscode-languageserver'
import { type ConnectionState, handlerWrapper } from '../../src/lsp/handler.ts'
import type { Session } from '../../src/lsp/session.ts'

/** The frame around every request, with a handler and a connection of this test's own. */
function ask(
  handler: () => unknown,
  { token = CancellationToken.None, state = {} as ConnectionState, params = {} as unknown } = {},
) {
  const logged: string[] = []
  const connection = {
    console: { error: (words: string) => logged.push(words), warn: (words: string) => logged.push(words) },
  } as unknown as Connection
  const wrap = handlerWrapper(connection, { session: {} as Session, ...state })
  const answer = wrap(handler)(params, token).catch(error => error.code as number)
  return answer.then(outcome => ({ outcome, logged }))
}

test('what was cancelled meanwhile is not answered', async () => {
  const { outcome } = await ask(() => 'an answer', { token: CancellationToken.Cancelled })
  expect(outcome).toBe(-32800)
  expect((await ask(() => 'an answer')).outcome).toBe('an answer')
})

test('an error of ours is an internal error to the client, and logged once', async () => {
  const { outcome, logged } = await ask(() => {
    throw new TypeError('planted')
  })
  expect(outcome).toBe(-32603)
  expect(logged).toEqual([expect.stringMatching(/^TypeError: planted\n +at /)])
})

test('of a list that is too long to be read the first are sent, and the log says so', async () => {
  const list = Array.from({ length: 3000 }, () => ({ words: 'x'.repeat(988) }))
  const { outcome, logged } = await ask(() => list)
  expect(outcome).toEqual(list.slice(0, 1000))
  expect(logged).toEqual(['an answer is too long: the first 1000 of 3000 are sent'])
  const short = list.slice(0, 1000)
  expect((await ask(() => short)).outcome).toBe(short)
})

test('after shutdown nothing is answered', async () => {
  expect((await ask(() => 'an answer', { state: { shutDown: true } })).outcome).toBe(-32600)
})
