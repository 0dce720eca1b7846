import type { Project } from '../config/project.ts'
import { type Finding, type Fix, GRAVEST_FIRST } from '../rules/rule.ts'
import type { Edit, SourceFile } from '../text/source-file.ts'
import { prove } from './proof.ts'
import { assess, fileIn, withEdits } from './trial.ts'

/** Which repairs are made: those of chosen findings, and unsafe ones only where they were asked for. */
export interface RepairChoice {
  readonly isChosen: (finding: Finding) => boolean
  readonly unsafe?: boolean
  /** Whether whoever asked waits no longer: what is proven until then is made. */
  readonly isOver?: () => boolean
}

export interface Repairs {
  /** Files that changed: each as it was and as it is now. */
  readonly files: readonly { readonly before: SourceFile; readonly after: SourceFile }[]
  /** The titles of the repairs made, in order. */
  readonly made: readonly string[]
  /** Repairs that were tried and left out, each with the reason. */
  readonly refused: readonly RefusedRepair[]
  /** It ended before everything was tried. */
  readonly isCut: boolean
}

export interface RefusedRepair {
  readonly finding: Finding
  readonly title: string
  readonly reason: string
}

interface Candidate {
  readonly finding: Finding
  readonly fix: Fix
}

/** A repair may uncover the next fault; this many rounds would be repairs that only make the text longer. */
const MAX_ROUNDS = 200

/** How often repairs are tried in all: what is not proven by then stays a finding. */
const MAX_PROOFS = 300

/** Repairs that are tried together; the others wait for the next round. */
const MAX_AT_ONCE = 1000

/**
 * Makes preferred fixes of the chosen findings of some files, each tried in the engine before it counts, until none is
 * left that improves anything. Only these files are written, no file that a repair can matter to ends with more errors
 * or warnings than it began with, and no text comes twice: a repair that would bring one back is refused.
 */
export function repairUntilStable(uris: readonly string[], project: Project, choice: RepairChoice): Repairs {
  const made: string[] = []
  const touched = new Set<string>()
  const refused = new Map<string, RefusedRepair>()
  const files = (now: Project) => [...touched].flatMap(uri => changed(uri, project, now))
  const seen = new Set([fingerprint([])])
  let current = project
  let madeBefore = 0
  let proofs = 0
  let isCut = false
  const isOver = () => {
    isCut ||= MAX_PROOFS < proofs++ || (choice.isOver?.() ?? false)
    return isCut
  }
  for (let round = 0; round < MAX_ROUNDS && !isOver(); round++) {
    const open = candidates(uris, current, choice)
      .filter(candidate => !refused.has(keyOf(candidate)))
      .slice(0, MAX_AT_ONCE)
    const proven = provenAmong(open, current, refused, isOver)
    if (proven.length === 0 && made.length === madeBefore) break
    if (proven.length === 0) {
      // What was refused may hold now that other repairs are made.
      madeBefore = made.length
      refused.clear()
      continue
    }
    const edits = proven.flatMap(({ fix }) => fix.edits)
    for (const { span } of edits) touched.add(span.file.uri)
    const next = withEdits(current, edits)
    const state = fingerprint(files(next))
    if (seen.has(state)) refuseAll(proven, 'it would undo another repair', refused)
    else {
      seen.add(state)
      current = next
      for (const { fix } of proven) made.push(fix.title)
    }
  }
  return { files: files(current), made, refused: [...refused.values()], isCut }
}

/** Tells one state of the files from all others: what changed, and what it says now. */
const fingerprint = (files: Repairs['files']): string =>
  JSON.stringify(files.map(({ after }) => [after.uri, after.text]).toSorted())

function refuseAll(candidates: readonly Candidate[], reason: string, refused: Map<string, RefusedRepair>): void {
  for (const candidate of candidates) {
    const { finding, fix } = candidate
    refused.set(keyOf(candidate), { finding, title: fix.title, reason })
  }
}

/** The fix that fix-all may make for a finding: the one right repair, and nothing that rebuilds the text around it. */
export const preferredFix = ({ fixes }: Finding, unsafe = false): Fix | undefined =>
  fixes?.find(fix => fix.preferred && (unsafe || !fix.unsafe))

function candidates(uris: readonly string[], project: Project, { isChosen, unsafe }: RepairChoice) {
  return assess(uris, project)
    .findings.filter(finding => !finding.follows && isChosen(finding))
    .flatMap((finding): readonly Candidate[] => {
      const fix = preferredFix(finding, unsafe)
      return fix?.edits.every(({ span }) => uris.includes(span.file.uri)) ? [{ finding, fix }] : []
    })
    .toSorted((a, b) => GRAVEST_FIRST.indexOf(a.finding.severity) - GRAVEST_FIRST.indexOf(b.finding.severity))
}

const keyOf = ({ finding, fix }: Candidate): string => `${finding.span.file.uri} ${finding.fingerprint} ${fix.title}`

/**
 * As many candidates as are proven together; a set that is refuted is halved. What is refuted by itself is put among
 * the refused.
 */
function provenAmong(
  open: readonly Candidate[],
  project: Project,
  refused: Map<string, RefusedRepair>,
  isOver: () => boolean,
): readonly Candidate[] {
  let left = open
  let batch = compatible(left)
  while (batch.length > 0 && !isOver()) {
    const edits = batch.flatMap(({ fix }) => fix.edits)
    const proof = prove(
      batch.map(({ finding }) => finding),
      edits,
      project,
    )
    if (proof.kind === 'proven') return batch
    const [only, ...more] = batch
    if (only && more.length === 0) {
      refuseAll(batch, proof.reason, refused)
      left = left.filter(candidate => candidate !== only)
      batch = compatible(left)
    } else batch = batch.slice(0, Math.ceil(batch.length / 2))
  }
  return []
}

/** As many candidates as go together: one that would touch text an earlier one edits waits for the next round. */
function compatible(open: readonly Candidate[]): readonly Candidate[] {
  const taken: Candidate[] = []
  const edits: Edit[] = []
  for (const candidate of open) {
    if (candidate.fix.edits.some(edit => edits.some(other => touches(edit, other)))) continue
    taken.push(candidate)
    edits.push(...candidate.fix.edits)
  }
  return taken
}

/** Two insertions at one place count as touching: their order would be a guess. */
const touches = ({ span: a }: Edit, { span: b }: Edit): boolean =>
  a.file === b.file && (a.start === b.start || (a.start < b.end && b.start < a.end))

function changed(uri: string, before: Project, after: Project): Repairs['files'] {
  const [old, now] = [fileIn(before, uri), fileIn(after, uri)]
  return old && now && old.text !== now.text ? [{ before: old, after: now }] : []
}
