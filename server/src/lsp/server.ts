import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from 'vscode-languageserver'
import { canonicalUri } from '../text/uri.ts'
import { type Abilities, abilitiesOf, optionsOf } from './abilities.ts'
import { Diagnose } from './diagnose.ts'
import { answerFeatures, featureCapabilities } from './features.ts'
import { clientFiles, type FileReader, noFiles } from './file-reader.ts'
import { guarding, guardingNotifications, type Standing } from './guard.ts'
import { BUILTIN_SCHEME, PAGE_SCHEME } from './protocol.ts'
import { answerOwnRequests } from './requests.ts'
import { Session } from './session.ts'
import { SECTION } from './settings.ts'

/** What the process or worker that runs the server lends it. */
export interface Host {
  /** The files it can read itself, in front of the client's. */
  readonly files: (client: FileReader) => FileReader
  /** From where absolute paths of settings count when no folder is open. */
  readonly base?: string
}

/** A client that never answers must not keep the server from starting. */
const PATIENCE_MS = 2000

/** Serves one client. A handler converts, asks, converts; what there is to know stands elsewhere. */
export function serve(connection: Connection, host: Host): void {
  const standing: Standing = {}
  const guard = guarding(connection, standing)
  listen(connection, host, standing)
  answerFeatures(connection, guard)
  answerOwnRequests(connection, guard)
  connection.listen()
}

/** Everything that keeps the server's view current: the connection's life, documents, files, settings. */
function listen(connection: Connection, host: Host, standing: Standing): void {
  const heed = guardingNotifications(connection, standing)

  connection.onInitialize(params => {
    const session = newSession(connection, host, params)
    standing.session = session
    standing.diagnose = new Diagnose(connection, session)
    const { abilities } = session
    return {
      capabilities: capabilitiesOf(abilities),
      serverInfo: { name: 'jailhouse-warden', version: JAILHOUSE_WARDEN_VERSION },
    }
  })
  connection.onInitialized(
    heed(session => {
      announce(connection, session.abilities)
      const settings = Promise.race([fetchSettings(connection, session), patience()])
      session.ready = Promise.all([session.ready, settings]).then(() => undefined)
    }),
  )
  connection.onShutdown(() => {
    standing.shutDown = true
    standing.diagnose?.stop()
  })
  connection.onDidOpenTextDocument(
    heed((session, { textDocument: { uri, version, text } }) => {
      if (!session.abilities.watchedFiles) session.workspace.forgetAll()
      session.workspace.open(uri, version, text)
    }),
  )
  connection.onDidChangeTextDocument(
    heed((session, { textDocument: { uri, version }, contentChanges }) =>
      session.workspace.change(uri, version, contentChanges),
    ),
  )
  connection.onDidCloseTextDocument(heed((session, { textDocument }) => session.workspace.close(textDocument.uri)))
  connection.onDidSaveTextDocument(
    heed(session => {
      if (!session.abilities.watchedFiles) session.workspace.forgetAll()
    }),
  )
  connection.onDidChangeWatchedFiles(
    heed((session, { changes }) => session.workspace.forget(changes.map(({ uri }) => uri))),
  )
  connection.onDidChangeConfiguration(
    heed(async (session, { settings }) => {
      if (session.abilities.configuration) await fetchSettings(connection, session)
      else session.configure(settings?.[SECTION] ?? settings)
    }),
  )
}

function newSession(connection: Connection, host: Host, params: InitializeParams): Session {
  const abilities = abilitiesOf(params)
  const files = host.files(abilities.fileReader ? clientFiles(connection) : noFiles)
  const folder = params.workspaceFolders?.[0]?.uri ?? params.rootUri
  const base = folder ? `${canonicalUri(folder).replace(/\/$/, '')}/` : host.base
  return new Session(abilities, files, base, optionsOf(params).settings)
}

export const capabilitiesOf = (abilities: Abilities): ServerCapabilities => ({
  positionEncoding: abilities.encoding,
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
  ...(abilities.textDocumentContent && {
    workspace: { textDocumentContent: { schemes: [PAGE_SCHEME, BUILTIN_SCHEME] } },
  }),
  ...featureCapabilities(abilities),
})

/** Asks to be told of files on disk and of settings, where the client takes such wishes. */
function announce(connection: Connection, { watchedFiles, configurationChanges }: Abilities): void {
  const refused = (error: unknown) => connection.console.warn(String(error))
  if (watchedFiles)
    connection.client
      .register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: '**/*.{c,h}' }, { globPattern: '**/jailhouse.json' }],
      })
      .catch(refused)
  if (configurationChanges)
    connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION }).catch(refused)
}

async function fetchSettings(connection: Connection, session: Session): Promise<void> {
  if (!session.abilities.configuration) return
  const settings = await connection.workspace.getConfiguration(SECTION).catch(() => undefined)
  if (settings !== undefined && settings !== null) session.configure(settings)
}

const patience = (): Promise<void> => new Promise(resolve => setTimeout(resolve, PATIENCE_MS))
