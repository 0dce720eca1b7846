import { analyze } from '../../src/analyze.ts'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import type { SystemConfig } from '../../src/config/model.ts'
import { defaultSettings } from '../../src/config/project.ts'
import { has, phys, rangeOf } from '../../src/config/ranges.ts'
import type { NewFile } from '../../src/ide/generate/made.ts'
import { newRoot } from '../../src/ide/generate/root.ts'
import type { Facts } from '../../src/platform/facts.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'
import { subtract } from '../../src/text/range-set.ts'

/** Root cells made from facts, analysed beside them. */

await loadGrammar()

export function made(...facts: readonly Facts[]) {
  const [first, ...rest] = facts
  if (!first) throw new Error('no facts')
  const result = newRoot(readPlatform(first, ...rest), { name: 'made' })
  if ('missing' in result) throw new Error(result.missing)
  return checked(result, ...facts)
}

/** A root that was made, analysed beside the facts. */
export function checked<Result extends NewFile>(result: Result, ...facts: readonly Facts[]) {
  const file = { uri: 'file:///made/root.c', text: result.text }
  const byUri = new Map(facts.map(each => [each.uri, each]))
  const analysis = analyze(file, {
    lookup: () => 'absent',
    list: () => [],
    settings: { ...defaultSettings, platform: [...byUri.keys()] },
    pins: new Map(),
    known: [file],
    facts: uri => byUri.get(uri) ?? 'pending',
  })
  const complaints = analysis.findings.filter(({ severity }) => severity === 'error' || severity === 'warning')
  return {
    ...result,
    file,
    analysis,
    system: analysis.config as SystemConfig,
    complaints: complaints.map(({ rule, headline }) => `${rule.code} ${headline}`),
  }
}

/** Upstream's regions by their facts, and what the root may do there. */
export type Wanted = readonly (readonly [start: bigint, size: bigint, flags: bigint])[]

/** What of the regions the root does not have with these flags. */
export function lacking({ root_cell }: SystemConfig, wanted: Wanted): readonly string[] {
  return wanted.flatMap(([start, size, flags]) => {
    const regions = root_cell.mem_regions.filter(region => has(region, flags)).map(phys)
    return subtract([rangeOf(start, size)], regions).map(
      range => `0x${range.start.toString(16)}..0x${range.end.toString(16)}`,
    )
  })
}
