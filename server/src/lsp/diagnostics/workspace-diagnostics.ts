import type {
  CancellationToken,
  Connection,
  Diagnostic,
  WorkspaceDiagnosticParams,
  WorkspaceDiagnosticReport,
  WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver'
import { foldAlike } from '../../rules/fold.ts'
import type { Finding } from '../../rules/rule.ts'
import { canonicalUri } from '../../text/uri.ts'
import { listIn } from '../params.ts'
import type { Session } from '../session.ts'
import { type Progress, progressAfter } from '../time/progress.ts'
import { distinct, toDiagnostic } from './diagnostics.ts'

/** How long nothing happens before all is looked at again. */
const REST_MS = 500

/**
 * What is found in the configurations of the workspace that nobody has open. A pull is answered when there is something
 * new to say: clients ask again as soon as they have an answer, and nothing is looked at before anything has changed.
 */
export class WorkspaceDiagnostics {
  readonly #connection: Connection
  readonly #session: Session
  readonly #ids = new Map<string, { readonly content: string; readonly id: string }>()
  readonly #restMs: number
  #answered = -1
  #count = 0

  constructor(connection: Connection, session: Session, restMs = REST_MS) {
    this.#connection = connection
    this.#session = session
    this.#restMs = restMs
  }

  async pull(params: WorkspaceDiagnosticParams, token: CancellationToken): Promise<WorkspaceDiagnosticReport> {
    const previousResultIds = listIn(params, 'previousResultIds')
    const session = this.#session
    const isFirst = previousResultIds.length === 0
    if (!isFirst) await this.#somethingNew(token)
    this.#answered = session.changes.count
    const progress = progressAfter(this.#connection, session, 'Jailhouse Warden: checking the workspace')
    try {
      const found = await this.#diagnostics(progress, token)
      const known = new Map(previousResultIds.map(({ uri, value }) => [canonicalUri(uri), value]))
      const gone = [...known.keys()].filter(uri => !found.has(uri) && !session.workspace.document(uri))
      return {
        items: [
          ...[...found].map(([uri, diagnostics]) => this.#report(uri, diagnostics, known.get(uri))),
          ...gone.map((uri): WorkspaceDocumentDiagnosticReport => ({ kind: 'full', uri, version: null, items: [] })),
        ],
      }
    } finally {
      progress.done()
    }
  }

  /** While somebody types, the files that are open come first. */
  async #somethingNew(token: CancellationToken): Promise<void> {
    const { changes } = this.#session
    await changes.after(this.#answered, token)
    for (let seen = -1; seen !== changes.count && !token.isCancellationRequested; ) {
      seen = changes.count
      await new Promise(resolve => setTimeout(resolve, this.#restMs))
    }
  }

  async #diagnostics(
    progress: Progress,
    token: CancellationToken,
  ): Promise<ReadonlyMap<string, readonly Diagnostic[]>> {
    const uris = await this.#session.configurationsBelow()
    const closed = uris.filter(uri => !this.#session.workspace.document(uri))
    const found = new Map(closed.map((uri): [string, Finding[]] => [uri, []]))
    for (const [i, uri] of uris.entries()) {
      if (token.isCancellationRequested) break
      progress.report(i / uris.length, `${i} / ${uris.length}`)
      for (const finding of await this.#session.findingsOf(uri)) found.get(finding.span.file.uri)?.push(finding)
      await nextTurn()
    }
    return new Map(
      [...found].map(([uri, findings]) => [
        uri,
        distinct(foldAlike(findings).map(each => toDiagnostic(each, this.#session))),
      ]),
    )
  }

  #report(uri: string, items: readonly Diagnostic[], before: string | undefined): WorkspaceDocumentDiagnosticReport {
    const content = JSON.stringify(items)
    const known = this.#ids.get(uri)
    const id = known?.content === content ? known.id : `w${++this.#count}`
    this.#ids.set(uri, { content, id })
    if (id === before) return { kind: 'unchanged', uri, version: null, resultId: id }
    return { kind: 'full', uri, version: null, resultId: id, items: [...items] }
  }
}

/** What somebody asks while the workspace is checked is answered in between. */
const nextTurn = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 0))
