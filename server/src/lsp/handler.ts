import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  type Position,
  ResponseError,
  type TextDocumentIdentifier,
} from 'vscode-languageserver'
import { type Analysis, sectionAt } from '../analyze.ts'
import type { Project } from '../config/project.ts'
import type { DiagnosticsPublisher } from './diagnostics/diagnostics-publisher.ts'
import type { WorkspaceDiagnostics } from './diagnostics/workspace-diagnostics.ts'
import { logError, logWarning } from './log.ts'
import { hasUri, invalidParams, uriIn, uriOf } from './params.ts'
import { type Encoding, toOffset } from './position-encoding.ts'
import type { Session } from './session.ts'

/** The state of a connection: `session` and `publisher` exist from `initialize` on, until `shutdown` ends them. */
export interface ConnectionState {
  session?: Session
  publisher?: DiagnosticsPublisher
  workspaceDiagnostics?: WorkspaceDiagnostics
  shutDown?: boolean
}

export type WrapHandler = <Params, Result>(
  handler: (session: Session, params: Params, state: ConnectionState) => Promise<Result> | Result,
) => (params: Params, token: CancellationToken) => Promise<Result>

/** One frame for all requests: out of turn and cancelled ones get the answer LSP asks for, a fault stays one fault. */
export const handlerWrapper =
  (connection: Connection, state: ConnectionState): WrapHandler =>
  handler =>
  async (params, token: CancellationToken | undefined) => {
    if (state.shutDown) throw new ResponseError(ErrorCodes.InvalidRequest, 'the server was shut down')
    if (!state.session) throw new ResponseError(ErrorCodes.ServerNotInitialized, 'initialize comes first')
    // Parameters in a list come one by one, with the token behind them.
    if (!token) throw invalidParams('the parameters are no object')
    try {
      const result = await handler(state.session, params, state)
      if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled')
      return withinSize(result, words => logWarning(connection, words))
    } catch (error) {
      throw error instanceof ResponseError ? error : (paramsFault(params) ?? reportError(connection, error))
    }
  }

/** Letters of a list that are sent: a larger one takes long to read, and nobody sees its end. */
const MAX_LETTERS = 1_000_000

/** A list of fewer items is not measured. */
const MAX_UNMEASURED = 500

/** A list, without what is behind its bound. */
function withinSize<Result>(result: Result, onCut: (words: string) => void): Result {
  if (!Array.isArray(result) || result.length <= MAX_UNMEASURED) return result
  let letters = 0
  const end = result.findIndex(item => {
    letters += JSON.stringify(item)?.length ?? 0
    return MAX_LETTERS < letters
  })
  if (end < 0) return result
  onCut(`an answer is too long: the first ${end} of ${result.length} are sent`)
  return result.slice(0, end) as Result
}

/** The same for notifications: out of turn they are ignored; after each the diagnostics are looked at again. */
export const notificationWrapper =
  (connection: Connection, state: ConnectionState) =>
  <Params>(handler: (session: Session, params: Params) => Promise<void> | void) =>
  async (params: Params): Promise<void> => {
    try {
      if (!state.session || state.shutDown) return
      await handler(state.session, params)
      state.session.changes.notice()
      state.publisher?.schedule()
    } catch (error) {
      const fault = error instanceof ResponseError ? error : paramsFault(params)
      if (fault) logWarning(connection, `a notification is left out: ${fault.message}`)
      else reportError(connection, error)
    }
  }

/** Why parameters are none that the protocol has, where something failed: it is no fault of ours then. */
function paramsFault(params: unknown): ResponseError<void> | undefined {
  if (typeof params !== 'object' || params === null) return invalidParams('the parameters are no object')
  if ('textDocument' in params && !hasUri(params.textDocument)) return invalidParams('a document needs the text "uri"')
  if ('uri' in params && !hasUri(params)) return invalidParams('a document needs the text "uri"')
  return undefined
}

/** A notification about a document: one that names none fails before anything is done. */
export const aboutDocument =
  <Params extends DocumentParams>(handler: (session: Session, params: Params) => Promise<void> | void) =>
  (session: Session, params: Params): Promise<void> | void => {
    uriIn(params?.textDocument)
    return handler(session, params)
  }

export type WrapNotification = ReturnType<typeof notificationWrapper>

function reportError(connection: Connection, error: unknown): ResponseError<void> {
  logError(connection, error)
  return new ResponseError(ErrorCodes.InternalError, error instanceof Error ? error.message : String(error))
}

export interface DocumentParams {
  readonly textDocument: TextDocumentIdentifier
}

export interface PositionParams extends DocumentParams {
  readonly position: Position
}

export const encodingOf = ({ capabilities }: Session): Encoding => capabilities.encoding

/** Queries the analysis of a configuration; null for any other document. */
export async function withAnalysis<Result>(
  session: Session,
  params: DocumentParams,
  query: (analysis: Analysis, project: Project) => Result,
): Promise<Result | null> {
  const answer = await session.analyze(uriOf(params))
  return answer ? query(answer.analysis, answer.project) : null
}

/** The same at an offset, of the configuration that it stands in. */
export const withOffset = <Result>(
  session: Session,
  { textDocument, position }: PositionParams,
  query: (analysis: Analysis, offset: number, project: Project) => Result,
): Promise<Result | null> =>
  withAnalysis(session, { textDocument }, (analysis, project) => {
    const offset = toOffset(analysis.unit.main, position, encodingOf(session))
    return query(sectionAt(analysis, offset), offset, project)
  })
