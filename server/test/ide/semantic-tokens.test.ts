import { expect, test } from 'vitest'
import { semanticTokens } from '../../src/ide/semantic-tokens.ts'
import { textOf } from '../../src/text/source-file.ts'
import { desk, inmate, withGrammar } from '../project.ts'

withGrammar()

const text = `${inmate('a')}
#if 0
JAILHOUSE_MEM_DMA inner
#endif
__u64 after = JAILHOUSE_MEM_IO;
`
const { analyze } = desk({ 'a.c': text })
const coloured = (part?: { start: number; end: number }) => semanticTokens(analyze('a.c'), part)

test('what a conditional leaves out is a comment from its first letter to its last, and nothing else is', () => {
  const comments = coloured().filter(({ type }) => type === 'comment')
  expect(comments.map(({ at }) => textOf(at))).toEqual(['JAILHOUSE_MEM_DMA', 'inner'])
  expect(coloured().findLast(({ type }) => type === 'enumMember')).toMatchObject({
    at: { start: text.indexOf('JAILHOUSE_MEM_IO;') },
  })
})

test('of a part the tokens that reach into it, and none that only touches it', () => {
  const start = text.indexOf('JAILHOUSE_MEM_READ')
  const end = start + 'JAILHOUSE_MEM_READ'.length
  const words = (from: number, to: number) => coloured({ start: from, end: to }).map(({ at }) => textOf(at))
  expect(words(start, end)).toEqual(['JAILHOUSE_MEM_READ'])
  expect(words(start + 3, start + 4)).toEqual(['JAILHOUSE_MEM_READ'])
  expect(words(end, end + 3)).toEqual([])
  expect(words(start - 2, start)).toEqual([])
})
