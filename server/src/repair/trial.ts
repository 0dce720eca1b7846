import { type Analysis, analyze } from '../analyze.ts'
import { emitObjects } from '../c/values/emit.ts'
import type { Project } from '../config/project.ts'
import { type Finding, GRAVEST_FIRST } from '../rules/rule.ts'
import { memoize, memoizeFinal } from '../text/memo.ts'
import { applyEdits, type Edit, type SourceFile } from '../text/source-file.ts'
import { completed, type Steps } from '../text/steps.ts'

/** The project as it would be with some edits made. Nothing outside memory changes. */
export function withEdits(project: Project, edits: readonly Edit[]): Project {
  const edited = new Map<string, SourceFile>()
  for (const file of new Set(edits.map(({ span }) => span.file)))
    if (!edited.has(file.uri)) edited.set(file.uri, { ...file, text: applyEdits(file, edits) })
  return {
    ...project,
    lookup: uri => edited.get(uri) ?? project.lookup(uri),
    known: project.known.map(file => edited.get(file.uri) ?? file),
  }
}

/** The newest version of a file in a project; undefined where it is not there. */
export function fileIn(project: Project, uri: string): SourceFile | undefined {
  const found = project.lookup(uri)
  return typeof found === 'string' ? undefined : found
}

/**
 * The files an edit of these can matter to, by URI: each itself, the files it is simulated with, and those that stand
 * with the same root. An inmate is checked against its root, the root with each of its inmates. A device tree is none of them.
 */
export function filesAround(uris: Iterable<string>, project: Project): ReadonlySet<string> {
  const around = new Set<string>()
  for (const uri of uris) for (const met of withRoot(uri, project)) around.add(met)
  return around
}

function withRoot(uri: string, project: Project): readonly string[] {
  if (isTreeSource(uri)) return []
  const own = analysisOf(uri, project)
  const root = own?.root && analysisOf(own.root.uri, project)
  return [uri, ...simulated(own), ...simulated(root)]
}

/**
 * What is said of a file, found once in a project: when anything in it changes, whoever owns it makes another. What there
 * was no time for is not remembered if somebody may ask again.
 */
export const analysisIn = (project: Project, file: SourceFile): Analysis => analysesIn(project)(file)

const analysesIn = memoize((project: Project) =>
  memoizeFinal((file: SourceFile) => {
    const result = analyze(file, project)
    return { result, isFinal: project.time?.isAskedOnce || !project.time?.isOver() }
  }),
)

const analysisOf = (uri: string, project: Project): Analysis | undefined => {
  const file = fileIn(project, uri)
  return file && analysisIn(project, file)
}

/** What is found in a device tree is found with a cell; by itself it is no C, and reading it as C takes long. */
const isTreeSource = (uri: string): boolean => /\.dtsi?$/.test(uri)

const simulated = (analysis: Analysis | undefined): readonly string[] =>
  analysis?.simulations.flatMap(({ scenario }) => [scenario.root, ...scenario.cells].map(({ file }) => file.uri)) ?? []

/** All that is said about some files together, and which of them a compiler turns into bytes. */
export interface Assessment {
  /** Each finding once, be it shown in several files' analyses, and what only follows from others. */
  readonly findings: readonly Finding[]
  readonly compiled: ReadonlySet<string>
  /** What is said of each file, by URI. */
  readonly analyses: ReadonlyMap<string, Analysis>
  /** Files that were not booted as they are written: a count that is wrong makes the hypervisor read something else. */
  readonly misread: ReadonlySet<string>
}

export const assess = (uris: Iterable<string>, project: Project): Assessment => completed(assessing(uris, project))

/** The same, a file a step: a root, which comes first, after its cells, each of which boots one of its systems. */
export function* assessing(uris: Iterable<string>, project: Project): Steps<Assessment> {
  const analyses: Analysis[] = []
  for (const uri of [...uris].reverse()) {
    const analysis = analysisOf(uri, project)
    if (analysis) analyses.unshift(analysis)
    yield
  }
  return {
    findings: findingsOf(analyses),
    analyses: new Map(analyses.map(analysis => [analysis.unit.main.uri, analysis])),
    compiled: new Set(analyses.filter(compiles).map(({ unit }) => unit.main.uri)),
    misread: new Set(analyses.flatMap(misreadBy)),
  }
}

/** All that some analyses say. */
export const findingsOf = (analyses: readonly Analysis[]): readonly Finding[] =>
  distinct(analyses.flatMap(({ findings, consequences }) => [...findings, ...consequences]))

const misreadBy = ({ simulations }: Analysis): readonly string[] =>
  simulations
    .filter(({ scenario }) => scenario.written)
    .flatMap(({ scenario: { root, cells } }) => [root, ...cells].map(({ file }) => file.uri))

const compiles = ({ unit }: Analysis): boolean =>
  unit.problems.every(({ severity }) => severity !== 'error') && emitObjects(unit.objects) !== undefined

/** A finding that the analyses of several files show is one finding, as grave as what follows from it in any of them. */
export function distinct(findings: readonly Finding[]): readonly Finding[] {
  const gravest = new Map<string, Finding>()
  for (const finding of findings) {
    const { rule, span, headline } = finding
    const identity = `${rule.code} ${span.file.uri} ${span.start} ${span.end} ${headline}`
    const known = gravest.get(identity)
    if (!known || isGraver(finding, known)) gravest.set(identity, finding)
  }
  return [...gravest.values()]
}

/** What only follows from another finding in one file's analysis is said by itself in another's. */
const isGraver = (a: Finding, b: Finding): boolean =>
  Boolean(a.follows) === Boolean(b.follows)
    ? GRAVEST_FIRST.indexOf(a.severity) < GRAVEST_FIRST.indexOf(b.severity)
    : !a.follows
