import {
  type Connection,
  type DocumentSymbol,
  type FoldingRange,
  FoldingRangeKind,
  type SelectionRange,
  type SemanticTokens,
  SemanticTokensBuilder,
  type ServerCapabilities,
  type SymbolInformation,
  SymbolKind,
} from 'vscode-languageserver'
import { type Fold, folds, selections } from '../ide/folding.ts'
import { links } from '../ide/navigation.ts'
import { semanticTokens, TOKEN_TYPES } from '../ide/semantic-tokens.ts'
import { flattened, type OutlineSymbol, symbols } from '../ide/symbols.ts'
import type { Abilities } from './abilities.ts'
import { type Encoding, toLocation, toOffset, toPosition, toRange } from './convert.ts'
import type { Guard } from './guard.ts'
import type { Session } from './session.ts'

/** How a document is built: outline, folds, selections, colours, links. */
export const structureCapabilities = (_: Abilities): ServerCapabilities => ({
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  documentLinkProvider: {},
  semanticTokensProvider: { legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [] }, full: true },
})

export function answerStructure(connection: Connection, guard: Guard): void {
  connection.onDocumentSymbol(
    guard(async (session, { textDocument: { uri } }): Promise<DocumentSymbol[] | SymbolInformation[] | null> => {
      const answer = await session.answer(uri)
      if (!answer) return null
      const { encoding, nestedSymbols } = session.abilities
      const outline = symbols(answer.analysis)
      return nestedSymbols ? outline.map(nested(encoding)) : [...flattened(outline)].map(flat(encoding, uri))
    }),
  )
  connection.onWorkspaceSymbol(guard((session, { query }) => symbolsMatching(session, query)))
  connection.onFoldingRanges(
    guard(async (session, { textDocument }): Promise<FoldingRange[] | null> => {
      const answer = await session.answer(textDocument.uri)
      return answer ? folds(answer.analysis).flatMap(foldingRange) : null
    }),
  )
  connection.onSelectionRanges(
    guard(async (session, { textDocument, positions }): Promise<SelectionRange[] | null> => {
      const answer = await session.answer(textDocument.uri)
      if (!answer) return null
      const { encoding } = session.abilities
      return positions.map(position => {
        const spans = selections(answer.analysis, toOffset(answer.document.file, position, encoding))
        return spans.reduceRight<SelectionRange | undefined>(
          (parent, span) => ({ range: toRange(span, encoding), ...(parent && { parent }) }),
          undefined,
        )!
      })
    }),
  )
  connection.onDocumentLinks(
    guard(async (session, { textDocument }) => {
      const answer = await session.answer(textDocument.uri)
      const { encoding } = session.abilities
      return answer
        ? links(answer.analysis).map(({ at, uri }) => ({ range: toRange(at, encoding), target: uri }))
        : null
    }),
  )
  connection.languages.semanticTokens.on(
    guard(async (session, { textDocument }): Promise<SemanticTokens> => {
      const answer = await session.answer(textDocument.uri)
      const builder = new SemanticTokensBuilder()
      for (const { at, type } of answer ? semanticTokens(answer.analysis) : []) {
        const { line, character } = toPosition(at.file, at.start, session.abilities.encoding)
        const width = toPosition(at.file, at.end, session.abilities.encoding).character - character
        if (0 < width) builder.push(line, character, width, TOKEN_TYPES.indexOf(type), 0)
      }
      return builder.build()
    }),
  )
}

const KINDS: Readonly<Record<OutlineSymbol['kind'], SymbolKind>> = {
  cell: SymbolKind.Module,
  struct: SymbolKind.Struct,
  array: SymbolKind.Array,
  element: SymbolKind.Object,
  field: SymbolKind.Field,
}

const nested =
  (encoding: Encoding) =>
  (symbol: OutlineSymbol): DocumentSymbol => ({
    name: symbol.name,
    detail: symbol.detail,
    kind: KINDS[symbol.kind],
    range: toRange(symbol.range, encoding),
    selectionRange: toRange(symbol.selection, encoding),
    children: symbol.children.map(nested(encoding)),
  })

const flat =
  (encoding: Encoding, uri: string) =>
  (symbol: OutlineSymbol & { readonly container: string }): SymbolInformation => ({
    name: symbol.name,
    kind: KINDS[symbol.kind],
    location: { uri, range: toRange(symbol.range, encoding) },
    containerName: symbol.container,
  })

/** Symbols of the open configurations whose name or detail holds the words asked for, addresses included. */
async function symbolsMatching(session: Session, query: string): Promise<SymbolInformation[]> {
  const words = query.toLowerCase()
  const found: SymbolInformation[] = []
  for (const { uri } of session.configurations()) {
    const answer = await session.answer(uri)
    for (const symbol of answer ? flattened(symbols(answer.analysis)) : [])
      if (`${symbol.name} ${symbol.detail}`.toLowerCase().includes(words))
        found.push({
          name: symbol.detail ? `${symbol.name} ${symbol.detail}` : symbol.name,
          kind: KINDS[symbol.kind],
          location: toLocation(symbol.range, session.abilities.encoding),
          containerName: symbol.container,
        })
  }
  return found
}

const FOLD_KINDS: Readonly<Record<Fold['kind'], string | undefined>> = {
  braces: undefined,
  comment: FoldingRangeKind.Comment,
  conditional: FoldingRangeKind.Region,
}

/** Folds over one line are none; the line of a closing brace stays in sight. */
function foldingRange({ at, kind }: Fold): FoldingRange[] {
  const startLine = toPosition(at.file, at.start, 'utf-16').line
  const lastLine = toPosition(at.file, at.end, 'utf-16').line
  const endLine = kind === 'braces' ? lastLine - 1 : lastLine
  if (endLine <= startLine) return []
  const named = FOLD_KINDS[kind]
  return [{ startLine, endLine, ...(named && { kind: named }) }]
}
