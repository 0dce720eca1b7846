import { suppressionsIn } from '../config/suppressions.ts'
import { commentAbove } from '../edit/comments.ts'
import type { Finding, Fix } from '../rules/rule.ts'
import { applyEdits, type Edit } from '../text/source-file.ts'

/** Stands where the reason belongs; JH190 asks for one until somebody has written it. */
const NO_REASON = '<why>'

/** A comment above the line of a finding, or above the element that begins there, that silences its rule. */
export function ignoreHere({ rule, span }: Finding): Fix | undefined {
  const { file, start } = span
  if (rule.kind === 'suppression' || rule.kind === 'gap') return undefined
  const comment = `/* jailhouse-warden: ignore ${rule.code} -- ${NO_REASON} */`
  const edit = commentAbove(file, start, comment)
  return edit && silences(edit, start) ? { title: `Ignore ${rule.code} here, with a reason`, edits: [edit] } : undefined
}

/** Whether the comment is read as one, and for the finding. */
function silences(edit: Edit, offset: number): boolean {
  const { file } = edit.span
  const { length } = edit.text
  const after = suppressionsIn({ uri: file.uri, text: applyEdits(file, [edit]) })
  return after.some(
    ({ span: at, scope: covers }) =>
      edit.span.start <= at.start &&
      at.end <= edit.span.start + length &&
      covers.start <= offset + length &&
      offset + length <= covers.end,
  )
}
