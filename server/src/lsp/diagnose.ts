import { type Connection, type Diagnostic, type DocumentDiagnosticReport, RAL } from 'vscode-languageserver'
import { diagnosticsOf, problemDiagnostic } from './diagnostics.ts'
import { diagnosticsElsewhere } from './elsewhere.ts'
import { log } from './log.ts'
import { ANALYZED, type OfDocument } from './protocol.ts'
import type { Session } from './session.ts'

/** What a client was last told about a document. */
interface Told {
  readonly id: string
  readonly version: number
  readonly words: string
}

/** The connection handles one message a turn; the next message that is there already has its turn in between. */
const onceArrived = (act: () => void): void => {
  const { setImmediate } = RAL().timer
  setImmediate(() => setImmediate(act))
}

/** The file that is edited comes first; the others wait until the hands rest that long. */
const REST_MS = 25

const rest = (): Promise<void> => new Promise(resolve => setTimeout(resolve, REST_MS))

/**
 * Keeps the diagnostics of all open configurations current: a change of one file may speak of another. Pushes them, or
 * where the client pulls tells it when to pull again; never both.
 */
export class Diagnose {
  readonly #connection: Connection
  readonly #session: Session
  readonly #told = new Map<string, Told>()
  /** What was last told about files that nobody has open. */
  readonly #elsewhere = new Map<string, string>()
  readonly #followed = new Set<string>()
  /** Counts the changes; what began before the newest is out of date. */
  #changes = 0
  #ids = 0

  constructor(connection: Connection, session: Session) {
    this.#connection = connection
    this.#session = session
  }

  /** Something changed. Whatever else has already arrived is taken in first. */
  soon(): void {
    const change = ++this.#changes
    const isOutdated = () => change !== this.#changes
    onceArrived(() => {
      if (!isOutdated()) this.#all(isOutdated).catch(error => this.#log(error))
    })
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#changes++
  }

  /** A document of the server's own is shown; what it says may change with the files. */
  follow(uri: string): void {
    this.#followed.add(uri)
  }

  /** Answers a pull. */
  async report(uri: string, previousResultId: string | undefined): Promise<DocumentDiagnosticReport> {
    const items = await this.#current(uri)
    if (!this.#session.workspace.document(uri)) return { kind: 'full', items: [] }
    const { id } = this.#note(uri, items)
    return id === previousResultId ? { kind: 'unchanged', resultId: id } : { kind: 'full', resultId: id, items }
  }

  async #all(isOutdated: () => boolean): Promise<void> {
    await (this.#session.abilities.pullDiagnostics ? this.#refresh(isOutdated) : this.#push(isOutdated))
    if (isOutdated()) return
    if (this.#session.abilities.pushDiagnostics) await this.#pushElsewhere(isOutdated)
    for (const uri of this.#followed) this.#connection.workspace.textDocumentContent.refresh(uri).catch(() => undefined)
    if (isOutdated()) return
    this.#refreshOthers()
    if (!this.#session.abilities.analyzedNotification) return
    for (const { uri } of this.#session.configurations())
      await this.#connection.sendNotification(ANALYZED, { uri } satisfies OfDocument)
  }

  async #push(isOutdated: () => boolean): Promise<void> {
    const { workspace } = this.#session
    for (const [index, { uri }] of this.#session.judged().entries()) {
      if (index === 1) await rest()
      if (isOutdated()) return
      const diagnostics = await this.#current(uri).catch(error => this.#log(error))
      const version = workspace.document(uri)?.version
      if (isOutdated()) return
      if (diagnostics && version !== undefined && this.#isNews(uri, diagnostics))
        await this.#connection.sendDiagnostics({ uri, version, diagnostics })
    }
    for (const uri of this.#forgotten()) await this.#connection.sendDiagnostics({ uri, diagnostics: [] })
  }

  /** A client pulls for what is open; about its partners it has to be told. */
  async #pushElsewhere(isOutdated: () => boolean): Promise<void> {
    const found = await diagnosticsElsewhere(this.#session)
    if (isOutdated()) return
    for (const uri of [...this.#elsewhere.keys()].filter(uri => !found.has(uri))) {
      this.#elsewhere.delete(uri)
      const isReplaced = !this.#session.abilities.pullDiagnostics && this.#told.has(this.#session.spelling(uri))
      if (!isReplaced) await this.#connection.sendDiagnostics({ uri, diagnostics: [] })
    }
    for (const [uri, diagnostics] of found) {
      const words = JSON.stringify(diagnostics)
      if (words === (this.#elsewhere.get(uri) ?? '[]')) continue
      this.#elsewhere.set(uri, words)
      await this.#connection.sendDiagnostics({ uri, diagnostics: [...diagnostics] })
    }
  }

  /** Documents that are closed, or have nothing to do with Jailhouse any more. */
  #forgotten(): readonly string[] {
    const shown = new Set(this.#session.judged().map(({ uri }) => uri))
    const gone = [...this.#told.keys()].filter(uri => !shown.has(uri))
    for (const uri of gone) this.#told.delete(uri)
    return gone
  }

  /** Asks for another pull when documents other than the one just edited would show something else. */
  async #refresh(isOutdated: () => boolean): Promise<void> {
    this.#forgotten()
    if (!this.#session.abilities.refreshDiagnostics) return
    let stale = false
    for (const { uri } of this.#session.judged()) {
      const diagnostics = await this.#current(uri)
      if (isOutdated()) return
      const told = this.#told.get(uri)
      stale ||= told !== undefined && told.words !== JSON.stringify(diagnostics)
    }
    if (stale) this.#connection.languages.diagnostics.refresh().catch(() => undefined)
  }

  /** An editor asks again about the file that was edited; about the others it has to be told. */
  #refreshOthers(): void {
    const { abilities } = this.#session
    const ignore = () => undefined
    if (this.#session.configurations().length < 2) return
    if (abilities.refreshInlayHints) this.#connection.languages.inlayHint.refresh().catch(ignore)
    if (abilities.refreshCodeLenses) this.#connection.sendRequest('workspace/codeLens/refresh').catch(ignore)
  }

  /** A fault of ours in one document must not silence the others. */
  #log(error: unknown): undefined {
    log(this.#connection, error)
  }

  async #current(uri: string): Promise<Diagnostic[]> {
    const problems = await this.#session.projectProblems(uri)
    if (problems) return problems.map(problem => problemDiagnostic(problem, this.#session))
    const answer = await this.#session.answer(uri)
    return answer ? diagnosticsOf(answer, this.#session) : []
  }

  #isNews(uri: string, diagnostics: readonly Diagnostic[]): boolean {
    const before = this.#told.get(uri)
    const after = this.#note(uri, diagnostics)
    return before?.id !== after.id || before.version !== after.version
  }

  /** A result keeps its id while it says the same. */
  #note(uri: string, diagnostics: readonly Diagnostic[]): Told {
    const words = JSON.stringify(diagnostics)
    const before = this.#told.get(uri)
    const version = this.#session.workspace.document(uri)?.version ?? 0
    const id = before?.words === words ? before.id : String(++this.#ids)
    const told = { id, version, words }
    this.#told.set(uri, told)
    return told
  }
}
