import type { Connection } from 'vscode-languageserver'
import { emitObjects } from '../c/emit.ts'
import { isBuiltin, withBuiltins } from '../config/includes.ts'
import { explainLines } from '../ide/explain/explain-line.ts'
import { explanationNote } from '../ide/explain/explanation-note.ts'
import { markdown } from '../ide/note.ts'
import { assignSpi } from '../ide/refactor/index.ts'
import { rootCandidates } from '../ide/root-candidates.ts'
import { simulationNote } from '../ide/simulation-note.ts'
import { catalogue } from '../rules/catalogue.ts'
import { rulePage } from '../rules/docs.ts'
import { isNamedBy } from '../rules/policy.ts'
import { nameOf } from '../text/uri.ts'
import { toWorkspaceEdit } from './edits.ts'
import type { Guard } from './guard.ts'
import { memoryMap } from './memory-map.ts'
import {
  ASSIGN_SPI,
  CELL_BYTES,
  type CellBytes,
  CONSOLE_LINE,
  MEMORY_MAP,
  type MemoryMap,
  type NamedUri,
  type OfDocument,
  type Page,
  ROOT_CANDIDATES,
  RULE_PAGE,
  SIMULATE,
  type SpiOfDocument,
  STATUS,
} from './protocol.ts'
import type { Answer, Session } from './session.ts'
import { statusOf } from './status.ts'

/** The requests of our own client; any other client may ask them too. */
export function answerOwnRequests(connection: Connection, guard: Guard): void {
  connection.onRequest(
    STATUS,
    guard(async (session, { uri }: OfDocument) => statusOf(await session.answer(uri), session)),
  )
  connection.onRequest(
    ROOT_CANDIDATES,
    guard(async (session, { uri }: OfDocument): Promise<readonly NamedUri[]> => {
      const file = session.workspace.document(uri)?.file
      const found = file && (await session.workspace.complete(uri, project => rootCandidates(file, project)))
      return (found?.uris ?? []).map(uri => ({ uri: session.spelling(uri), name: nameOf(uri) }))
    }),
  )
  connection.onRequest(
    RULE_PAGE,
    guard((_, { code }: { readonly code: string }) => pageOf(code)),
  )
  connection.onRequest(
    MEMORY_MAP,
    guard(async (session, { uri }: OfDocument): Promise<readonly MemoryMap[]> => {
      const answer = await session.answer(uri)
      return answer?.analysis.cases.map(memoryMap) ?? []
    }),
  )
  connection.onRequest(
    SIMULATE,
    guard(async (session, { uri }: OfDocument) => simulationOf(await session.answer(uri))),
  )
  connection.onRequest(
    CELL_BYTES,
    guard(async (session, { uri }: OfDocument) => bytesOf(await session.answer(uri))),
  )
  connection.onRequest(
    ASSIGN_SPI,
    guard(async (session, { uri, spi }: SpiOfDocument) => {
      const answer = await session.answer(uri)
      const change = answer && assignSpi(answer.analysis, spi)
      return change ? toWorkspaceEdit(change.edits, session) : null
    }),
  )
  connection.workspace.textDocumentContent.on(
    guard(async (session, { uri }, { diagnose }) => {
      if (uri.includes('?')) diagnose?.follow(uri)
      const text = await textOf(uri, session)
      return text === undefined ? null : { text }
    }),
  )
}

/** The life of the cells of a file in every case it stands in. */
function simulationOf(answer: Answer | undefined): Page | null {
  if (!answer || answer.analysis.cases.length === 0) return null
  const markdowns = answer.analysis.cases.map(each => markdown(simulationNote(each)))
  return { title: `Simulation of ${nameOf(answer.document.file.uri)}`, markdown: markdowns.join('\n\n---\n\n') }
}

/** The `.cell` a compiler would make of a configuration. */
function bytesOf(answer: Answer | undefined): CellBytes {
  if (!answer) return { because: 'This file is no cell configuration.' }
  const { unit } = answer.analysis
  const errors = unit.problems.filter(({ severity }) => severity === 'error')
  if (errors[0]) return { because: `It does not compile: ${errors[0].message}.` }
  const bytes = emitObjects(unit.objects)
  return bytes ? { base64: base64(bytes) } : { because: 'Some of its values cannot be computed.' }
}

const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))

/** The read-only documents of the server's own schemes: built-in headers, rule pages, simulations (`?` their file). */
async function textOf(uri: string, session: Session): Promise<string | undefined> {
  if (!isBuiltin(uri)) {
    const [path = '', query] = uri.split('?')
    const name = nameOf(path).replace(/\.md$/, '')
    if (name === CONSOLE_LINE) return explanationOf(decodeURIComponent(query ?? ''), session)
    const page = query ? simulationOf(await session.answer(decodeURIComponent(query))) : pageOf(name)
    return page?.markdown
  }
  const file = withBuiltins(() => 'absent')(uri)
  return typeof file === 'string' ? undefined : file.text
}

/** What a line of a console means, and which region or field of the cases of a file is to blame. */
async function explanationOf(query: string, session: Session): Promise<string> {
  const [uri = '', line = ''] = query.split('&').map(decodeURIComponent)
  const answer = await session.answer(uri)
  return markdown(explanationNote(explainLines(line, answer?.analysis.cases)))
}

/** The page of a rule by its code or id. */
function pageOf(name: string): Page | null {
  const rule = catalogue.find(rule => isNamedBy(rule, name))
  return rule ? { title: `${rule.code} ${rule.title}`, markdown: rulePage(rule) } : null
}
