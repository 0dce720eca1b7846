import { type CodeAction, type CodeActionContext, CodeActionKind, type WorkspaceEdit } from 'vscode-languageserver'
import { sectionAt } from '../../analyze.ts'
import { ignoreHere } from '../../ide/ignore.ts'
import { type Refactoring, refactorings } from '../../ide/refactor/index.ts'
import { offered } from '../../repair/offers.ts'
import { prove } from '../../repair/proof.ts'
import { preferredFix, repairUntilStable } from '../../repair/repair-until-stable.ts'
import { editsBetween } from '../../repair/text-edits.ts'
import { isRepairedByReserving } from '../../rules/board/reservation.ts'
import { type Finding, type Fix, GRAVEST_FIRST } from '../../rules/rule.ts'
import type { Span } from '../../text/source-file.ts'
import { findingsIn, toDiagnostic } from '../diagnostics/diagnostics.ts'
import type { AnalyzedDocument, Session } from '../session.ts'
import { toWorkspaceEdit } from '../to-protocol.ts'
import { menuTime, TrialTime } from './trial-time.ts'

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.jailhouseWarden`

/** An editor that applies the first repair should repair what matters most. */

/** Time for trying the edits of one menu, in milliseconds; what is left is tried when somebody chooses it. */
const PROOF_BUDGET = 50

/** The same where the client cannot ask later, for menu and edits together: what is left then is not offered. */
const ONLY_BUDGET = 700

/** Of a selection with more findings than a menu can show, those that matter most. */
const MAX_SELECTED = 20

/** The menu of one place: what can be done there, and how many repairs nobody has tried yet. */
export interface CodeActionMenu {
  readonly actions: readonly CodeAction[]
  readonly untried: number
  /** What is left for making edits. */
  readonly time: TrialTime
}

/** Repairs of the findings under the selection, of all like them, and of everything with one right repair. */
export function codeActions(
  answer: AnalyzedDocument,
  selection: Span,
  { only }: Pick<CodeActionContext, 'only'>,
  session: Session,
): CodeActionMenu {
  const selected = findingsIn(answer)
    .filter(({ span }) => span.start <= selection.end && selection.start <= span.end)
    .toSorted((a, b) => GRAVEST_FIRST.indexOf(a.severity) - GRAVEST_FIRST.indexOf(b.severity))
    .slice(0, MAX_SELECTED)
  const isRequested = (kind: string) => isKindRequested(kind, only)
  const budget = session.capabilities.resolvesCodeActions ? PROOF_BUDGET : ONLY_BUDGET
  const time = menuTime(budget, answer.document.file)
  const project = session.trialProject(answer)
  const isQuickFixRequested = isRequested(CodeActionKind.QuickFix)
  const repairs = isQuickFixRequested ? quickFixes(selected, { ...answer, project }, time, session) : []
  const repaired = selected.filter(finding => isRepaired(finding, repairs))
  const actions = [
    ...repairs,
    ...sameRuleActions(repaired, answer),
    ...(isQuickFixRequested ? reserveActions(selected, answer, session) : []),
    ...(isQuickFixRequested ? suppressActions(selected, time, session) : []),
    ...(isRequested(FIX_ALL) ? fixAllActions(answer) : []),
    ...(REFACTOR_KINDS.some(isRequested) ? refactorActions({ ...answer, project }, selection, time) : []),
  ]
  return {
    actions: actions.filter(({ kind }) => isRequested(kind ?? '')),
    untried: repairs.filter(({ edit }) => !edit).length,
    time,
  }
}

/** Whether one of the offered repairs is for a finding. */
const isRepaired = ({ fixes = [] }: Finding, repairs: readonly CodeAction[]): boolean =>
  fixes.some(({ title }) => repairs.some(repair => repair.title === title))

/** A fix-all in the list of repairs would be noise: it is offered where a client asks for its kind. */
const isKindRequested = (kind: string, only: readonly string[] | undefined): boolean =>
  Array.isArray(only)
    ? only.some(asked => asked === '' || kind === asked || kind.startsWith(`${asked}.`))
    : kind !== FIX_ALL

/** What a client sends back to have the edit of an action made: one fix of a finding, a fix-all, or a refactoring. */
type ActionData =
  | { readonly kind: 'fix'; readonly uri: string; readonly fingerprint: string; readonly title: string }
  /** Of the findings of one rule; without one of all that fix-all repairs. */
  | { readonly kind: 'fix-all'; readonly uri: string; readonly rule?: string }
  /** An offset means nothing in another version of the document. */
  | {
      readonly kind: 'refactoring'
      readonly uri: string
      readonly version: number
      readonly title: string
      readonly offset: number
    }

/** Each fix is tried in the engine before it is offered, until the deadline; the others when they are chosen. */
const quickFixes = (
  findings: readonly Finding[],
  answer: AnalyzedDocument,
  time: TrialTime,
  session: Session,
): readonly CodeAction[] =>
  findings.flatMap(finding =>
    (finding.fixes ?? []).flatMap(fix => {
      if (time.isOver()) return untriedFix(finding, fix, answer, session)
      const offer = offered(finding, fix, answer.project)
      if (!offer && answer.project.time?.isOver()) return untriedFix(finding, fix, answer, session)
      return offer ? quickFix(finding, offer, session) : []
    }),
  )

const quickFix = (finding: Finding, fix: Fix, session: Session): CodeAction => ({
  title: fix.title,
  kind: CodeActionKind.QuickFix,
  diagnostics: [toDiagnostic(finding, session)],
  edit: toWorkspaceEdit(fix.edits, session),
  ...(session.capabilities.preferredActions && fix.preferred && { isPreferred: true }),
})

function untriedFix(finding: Finding, { title }: Fix, { document }: AnalyzedDocument, session: Session): CodeAction {
  const data: ActionData = { kind: 'fix', uri: document.uri, fingerprint: finding.fingerprint, title }
  return { title, kind: CodeActionKind.QuickFix, diagnostics: [toDiagnostic(finding, session)], data }
}

/** Shows what to write there; the client has the command, or the action is not offered. */
function reserveActions(
  selected: readonly Finding[],
  { document }: AnalyzedDocument,
  session: Session,
): readonly CodeAction[] {
  const findings = selected.filter(isRepairedByReserving)
  if (findings.length === 0 || !session.capabilities.commands.includes('reserveMemory')) return []
  const title = 'Reserve this memory…'
  const command = {
    title,
    command: 'jailhouseWarden.reserveMemory',
    arguments: [session.clientUri(document.uri)],
  }
  const diagnostics = findings.map(finding => toDiagnostic(finding, session))
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics, command }]
}

/** One comment a rule: findings of one rule on one line are silenced together. Each is tried, the first in any case. */
function suppressActions(selected: readonly Finding[], time: TrialTime, session: Session): readonly CodeAction[] {
  const seen = new Set<string>()
  return selected.flatMap(finding => {
    if (0 < seen.size && time.isOver()) return []
    const fix = ignoreHere(finding)
    const key = fix?.edits.map(({ span: at, text }) => `${at.start} ${text}`).join()
    return fix && key && !seen.has(key) && seen.add(key) ? quickFix(finding, fix, session) : []
  })
}

/** One action for each rule that the selection and other places of the file fall under. */
function sameRuleActions(selected: readonly Finding[], answer: AnalyzedDocument): readonly CodeAction[] {
  const all = findingsIn(answer)
  const rules = new Set(selected.filter(finding => preferredFix(finding)).map(({ rule }) => rule))
  return [...rules].flatMap(rule => {
    const alike = all.filter(finding => finding.rule === rule && preferredFix(finding))
    if (alike.length < 2) return []
    const data: ActionData = { kind: 'fix-all', uri: answer.document.uri, rule: rule.code }
    return {
      title: `Fix all ${alike.length} of ${rule.code} in this file: ${rule.title}`,
      kind: CodeActionKind.QuickFix,
      data,
    }
  })
}

function fixAllActions(answer: AnalyzedDocument): readonly CodeAction[] {
  if (!findingsIn(answer).some(finding => isRepairedByFixAll(finding) && preferredFix(finding))) return []
  const data: ActionData = { kind: 'fix-all', uri: answer.document.uri }
  return [{ title: 'Fix all that has one right repair', kind: FIX_ALL, data }]
}

/** Hints are matters of taste: whoever wants one repaired asks for that one. */
const isRepairedByFixAll = ({ severity }: Finding): boolean => severity !== 'hint'

/** An action with its edit, or the reason why there is none. */
export type ResolvedCodeAction = { readonly action: CodeAction } | { readonly refusal: string }

/** Makes the edit of an action that somebody chose: it is tried in the engine first, on the text as it is now. */
export async function resolveCodeAction(
  action: CodeAction,
  session: Session,
  time = new TrialTime(FIX_ALL_BUDGET),
): Promise<ResolvedCodeAction> {
  const data = action.data as ActionData | undefined
  const answer = typeof data?.uri === 'string' ? await session.analyze(data.uri) : undefined
  if (!data || !answer) return { action }
  if (data.kind === 'fix-all') return fixAllAction(action, data.rule, answer, session, time)
  const chosen = data.kind === 'fix' ? fixNamed(data, answer) : refactoringNamed(data, answer)
  if (!chosen) return { refusal: 'the text has changed meanwhile' }
  const proof = prove(chosen.answered, chosen.edits, session.trialProject(answer))
  if (proof.kind === 'refuted') return { refusal: proof.reason }
  return { action: { ...action, edit: editOf(chosen, session) } }
}

/** An editor waits for a fix-all; what is not proven by then is left for the next. */
const FIX_ALL_BUDGET = 1500

/** Only this file is written: a repair of another belongs to whoever looks at that. */
function fixAllAction(
  action: CodeAction,
  rule: string | undefined,
  answer: AnalyzedDocument,
  session: Session,
  time: TrialTime,
): ResolvedCodeAction {
  const project = session.trialProject(answer)
  const isChosen = (finding: Finding) => (rule ? finding.rule.code === rule : isRepairedByFixAll(finding))
  const { files, refused } = repairUntilStable([answer.document.file.uri], project, {
    isChosen,
    isOver: () => time.isOver(),
  })
  if (files.length === 0) return { refusal: refused[0]?.reason ?? 'there is nothing to repair any more' }
  const edits = files.flatMap(({ before, after }) => editsBetween(before, after.text))
  return { action: { ...action, edit: toWorkspaceEdit(edits, session) } }
}

/** An edit that was chosen by name, and the findings it answers. */
interface ChosenEdit extends Pick<Refactoring, 'title' | 'edits' | 'acrossFiles'> {
  readonly answered: readonly Finding[]
}

function fixNamed(data: ActionData & { readonly kind: 'fix' }, answer: AnalyzedDocument): ChosenEdit | undefined {
  const finding = findingsIn(answer).find(({ fingerprint }) => fingerprint === data.fingerprint)
  const fix = finding?.fixes?.find(({ title }) => title === data.title)
  return finding && fix && { title: fix.title, edits: fix.edits, answered: [finding] }
}

function refactoringNamed(
  { title, offset, version }: ActionData & { readonly kind: 'refactoring' },
  { analysis, document }: AnalyzedDocument,
): ChosenEdit | undefined {
  if (document.version !== version) return undefined
  const refactoring = refactorings(sectionAt(analysis, offset), offset).find(each => each.title === title)
  return refactoring && { ...refactoring, answered: [] }
}

export const REFACTOR_KINDS = ['refactor.extract', 'refactor.inline', 'refactor.rewrite'] as const

/**
 * What can be changed where the selection begins, without what would do harm, as far as the time goes; the edit is made
 * and tried once more when somebody chose it.
 */
const refactorActions = (
  { analysis, document, project }: AnalyzedDocument,
  selection: Span,
  time: TrialTime,
): readonly CodeAction[] =>
  refactorings(sectionAt(analysis, selection.start), selection.start).flatMap(({ title, kind, edits }) => {
    if (edits.length === 0) return []
    const isHarmful = !time.isOver() && prove([], edits, project).kind === 'refuted'
    if (isHarmful && !project.time?.isOver()) return []
    const { uri, version } = document
    const data: ActionData = { kind: 'refactoring', uri, version, title, offset: selection.start }
    return { title, kind: `refactor.${kind}`, data }
  })

/** An edit of several files says so, and is shown before it is made where the client can. */
function editOf({ title, edits, acrossFiles }: ChosenEdit, session: Session): WorkspaceEdit {
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
