import type { Connection } from 'vscode-languageserver'
import { rootCandidates } from '../ide/root-candidates.ts'
import { catalogue } from '../rules/catalogue.ts'
import { isNamedBy } from '../rules/policy.ts'
import { nameOf } from '../text/uri.ts'
import type { Guard } from './guard.ts'
import { type NamedUri, type OfDocument, ROOT_CANDIDATES, RULE_PAGE, type RulePage, STATUS } from './protocol.ts'
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
      const found = file && (await session.workspace.complete(project => rootCandidates(file, project)))
      return (found?.uris ?? []).map(uri => ({ uri: session.spelling(uri), name: nameOf(uri) }))
    }),
  )
  connection.onRequest(
    RULE_PAGE,
    guard((_, { code }: { readonly code: string }) => pageOf(code)),
  )
  connection.workspace.textDocumentContent.on(
    guard((_, { uri }) => {
      const page = pageOf(nameOf(uri).replace(/\.md$/, ''))
      return page && { text: page.markdown }
    }),
  )
}

/** The page of a rule by its code or id. */
function pageOf(name: string): RulePage | null {
  const rule = catalogue.find(rule => isNamedBy(rule, name))
  return rule ? { title: `${rule.code} ${rule.title}`, markdown: rule.page } : null
}
