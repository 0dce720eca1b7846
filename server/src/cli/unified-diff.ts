import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'

/** Texts that differ in more lines than this are shown as one taken out and one put in. */
const MAX_EDITS = 5000

/** What `diff -u` would print; empty when nothing differs. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return ''
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY }
  const patch = createTwoFilesPatch(path, path, before, after, undefined, undefined, {
    ...options,
    maxEditLength: MAX_EDITS,
  })
  return patch ?? `--- ${path}\n+++ ${path}\n${before}\n${after}\n`
}
