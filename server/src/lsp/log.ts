import type { Connection } from 'vscode-languageserver'

/** Into the client's log, if the client is still there to be told. */
export function log(connection: Connection, error: unknown): void {
  try {
    connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
  } catch {
    // The connection is closed; its end is about to end the process too.
  }
}
