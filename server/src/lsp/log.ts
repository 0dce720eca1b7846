import type { Connection } from 'vscode-languageserver'
import { visibleLines } from '../text/visible.ts'

/** Writes to the client's log, if the connection is still open. */
export function logError(connection: Connection, error: unknown): void {
  try {
    connection.console.error(visibleLines(error instanceof Error ? (error.stack ?? error.message) : String(error)))
  } catch {
    // The connection is closed; its end is about to end the process too.
  }
}

/** What was given up, and why. */
export const logWarning = (connection: Connection, words: string): void => connection.console.warn(words)
