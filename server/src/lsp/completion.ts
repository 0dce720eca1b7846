import {
  type CompletionItem,
  CompletionItemKind,
  type Connection,
  InsertTextFormat,
  type ServerCapabilities,
} from 'vscode-languageserver'
import { type Completion, completions, documentation } from '../ide/completion/index.ts'
import type { Abilities } from './abilities.ts'
import { toOffset, toRange } from './convert.ts'
import type { Guard } from './guard.ts'
import type { Session } from './session.ts'

/** Proposals while typing; what they mean is told when somebody looks at one. */
export const completionCapabilities = (_: Abilities): ServerCapabilities => ({
  completionProvider: { triggerCharacters: ['.', '='], resolveProvider: true },
})

export function answerCompletion(connection: Connection, guard: Guard): void {
  connection.onCompletion(
    guard(async (session, { textDocument, position }): Promise<CompletionItem[] | null> => {
      const answer = await session.answer(textDocument.uri)
      if (!answer) return null
      const offset = toOffset(answer.document.file, position, session.abilities.encoding)
      return completions(answer.analysis, offset).map(item => toItem(item, session))
    }),
  )
  connection.onCompletionResolve(
    guard((session, item: CompletionItem): CompletionItem => {
      const about = item.data as Completion['about']
      if (!about) return item
      const kind = session.abilities.markdownHover ? 'markdown' : 'plaintext'
      return { ...item, documentation: { kind, value: documentation(about) } }
    }),
  )
}

const KINDS: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  field: CompletionItemKind.Field,
  constant: CompletionItemKind.EnumMember,
  value: CompletionItemKind.Value,
  snippet: CompletionItemKind.Snippet,
  macro: CompletionItemKind.Constant,
}

function toItem(item: Completion, { abilities }: Session): CompletionItem {
  const asSnippet = item.isSnippet && abilities.snippets
  const newText = asSnippet || !item.isSnippet ? item.insert : withoutStops(item.insert)
  return {
    label: item.label,
    kind: KINDS[item.kind],
    detail: item.detail,
    sortText: String(item.order).padStart(4, '0'),
    filterText: item.label,
    textEdit: { range: toRange(item.at, abilities.encoding), newText },
    insertTextFormat: asSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    ...(item.about && { data: item.about }),
  }
}

/** The text of a snippet for editors that know none: defaults stay, stops go. */
const withoutStops = (snippet: string): string => snippet.replace(/\$\{\d+:([^}]*)\}/g, '$1').replace(/\$\d+/g, '')
