import type { CompletionItem, Connection } from 'vscode-languageserver'
import type { Analysis } from '../analyze.ts'
import type { Project } from '../config/project.ts'
import { type Completion, completions, documentation, harmOf } from '../ide/completion/index.ts'
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
          offeredTo(session, completions(analysis, offset, project), analysis, project).map(completion =>
            toCompletionItem(completion, session),
          ),
        ),
    ),
  )
  connection.onCompletionResolve(wrapHandler((session, item) => resolveCompletion(item, session)))
}

/** Time for trying elements for a client that cannot ask later, in milliseconds; what is left then is not offered. */
const ONLY_BUDGET = 300

/** A client that says nothing of asking later would not learn what an element causes: it gets those that are tried. */
function offeredTo(
  { capabilities }: Session,
  proposed: readonly Completion[],
  analysis: Analysis,
  project: Project,
): readonly Completion[] {
  if (capabilities.resolvesCompletions) return proposed
  const until = performance.now() + ONLY_BUDGET
  return proposed.filter(
    ({ isWhole, label, at }) =>
      !isWhole || (performance.now() < until && harmOf(label, analysis, at.start, project) === undefined),
  )
}

/**
 * The words on a proposal, begun with what it would cause as it stands. Its text can no longer be taken back, and
 * without its edits elsewhere the element would have no room in its array: what is chosen in spite of the words is made.
 */
async function resolveCompletion(item: CompletionItem, session: Session): Promise<CompletionItem> {
  const { about, element } = (item.data ?? {}) as CompletionData
  const answer = element && (await session.analyze(element.uri))
  const harm = answer && harmOf(item.label, answer.analysis, element.offset, answer.project)
  const words = [harm, about && documentation(about)].filter(text => text !== undefined)
  return words.length > 0 ? { ...item, documentation: words.join('\n\n') } : item
}
