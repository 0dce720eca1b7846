import { addTo } from '../text/groups.ts'
import { numberList } from '../text/number-list.ts'
import { positionAt } from '../text/source-file.ts'
import { shortened } from '../text/words.ts'
import { type Finding, MAX_HEADLINE, MAX_OF_RULE } from './rule.ts'

/** For people: of many findings alike one, which says how many more there are and where. Repairs count all of them. */
export interface Folded {
  readonly shown: readonly Finding[]
  /** What is alike to one that is shown, where no other is: an editor may mark it, and counts it nowhere. */
  readonly alike: readonly Finding[]
}

/** So many findings alike of one file are shown as they are. */
const MAX_ALIKE = 3
/** Findings of one rule that are shown at one place, a use of a macro, and in one file; the last says how many more. */
const MAX_AT_PLACE = 3
const MAX_IN_FILE = 50

/** How a headline ends that is about more than it names. */
const OF_SEVERAL = /,? and (?:at least )?\d+ (?:more|other regions?|other intercepted ranges?)$/

export function fold(findings: readonly Finding[]): Folded {
  const groups = groupsOf(findings, kindOf).filter(group => MAX_ALIKE < group.length)
  const dropped = new Set(groups.flatMap(([, ...more]) => more))
  const first = new Map(groups.map(group => [group[0], group]))
  const alone = findings
    .filter(finding => !dropped.has(finding))
    .map(finding => {
      const group = first.get(finding)
      return group ? forAll(finding, group) : finding
    })
  const shown = bounded(cut(alone, 1, ofOnePlace))
  const taken = new Set(shown.map(placeKey))
  const places = [...dropped].filter(finding => !taken.has(placeKey(finding)))
  const alike = groupsOf(places, placeKey).flatMap(([finding]) => finding ?? [])
  return { shown, alike: groupsOf(alike, fileKey).flatMap(group => group.slice(0, MAX_IN_FILE)) }
}

export const foldAlike = (findings: readonly Finding[]): readonly Finding[] => fold(findings).shown

/** For programs, which want each place by itself: no more of a rule than anybody would look at. */
export const bounded = (findings: readonly Finding[]): readonly Finding[] =>
  cut(cut(findings, MAX_AT_PLACE, placeKey), MAX_IN_FILE, fileKey)

/** What a macro writes wrong several times is one fault of the place that uses it; cells and devices of other names are others. */
const ofOnePlace = (finding: Finding): string => `${placeKey(finding)} ${withoutNumbers(finding)}`

const placeKey = ({ rule, span }: Finding): string => `${rule.code} ${span.start} ${span.end} ${span.file.uri}`
const fileKey = ({ rule, span }: Finding): string => `${rule.code} ${span.file.uri}`

/** Alike are findings of one rule whose headlines differ in names and numbers alone. */
const kindOf = (finding: Finding): string =>
  `${fileKey(finding)} ${finding.severity} ${withoutNumbers(finding).replaceAll(/"[^"]*"/g, '""')}`

const withoutNumbers = ({ headline }: Finding): string =>
  headline
    .replace(OF_SEVERAL, '')
    .replaceAll(/\b(?:region|irqchip|unit|device) \d+/g, '""')
    .replaceAll(/\b(?:0x[0-9a-f]+|\d[\d.]*)/g, '0')

function forAll(finding: Finding, group: readonly Finding[]): Finding {
  const lineOf = ({ span }: Finding) => positionAt(span.file, span.start).line + 1
  const lines = [...new Set(group.map(lineOf))].filter(line => line !== lineOf(finding)).toSorted((a, b) => a - b)
  const notes =
    lines.length > 0 ? [`the same holds in ${lines.length === 1 ? 'line' : 'lines'} ${numberList(lines)}`] : []
  return {
    ...finding,
    headline: withCount(finding.headline, group.length, 1),
    notes: [...(finding.notes ?? []), ...notes],
  }
}

function cut(findings: readonly Finding[], limit: number, groupOf: (finding: Finding) => string): readonly Finding[] {
  const large = groupsOf(findings, groupOf).filter(group => limit < group.length)
  if (large.length === 0) return findings
  const dropped = new Set(large.flatMap(group => group.slice(limit)))
  const most = new Map(large.map(group => [group[limit - 1], group.length]))
  return findings
    .filter(finding => !dropped.has(finding))
    .map(finding => {
      const all = most.get(finding)
      return all === undefined ? finding : { ...finding, headline: withCount(finding.headline, all, limit) }
    })
}

function groupsOf(
  findings: readonly Finding[],
  groupOf: (finding: Finding) => string,
): readonly (readonly Finding[])[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) addTo(groups, groupOf(finding), finding)
  return [...groups.values()]
}

/** What a headline counts already is counted with the rest. */
function withCount(headline: string, all: number, shown: number): string {
  const words = `, and ${MAX_OF_RULE <= all ? 'at least ' : ''}${all - shown} more`
  return `${shortened(headline.replace(OF_SEVERAL, ''), MAX_HEADLINE - words.length)}${words}`
}
