import type { CompletionItem, Connection } from 'vscode-languageserver'
import { completions, documentation, harmOf } from '../ide/completion/index.ts'
import { type PositionParams, type WrapHandler, withOffset } from './handler.ts'
import type { Session } from './session.ts'
import { type CompletionData, toCompletionItem } from './to-protocol.ts'
import { wholeFileCompletions } from './whole-file.ts'

/** Proposals come at the speed of typing; an element is tried in the engine when somebody looks at it. */
export function registerCompletion(connection: Connection, wrapHandler: WrapHandler): void {
  connection.onCompletion(
    wrapHandler(
      async (session, params: PositionParams) =>
        (await wholeFileCompletions(session, params)) ??
        withOffset(session, params, (analysis, offset, project) =>
          completions(analysis, offset, project).map(completion => toCompletionItem(completion, session)),
        ),
    ),
  )
  connection.onCompletionResolve(wrapHandler((session, item) => resolveCompletion(item, session)))
}

/** The words on a proposal, begun with what it would cause as it stands: its text can no longer be taken back. */
async function resolveCompletion(item: CompletionItem, session: Session): Promise<CompletionItem> {
  const { about, element } = (item.data ?? {}) as CompletionData
  const answer = element && (await session.analyze(element.uri))
  const harm = answer && harmOf(item.label, answer.analysis, element.offset, answer.project)
  const words = [harm, about && documentation(about)].filter(text => text !== undefined)
  return words.length > 0 ? { ...item, documentation: words.join('\n\n') } : item
}
