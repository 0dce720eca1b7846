import { loadGrammar } from '../../../src/c/parse/grammar.ts'
import type { Vector } from './format.ts'
import { differenceOf, type RealRun } from './real-runs.ts'
import { report } from './report.ts'

type Recorded = Vector | RealRun

const isRealRun = (recorded: Recorded): recorded is RealRun => 'machine' in recorded

/** Both kinds of recordings: runs of drivers by themselves, and runs of the whole hypervisor, which say on what `machine`. */
export async function reportAll(recorded: readonly Recorded[], withOptional: boolean) {
  const runs = recorded.filter(isRealRun)
  const vectors = recorded.filter((each): each is Vector => !isRealRun(each))
  const ofVectors = vectors.length > 0 ? report(vectors, withOptional) : { lines: [], failed: 0 }
  if (runs.length > 0) await loadGrammar()
  const differing = runs.flatMap(run => differenceOf(run) ?? [])
  const agreeing = `${runs.length - differing.length} of ${runs.length} runs of the whole hypervisor agree`
  return {
    lines: [...ofVectors.lines, ...differing, ...(runs.length > 0 ? [agreeing] : [])],
    failed: ofVectors.failed + differing.length,
  }
}
