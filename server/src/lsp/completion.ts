import type { CompletionItem, Connection } from 'vscode-languageserver'
import { completions, documentation } from '../ide/completion/index.ts'
import { PROOF_BUDGET } from './code-actions.ts'
import { type PositionParams, type WrapHandler, withOffset } from './handler.ts'
import type { Session } from './session.ts'
import { type CompletionData, toCompletionItem } from './to-protocol.ts'
import { wholeFileCompletions } from './whole-file.ts'

/** Proposals, tried in the engine as far as the time of a menu goes; the others when somebody looks at them. */
export function registerCompletion(connection: Connection, wrapHandler: WrapHandler): void {
  connection.onCompletion(
    wrapHandler(
      async (session, params: PositionParams) =>
        (await wholeFileCompletions(session, params)) ??
        withOffset(session, params, (analysis, offset, project) =>
          completions(analysis, offset, project, performance.now() + PROOF_BUDGET).map(completion =>
            toCompletionItem(completion, session),
          ),
        ),
    ),
  )
  connection.onCompletionResolve(wrapHandler((session, item) => resolveCompletion(item, session)))
}

/** The words on a proposal; one that turns out to do harm loses its other edits and says so: its text cannot be taken back. */
async function resolveCompletion(item: CompletionItem, session: Session): Promise<CompletionItem> {
  const { about, untried } = (item.data ?? {}) as CompletionData
  const described = about ? { ...item, documentation: documentation(about) } : item
  const answer = untried && (await session.analyze(untried.uri))
  if (!answer) return described
  const proven = completions(answer.analysis, untried.offset, answer.project)
  if (proven.some(({ label }) => label === item.label)) return described
  return { ...described, detail: 'would cause an error or a warning with these values' }
}
