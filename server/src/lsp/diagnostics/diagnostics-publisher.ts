import type { Connection, Diagnostic, DocumentDiagnosticReport } from 'vscode-languageserver'
import { sectionAt } from '../../analyze.ts'
import type { Finding } from '../../rules/rule.ts'
import type { LastEdit } from '../files/workspace.ts'
import { logError } from '../log.ts'
import { ANALYZED, type DocumentUri } from '../protocol.ts'
import type { AnalyzedDocument, Session } from '../session.ts'
import { pendingMessages } from '../time/pending-messages.ts'
import { closedFileDiagnostics, diagnosticsOf, problemDiagnostic } from './diagnostics.ts'
import { FindingsLog } from './findings-log.ts'

/** What was last published for a document. */
interface Published {
  readonly id: string
  readonly version: number
  readonly content: string
  readonly fingerprints: ReadonlySet<string>
}

/** The edited file comes first; findings at the caret and in other files wait until nothing was typed for so long. */
const DEBOUNCE_MS = 500

/**
 * Keeps the diagnostics of all open configurations current: a change of one file may speak of another. Pushes them, or
 * where the client pulls tells it when to pull again; never both.
 */
export class DiagnosticsPublisher {
  readonly #connection: Connection
  readonly #session: Session
  readonly #published = new Map<string, Published>()
  /** The same for files that are not open. */
  readonly #publishedClosed = new Map<string, string>()
  readonly #shownDocuments = new Set<string>()
  readonly #debounceMs: number
  readonly #findingsLog: FindingsLog
  /** The newest edit after which nothing was typed for a while. */
  #settledEdit: LastEdit | undefined
  /** Counts the changes; what began before the newest is out of date. */
  #changes = 0
  /** Of the only configuration that is open: what changes while it stays came from additionalEdits, such as `jailhouse.json`. */
  #version: number | undefined
  #ids = 0

  constructor(connection: Connection, session: Session, debounceMs = DEBOUNCE_MS) {
    this.#connection = connection
    this.#session = session
    this.#debounceMs = debounceMs
    this.#findingsLog = new FindingsLog(connection)
  }

