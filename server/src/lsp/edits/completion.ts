import type { CompletionItem, CompletionList, Connection } from 'vscode-languageserver'
import { type Analysis, sectionAt } from '../../analyze.ts'
import type { Project } from '../../config/project.ts'
import { completions, documentation } from '../../ide/completion/index.ts'
import { wholeFileCompletions } from '../files/whole-file.ts'
import { type PositionParams, type WrapHandler, withOffset } from '../handler.ts'
import type { Session } from '../session.ts'
import { type CompletionData, toCompletionItem } from '../to-protocol.ts'

/** Proposals come at the speed of typing; elements are tried in the engine between two letters. */
export function registerCompletion(connection: Connection, wrapHandler: WrapHandler): void {
  connection.onCompletion(
    wrapHandler(
      async (session, params: PositionParams) =>
        (await wholeFileCompletions(session, params)) ??
        withOffset(session, params, (analysis, offset, project) => proposals(session, analysis, offset, project)),
    ),
  )
  connection.onCompletionResolve(wrapHandler((session, item) => resolveCompletion(item, session)))
}

/** While elements are still to be tried the client asks again with the next letter. */
function proposals(
  session: Session,
  analysis: Analysis,
  offset: number,
  project: Project,
): CompletionItem[] | CompletionList {
  const elements = session.elementTrials.elementsAt(analysis, offset, project)
  const items = (elements?.items ?? completions(analysis, offset, project)).map(each => toCompletionItem(each, session))
  return elements?.isIncomplete ? { isIncomplete: true, items } : items
}

/**
 * The words on a proposal, begun with what it would cause as it stands. Its text can no longer be taken back, and
 * without its edits elsewhere the element would have no room in its array: what is chosen in spite of the words is made.
 */
async function resolveCompletion(item: CompletionItem, session: Session): Promise<CompletionItem> {
  const { about, element } = (item.data ?? {}) as CompletionData
  const answer = element && (await session.analyze(element.uri))
  const analysis = answer && sectionAt(answer.analysis, element.offset)
  const result = analysis && (await session.elementTrials.resultOf(item.label, analysis, element.offset, answer))
  const harm = result && 'words' in result ? result.words : undefined
  const words = [harm, about && documentation(about)].filter(text => text !== undefined)
  return words.length > 0 ? { ...item, documentation: words.join('\n\n') } : item
}
