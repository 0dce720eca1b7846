import type { Project } from '../config/project.ts'
import type { Finding } from '../rules/rule.ts'
import type { Edit } from '../text/source-file.ts'
import { completed, type Steps } from '../text/steps.ts'
import { strayChange } from './stray-changes.ts'
import { type Assessment, assessing, fileIn, filesAround, findingsOf, withEdits } from './trial.ts'

/** What trying an edit in the engine showed: partial where it does no harm and leaves the finding. */
export type Proof =
  | { readonly kind: 'proven' }
  | { readonly kind: 'partial'; readonly reason: string }
  | { readonly kind: 'refuted'; readonly reason: string; readonly introduced: readonly Finding[] }

const PROVEN: Proof = { kind: 'proven' }

/**
 * Tries edits over all files that they can matter to. Proven means: each finding they answer is gone, no file has more
 * errors or warnings of any rule than before, every file that compiled still does with no other field changed than those
 * that were edited, and one that did not parse does now if its syntax is what was answered.
 */
export const prove = (answered: readonly Finding[], edits: readonly Edit[], project: Project): Proof =>
  completed(proving(answered, edits, project))

/** The same, a file a step. */
export function* proving(answered: readonly Finding[], edits: readonly Edit[], project: Project): Steps<Proof> {
  try {
    return yield* tryEdits(answered, edits, project)
  } catch (error) {
    return refuted(`it could not be tried: ${error}`)
  }
}

function* tryEdits(answered: readonly Finding[], edits: readonly Edit[], project: Project): Steps<Proof> {
  if (!edits.every(({ span }) => fileIn(project, span.file.uri) === span.file))
    return refuted('its text has changed since')
  const uris = filesAround(new Set([...edits, ...answered].map(({ span }) => span.file.uri)), project)
  yield
  const before = yield* assessing(uris, project)
  const after = yield* assessing(uris, withEdits(project, edits))
  if (project.time?.isOver()) return refuted('trying it takes too long')
  const proof = compare(answered, before, after)
  const stray = proof.kind === 'proven' ? strayField(before, after, edits) : undefined
  return stray === undefined ? proof : { kind: 'partial', reason: `it would change ${stray} as well` }
}

/** A field of a file that had bytes before, which would change although no edit touches it. */
function strayField(before: Assessment, after: Assessment, edits: readonly Edit[]): string | undefined {
  for (const uri of before.compiled) {
    const [old, now] = [before.analyses.get(uri)?.unit, after.analyses.get(uri)?.unit]
    const stray = old && now && old !== now ? strayChange(old, now, edits) : undefined
    if (stray !== undefined) return stray
  }
  return undefined
}

const refuted = (reason: string, introduced: readonly Finding[] = []): Proof => ({
  kind: 'refuted',
  reason,
  introduced,
})

function compare(answered: readonly Finding[], before: Assessment, after: Assessment): Proof {
  const broken = [...before.compiled].find(uri => !after.compiled.has(uri))
  if (broken !== undefined) return refuted('a file would no longer compile')
  const introduced = introducedBy(before, after)
  const [first] = introduced
  if (first) return refuted(`it would cause ${first.rule.code} (${first.headline})`, introduced)
  if (leavesSyntaxErrors(answered, after)) return { kind: 'partial', reason: 'the file would still not parse' }
  if (isGuess(answered, before)) return { kind: 'partial', reason: 'the file does not parse' }
  return leavesAny(answered, before, after) ? { kind: 'partial', reason: 'the finding would stay' } : PROVEN
}

/** What is found only where a configuration was booted as it is written; facts and trees stand in files of their own. */
const OF_BOOTED: ReadonlySet<string> = new Set(['simulation', 'fallback', 'board', 'facts'])

/**
 * Once the hypervisor reads a file as it is written, simulating it first shows what was wrong before: such findings count
 * only where they are found without that file.
 */
function introducedBy(before: Assessment, after: Assessment): readonly Finding[] {
  const all = surplusComplaints(before.findings, after.findings)
  if (![...before.misread].some(uri => !after.misread.has(uri))) return all
  const [known, now] = [before, after].map(({ analyses }) =>
    findingsOf([...analyses.values()].filter(({ unit }) => !before.misread.has(unit.main.uri))),
  )
  return [
    ...all.filter(({ rule }) => !OF_BOOTED.has(rule.kind)),
    ...surplusComplaints(known!, now!).filter(({ rule }) => OF_BOOTED.has(rule.kind)),
  ]
}

const surplusComplaints = (before: readonly Finding[], after: readonly Finding[]): readonly Finding[] =>
  surplus(before.filter(isComplaint), after.filter(isComplaint))

/**
 * Of text that does not parse only the first error is sure. A repair of syntax is proven when the file parses with it:
 * fewer errors may just as well come from brackets that now hold something else.
 */
function leavesSyntaxErrors(answered: readonly Finding[], after: Assessment): boolean {
  const files = new Set(answered.filter(isSyntaxError).map(({ span }) => span.file.uri))
  return after.findings.some(finding => isSyntaxError(finding) && files.has(finding.span.file.uri))
}

/** What is said of a text that does not parse may come from what is not written yet: a count that is too large, say. */
function isGuess(answered: readonly Finding[], before: Assessment): boolean {
  const broken = new Set(before.findings.filter(isSyntaxError).map(({ span }) => span.file.uri))
  return answered.some(finding => !isSyntaxError(finding) && broken.has(finding.span.file.uri))
}

/** What gcc only warns of has been read all the same. */
const isSyntaxError = ({ rule, severity }: Finding): boolean => rule.id === 'syntax' && severity === 'error'

export const isComplaint = ({ severity }: Finding): boolean => severity === 'error' || severity === 'warning'

/** Rule and file: lines move and addresses in headlines change with an edit, these do not. */
const kindOf = ({ rule, span, severity }: Finding): string => `${rule.code} ${severity} ${span.file.uri}`

function counted(findings: readonly Finding[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const finding of findings) counts.set(kindOf(finding), (counts.get(kindOf(finding)) ?? 0) + 1)
  return counts
}

/** Findings of which there are more than before, those that share no fingerprint with an earlier one first. */
export function surplus(before: readonly Finding[], after: readonly Finding[]): readonly Finding[] {
  const [old, now] = [counted(before), counted(after)]
  const known = new Set(before.map(({ fingerprint }) => fingerprint))
  const isMore = (finding: Finding) => (old.get(kindOf(finding)) ?? 0) < (now.get(kindOf(finding)) ?? 0)
  return after.filter(isMore).toSorted((a, b) => Number(known.has(a.fingerprint)) - Number(known.has(b.fingerprint)))
}

/** Whether as many findings of a kind are left as there would be without the answered ones. */
function leavesAny(answered: readonly Finding[], before: Assessment, after: Assessment): boolean {
  const [goals, old, now] = [counted(answered), counted(before.findings), counted(after.findings)]
  return [...goals].some(([kind, goal]) => (old.get(kind) ?? 0) - goal < (now.get(kind) ?? 0))
}
