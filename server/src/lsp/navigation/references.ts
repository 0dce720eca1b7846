import {
  type Connection,
  DocumentHighlightKind,
  LSPErrorCodes,
  type RenameParams,
  ResponseError,
} from 'vscode-languageserver'
import { type Analysis, sectionAt } from '../../analyze.ts'
import type { Unit } from '../../c/unit.ts'
import { isBuiltin } from '../../config/includes.ts'
import { definitions, links, typeDefinitions } from '../../ide/navigation/definitions.ts'
import { highlights, type Reference, references } from '../../ide/navigation/references.ts'
import { includersOf, rename, renameable, renamedIn } from '../../ide/navigation/rename.ts'
import { changedBytes } from '../../repair/same-bytes.ts'
import type { Span } from '../../text/source-file.ts'
import {
  type DocumentParams,
  encodingOf,
  type PositionParams,
  type WrapHandler,
  withAnalysis,
  withOffset,
} from '../handler.ts'
import { invalidParams, uriOf } from '../params.ts'
import { toOffset, toRange } from '../position-encoding.ts'
import type { Session } from '../session.ts'
import { toClientLocation, toWorkspaceEdit } from '../to-protocol.ts'

/** From a name to what declares it, to all that name it, and to another name. */
export function registerReferences(connection: Connection, wrapHandler: WrapHandler): void {
  const toPlaces = (find: (analysis: Analysis, offset: number) => readonly Span[]) =>
    wrapHandler((session, params: PositionParams) =>
      withOffset(session, params, (analysis, offset) =>
        find(analysis, offset)
          .filter(({ file }) => canOpen(file.uri, session))
          .map(span => toClientLocation(span, session)),
      ),
    )
  connection.onDefinition(toPlaces(definitions))
  connection.onTypeDefinition(toPlaces(typeDefinitions))
  connection.onReferences(
    wrapHandler(async (session, { context, ...params }) => {
      const others = await otherUnits(session)
      return withOffset(session, params, (analysis, offset) =>
        references(analysis, offset, others)
          .filter(({ kind }) => context?.includeDeclaration || kind !== 'declaration')
          .filter(({ span }) => canOpen(span.file.uri, session))
          .map(({ span }) => toClientLocation(span, session)),
      )
    }),
  )
  connection.onDocumentHighlight(
    wrapHandler((session, params: PositionParams) =>
      withOffset(session, params, (analysis, offset) =>
        highlights(analysis, offset).map(({ span, kind }) => ({
          range: toRange(span, encodingOf(session)),
          kind: HIGHLIGHT_KIND[kind],
        })),
      ),
    ),
  )
  connection.onPrepareRename(
    wrapHandler((session, params: PositionParams) =>
      withOffset(session, params, (analysis, offset) => {
        const span = renameable(analysis, offset)
        return span ? toRange(span, encodingOf(session)) : null
      }),
    ),
  )
  connection.onRenameRequest(wrapHandler((session, params) => renamed(session, params)))
  connection.onDocumentLinks(
    wrapHandler((session, params: DocumentParams) =>
      withAnalysis(session, params, analysis =>
        links(analysis)
          .filter(({ uri }) => canOpen(uri, session))
          .map(({ at, uri }) => ({ range: toRange(at, encodingOf(session)), target: session.clientUri(uri) })),
      ),
    ),
  )
}

const HIGHLIGHT_KIND: Readonly<Record<Reference['kind'], DocumentHighlightKind>> = {
  declaration: DocumentHighlightKind.Write,
  write: DocumentHighlightKind.Write,
  read: DocumentHighlightKind.Read,
  related: DocumentHighlightKind.Text,
}

/** Of every open configuration. */
async function otherUnits(session: Session): Promise<readonly Unit[]> {
  const answers = await Promise.all(session.sortedConfigurations().map(({ uri }) => session.analyze(uri)))
  return answers.flatMap(answer => (answer ? [answer.analysis.unit] : []))
}

async function renamed(session: Session, { textDocument, position, newName }: RenameParams) {
  if (typeof newName !== 'string') throw invalidParams('a new name is missing')
  const uri = uriOf({ textDocument })
  const asked = session.workspace.document(uri)
  const answer = await session.analyze(uri)
  if (!answer) return null
  if (answer.document !== asked)
    throw new ResponseError(LSPErrorCodes.ContentModified, 'the place was one of another text')
  const offset = toOffset(answer.analysis.unit.main, position, encodingOf(session))
  const analysis = sectionAt(answer.analysis, offset)
  const declaring = renamedIn(analysis, offset)
  const sources = declaring && (await session.sourcesAround(declaring.uri))
  const includers =
    declaring && (await session.workspace.query(declaring.uri, project => includersOf(declaring, project, sources)))
  const others = await otherUnits(session)
  if (includers?.isCut && !declaring?.uri.endsWith('.c')) refuse('the workspace has too many files that may include it')
  const { edits, reason } = rename(analysis, offset, newName, includers?.found, others)
  if (reason) refuse(reason)
  const uris = edits.map(({ span }) => span.file.uri).filter(uri => uri.endsWith('.c'))
  if (changedBytes([analysis.unit.main.uri, ...uris], edits, answer.project) !== undefined)
    refuse('the bytes of a configuration would change')
  return toWorkspaceEdit(edits, session)
}

function refuse(reason: string): never {
  throw new ResponseError(LSPErrorCodes.RequestFailed, `Cannot rename: ${reason}.`)
}

/** Built-in headers can be shown only by a client that asks the server for their text. */
const canOpen = (uri: string, { capabilities }: Session): boolean => capabilities.textDocumentContent || !isBuiltin(uri)
