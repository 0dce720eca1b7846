import { type Finding, helpOf } from '../../rules/rule.ts'
import type { Span } from '../../text/source-file.ts'
import { type Block, table, text, title } from '../blocks.ts'
import { codeOf } from '../docs/console-lines.ts'
import { conclusionOf } from './conclusion.ts'
import type { Explanation } from './explain-line.ts'

/** What is to be said about lines of a console, for an editor to show; `linkTo` makes a link of a place, where there are any. */
export function explanationPage(
  explanations: readonly Explanation[],
  linkTo: LinkTo = (_, words) => words,
): readonly Block[] {
  if (explanations.length === 0) return [text('This text contains no known error message of Jailhouse.')]
  return explanations.flatMap(explanation => blocksOf(explanation, linkTo))
}

/** The words, as a link to a place if it has a file. */
export type LinkTo = (span: Span | undefined, words: string) => string

function blocksOf(explanation: Explanation, linkTo: LinkTo): readonly Block[] {
  const { known, text: said, lines: where, facts, clues, found, suspects, ruledOut } = explanation
  const rows = suspects.map(({ cause, remedy, rules = [] }) => [cause, remedy, rules.map(codeOf).join(' ')])
  return [
    title(where.length > 1 ? `${said.trim()} (${where.length} times)` : said.trim()),
    text(known.meaning, conclusionOf(explanation)),
    ...found.map(finding => text(findingWords(finding, linkTo))),
    ...facts.map(fact => text(`${fact}.`)),
    ...clues.map(({ at, message }) => text(linkTo(at, `${message}.`))),
    ...(rows.length > 0 ? [table([found.length > 0 ? 'beside that' : 'suspect', 'what to do', 'rules'], rows)] : []),
    ...(ruledOut.length > 0
      ? [text(`Ruled out by these files: ${ruledOut.map(({ cause }) => cause).join('; ')}.`)]
      : []),
  ]
}

function findingWords(finding: Finding, linkTo: LinkTo): string {
  const help = helpOf(finding)
  const words = linkTo(finding.span, `${finding.rule.code}: ${finding.headline}`)
  return help === undefined ? `${words}.` : `${words}. To fix it: ${help}.`
}
