import { type Connection, LSPErrorCodes, type Range, ResponseError, type WorkspaceEdit } from 'vscode-languageserver'
import { sectionAt, sectionsOf, simulationsOf } from '../analyze.ts'
import { emitObjects, isTooLarge, MAX_BYTES } from '../c/values/emit.ts'
import { isBuiltin, withBuiltins } from '../config/includes.ts'
import { cellOf } from '../config/model.ts'
import { simpleBlocks } from '../ide/blocks.ts'
import { rulePage } from '../ide/docs/rule-pages.ts'
import { explanationPage } from '../ide/explain/explanation-page.ts'
import { factsStatus } from '../ide/facts-status.ts'
import { hover } from '../ide/hover/index.ts'
import { findingMessage } from '../ide/lenses.ts'
import { markdown } from '../ide/markdown.ts'
import { provenSpi } from '../ide/refactor/index.ts'
import { rememberRoot } from '../ide/remember-root.ts'
import { rootCandidates } from '../ide/root-candidates.ts'
import { systemMapAnswer } from '../ide/views/answer.ts'
import type { ToPlace } from '../ide/views/place.ts'
import { simulationPage } from '../ide/views/simulation-page.ts'
import { systemTree } from '../ide/views/system-tree.ts'
import { rulesNamed } from '../rules/catalogue.ts'
import { message } from '../text/message.ts'
import { canonicalUri, nameOf } from '../text/uri.ts'
import { visible } from '../text/visible.ts'
import { capitalised } from '../text/words.ts'
import { shownFindings } from './diagnostics/diagnostics.ts'
import { encodingOf, type WrapHandler } from './handler.ts'
import { textIn, uriIn } from './params.ts'
import { toOffset, toRange } from './position-encoding.ts'
import {
  ASSIGN_SPI,
  type AssignedSpi,
  type AssignSpiParams,
  CELL_BYTES,
  type CellBytes,
  CHOOSE_ROOT,
  type ChooseRootParams,
  type DocumentUri,
  EXPLAIN,
  type ExplainedBlock,
  type ExplainParams,
  HOVER_BLOCKS,
  type HoverBlocksParams,
  type NamedUri,
  type Page,
  ROOT_CANDIDATES,
  type RootCandidateAnswer,
  RULE_PAGE,
  SIMULATE,
  STATUS,
  type Status,
  SYSTEM_MAP,
  SYSTEM_TREE,
  type SystemMapAnswer,
  type SystemMapParams,
  type SystemTree,
} from './protocol.ts'
import type { AnalyzedDocument, Session } from './session.ts'
import { projectEdit, toClientLocation, toWorkspaceEdit } from './to-protocol.ts'

/** The requests of our own client; any other client may ask them too. */
export function registerRequests(connection: Connection, wrapHandler: WrapHandler): void {
  registerRoots(connection, wrapHandler)
  registerViews(connection, wrapHandler)
  registerPages(connection, wrapHandler)
  registerEdits(connection, wrapHandler)
}

/** Which root a file is checked with, and which it could be. */
function registerRoots(connection: Connection, wrapHandler: WrapHandler): void {
  connection.onRequest(
    STATUS,
    wrapHandler(async (session, { uri }: DocumentUri) => statusOf(await session.analyze(uri), session)),
  )
  connection.onRequest(
    ROOT_CANDIDATES,
    wrapHandler(async (session, { uri }: DocumentUri): Promise<readonly RootCandidateAnswer[]> => {
      const file = session.workspace.document(uri)?.file
      const time = session.clock()
      const found = file && (await session.workspace.query(uri, project => rootCandidates(file, { ...project, time })))
      return (found?.candidates ?? []).map(({ uri, errors, isCurrent }) => ({
        uri: session.clientUri(uri),
        name: nameOf(uri),
        isCurrent,
        ...(errors !== undefined && { errors }),
      }))
    }),
  )
  connection.onRequest(
    CHOOSE_ROOT,
    wrapHandler((session, params: ChooseRootParams) => rootEdit(session, params)),
  )
}

