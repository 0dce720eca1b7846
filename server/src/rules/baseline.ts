import { readJson } from '../config/json-file.ts'
import { memoize } from '../text/memo.ts'
import type { SourceFile } from '../text/source-file.ts'

/** The fingerprints that a baseline lists; undefined where the file is none. */
export const readBaseline = memoize((file: SourceFile): ReadonlySet<string> | undefined => {
  const { top, problems } = readJson(file)
  const list = top?.members?.find(({ name }) => name === 'fingerprints')?.node.items
  if (problems.length > 0 || !list) return undefined
  return new Set(list.flatMap(({ value }) => (typeof value === 'string' ? value : [])))
})

/** The text of a baseline: sorted, each once, a line each, so that merges are easy. */
export const baselineText = (fingerprints: Iterable<string>): string =>
  `${JSON.stringify({ version: 1, fingerprints: [...new Set(fingerprints)].sort() }, null, 2)}\n`
