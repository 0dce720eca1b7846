import type { RawFinding } from './rule.ts'

/** What to do: the rule's own words, else the title of the first fix. */
export const helpOf = ({ help, fixes }: Pick<RawFinding, 'help' | 'fixes'>): string | undefined =>
  help ?? fixes?.[0]?.title

/** The lines below a headline: why, then what to do. */
export function details(finding: Pick<RawFinding, 'notes' | 'help' | 'fixes'>): readonly string[] {
  const help = helpOf(finding)
  return [...(finding.notes ?? []).map(note => `note: ${note}`), ...(help === undefined ? [] : [`help: ${help}`])]
}

/** All a finding says of its own place: the headline on the first line, the details below it. */
export const fullText = (finding: RawFinding): string => [finding.headline, ...details(finding)].join('\n')