/** What views of the client draw. */
function registerViews(connection: Connection, wrapHandler: WrapHandler): void {
  connection.onRequest(
    SYSTEM_TREE,
    wrapHandler(async (session): Promise<SystemTree> => {
      const files = session.sortedConfigurations().map(({ file }) => file)
      const [first] = files
      const toPlace: ToPlace = span => toClientLocation(span, session)
      const tree = first && (await session.workspace.query(first.uri, project => systemTree(files, project, toPlace)))
      return { nodes: tree?.nodes ?? [] }
    }),
  )
  connection.onRequest(
    SYSTEM_MAP,
    wrapHandler(async (session, { uri, ...question }: SystemMapParams): Promise<SystemMapAnswer | null> => {
      const answer = await session.analyze(uri)
      return answer ? systemMapAnswer(answer, question, span => toClientLocation(span, session)) : null
    }),
  )
  connection.onRequest(
    HOVER_BLOCKS,
    wrapHandler(async (session, { uri, position }: HoverBlocksParams) => {
      const analysis = await session.analysisOf(uriIn({ uri }))
      if (!analysis) return null
      const offset = toOffset(analysis.unit.main, position, encodingOf(session))
      return simpleBlocks(hover(sectionAt(analysis, offset), offset)?.blocks ?? [])
    }),
  )
}

/** What is read, in a document of its own or in a hover. */
function registerPages(connection: Connection, wrapHandler: WrapHandler): void {
  connection.onRequest(
    RULE_PAGE,
    wrapHandler((_, { code }: { readonly code: string }) => rulePageOf(code)),
  )
  connection.onRequest(
    EXPLAIN,
    wrapHandler((session, params: ExplainParams) => explained(session, params)),
  )
  connection.onRequest(
    SIMULATE,
    wrapHandler(async (session, { uri }: DocumentUri) => simulationOf(await session.analyze(uri))),
  )
  connection.workspace.textDocumentContent.on(
    wrapHandler(async (session, { uri }, { publisher }) => {
      if (uriIn({ uri }).includes('?')) publisher?.refreshOnChange(uri)
      const text = await textOf(uri, session)
      if (text === undefined) throw new ResponseError(LSPErrorCodes.RequestFailed, `there is no page ${visible(uri)}`)
      return { text }
    }),
  )
}

/** What is written: into configurations, or beside them. */
function registerEdits(connection: Connection, wrapHandler: WrapHandler): void {
  connection.onRequest(
    CELL_BYTES,
    wrapHandler(async (session, { uri }: DocumentUri) =>
      bytesOf(await session.analyze(uri), session.reasonForNothing(uri)),
    ),
  )
  connection.onRequest(
    ASSIGN_SPI,
    wrapHandler(async (session, { uri, spi }: AssignSpiParams): Promise<AssignedSpi<WorkspaceEdit, Range>> => {
      const answer = await session.analyze(uri)
      if (!answer) return { reason: session.reasonForNothing(uri) }
      const assignment = provenSpi(answer.analysis, spi, session.trialProject(answer))
      if (assignment.kind === 'refused') return { reason: assignment.reason }
      const { edits, reason } = assignment
      const [first] = edits.filter(({ span }) => span.file === answer.document.file)
      return {
        edit: toWorkspaceEdit(edits, session),
        ...(reason !== undefined && { reason }),
        ...(first && { range: toRange({ ...first.span, end: first.span.start }, session.capabilities.encoding) }),
      }
    }),
  )
}

/** `jailhouse.json` with the root of a cell: that of the workspace folder, where there is none yet above the cell. */
async function rootEdit(session: Session, params: ChooseRootParams): Promise<WorkspaceEdit | null> {
  const file = session.workspace.document(uriIn(params))?.file
  if (!file) return null
  const chosen = params.root === undefined ? undefined : canonicalUri(textIn(params, 'root'))
  const folder = session.folderOf(file.uri)
  const changed = await session.workspace.query(params.uri, project => rememberRoot(file, chosen, folder, project))
  return projectEdit(changed, session)
}

/** The life of the cells of a file in every case it stands in. */
function simulationOf(answer: AnalyzedDocument | undefined): Page | null {
  const simulations = answer ? simulationsOf(answer.analysis) : []
  if (!answer || simulations.length === 0) return null
  const markdowns = simulations.map(simulation => markdown(simulationPage(simulation)))
  return { title: `Simulation of ${nameOf(answer.document.file.uri)}`, markdown: markdowns.join('\n\n---\n\n') }
}

