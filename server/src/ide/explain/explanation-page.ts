import { type Block, table, text, title } from '../blocks.ts'
import { codeOf } from '../docs/console-lines.ts'
import { conclusionOf } from './conclusion.ts'
import type { Explanation } from './explain-line.ts'

/** What is to be said about lines of a console, for an editor to show. */
export function explanationPage(explanations: readonly Explanation[]): readonly Block[] {
  if (explanations.length === 0) return [text('This text contains no known error message of Jailhouse.')]
  return explanations.flatMap(explanation => {
    const { known, text: said, facts, clues } = explanation
    const suspects = known.suspects.map(({ cause, remedy, rules = [] }) => [cause, remedy, rules.map(codeOf).join(' ')])
    return [
      title(said),
      text(known.meaning, conclusionOf(explanation)),
      ...facts.map(fact => text(`${fact}.`)),
      ...clues.map(({ message }) => text(`${message}.`)),
      table(['suspect', 'what to do', 'rules'], suspects),
    ]
  })
}
