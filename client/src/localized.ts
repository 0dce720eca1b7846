import * as vscode from 'vscode'
import type { Words } from '../../server/src/lsp/protocol.ts'

/** What the server has to say, in the language of the editor. */
export const localized = (words: Words): string =>
  typeof words === 'string' ? words : vscode.l10n.t(words.template, ...words.values.map(localized))
