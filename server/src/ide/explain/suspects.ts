import type { Simulation } from '../../analyze.ts'
import type { Finding, Severity } from '../../rules/rule.ts'
import { isAbout } from './about.ts'
import type { Clue } from './clue.ts'
import type { Decoded, KnownLine, Suspect } from './known-line.ts'
import { isBeyondEnable } from './search-simulation.ts'

/** What may be behind a line, as far as the line itself and the files have narrowed it. */
export interface Suspicion {
  /** What rules say of these very files, the likeliest first. */
  readonly found: readonly Finding[]
  /** The first of them is the cause, and not only likely to be. */
  readonly isExplained: boolean
  /** What is left beside that. */
  readonly suspects: readonly Suspect[]
  /** What rules would have reported, and did not. */
  readonly ruledOut: readonly Suspect[]
  /** Why what was loaded was built from other text: the compiler refuses a file as it stands, or these fail before the line. */
  readonly unlike: 'uncompiled' | 'refused' | undefined
}

/** `proven` findings explain what playing the commands has shown: they come first, whatever else is suspected. */
export function suspicionOf(
  known: KnownLine,
  decoded: Decoded,
  simulations: readonly Simulation[],
  findings: readonly Finding[],
  proven: readonly Finding[] = [],
  request?: string,
): Suspicion {
  const possible = known.suspects.filter(suspect => isPossible(suspect, decoded, simulations))
  if (simulations.length === 0)
    return { found: [], isExplained: false, suspects: possible, ruledOut: [], unlike: undefined }
  const named = possible.flatMap(({ rules = [] }) => rules)
  const matching = findings
    .filter(finding => named.includes(finding.rule.id) && RANK[finding.severity] <= mildest(known))
    .filter(finding => isAbout(finding, decoded, simulations))
    .toSorted((a, b) => RANK[a.severity] - RANK[b.severity] || named.indexOf(a.rule.id) - named.indexOf(b.rule.id))
  const shown = possible.filter(({ proves }) => proves?.(decoded)).flatMap(({ rules = [] }) => rules)
  const isExplaining = (finding: Finding) => finding.severity === 'error' || shown.includes(finding.rule.id)
  const found = [...new Set([...proven, ...matching.filter(isExplaining), ...matching])]
  const [first] = found
  const isShown = ({ rules = [] }: Suspect) => rules.some(id => found.some(({ rule }) => rule.id === id))
  const isAbsent = ownerOf(decoded, simulations) === 'absent'
  const isUncompiled = findings.some(({ rule, severity }) => severity === 'error' && OF_COMPILER.includes(rule.id))
  const isRefused = known.search === 'command' && simulations.every(each => isBeyondEnable(each, request))
  const unlike = isUncompiled ? 'uncompiled' : isRefused ? 'refused' : undefined
  // Of a file that is not at hand, rules say nothing; its cell is rather an inmate than the root, whose file is.
  const isDecided = ({ rules = [], isOpen, of }: Suspect) =>
    rules.length > 0 && isOpen !== true && !(isAbsent && of !== 'root') && !unlike
  const silent = possible
    .filter(suspect => !isShown(suspect))
    .toSorted((a, b) => (isAbsent ? absentRank(a) - absentRank(b) : 0))
  return {
    found,
    isExplained: first !== undefined && isExplaining(first),
    suspects: silent.filter(suspect => !isDecided(suspect)),
    ruledOut: silent.filter(isDecided),
    unlike,
  }
}

/** What does not compile is not what was loaded: rules that are silent about it rule nothing out. */
const OF_COMPILER: readonly string[] = [
  'unknown-field',
  'undeclared-name',
  'syntax',
  'include-not-found',
  'directive',
  'not-constant',
]

/** What the search found out about the very cell that a suspect is about. */
export function isRefuted({ of, isSearched, isUncovered }: Suspect, clues: readonly Clue[]): boolean {
  const own = of === undefined ? clues : clues.filter(clue => clue.of === undefined || clue.of === of)
  if (own.length === 0) return false
  if (isUncovered && own.every(({ isHeld }) => isHeld)) return true
  return isSearched === true && own.every(({ verdict }) => verdict === 'cleared')
}

const absentRank = ({ of }: Suspect): number => (of === 'inmate' ? 0 : of === undefined ? 1 : 2)

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 }

/** What has no effect or is only wasteful makes no command fail. */
const mildest = ({ search }: KnownLine): number =>
  search === 'command' || search === 'refusal' ? RANK.warning : RANK.hint

function isPossible({ of, on, fits }: Suspect, decoded: Decoded, simulations: readonly Simulation[]): boolean {
  if (fits && !fits(decoded)) return false
  const owner = ownerOf(decoded, simulations)
  if (of && owner && owner !== 'absent' && owner !== of) return false
  if (on === undefined || simulations.length === 0) return true
  return simulations.some(({ machine }) => (machine.arch.name === 'x86') === (on === 'x86'))
}

/** Whether the cell that a line names is the root or an inmate of the files, or none of them. */
function ownerOf({ cell }: Decoded, simulations: readonly Simulation[]): 'root' | 'inmate' | 'absent' | undefined {
  const cells = simulations.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells])
  if (cell === undefined || cells.length === 0) return undefined
  const named = cells.find(({ name }) => name === cell)
  if (!named) return 'absent'
  return named.isRoot ? 'root' : 'inmate'
}
