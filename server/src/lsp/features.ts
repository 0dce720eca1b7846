import type { Connection, ServerCapabilities } from 'vscode-languageserver'
import type { Abilities } from './abilities.ts'
import { codeActions } from './code-actions.ts'
import { toSpan } from './convert.ts'
import type { Guard } from './guard.ts'

/** What the server can do in an editor beyond diagnostics and their repairs. */
export const featureCapabilities = (_abilities: Abilities): ServerCapabilities => ({})

/** One line a feature: convert the question, ask the core, convert the answer. */
export function answerFeatures(connection: Connection, guard: Guard): void {
  connection.languages.diagnostics.on(
    guard((_, { textDocument, previousResultId }, { diagnose }) =>
      diagnose!.report(textDocument.uri, previousResultId),
    ),
  )
  connection.onCodeAction(
    guard(async (session, { textDocument, range, context }) => {
      const answer = await session.answer(textDocument.uri)
      if (!answer) return null
      return codeActions(answer, toSpan(answer.document.file, range, session.abilities.encoding), context, session)
    }),
  )
}
