import type { Explanation } from './explain-line.ts'

const VERDICT = {
  configuration: 'The configuration is usually the cause.',
  perhaps: 'The configuration may be the cause.',
  elsewhere: 'This does not come from the configuration.',
} as const

const UNLIKE = {
  uncompiled:
    'These files do not compile, so nothing can be concluded from them: what was loaded was built from other text.',
  refused:
    'With these files "enable" fails already, so nothing can be concluded from them: what was loaded was built from other text.',
} as const

/** In one sentence: is it the configuration? */
export function conclusionOf({ known, clues, found, isExplained, suspects, unlike, isHarmless }: Explanation): string {
  if (isHarmless) return 'This is not a fault.'
  if (known.verdict === 'elsewhere') return VERDICT[known.verdict]
  const [first] = found
  if (first) return `${first.rule.code} ${isExplained ? 'explains' : 'may explain'} it.`
  if (unlike) return UNLIKE[unlike]
  if (clues.length === 0) return VERDICT[known.verdict]
  const isBlamed = clues.some(({ verdict }) => verdict === 'blamed')
  const isCleared = clues.some(({ verdict }) => verdict === 'cleared')
  if (isBlamed && isCleared) return 'The configuration may be the cause, depending on the cell of the CPU.'
  if (isBlamed) return 'The configuration explains it.'
  const isOpen = known.search === 'refusal' && suspects.some(suspect => suspect.isOpen)
  if (!isOpen && clues.every(({ verdict }) => verdict === 'cleared'))
    return 'These files do not explain it: other files were loaded, or the cause is not in the configuration.'
  return VERDICT[known.verdict]
}
