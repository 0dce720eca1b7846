import { type Analysis, simulationsOf } from '../../analyze.ts'
import { type Finding, helpOf } from '../../rules/rule.ts'
import { positionAt, type Span } from '../../text/source-file.ts'
import { nameOf } from '../../text/uri.ts'
import { capitalised, count, listed } from '../../text/words.ts'
import { type Block, placeBlock, table, text, title } from '../blocks.ts'
import { codeOf } from '../docs/console-lines.ts'
import { conclusionOf } from './conclusion.ts'
import { type Explained, type Explanation, explainLines } from './explain-line.ts'

/** What a text that Jailhouse printed means, a line or a whole log, beside the configurations of an analysis. */
export function explanationPage(log: string, analysis: Analysis | undefined): readonly Block[] {
  const explained = explainLines(log, analysis && simulationsOf(analysis), analysis?.findings)
  const nameOfLine = (line: number): string => (log.trim().includes('\n') ? `Line ${line + 1}: ` : '')
  return [
    text(...openingOf(explained, analysis)),
    ...(explained.unread ? [text(`${capitalised(explained.unread)}.`)] : []),
    ...explained.explanations.flatMap(each => blocksOf(each, nameOfLine)),
    ...(explained.rest > 0 ? [text(`${count(explained.rest, 'other message')} not explained: too many at once.`)] : []),
  ]
}

function openingOf({ explanations }: Explained, analysis: Analysis | undefined): readonly string[] {
  if (explanations.length === 0) return ['This text contains no known error message of Jailhouse.']
  const scenarios = analysis ? simulationsOf(analysis).map(({ scenario }) => scenario) : []
  const files = scenarios.flatMap(({ root, cells }) => [root, ...cells].map(({ file }) => nameOf(file.uri)))
  return [
    `${count(explanations.length, 'known message')}.`,
    files.length > 0
      ? `Compared with ${listed(
          [...new Set(files)].map(name => `\`${name}\``),
          8,
        )}.`
      : 'No configurations to compare with: open one whose root cell is known, and ask again.',
  ]
}

function blocksOf(explanation: Explanation, nameOfLine: (line: number) => string): readonly Block[] {
  const { known, facts, clues, found, suspects, ruledOut } = explanation
  const rows = suspects.map(({ cause, remedy, rules = [] }) => [cause, remedy, rules.map(codeOf).join(' ')])
  return [
    title(`${nameOfLine(explanation.lines[0] ?? 0)}${saidIn(explanation)}`),
    text(known.meaning, conclusionOf(explanation)),
    ...found.flatMap(findingBlocks),
    ...facts.map(fact => text(`${fact}.`)),
    ...clues.map(({ at, message }) => linked(`${message}.`, at)),
    ...(rows.length > 0 ? [table([found.length > 0 ? 'beside that' : 'suspect', 'what to do', 'rules'], rows)] : []),
    ...(ruledOut.length > 0
      ? [text(`Ruled out by these files: ${ruledOut.map(({ cause }) => cause).join('; ')}.`)]
      : []),
  ]
}

function saidIn({ text: said, lines }: Explanation): string {
  const words = said.trim().split('\n').at(-1)?.trim() ?? ''
  return lines.length > 1 ? `${words} (${lines.length} times)` : words
}

function findingBlocks(finding: Finding): readonly Block[] {
  const help = helpOf(finding)
  return [
    linked(`${finding.rule.code}: ${finding.headline}`, finding.span),
    ...(help === undefined ? [] : [text(`To fix it: ${help}.`)]),
  ]
}

/** Words that lead to a place, if it has a file. */
function linked(words: string, at: Span | undefined): Block {
  if (!at || at.file.uri === '') return text(words)
  return placeBlock(`${nameOf(at.file.uri)}:${positionAt(at.file, at.start).line + 1}: ${words}`, at)
}
