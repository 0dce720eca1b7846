import { compareVector, type Obligation, type Verdict } from './compare.ts'
import type { Vector } from './format.ts'

const BINDING: readonly Obligation[] = ['must', 'should']
const ALL: readonly Obligation[] = [...BINDING, 'pool', 'subpage', 'lines']

/** `N of M agree` for vectors, and the first difference of each that does not. */
export function report(
  vectors: readonly Vector[],
  withOptional = false,
): { readonly lines: readonly string[]; readonly failed: number } {
  const verdicts = vectors.map(compareVector)
  const binding = verdicts.filter(verdict => !verdict.isPool)
  const lines: string[] = []
  for (const verdict of verdicts)
    for (const obligation of withOptional ? ALL : BINDING) {
      const difference = verdict.differences[obligation]
      if (difference) lines.push(`${verdict.name}: ${obligation}: ${difference}`)
    }
  const agree = (of: readonly Verdict[], ...obligations: readonly Obligation[]): string => {
    const agreeing = of.filter(({ differences }) => obligations.every(obligation => !differences[obligation]))
    return `${agreeing.length} of ${of.length} agree`
  }
  for (const kind of ['unit', 'lifecycle'] as const) {
    const ofKind = binding.filter(verdict => verdict.kind === kind)
    for (const obligation of kind === 'unit' ? BINDING : ALL)
      lines.push(`${kind}: ${obligation} ${agree(ofKind, obligation)}`)
  }
  const pool = verdicts.filter(verdict => verdict.isPool)
  if (pool.length > 0) lines.push(`needing the page pool: ${agree(pool, 'must', 'should')}`)
  lines.push(agree(verdicts, 'must', 'should'))
  const failed = verdicts.filter(({ differences }) => differences.must || differences.should).length
  return { lines, failed }
}
