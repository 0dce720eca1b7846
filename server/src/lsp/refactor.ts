import type { CodeAction, WorkspaceEdit } from 'vscode-languageserver'
import { type Refactoring, refactorings } from '../ide/refactor/index.ts'
import type { Span } from '../text/source-file.ts'
import { toWorkspaceEdit } from './edits.ts'
import type { Answer, Session } from './session.ts'

export const REFACTOR_KINDS = ['refactor.extract', 'refactor.inline', 'refactor.rewrite'] as const

/** What can be changed where the selection begins. */
export const refactorActions = ({ analysis }: Answer, selection: Span, session: Session): readonly CodeAction[] =>
  refactorings(analysis, selection.start).map(refactoring => ({
    title: refactoring.title,
    kind: `refactor.${refactoring.kind}`,
    edit: editOf(refactoring, session),
  }))

/** An edit of several files says so, and is shown before it is made where the client can. */
function editOf({ title, edits, acrossFiles }: Refactoring, session: Session): WorkspaceEdit {
  const edit = toWorkspaceEdit(edits, session)
  if (!acrossFiles || !session.abilities.changeAnnotations || !edit.documentChanges) return edit
  const annotationId = 'acrossFiles'
  return {
    documentChanges: edit.documentChanges.map(change =>
      'edits' in change ? { ...change, edits: change.edits.map(each => ({ ...each, annotationId })) } : change,
    ),
    changeAnnotations: { [annotationId]: { label: title, needsConfirmation: true } },
  }
}
