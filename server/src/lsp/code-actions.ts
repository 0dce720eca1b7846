import { type CodeAction, type CodeActionContext, CodeActionKind, type WorkspaceEdit } from 'vscode-languageserver'
import { ignoreHere } from '../ide/ignore.ts'
import { type Refactoring, refactorings } from '../ide/refactor/index.ts'
import { preferredFix, repairUntilStable } from '../repair/repair-until-stable.ts'
import { editsBetween } from '../repair/text-edits.ts'
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
  const isRequested = (kind: string) => isKindRequested(kind, only)
  const actions = [
    ...selected.flatMap(finding => (finding.fixes ?? []).map(fix => quickFix(finding, fix, session))),
    ...sameRuleActions(selected, answer),
    ...suppressActions(selected, session),
    ...(isRequested(FIX_ALL) ? fixAllActions(answer) : []),
    ...refactorActions(answer, selection, session),
  ]
  return actions.filter(({ kind }) => isRequested(kind ?? ''))
}

/** A fix-all in the list of repairs would be noise: it is offered where a client asks for its kind. */
const isKindRequested = (kind: string, only: readonly string[] | undefined): boolean =>
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

/** What a client sends back to have the edit of a fix-all made. */
interface FixAllData {
  readonly uri: string
  /** The rule whose findings are meant; without one all that fix-all repairs. */
  readonly rule?: string
}

/** One action for each rule that the selection and other places of the file fall under. */
function sameRuleActions(selected: readonly Finding[], answer: AnalyzedDocument): readonly CodeAction[] {
  const all = findingsIn(answer)
  const rules = new Set(selected.filter(finding => preferredFix(finding)).map(({ rule }) => rule))
  return [...rules].flatMap(rule => {
    const alike = all.filter(finding => finding.rule === rule && preferredFix(finding))
    if (alike.length < 2) return []
    const data: FixAllData = { uri: answer.document.uri, rule: rule.code }
    return {
      title: `Fix all ${alike.length} of ${rule.code} in this file: ${rule.title}`,
      kind: CodeActionKind.QuickFix,
      data,
    }
  })
}

function fixAllActions(answer: AnalyzedDocument): readonly CodeAction[] {
  if (!findingsIn(answer).some(finding => isRepairedByFixAll(finding) && preferredFix(finding))) return []
  const data: FixAllData = { uri: answer.document.uri }
  return [{ title: 'Fix all that has one right repair', kind: FIX_ALL, data }]
}

/** Hints are matters of taste: whoever wants one repaired asks for that one. */
const isRepairedByFixAll = ({ severity }: Finding): boolean => severity !== 'hint'

/** Makes the edit of a fix-all: every repair is tried in the engine first, and only this file is written. */
export async function resolveCodeAction(action: CodeAction, session: Session): Promise<CodeAction> {
  const data = action.data as FixAllData | undefined
  const answer = typeof data?.uri === 'string' ? await session.analyze(data.uri) : undefined
  if (!data || !answer) return action
  const isChosen = (finding: Finding) => (data.rule ? finding.rule.code === data.rule : isRepairedByFixAll(finding))
  const { files } = repairUntilStable([answer.document.file.uri], answer.project, { isChosen })
  const edits = files.flatMap(({ before, after }) => editsBetween(before, after.text))
  return { ...action, edit: toWorkspaceEdit(edits, session) }
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
