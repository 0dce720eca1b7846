import type { Position, TextDocumentIdentifier } from 'vscode-languageserver'
import type { Analysis } from '../analyze.ts'
import { type Encoding, toOffset } from './convert.ts'
import type { Session } from './session.ts'

export interface OfDocument {
  readonly textDocument: TextDocumentIdentifier
}

export interface AtPosition extends OfDocument {
  readonly position: Position
}

export const encodingOf = ({ abilities }: Session): Encoding => abilities.encoding

/** Asks about a configuration; null for any other document. */
export async function ofFile<Result>(
  session: Session,
  { textDocument }: OfDocument,
  ask: (analysis: Analysis) => Result,
): Promise<Result | null> {
  const answer = await session.answer(textDocument.uri)
  return answer ? ask(answer.analysis) : null
}

/** Asks about a place in a configuration. */
export const ofOffset = <Result>(
  session: Session,
  { textDocument, position }: AtPosition,
  ask: (analysis: Analysis, offset: number) => Result,
): Promise<Result | null> =>
  ofFile(session, { textDocument }, analysis =>
    ask(analysis, toOffset(analysis.unit.main, position, encodingOf(session))),
  )
