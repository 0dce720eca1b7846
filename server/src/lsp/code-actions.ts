import { type CodeAction, type CodeActionContext, CodeActionKind } from 'vscode-languageserver'
import { fixAll, preferredFix } from '../ide/fix-all.ts'
import { ignoreHere } from '../ide/ignore.ts'
import type { Finding, Fix, Severity } from '../rules/rule.ts'
import type { Span } from '../text/source-file.ts'
import { findingsIn, toDiagnostic } from './diagnostics.ts'
import { toWorkspaceEdit } from './edits.ts'
import { refactorActions } from './refactor.ts'
import type { Answer, Session } from './session.ts'

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.jailhouseWarden`

/** An editor that applies the first repair should mend what matters most. */
const GRAVEST: readonly Severity[] = ['error', 'warning', 'information', 'hint']

/** Repairs of the findings under the selection, of all like them, and of everything with one right repair. */
export function codeActions(
  answer: Answer,
  selection: Span,
  { only }: Pick<CodeActionContext, 'only'>,
  session: Session,
): CodeAction[] {
  const all = findingsIn(answer)
  const here = all
    .filter(({ span }) => span.start <= selection.end && selection.start <= span.end)
    .toSorted((a, b) => GRAVEST.indexOf(a.severity) - GRAVEST.indexOf(b.severity))
  const actions = [
    ...here.flatMap(finding => (finding.fixes ?? []).map(fix => quickFix(finding, fix, session))),
    ...sameRule(here, all, session),
    ...ignoring(here, session),
    ...everything(all, session),
    ...refactorActions(answer, selection, session),
  ]
  return actions.filter(({ kind }) => isAsked(kind ?? '', only))
}

/** A fix-all in the list of repairs would be noise: it is offered where a client asks for its kind. */
const isAsked = (kind: string, only: readonly string[] | undefined): boolean =>
  only ? only.some(asked => asked === '' || kind === asked || kind.startsWith(`${asked}.`)) : kind !== FIX_ALL

const quickFix = (finding: Finding, fix: Fix, session: Session): CodeAction => ({
  title: fix.title,
  kind: CodeActionKind.QuickFix,
  diagnostics: [toDiagnostic(finding, session)],
  edit: toWorkspaceEdit(fix.edits, session),
  ...(session.abilities.preferredActions && fix.preferred && { isPreferred: true }),
})

/** One comment a rule: findings of one rule on one line are silenced together. */
function ignoring(here: readonly Finding[], session: Session): readonly CodeAction[] {
  const told = new Set<string>()
  return here.flatMap(finding => {
    const fix = ignoreHere(finding)
    const words = fix?.edits.map(({ at, text }) => `${at.start} ${text}`).join()
    return fix && words && !told.has(words) && told.add(words) ? quickFix(finding, fix, session) : []
  })
}

/** One action for each rule that the selection and other places of the file fall under. */
function sameRule(here: readonly Finding[], all: readonly Finding[], session: Session): readonly CodeAction[] {
  const rules = new Set(here.filter(preferredFix).map(({ rule }) => rule))
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
function everything(all: readonly Finding[], session: Session): readonly CodeAction[] {
  const edits = fixAll(all.filter(({ severity }) => severity !== 'hint'))
  if (edits.length === 0) return []
  return [{ title: 'Fix all that has one right repair', kind: FIX_ALL, edit: toWorkspaceEdit(edits, session) }]
}
