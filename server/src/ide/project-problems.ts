import { looksLikeSystem } from '../config/choose-root.ts'
import { fileAt, type MissingFiles, type Project } from '../config/project.ts'
import { type ProjectFile, type ProjectProblem, readProjectFile, type SystemMention } from '../config/project-file.ts'
import { readBaseline } from '../rules/baseline.ts'
import { rulesNamed } from '../rules/catalogue.ts'
import { SEVERITIES } from '../rules/policy.ts'
import { memoizeByName } from '../text/memo.ts'
import type { SourceFile } from '../text/source-file.ts'
import { nameOf } from '../text/uri.ts'
import { bounded } from '../text/visible.ts'
import { count } from '../text/words.ts'

/** What is wrong with a `jailhouse.json`: how it is written, the rules it names, the files it names. */
export function projectProblems(
  file: SourceFile,
  project: Project,
): {
  readonly problems: readonly ProjectProblem[]
  readonly missing: { readonly files: readonly string[]; readonly folders: readonly string[] }
} {
  const missing: MissingFiles = { files: new Set(), folders: new Set() }
  const read = readProjectFile(file)
  const problems = [...read.problems, ...ruleProblems(read), ...fileProblems(read, project, missing)]
  return {
    problems: withinBounds(problems.toSorted((a, b) => a.span.start - b.span.start)),
    missing: { files: [...missing.files], folders: [] },
  }
}

/** Nobody corrects more at a time. */
const MAX_PROBLEMS = 100

/** The first of many, and how many more there are. */
function withinBounds(problems: readonly ProjectProblem[]): readonly ProjectProblem[] {
  const shown = problems.slice(0, MAX_PROBLEMS).map(({ span, message }) => ({ span, message: bounded(message) }))
  const next = problems[MAX_PROBLEMS]
  if (!next) return shown
  return [...shown, { span: next.span, message: `and ${count(problems.length - MAX_PROBLEMS, 'more problem')}` }]
}

const ruleProblems = ({ ruleEntries }: ProjectFile): readonly ProjectProblem[] =>
  ruleEntries.flatMap(({ name, value, span, valueSpan: valueAt }) => [
    ...ruleNameProblems(name).map(message => ({ span, message })),
    ...severityProblems(value).map(message => ({ span: valueAt, message })),
  ])

/** What is wrong with the severities of the settings, which have no places. */
export const settingsProblems = (rules: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(rules).flatMap(([name, value]) => [...ruleNameProblems(name), ...severityProblems(value)])

/** What is wrong with the name of a rule or band. */
export const ruleNameProblems = (name: string): readonly string[] =>
  0 < rulesNamed(name).length ? [] : [`unknown rule "${name}"`]

const severityProblems = (value: string): readonly string[] =>
  SEVERITIES.includes(value) ? [] : [`unknown severity "${value}"; expected one of ${SEVERITIES.join(', ')}`]

function fileProblems(
  { mentions, baseline, file }: ProjectFile,
  project: Project,
  missing: MissingFiles,
): readonly ProjectProblem[] {
  const absent = mentionProblems(mentions, project, missing)
  if (baseline === undefined) return absent
  const list = fileAt(baseline, project, missing)
  const span = { file, start: file.text.indexOf('"baseline"'), end: file.text.indexOf('"baseline"') + 10 }
  if (list) return readBaseline(list) ? absent : [...absent, { span, message: `${nameOf(baseline)} is not a baseline` }]
  return project.lookup(baseline) === 'absent'
    ? [...absent, { span, message: `cannot find ${nameOf(baseline)}` }]
    : absent
}

/** What is wrong with the files that systems name; each is looked at once, however many name it. */
function mentionProblems(
  mentions: ProjectFile['mentions'],
  project: Project,
  missing: MissingFiles,
): readonly ProjectProblem[] {
  const wrongs = memoizeByName(uri => wrongsOf(uri, project, missing))
  const problems: ProjectProblem[] = []
  for (const { uri, span, role } of mentions) {
    const message = wrongs(uri)?.[role]
    if (message !== undefined) problems.push({ span, message })
  }
  return problems
}

/** What is wrong with a file in each role: a root that is an inmate, or an inmate that is a root, makes an empty system. */
function wrongsOf(
  uri: string,
  project: Project,
  missing: MissingFiles,
): Partial<Record<SystemMention['role'], string>> | undefined {
  const file = fileAt(uri, project, missing)
  if (file && looksLikeSystem(file)) return { cell: `${nameOf(uri)} is the configuration of a root cell` }
  if (file) return { root: `${nameOf(uri)} is not the configuration of a root cell` }
  if (project.lookup(uri) !== 'absent') return undefined
  const message = `cannot find ${nameOf(uri)}`
  return { root: message, cell: message }
}