  /** Something changed. Whatever else has already arrived is taken in first. */
  schedule(): void {
    const change = ++this.#changes
    const isOutdated = () => change !== this.#changes
    pendingMessages()
      .then(() => (isOutdated() ? undefined : this.#publish(isOutdated)))
      .catch(error => this.#log(error))
  }

  /** Publishes nothing any more. */
  stop(): void {
    this.#changes++
  }

  /** A document of the server's own is shown; what it says may change with the files. */
  refreshOnChange(uri: string): void {
    this.#shownDocuments.add(uri)
  }

  /** Answers a pull. */
  async pull(uri: string, previousResultId: string | undefined): Promise<DocumentDiagnosticReport> {
    const items = await this.#current(uri, this.#session.capabilities.refreshDiagnostics)
    if (!this.#session.workspace.document(uri)) return { kind: 'full', items: [] }
    const { id } = this.#record(uri, items)
    return id === previousResultId ? { kind: 'unchanged', resultId: id } : { kind: 'full', resultId: id, items }
  }

  async #publish(isOutdated: () => boolean): Promise<void> {
    const { lastEdit } = this.#session.workspace
    if (lastEdit && lastEdit !== this.#settledEdit) {
      if (!this.#session.capabilities.pullDiagnostics) await this.#pushOne(lastEdit.file.uri, isOutdated, true)
      const rest = lastEdit.time + this.#debounceMs - Date.now()
      await new Promise(resolve => setTimeout(resolve, rest))
      if (isOutdated()) return
      this.#settledEdit = lastEdit
    }
    await (this.#session.capabilities.pullDiagnostics ? this.#refresh(isOutdated) : this.#pushOpen(isOutdated))
    if (isOutdated()) return
    const { pushDiagnostics, workspaceDiagnostics } = this.#session.capabilities
    if (pushDiagnostics && !workspaceDiagnostics) await this.#pushClosed(isOutdated)
    for (const uri of this.#shownDocuments)
      this.#connection.workspace.textDocumentContent.refresh(uri).catch(() => undefined)
    if (isOutdated()) return
    this.#refreshOthers()
    await this.#logFindings()
    await this.#tryElements()
    if (!this.#session.capabilities.analyzedNotification) return
    for (const { uri } of this.#session.configurations())
      await this.#connection.sendNotification(ANALYZED, { uri } satisfies DocumentUri)
  }

  async #pushOpen(isOutdated: () => boolean): Promise<void> {
    for (const { uri } of this.#session.diagnosable()) await this.#pushOne(uri, isOutdated)
    if (isOutdated()) return
    for (const uri of this.#takeStale()) await this.#connection.sendDiagnostics({ uri, diagnostics: [] })
  }

  async #pushOne(uri: string, isOutdated: () => boolean, holdsBack = false): Promise<void> {
    if (isOutdated()) return
    const diagnostics = await this.#current(uri, holdsBack).catch(error => this.#log(error))
    const document = this.#session.workspace.document(uri)
    if (isOutdated() || !diagnostics || !document) return
    if (this.#hasChanged(document.uri, diagnostics))
      await this.#connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics })
  }

  /** A client pulls for what is open; about its partners it has to be notified. */
  async #pushClosed(isOutdated: () => boolean): Promise<void> {
    const found = await closedFileDiagnostics(this.#session)
    if (isOutdated()) return
    for (const uri of [...this.#publishedClosed.keys()].filter(uri => !found.has(uri))) {
      this.#publishedClosed.delete(uri)
      const isReplaced =
        !this.#session.capabilities.pullDiagnostics && this.#published.has(this.#session.clientUri(uri))
      if (!isReplaced) await this.#connection.sendDiagnostics({ uri, diagnostics: [] })
    }
    for (const [uri, diagnostics] of found) {
      const content = JSON.stringify(diagnostics)
      if (content === (this.#publishedClosed.get(uri) ?? '[]')) continue
      this.#publishedClosed.set(uri, content)
      await this.#connection.sendDiagnostics({ uri, diagnostics: [...diagnostics] })
    }
  }

  /** Documents that are closed, or have nothing to do with Jailhouse any more. */
  #takeStale(): readonly string[] {
    const shown = new Set(this.#session.diagnosable().map(({ uri }) => uri))
    const gone = [...this.#published.keys()].filter(uri => !shown.has(uri))
    for (const uri of gone) this.#published.delete(uri)
    return gone
  }

  /** Asks for another pull when documents other than the one just edited would show something else. */
  async #refresh(isOutdated: () => boolean): Promise<void> {
    this.#takeStale()
    if (!this.#session.capabilities.refreshDiagnostics) return
    let stale = false
    for (const { uri } of this.#session.diagnosable()) {
      const diagnostics = await this.#current(uri).catch(error => this.#log(error))
      if (isOutdated()) return
      if (!diagnostics) continue
      const published = this.#published.get(uri)
      stale ||= published !== undefined && published.content !== JSON.stringify(diagnostics)
    }
    if (stale) this.#connection.languages.diagnostics.refresh().catch(() => undefined)
  }

  /** An editor asks again about the file that was edited; about the others it has to be notified. */
  #refreshOthers(): void {
    const { capabilities } = this.#session
    const ignore = () => undefined
    const [only, ...more] = this.#session.configurations()
    const isOwnEdit = more.length === 0 && only?.version !== this.#version
    this.#version = only?.version
    if (isOwnEdit) return
    if (capabilities.refreshInlayHints) this.#connection.languages.inlayHint.refresh().catch(ignore)
    if (capabilities.refreshCodeLenses) this.#connection.sendRequest('workspace/codeLens/refresh').catch(ignore)
  }

  /** Where somebody stopped typing in a list, the next may be an element. */
  async #tryElements(): Promise<void> {
    const { workspace, elementTrials } = this.#session
    const { file, caret } = workspace.lastEdit ?? {}
    const answer = file && caret !== undefined && (await this.#session.analyze(file.uri))
    if (answer && answer.document.file === file)
      elementTrials.elementsAt(sectionAt(answer.analysis, caret), caret, answer.project)
  }

  async #logFindings(): Promise<void> {
    for (const { uri } of this.#session.configurations()) {
      const answer = await this.#session.analyze(uri)
      if (answer) this.#findingsLog.write(answer)
    }
  }

  /** A fault of ours in one document must not silence the others. */
  #log(error: unknown): undefined {
    logError(this.#connection, error)
  }

  /** What there is to say about a document; while somebody types in it, nothing new about the word at the caret. */
  async #current(uri: string, holdsBack = false): Promise<Diagnostic[]> {
    const problems = await this.#session.projectProblems(uri)
    if (problems) return problems.map(problem => problemDiagnostic(problem, this.#session))
    const answer = await this.#session.analyze(uri)
    if (!answer) return []
    const { lastEdit } = this.#session.workspace
    const isTyped = holdsBack && lastEdit?.file === answer.document.file && lastEdit !== this.#settledEdit
    const settled = isTyped ? { ...answer, findings: this.#awayFromCaret(answer, lastEdit) } : answer
    return diagnosticsOf(settled, this.#session)
  }

  #awayFromCaret({ document, findings }: AnalyzedDocument, { file, caret = -1 }: LastEdit): readonly Finding[] {
    const known = this.#published.get(document.uri)?.fingerprints
    const isAtCaret = ({ span }: Finding) => span.file === file && span.start <= caret && caret <= span.end
    return findings.filter(finding => known?.has(finding.fingerprint) || !isAtCaret(finding))
  }

  #hasChanged(uri: string, diagnostics: readonly Diagnostic[]): boolean {
    const before = this.#published.get(uri)
    const after = this.#record(uri, diagnostics)
    return before?.id !== after.id || before.version !== after.version
  }

  /** A result keeps its id while it says the same. */
  #record(uri: string, diagnostics: readonly Diagnostic[]): Published {
    const content = JSON.stringify(diagnostics)
    const before = this.#published.get(uri)
    const version = this.#session.workspace.document(uri)?.version ?? 0
    const id = before?.content === content ? before.id : String(++this.#ids)
    const fingerprints = new Set(diagnostics.map(({ data }) => String(data?.fingerprint)))
    const published: Published = { id, version, content, fingerprints }
    this.#published.set(uri, published)
    return published
  }
}
