import { memoize } from '../../text/memo.ts'
import type { SourceFile } from '../../text/source-file.ts'
import { builtinHeaders } from './index.ts'
import { releases } from './releases.ts'
import { type Revision, revisions } from './revisions.ts'

const OLDEST_FIRST: readonly Revision[] = revisions.toReversed()

/** The oldest layout whose header knows a word; undefined for a word that none of them has. */
export const firstRevisionWith = (word: string): Revision | undefined =>
  OLDEST_FIRST.find(revision => wordsOf(revision).has(word))

/** What a layout's header says, with the parts it includes. */
const wordsOf = memoize((revision: Revision): ReadonlySet<string> => {
  const headers = builtinHeaders(revision)
  const included = [...revision.header.matchAll(/#include <(jailhouse\/parts\/[^>]+)>/g)]
  const texts = [revision.header, ...included.map(([, name = '']) => headers.get(name) ?? '')]
  return new Set(texts.flatMap(text => text.match(/[A-Za-z_]\w*/g) ?? []))
})

/** The layout that brought a word which is nowhere in the headers in use; undefined where they have it. */
export const laterRevisionWith = (word: string, headers: readonly SourceFile[]): Revision | undefined =>
  headers.some(({ text }) => text.includes(word)) ? undefined : firstRevisionWith(word)

/** With which revision `cell-config.h` got what a layout brought, and which releases lack it: a note. */
export function sinceWhen(first: Revision): string {
  const place = (id: string) => revisions.findIndex(revision => revision.id === id)
  const has = ([, id]: readonly [string, string]) => place(id) <= place(first.id)
  const [since, before] = [releases.find(has), releases.findLast(release => !has(release))]
  const revision = first.number === undefined ? '' : ` with revision ${first.number}`
  const release = since ? ` (${since[0]})` : ''
  const lacking = before ? `; releases up to ${before[0]} lack it` : ''
  return `it came in ${first.since}${revision}${release}${lacking}`
}
