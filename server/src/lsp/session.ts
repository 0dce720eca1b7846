import { type Analysis, analyze, isConfigFile } from '../analyze.ts'
import { loadGrammar } from '../c/parse/grammar.ts'
import type { Project } from '../config/project.ts'
import { PROJECT_FILE, type ProjectProblem } from '../config/project-file.ts'
import { projectProblems, settingsProblems } from '../ide/project-problems.ts'
import type { Finding } from '../rules/rule.ts'
import { memoize, memoizeLatest } from '../text/memo.ts'
import type { SourceFile } from '../text/source-file.ts'
import { canonicalUri, folderOf, nameOf, schemeOf } from '../text/uri.ts'
import { visible } from '../text/visible.ts'
import type { ClientCapabilities } from './client-capabilities.ts'
import { StableDiagnostics } from './diagnostics/stable-diagnostics.ts'
import { ElementTrials } from './edits/element-trials.ts'
import { Changes } from './files/changes.ts'
import type { FileReader } from './files/file-reader.ts'
import { Sources } from './files/sources.ts'
import { type OpenDocument, Workspace } from './files/workspace.ts'
import { type FolderSettings, readFolderSettings, type UserSettings } from './settings.ts'
import { type Now, StageClock } from './time/stage-clock.ts'

/** An open configuration and what the core says about it. */
export interface AnalyzedDocument {
  readonly document: OpenDocument
  readonly analysis: Analysis
  /** What the analysis was made in. */
  readonly project: Project
  /** The time of the answer it is made for. */
  readonly clock: StageClock
  /** Those of the analysis that can be believed now. */
  readonly findings: readonly Finding[]
}

/** Whether a file is worth an analysis shows near its top; a glance at more would cost in every other C file. */
const MAX_PREFIX = 256 * 1024

const isConfiguration = memoize((file: SourceFile) =>
  isConfigFile(file.text.length <= MAX_PREFIX ? file : { uri: file.uri, text: file.text.slice(0, MAX_PREFIX) }),
)

/** Where files lie that somebody edits. What else an editor shows as C is a revision, a review or a history of one. */
const EDITED_SCHEMES: readonly string[] = ['file', 'untitled', 'vscode-vfs', 'vscode-remote', 'vscode-test-web']

const isProjectFile = (uri: string): boolean => nameOf(uri) === PROJECT_FILE

/** One answer a file while nothing in the project changes; one that took too long is asked for again, and goes farther. */
const analyzeOnce = memoizeLatest(
  (file: SourceFile, project: Project, clock: StageClock, onSlow: (words: string) => void) => {
    const analysis = analyze(file, project, undefined, clock)
    const { slowStages } = clock
    if (slowStages) onSlow(`${nameOf(file.uri)} takes long to check: ${slowStages}`)
    return { project, analysis, isWhole: !clock.isCut }
  },
  ({ project: before, isWhole }, project) => isWhole && before === project,
)

/** What lives from `initialize` to `exit`. */
export class Session {
  readonly capabilities: ClientCapabilities
  readonly workspace: Workspace
  readonly #sources: Sources
  #folders: readonly string[]
  readonly #base: string | undefined
  #rawSettings: unknown
  #settings: FolderSettings
  readonly #stable = new StableDiagnostics()
  readonly #reportedProblems = new Set<string>()
  readonly changes = new Changes()
  readonly elementTrials: ElementTrials
  readonly #now: Now
  readonly #slow = new Set<string>()
  /** Hears of analyses that take long, with the stages that do. */
  onSlow: (words: string) => void = () => undefined
  /** Resolves when the settings are known. */
  ready: Promise<void> = loadGrammar()

  constructor(
    capabilities: ClientCapabilities,
    files: FileReader,
    folders: readonly string[],
    base: string | undefined,
    now: Now = () => performance.now(),
  ) {
    this.#now = now
    this.capabilities = capabilities
    this.workspace = new Workspace(files, capabilities.encoding)
    this.elementTrials = new ElementTrials(this.workspace, now)
    this.#sources = new Sources(files, (uri, text) => isConfiguration({ uri, text }))
    this.#folders = folders
    this.#base = base
    this.#settings = readFolderSettings(folders, base, undefined)
  }

  /** URIs of the workspace folders, each with a slash at its end. */
  get folders(): readonly string[] {
    return this.#folders
  }

