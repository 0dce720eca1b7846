import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver'
import { wholeFilesFor } from '../../ide/generate/empty-file.ts'
import type { PositionParams } from '../handler.ts'
import { uriOf } from '../params.ts'
import type { Session } from '../session.ts'

/** In an empty C file beside configurations: all that it may become. Undefined in every other. */
export async function wholeFileCompletions(
  session: Session,
  params: PositionParams,
): Promise<CompletionItem[] | undefined> {
  await session.ready
  const uri = uriOf(params)
  const file = session.workspace.document(uri)?.file
  if (!file?.uri.endsWith('.c') || file.text.trim() !== '') return undefined
  const { offers } = await session.workspace.query(uri, project => wholeFilesFor(file, project))
  return offers.map(({ label, detail, text }, i) => ({
    label,
    detail,
    kind: CompletionItemKind.File,
    sortText: String(i),
    filterText: label,
    textEdit: { range: { start: { line: 0, character: 0 }, end: params.position }, newText: text },
  }))
}
