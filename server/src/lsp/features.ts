import type { Connection, Hover, MarkupContent, ServerCapabilities } from 'vscode-languageserver'
import { hover } from '../ide/hover.ts'
import { markdown, plainText } from '../ide/note.ts'
import type { Abilities } from './abilities.ts'
import { codeActions } from './code-actions.ts'
import { answerCompletion, completionCapabilities } from './completion.ts'
import { toOffset, toRange, toSpan } from './convert.ts'
import type { Guard } from './guard.ts'
import { answerPlaces, placesCapabilities } from './places.ts'
import { answerStructure, structureCapabilities } from './structure.ts'

/** What the server can do in an editor beyond diagnostics and their repairs. */
export const featureCapabilities = (abilities: Abilities): ServerCapabilities => ({
  hoverProvider: true,
  ...completionCapabilities(abilities),
  ...structureCapabilities(abilities),
  ...placesCapabilities(abilities),
})

/** One line a feature: convert the question, ask the core, convert the answer. */
export function answerFeatures(connection: Connection, guard: Guard): void {
  answerCompletion(connection, guard)
  answerStructure(connection, guard)
  answerPlaces(connection, guard)
  connection.languages.diagnostics.on(
    guard((_, { textDocument, previousResultId }, { diagnose }) =>
      diagnose!.report(textDocument.uri, previousResultId),
    ),
  )
  connection.onHover(
    guard(async (session, { textDocument, position }): Promise<Hover | null> => {
      const { encoding, markdownHover } = session.abilities
      const answer = await session.answer(textDocument.uri)
      const note = answer && hover(answer.analysis, toOffset(answer.document.file, position, encoding))
      if (!note) return null
      const contents: MarkupContent = markdownHover
        ? { kind: 'markdown', value: markdown(note.blocks) }
        : { kind: 'plaintext', value: plainText(note.blocks) }
      return { contents, range: toRange(note.at, encoding) }
    }),
  )
  connection.onCodeAction(
    guard(async (session, { textDocument, range, context }) => {
      const answer = await session.answer(textDocument.uri)
      if (!answer) return null
      return codeActions(answer, toSpan(answer.document.file, range, session.abilities.encoding), context, session)
    }),
  )
}
