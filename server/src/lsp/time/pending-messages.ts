import { RAL } from 'vscode-languageserver'

/** The connection handles one message a turn; the next messages that are there already have theirs before this resolves. */
export function pendingMessages(): Promise<void> {
  const { setImmediate } = RAL().timer
  return new Promise(resolve => setImmediate(() => setImmediate(resolve)))
}
