import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver'
import type { Diagnose } from './diagnose.ts'
import { log } from './log.ts'
import type { Session } from './session.ts'

/** Where a connection stands: `session` and `diagnose` are there from `initialize` on, until `shutdown` ends them. */
export interface Standing {
  session?: Session
  diagnose?: Diagnose
  shutDown?: boolean
}

export type Guard = <Params, Result>(
  handler: (session: Session, params: Params, standing: Standing) => Promise<Result> | Result,
) => (params: Params, token: CancellationToken) => Promise<Result>

/** One frame for all requests: out of turn and cancelled ones get the answer LSP asks for, a fault stays one fault. */
export const guarding =
  (connection: Connection, standing: Standing): Guard =>
  handler =>
  async (params, token) => {
    if (standing.shutDown) throw new ResponseError(ErrorCodes.InvalidRequest, 'the server was shut down')
    if (!standing.session) throw new ResponseError(ErrorCodes.ServerNotInitialized, 'initialize comes first')
    try {
      const result = await handler(standing.session, params, standing)
      if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled')
      return result
    } catch (error) {
      throw error instanceof ResponseError ? error : told(connection, error)
    }
  }

/** The same for notifications: out of turn they are ignored; after each the diagnostics are looked at again. */
export const guardingNotifications =
  (connection: Connection, standing: Standing) =>
  <Params>(handler: (session: Session, params: Params) => Promise<void> | void) =>
  async (params: Params): Promise<void> => {
    try {
      if (!standing.session || standing.shutDown) return
      await handler(standing.session, params)
      standing.diagnose?.soon()
    } catch (error) {
      told(connection, error)
    }
  }

function told(connection: Connection, error: unknown): ResponseError<void> {
  log(connection, error)
  return new ResponseError(ErrorCodes.InternalError, error instanceof Error ? error.message : String(error))
}
