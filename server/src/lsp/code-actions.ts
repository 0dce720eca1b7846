import { type CodeAction, type CodeActionContext, CodeActionKind, type WorkspaceEdit } from 'vscode-languageserver'
import { fixAll, preferredFix } from '../ide/fix-all.ts'
import { ignoreHere } from '../ide/ignore.ts'
import { type Refactoring, refactorings } from '../ide/refactor/index.ts'
import type { Finding, Fix, Severity } from '../rules/rule.ts'
import type { Span } from '../text/source-file.ts'
import { findingsIn, toDiagnostic } from './diagnostics.ts'
import type { AnalyzedDocument, Session } from './session.ts'
import { toWorkspaceEdit } from './to-protocol.ts'

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.jailhouseWarden`

/** An editor that applies the first repair should mend what matters most. */
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'information', 'hint']

/** Repairs of the findings under the selection, of all like them, and of everything with one right repair. */
export function codeActions(
  answer: AnalyzedDocument,
  selection: Span,
  { only }: Pick<CodeActionContext, 'only'>,
  session: Session,
): CodeAction[] {
  const all = findingsIn(answer)
  const selected = all
    .filter(({ span }) => span.start <= selection.end && selection.start <= span.end)
    .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
  const actions = [
    ...selected.flatMap(finding => (finding.fixes ?? []).map(fix => quickFix(finding, fix, session))),
    ...sameRuleActions(selected, all, session),
    ...suppressActions(selected, session),
    ...fixAllActions(all, session),
    ...refactorActions(answer, selection, session),
  ]
  return actions.filter(({ kind }) => isRequested(kind ?? '', only))
}

/** A fix-all in the list of repairs would be noise: it is offered where a client asks for its kind. */
const isRequested = (kind: string, only: readonly string[] | undefined): boolean =>
  only ? only.some(asked => asked === '' || kind === asked || kind.startsWith(`${asked}.`)) : kind !== FIX_ALL

const quickFix = (finding: Finding, fix: Fix, session: Session): CodeAction => ({
  title: fix.title,
  kind: CodeActionKind.QuickFix,
  diagnostics: [toDiagnostic(finding, session)],
  edit: toWorkspaceEdit(fix.edits, session),
  ...(session.capabilities.preferredActions && fix.preferred && { isPreferred: true }),
})

/** One comment a rule: findings of one rule on one line are silenced together. */
function suppressActions(selected: readonly Finding[], session: Session): readonly CodeAction[] {
  const seen = new Set<string>()
  return selected.flatMap(finding => {
    const fix = ignoreHere(finding)
    const key = fix?.edits.map(({ span: at, text }) => `${at.start} ${text}`).join()
    return fix && key && !seen.has(key) && seen.add(key) ? quickFix(finding, fix, session) : []
  })
}

/** One action for each rule that the selection and other places of the file fall under. */
function sameRuleActions(
  selected: readonly Finding[],
  all: readonly Finding[],
  session: Session,
): readonly CodeAction[] {
  const rules = new Set(selected.filter(preferredFix).map(({ rule }) => rule))
  return [...rules].flatMap(rule => {
    const alike = all.filter(finding => finding.rule === rule && preferredFix(finding))
    if (alike.length < 2) return []
    return {
      title: `Fix all ${alike.length} of ${rule.code} in this file: ${rule.title}`,
      kind: CodeActionKind.QuickFix,
      diagnostics: alike.map(finding => toDiagnostic(finding, session)),
      edit: toWorkspaceEdit(fixAll(alike), session),
    }
  })
}

/** Hints are matters of taste: whoever wants one mended asks for that one. */
function fixAllActions(all: readonly Finding[], session: Session): readonly CodeAction[] {
  const edits = fixAll(all.filter(({ severity }) => severity !== 'hint'))
  if (edits.length === 0) return []
  return [{ title: 'Fix all that has one right repair', kind: FIX_ALL, edit: toWorkspaceEdit(edits, session) }]
}

export const REFACTOR_KINDS = ['refactor.extract', 'refactor.inline', 'refactor.rewrite'] as const

/** What can be changed where the selection begins. */
export const refactorActions = (
  { analysis }: AnalyzedDocument,
  selection: Span,
  session: Session,
): readonly CodeAction[] =>
  refactorings(analysis, selection.start).map(refactoring => ({
    title: refactoring.title,
    kind: `refactor.${refactoring.kind}`,
    edit: editOf(refactoring, session),
  }))

/** An edit of several files says so, and is shown before it is made where the client can. */
function editOf({ title, edits, acrossFiles }: Refactoring, session: Session): WorkspaceEdit {
  const edit = toWorkspaceEdit(edits, session)
  if (!acrossFiles || !session.capabilities.changeAnnotations || !edit.documentChanges) return edit
  const annotationId = 'acrossFiles'
  return {
    documentChanges: edit.documentChanges.map(change =>
      'edits' in change ? { ...change, edits: change.edits.map(each => ({ ...each, annotationId })) } : change,
    ),
    changeAnnotations: { [annotationId]: { label: title, needsConfirmation: true } },
  }
}
