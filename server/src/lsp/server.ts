import {
  type Connection,
  DidChangeConfigurationNotification,
  type DidChangeTextDocumentParams,
  DidChangeWatchedFilesNotification,
  type DidOpenTextDocumentParams,
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
import { visibleLines } from '../text/visible.ts'
import { registerBoardRequests } from './board-requests.ts'
import { type ClientCapabilities, clientCapabilities, initializationOptions } from './client-capabilities.ts'
import { DiagnosticsPublisher } from './diagnostics/diagnostics-publisher.ts'
import { WorkspaceDiagnostics } from './diagnostics/workspace-diagnostics.ts'
import { featureCapabilities, registerFeatures } from './features.ts'
import { clientFiles, type FileReader, noFiles } from './files/file-reader.ts'
import {
  aboutDocument,
  type ConnectionState,
  handlerWrapper,
  notificationWrapper,
  type WrapNotification,
} from './handler.ts'
import { logWarning } from './log.ts'
import { listIn, uriIn } from './params.ts'
import { BUILTIN_SCHEME, PAGE_SCHEME } from './protocol.ts'
import { registerRequests } from './requests.ts'
import { Session } from './session.ts'
import { folderUri, SECTION } from './settings.ts'
import type { Now } from './time/stage-clock.ts'

/** What the process or worker that runs the server lends it. */
export interface Host {
  /** The files it can read itself, in front of the client's. */
  readonly files: (client: FileReader) => FileReader
  /** From where absolute paths of settings count when no folder is open. */
  readonly base?: string
  /** How long, in milliseconds, nothing is typed before findings at the caret and in other files are shown. */
  readonly debounceMs?: number
  /** Milliseconds of the processor, where it can tell. */
  readonly now?: Now
}

/** A client that never answers must not keep the server from starting. */
const SETTINGS_TIMEOUT_MS = 2000

/** Serves one client. A handler converts, asks, converts; what there is to know stands elsewhere. */
export function serve(connection: Connection, host: Host): void {
  const state: ConnectionState = {}
  const wrapHandler = handlerWrapper(connection, state)
  registerLifecycle(connection, host, state)
  registerFeatures(connection, wrapHandler)
  registerRequests(connection, wrapHandler)
  registerBoardRequests(connection, wrapHandler)
  connection.listen()
}

/** Everything that keeps the server's view current: the connection's life, documents, files, settings. */
function registerLifecycle(connection: Connection, host: Host, state: ConnectionState): void {
  const onNotification = notificationWrapper(connection, state)
  connection.onInitialize(params => {
    if (state.session) return new ResponseError(ErrorCodes.InvalidRequest, 'initialize comes once')
    const session = newSession(connection, host, params)
    state.session = session
    state.publisher = new DiagnosticsPublisher(connection, session, host.debounceMs)
    state.workspaceDiagnostics = new WorkspaceDiagnostics(connection, session, host.debounceMs)
    const { capabilities } = session
    return {
      capabilities: capabilitiesOf(capabilities),
      serverInfo: { name: 'jailhouse-warden', version: JAILHOUSE_WARDEN_VERSION },
    }
  })
  connection.onInitialized(
    onNotification(session => {
      registerDynamically(connection, session.capabilities)
      if (session.capabilities.workspaceFolders) registerFolders(connection, onNotification)
      reportSettingsProblems(connection, session)
      const settings = Promise.race([fetchSettings(connection, session), settingsTimeout()])
      session.ready = Promise.all([session.ready, settings]).then(() => undefined)
    }),
  )
  connection.onShutdown(() => {
    state.shutDown = true
    state.publisher?.stop()
  })
  registerDocuments(connection, onNotification)
  registerSurroundings(connection, onNotification)
}

function registerFolders(connection: Connection, onNotification: WrapNotification): void {
  connection.workspace.onDidChangeWorkspaceFolders(
    onNotification((session, { added, removed }: WorkspaceFoldersChangeEvent) => {
      const gone = urisOf(removed)
      session.folders = [...session.folders.filter(uri => !gone.includes(uri)), ...urisOf(added)]
      return fetchSettings(connection, session)
    }),
  )
}

/** The documents that the client keeps. */
function registerDocuments(connection: Connection, onNotification: WrapNotification): void {
  let isStaleLogged = false
  const logStale = () => {
    if (!isStaleLogged)
      logWarning(connection, 'the versions of a document go back: its changes are applied as they come')
    isStaleLogged = true
  }
  connection.onDidOpenTextDocument(
    onNotification(
      aboutDocument((session, { textDocument: { uri, version, text } }: DidOpenTextDocumentParams) => {
        if (!session.capabilities.watchedFiles) session.invalidate()
        if (session.isEdited(uri)) session.workspace.open(uri, version, text)
      }),
    ),
  )
  connection.onDidChangeTextDocument(
    onNotification(
      aboutDocument((session, params: DidChangeTextDocumentParams) => {
        const { uri, version } = params.textDocument
        if (version < (session.workspace.document(uri)?.version ?? version)) logStale()
        session.workspace.change(uri, version, listIn(params, 'contentChanges'))
      }),
    ),
  )
  connection.onDidCloseTextDocument(
    onNotification(aboutDocument((session, { textDocument }) => session.close(textDocument.uri))),
  )
  connection.onDidSaveTextDocument(
    onNotification(session => {
      if (!session.capabilities.watchedFiles) session.invalidate()
    }),
  )
}

/** Files on disk, and settings. */
function registerSurroundings(connection: Connection, onNotification: WrapNotification): void {
  connection.onDidChangeWatchedFiles(
    onNotification((session, params) => session.invalidate(listIn(params, 'changes').map(uriIn))),
  )
  connection.onDidChangeConfiguration(
    onNotification((session, { settings }) => {
      if (session.capabilities.configuration) return fetchSettings(connection, session)
      session.configure(settings?.[SECTION] ?? settings)
      return reportSettingsProblems(connection, session)
    }),
  )
}

function newSession(connection: Connection, host: Host, params: InitializeParams): Session {
  const capabilities = clientCapabilities(params)
  const files = host.files(capabilities.fileReader ? clientFiles(connection) : noFiles)
  const root = params.rootUri ? [{ uri: params.rootUri }] : []
  const session = new Session(capabilities, files, urisOf(params.workspaceFolders ?? root), host.base, host.now)
  session.onSlow = words => connection.console.warn(visibleLines(words))
  session.elementTrials.onResult = words => connection.console.info(visibleLines(words))
  session.configure(initializationOptions(params).settings)
  return session
}

const urisOf = (folders: readonly Pick<WorkspaceFolder, 'uri'>[]): readonly string[] =>
  folders.map(folder => folderUri(uriIn(folder)))

export const capabilitiesOf = (capabilities: ClientCapabilities): ServerCapabilities => ({
  positionEncoding: capabilities.encoding,
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
  workspace: {
    ...(capabilities.workspaceFolders && { workspaceFolders: { supported: true, changeNotifications: true } }),
    ...(capabilities.textDocumentContent && { textDocumentContent: { schemes: [PAGE_SCHEME, BUILTIN_SCHEME] } }),
  },
  ...featureCapabilities(capabilities),
})

/** Asks to be notified of files on disk and of settings, where the client takes such wishes. */
function registerDynamically(connection: Connection, { watchedFiles, configurationChanges }: ClientCapabilities): void {
  const warn = (error: unknown) => connection.console.warn(String(error))
  if (watchedFiles)
    connection.client
      .register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: '**/*.{c,h}' }, { globPattern: '**/*.{json,dtb,dts,dtsi,tar,txt,log}' }],
      })
      .catch(warn)
  if (configurationChanges)
    connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION }).catch(warn)
}

async function fetchSettings(connection: Connection, session: Session): Promise<void> {
  if (!session.capabilities.configuration) return
  const { folders } = session
  const items = [{ section: SECTION }, ...folders.map(scopeUri => ({ scopeUri, section: SECTION }))]
  const [everywhere, ...own] = await connection.workspace.getConfiguration(items).catch((): unknown[] => [])
  if (everywhere === undefined || everywhere === null) return
  session.configure(everywhere, new Map(folders.map((folder, i) => [folder, own[i]])))
  reportSettingsProblems(connection, session)
}

/** Settings have no place for a squiggle; what is wrong with them is reported once. */
function reportSettingsProblems(connection: Connection, session: Session): void {
  for (const problem of session.newSettingsProblems())
    connection
      .sendNotification(ShowMessageNotification.type, {
        type: MessageType.Warning,
        message: `Settings of Jailhouse Warden: ${problem}.`,
      })
      .catch(() => undefined)
}

const settingsTimeout = (): Promise<void> => new Promise(resolve => setTimeout(resolve, SETTINGS_TIMEOUT_MS))
