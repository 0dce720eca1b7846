import { diffLines } from 'diff'
import type { Edit, SourceFile } from '../text/source-file.ts'

/** Texts that differ in more lines than this are replaced as a whole. */
const MAX_DIFFERENCES = 2000

/** Edits of whole lines that make one text into another; elsewhere cursors, folds and markers stay where they are. */
export function editsBetween(before: SourceFile, after: string): readonly Edit[] {
  const changes = diffLines(before.text, after, { maxEditLength: MAX_DIFFERENCES })
  if (!changes) return [{ span: { file: before, start: 0, end: before.text.length }, text: after }]
  const edits: Edit[] = []
  let offset = 0
  let start = 0
  let inserted = ''
  const flush = () => {
    if (start < offset || inserted) edits.push({ span: { file: before, start, end: offset }, text: inserted })
    inserted = ''
  }
  for (const { value, added, removed } of changes) {
    if (added) inserted += value
    else if (removed) offset += value.length
    else {
      flush()
      offset += value.length
      start = offset
    }
  }
  flush()
  return edits
}