/** The `.cell` a compiler would make of a configuration. */
function bytesOf(answer: AnalyzedDocument | undefined, otherwise: string): CellBytes {
  if (!answer) return { reason: `${capitalised(otherwise)}.` }
  const { unit } = answer.analysis
  const errors = unit.problems.filter(({ severity }) => severity === 'error')
  if (errors[0]) return { reason: `It does not compile: ${errors[0].message}.` }
  const bytes = emitObjects(unit.objects)
  if (bytes) return { base64: base64(bytes) }
  const isLarge = isTooLarge(unit.objects)
  return {
    reason: isLarge
      ? `It has more than ${MAX_BYTES / (1024 * 1024)} MiB of data.`
      : 'Some of its values cannot be computed.',
  }
}

const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))

/** The read-only documents of the server's own schemes: built-in headers, rule pages, simulations (`?` their file). */
async function textOf(uri: string, session: Session): Promise<string | undefined> {
  if (!isBuiltin(uri)) {
    const [path = '', query] = uri.split('?')
    const name = nameOf(path).replace(/\.md$/, '')
    const page = query ? simulationOf(await session.analyze(decoded(query))) : rulePageOf(name)
    return page?.markdown
  }
  const file = withBuiltins(() => 'absent')(uri)
  return typeof file === 'string' ? undefined : file.text
}

/** What is not escaped as it should be stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What Jailhouse printed means, and which region or field of the cases of a file is to blame. */
async function explained(session: Session, { uri, text }: ExplainParams): Promise<readonly ExplainedBlock[]> {
  const answer = uri === undefined ? undefined : await session.analyze(uri)
  return explanationPage(textIn({ text }, 'text'), answer?.analysis).flatMap((block): readonly ExplainedBlock[] =>
    block.kind === 'place' ? [{ ...block, place: toClientLocation(block.place, session) }] : simpleBlocks([block]),
  )
}

/** The page of a rule by its code or id. */
function rulePageOf(name: string): Page | null {
  const [rule] = rulesNamed(name)
  return rule ? { title: `${rule.code} ${rule.title}`, markdown: rulePage(rule) } : null
}

/** What the status bar says of a file. */
function statusOf(answer: AnalyzedDocument | undefined, session: Session): Status | null {
  const status = answer && rootStatus(answer, session)
  if (!status) return null
  const counted = findingMessage({ findings: shownFindings(answer) }, answer.document.file)
  const facts = factsStatus(simulationsOf(answer.analysis), Date.now())
  return {
    ...status,
    detail: message('{0} In this file: {1}.', status.detail, counted),
    ...(facts && { facts }),
  }
}

/** The root cell of a file, and why. */
function rootStatus(answer: AnalyzedDocument, session: Session): Status | null {
  if (!answer.analysis.config) return null
  const { config, root, simulations } = answer.analysis
  const { name } = cellOf(config)
  const names = sectionsOf(answer.analysis).flatMap(section => (section.config ? cellOf(section.config).name : []))
  if (config.kind === 'system') {
    const cells = [...new Set(simulations.flatMap(({ scenario }) => scenario.cells.map(cell => `"${cell.name}"`)))]
    const detail =
      cells.length > 0
        ? message('This root cell is checked with {0}.', cells.join(', '))
        : message('No inmate of this root cell was found.')
    return { kind: 'root', text: message('root cell {0}', name), detail }
  }
  if (!root)
    return {
      kind: 'cell',
      text: message('no root cell'),
      detail: message('Only "{0}" itself is checked: nothing says which root cell it runs under.', names.join('", "')),
    }
  const chosen: NamedUri = { uri: session.clientUri(root.uri), name: nameOf(root.uri) }
  const detail = message('"{0}" is checked with {1}, because {2}.', names.join('", "'), chosen.name, root.reason)
  const isThere = simulations.length > 0
  return {
    kind: 'cell',
    text: message('root: {0}', chosen.name),
    detail: isThere ? detail : message('{0} It could not be read as a root cell.', detail),
    root: chosen,
  }
}
