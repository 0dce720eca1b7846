import {
  type Connection,
  SemanticTokensBuilder,
  type SemanticTokensDeltaParams,
  type SemanticTokensOptions,
} from 'vscode-languageserver'
import { type SemanticToken, semanticTokens, TOKEN_MODIFIERS, TOKEN_TYPES } from '../ide/semantic-tokens.ts'
import { type DocumentParams, encodingOf, type WrapHandler, withAnalysis } from './handler.ts'
import { toPosition, toSpan } from './position-encoding.ts'
import type { Session } from './session.ts'

export const semanticTokensOptions: SemanticTokensOptions = {
  legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] },
  full: { delta: true },
  range: true,
}

/** Documents whose last answer is remembered, so that the next is a difference to it. */
const MAX_REMEMBERED = 32

/** All tokens of a document, those of a part, or what has changed since the last answer. */
export function registerSemanticTokens(connection: Connection, wrapHandler: WrapHandler): void {
  const builders = new Map<string, SemanticTokensBuilder>()
  const builderFor = (uri: string): SemanticTokensBuilder => {
    const builder = builders.get(uri) ?? new SemanticTokensBuilder()
    builders.delete(uri)
    builders.set(uri, builder)
    for (const oldest of builders.keys()) if (MAX_REMEMBERED < builders.size) builders.delete(oldest)
    return builder
  }
  const { semanticTokens: requests } = connection.languages
  const tokensOf = (session: Session, params: DocumentParams) =>
    withAnalysis(session, params, analysis => semanticTokens(analysis))
  requests.on(
    wrapHandler(async (session, params: DocumentParams) => {
      const tokens = await tokensOf(session, params)
      const builder = builderFor(params.textDocument.uri)
      builder.previousResult('')
      return pushed(builder, tokens, session).build()
    }),
  )
  requests.onDelta(
    wrapHandler(async (session, params: SemanticTokensDeltaParams) => {
      const tokens = await tokensOf(session, params)
      const builder = builderFor(params.textDocument.uri)
      builder.previousResult(params.previousResultId)
      return pushed(builder, tokens, session).buildEdits()
    }),
  )
  requests.onRange(
    wrapHandler(async (session, { textDocument, range }) => {
      const tokens = await withAnalysis(session, { textDocument }, analysis =>
        semanticTokens(analysis, toSpan(analysis.unit.main, range, encodingOf(session))),
      )
      return pushed(new SemanticTokensBuilder(), tokens, session).build()
    }),
  )
}

/** A token that goes on over a line break is none in the protocol. */
function pushed(builder: SemanticTokensBuilder, tokens: readonly SemanticToken[] | null, session: Session) {
  for (const { at, type, modifier } of tokens ?? []) {
    const start = toPosition(at.file, at.start, encodingOf(session))
    const end = toPosition(at.file, at.end, encodingOf(session))
    const bits = modifier ? 1 << TOKEN_MODIFIERS.indexOf(modifier) : 0
    if (start.line === end.line)
      builder.push(start.line, start.character, end.character - start.character, TOKEN_TYPES.indexOf(type), bits)
  }
  return builder
}
