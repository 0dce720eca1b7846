import { builtinHeaders } from './index.ts'
import { type Revision, revisions } from './revisions.ts'

const OLDEST_FIRST: readonly Revision[] = revisions.toReversed()

/** The oldest layout whose header knows a word; undefined for a word that none of them has. */
export const firstRevisionWith = (word: string): Revision | undefined =>
  OLDEST_FIRST.find(revision => wordsOf(revision).has(word))

/** What a layout's header says, with the parts it includes. */
function wordsOf(revision: Revision): ReadonlySet<string> {
  const headers = builtinHeaders(revision)
  const included = [...revision.header.matchAll(/#include <(jailhouse\/parts\/[^>]+)>/g)]
  const texts = [revision.header, ...included.map(([, name = '']) => headers.get(name) ?? '')]
  return new Set(texts.flatMap(text => text.match(/[A-Za-z_]\w*/g) ?? []))
}
