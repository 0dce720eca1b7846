import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  type InitializeParams,
  MessageType,
  ResponseError,
  type ServerCapabilities,
  ShowMessageNotification,
  TextDocumentSyncKind,
  type WorkspaceFolder,
  type WorkspaceFoldersChangeEvent,
} from 'vscode-languageserver'
import { type Abilities, abilitiesOf, optionsOf } from './abilities.ts'
import { Diagnose } from './diagnose.ts'
import { answerFeatures, featureCapabilities } from './features.ts'
import { clientFiles, type FileReader, noFiles } from './file-reader.ts'
import { folderUri } from './folder-settings.ts'
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
    if (standing.session) return new ResponseError(ErrorCodes.InvalidRequest, 'initialize comes once')
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
      if (session.abilities.workspaceFolders)
        connection.workspace.onDidChangeWorkspaceFolders(
          heed((session, { added, removed }: WorkspaceFoldersChangeEvent) => {
            const gone = urisOf(removed)
            session.folders = [...session.folders.filter(uri => !gone.includes(uri)), ...urisOf(added)]
            return fetchSettings(connection, session)
          }),
        )
      complain(connection, session)
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
  connection.onDidCloseTextDocument(heed((session, { textDocument }) => session.close(textDocument.uri)))
  connection.onDidSaveTextDocument(
    heed(session => {
      if (!session.abilities.watchedFiles) session.workspace.forgetAll()
    }),
  )
  connection.onDidChangeWatchedFiles(
    heed((session, { changes }) => session.workspace.forget(changes.map(({ uri }) => uri))),
  )
  connection.onDidChangeConfiguration(
    heed((session, { settings }) => {
      if (session.abilities.configuration) return fetchSettings(connection, session)
      session.configure(settings?.[SECTION] ?? settings)
      return complain(connection, session)
    }),
  )
}

function newSession(connection: Connection, host: Host, params: InitializeParams): Session {
  const abilities = abilitiesOf(params)
  const files = host.files(abilities.fileReader ? clientFiles(connection) : noFiles)
  const root = params.rootUri ? [{ uri: params.rootUri }] : []
  const session = new Session(abilities, files, urisOf(params.workspaceFolders ?? root), host.base)
  session.configure(optionsOf(params).settings)
  return session
}

const urisOf = (folders: readonly Pick<WorkspaceFolder, 'uri'>[]): readonly string[] =>
  folders.map(({ uri }) => folderUri(uri))

export const capabilitiesOf = (abilities: Abilities): ServerCapabilities => ({
  positionEncoding: abilities.encoding,
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
  workspace: {
    ...(abilities.workspaceFolders && { workspaceFolders: { supported: true, changeNotifications: true } }),
    ...(abilities.textDocumentContent && { textDocumentContent: { schemes: [PAGE_SCHEME, BUILTIN_SCHEME] } }),
  },
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
  const { folders } = session
  const items = [{ section: SECTION }, ...folders.map(scopeUri => ({ scopeUri, section: SECTION }))]
  const [everywhere, ...own] = await connection.workspace.getConfiguration(items).catch((): unknown[] => [])
  if (everywhere === undefined || everywhere === null) return
  session.configure(everywhere, new Map(folders.map((folder, i) => [folder, own[i]])))
  complain(connection, session)
}

/** Settings have no place for a squiggle; what is wrong with them is told once. */
function complain(connection: Connection, session: Session): void {
  for (const problem of session.newSettingsProblems())
    connection
      .sendNotification(ShowMessageNotification.type, {
        type: MessageType.Warning,
        message: `Settings of Jailhouse Warden: ${problem}.`,
      })
      .catch(() => undefined)
}

const patience = (): Promise<void> => new Promise(resolve => setTimeout(resolve, PATIENCE_MS))
