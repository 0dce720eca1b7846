import type { WorkspaceEdit } from 'vscode-languageserver'
import type { Edit, SourceFile } from '../text/source-file.ts'
import { toRange } from './convert.ts'
import type { Session } from './session.ts'

/** Edits of any number of files, in the form the client announced. */
export function toWorkspaceEdit(edits: readonly Edit[], session: Session): WorkspaceEdit {
  const files = [...new Set(edits.map(({ at }) => at.file))]
  const textEdits = (file: SourceFile) =>
    edits
      .filter(({ at }) => at.file === file)
      .map(({ at, text }) => ({ range: toRange(at, session.abilities.encoding), newText: text }))
  if (!session.abilities.documentChanges)
    return { changes: Object.fromEntries(files.map(file => [session.spelling(file.uri), textEdits(file)])) }
  return {
    documentChanges: files.map(file => {
      const open = session.workspace.document(file.uri)
      return {
        textDocument: { uri: session.spelling(file.uri), version: open?.version ?? null },
        edits: textEdits(file),
      }
    }),
  }
}