  set folders(folders: readonly string[]) {
    this.#folders = folders
    this.configure(this.#rawSettings)
  }

  /** What is set everywhere, and what is set in single folders. */
  configure(given: unknown, ofFolders?: ReadonlyMap<string, unknown>): void {
    this.#rawSettings = given
    this.#settings = readFolderSettings(this.#folders, this.#base, given, ofFolders)
    this.workspace.configure(this.#settings)
  }

  /** What is wrong with the settings, in words, each time it is asked only what it has not said before. */
  newSettingsProblems(): readonly string[] {
    const problems = new Set(this.#settings.all.flatMap(({ core }) => settingsProblems(core.rules)))
    const news = [...problems].filter(problem => !this.#reportedProblems.has(problem))
    for (const problem of news) this.#reportedProblems.add(problem)
    return news
  }

  /** Whether a document is one of the user's files; the schemes of workspace folders are. */
  isEdited(uri: string): boolean {
    return [...EDITED_SCHEMES, ...this.#folders.map(schemeOf)].includes(schemeOf(uri))
  }

  /** Why nothing is known of a document that somebody asks about. */
  reasonForNothing(uri: string): string {
    if (this.isEdited(uri)) return 'this file is not a cell configuration'
    return `it is shown read-only, by "${visible(schemeOf(uri))}"; open the file itself`
  }

  settingsFor(uri: string): UserSettings {
    return this.#settings.of(canonicalUri(uri))
  }

  /** What the core says about the newest version of an open configuration; undefined for any other file. */
  async analyze(uri: string): Promise<AnalyzedDocument | undefined> {
    await this.ready
    let document: OpenDocument | undefined
    let within: Project | undefined
    const clock = this.clock()
    const analysis = await this.workspace.query(uri, project => {
      document = this.workspace.document(uri)
      within = project
      return document && isConfiguration(document.file) ? this.#analyzed(document.file, project, clock) : undefined
    })
    if (!document || !analysis || !within) return undefined
    return { document, analysis, project: within, clock, findings: this.#stable.findings(analysis) }
  }

  /** Time for one answer. */
  readonly clock = (): StageClock => new StageClock(this.#now)

  /** A project in which edits are tried in what is left of the time of an answer: a trial that takes longer proves nothing. */
  trialProject({ project, clock }: Pick<AnalyzedDocument, 'project' | 'clock'>): Project {
    const { time, limited } = this.#trials(project)
    time.restart(clock.spent)
    return limited
  }

  readonly #trials = memoize((project: Project) => {
    const time = this.clock()
    return { time, limited: { ...project, time } }
  })

  /** All rounds of one question, between which files are read, have the time of one. */
  #analyzed(file: SourceFile, project: Project, clock: StageClock): Analysis {
    return clock.within(() => analyzeOnce(file, project, clock, words => this.#reportSlow(file, words)).analysis)
  }

  /** Once a file: whoever types in it waits each time. */
  #reportSlow({ uri }: SourceFile, words: string): void {
    if (this.#slow.has(uri)) return
    this.#slow.add(uri)
    this.onSlow(words)
  }

  /** What the core says about a configuration, open or not. */
  async analysisOf(uri: string): Promise<Analysis | undefined> {
    await this.ready
    let analysis: Analysis | undefined
    const canonical = canonicalUri(uri)
    const clock = this.clock()
    await this.workspace.query(canonical, project => {
      const file = project.lookup(canonical)
      if (file === 'pending') return { missing: { files: [canonical], folders: [] } }
      analysis = typeof file !== 'string' && isConfiguration(file) ? this.#analyzed(file, project, clock) : undefined
      return analysis
    })
    return analysis
  }

  /** What the core finds with a file, open or not, in itself and in others. */
  async findingsOf(uri: string): Promise<readonly Finding[]> {
    return (await this.analysisOf(uri))?.findings ?? []
  }

  /** The configurations of all workspace folders, open or not. */
  async configurationsBelow(): Promise<readonly string[]> {
    await this.ready
    const open = this.configurations().map(({ file }) => file.uri)
    const below = await Promise.all(this.#folders.map(folder => this.#sources.below(folder)))
    return [...new Set([...open, ...below.flat().filter(uri => !this.workspace.document(uri))])]
  }

  /** The workspace folder of a file; outside of any, the folder it lies in. */
  folderOf(uri: string): string {
    return this.#folders.find(each => uri.startsWith(each)) ?? folderOf(uri)
  }

  /** C files of the workspace folder of a file, whatever they hold; none outside of any. */
  async sourcesAround(uri: string): Promise<readonly string[]> {
    const folder = this.#folders.find(each => canonicalUri(uri).startsWith(each))
    return folder === undefined ? [] : await this.#sources.listed(folder)
  }

  /** These files changed, came or went; without names, any of them may have. */
  invalidate(uris?: readonly string[]): void {
    if (uris) this.workspace.invalidate(uris)
    else this.workspace.invalidateAll()
    if (uris) this.#sources.forget(uris.map(canonicalUri))
    else this.#sources.forgetAll()
  }

  /** The file on disk counts again. */
  close(uri: string): void {
    this.workspace.close(uri)
    this.#stable.forget(canonicalUri(uri))
    this.#slow.delete(canonicalUri(uri))
  }

  /** What is wrong with an open `jailhouse.json`; undefined for any other file. */
  async projectProblems(uri: string): Promise<readonly ProjectProblem[] | undefined> {
    await this.ready
    const complete = await this.workspace.query(uri, project => {
      const file = this.workspace.document(uri)?.file
      return file && isProjectFile(file.uri) ? projectProblems(file, project) : undefined
    })
    return complete?.problems
  }

  /** Open files about which there may be something to say. */
  diagnosable(): readonly OpenDocument[] {
    const projectFiles = this.workspace.documents().filter(({ file }) => isProjectFile(file.uri))
    return [...this.configurations(), ...projectFiles]
  }

  /** Open files worth an analysis. */
  configurations(): readonly OpenDocument[] {
    return this.workspace.documents().filter(({ file }) => isConfiguration(file))
  }

  /** The same in an order that does not tell which was opened or edited before which. */
  sortedConfigurations(): readonly OpenDocument[] {
    return this.configurations().toSorted((a, b) => (a.file.uri < b.file.uri ? -1 : 1))
  }

  /** The client's own spelling of a URI, if it has the document open. */
  clientUri(uri: string): string {
    return this.workspace.document(uri)?.uri ?? uri
  }
}
