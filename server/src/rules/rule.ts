import type { Unit } from '../c/unit.ts'
import type { CellConfig, Config, SystemConfig } from '../config/model.ts'
import type { RootChoice, Scenario } from '../config/scenario.ts'
import type { Suppression } from '../config/suppressions.ts'
import type { EditSet } from '../edit/change.ts'
import type { Machine } from '../machine/machine.ts'
import type { Board, Platform } from '../platform/model.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import type { Prerequisites } from './prerequisites.ts'

/**
 * error: Jailhouse refuses it, the bytes are wrong, or isolation is lost. warning: it starts, and function or
 * isolation suffers in some sequence. information and hint: no effect, wasteful, or worth knowing.
 */
export type Severity = 'error' | 'warning' | 'information' | 'hint'

export const GRAVEST_FIRST: readonly Severity[] = ['error', 'warning', 'information', 'hint']

/** A repair. */
export type Fix = EditSet

/** What a rule yields: one short sentence, then proof and remedy, each plain data that every front end lays out itself. */
export interface RawFinding {
  /** Where the fault is spelled in the user's text. */
  readonly span: Span
  /** What is wrong, in at most 90 characters: the subject as its author named it, then the fact. One clause, no full stop. */
  readonly headline: string
  /** Why: the address, stream, stage and function that prove it; what the console prints, quoted. At most three. */
  readonly notes?: readonly string[]
  /** What to do, imperative, where no fix can be offered: else the title of the first one serves. */
  readonly help?: string
  /** Other places that matter, with what stands there. */
  readonly related?: readonly { readonly span: Span; readonly text: string }[]
  readonly fixes?: readonly Fix[]
  /** Overrides the rule's own severity for this fault. */
  readonly severity?: Severity
  /** Code that has no effect: editors fade it. */
  readonly unnecessary?: boolean
  /** What tells this fault from others of the rule when lines move: e.g. the region's address. */
  readonly key?: string
  /** What it charges, where that is not what its rule always does. */
  readonly charges?: Aspect
  /** What is charged elsewhere explains it. */
  readonly follows?: boolean
  /** Of an error of ours: where it happened, for the log. */
  readonly trace?: string
}

/**
 * Of a region where it lies, in the machine and as its cell sees it, and what may be done there; of a shared-memory device
 * on which link it is, of how many ends, and as which of them; of a system where its PCI configuration space is.
 */
export type Aspect = 'extent' | 'phys_start' | 'virt_start' | 'flags' | 'bdf' | 'peers' | 'dev_id' | 'pci_mmconfig_base'

export const OF_REGIONS: readonly Aspect[] = ['extent', 'phys_start', 'virt_start', 'flags']

/** Notes below a headline. */
export const MAX_NOTES = 3

export interface RuleOf<Kind extends string, Subject> extends Prerequisites {
  readonly kind: Kind
  /** Stable: `JH` and three digits, never reused. */
  readonly code: `JH${number}`
  readonly id: string
  readonly title: string
  readonly severity: Severity
  /** The constraints of hypervisor, driver and tools that it holds, by their names in the coverage table. */
  readonly constraints: readonly string[]
  /** What of an element it charges by itself, whatever stands beside it: the rest that is said of that only follows. */
  readonly charges?: Aspect
  /** What of the elements it looks at it takes for granted; a rule over several files that does not say takes all. */
  readonly rests?: readonly Aspect[]
  /** Its page: the manual, and by its fenced examples the test. */
  readonly page: string
  check(subject: Subject): Iterable<RawFinding>
}

/**
 * By what a rule looks at: what the compiler would say; one configuration; its cell, root or inmate; its system;
 * a root with its cells; what the hypervisor makes of them; that beside all other findings; the comments that silence
 * findings; and what could not be checked.
 */
export type UnitRule = RuleOf<'unit', Unit>
export type ConfigRule = RuleOf<'config', Config>
export type CellRule = RuleOf<'cell', CellConfig>
export type SystemRule = RuleOf<'system', SystemConfig>
export type ScenarioRule = RuleOf<'scenario', Scenario>
/** An inmate that stands with no root: none was chosen, or what was chosen is none. */
export interface RootlessCell {
  readonly cell: CellConfig
  readonly choice: RootChoice | undefined
  /** The configuration in the chosen file; undefined where there is no such file or no configuration in it. */
  readonly chosen: Config | undefined
}

export type RootlessRule = RuleOf<'rootless', RootlessCell>
export type SimulationRule = RuleOf<'simulation', Machine>

/** What the hypervisor makes of a scenario, and what all other rules say of it, before policy. */
export interface FallbackSubject {
  readonly machine: Machine
  readonly findings: readonly RuleFinding[]
}

export type FallbackRule = RuleOf<'fallback', FallbackSubject>

/** A simulation beside the facts of the machine it is meant for. */
export interface BoardSubject {
  readonly scenario: Scenario
  readonly machine: Machine
  readonly platform: Platform
  /** Device trees of cells, as a project names them; else they are found by what they say. */
  readonly trees: ReadonlyMap<CellConfig, Board>
}

/** What the facts say of the configurations; and whether the facts can be used at all. */
export type BoardRule = RuleOf<'board', BoardSubject>
export type FactsRule = RuleOf<'facts', BoardSubject>

export type SuppressionRule = RuleOf<'suppression', SuppressionUse>

/** What of a check was not made: it costs the stage and the file, and nothing else. */
export interface Gap {
  readonly file: SourceFile
  /** As it stands behind "while": `simulating`. */
  readonly stage: string
  /** Of ours; without one and without a bound the time was up. */
  readonly error?: unknown
  /** What was looked at of more than there can be in earnest, as a headline. */
  readonly bound?: string
}

export type GapRule = RuleOf<'gap', Gap>

export type Rule =
  | UnitRule
  | ConfigRule
  | CellRule
  | RootlessRule
  | SystemRule
  | ScenarioRule
  | SimulationRule
  | FallbackRule
  | BoardRule
  | FactsRule
  | SuppressionRule
  | GapRule

/** A raw finding with its rule, before policy. */
export interface RuleFinding extends RawFinding {
  readonly rule: Rule
}

/** A finding after policy: with its rule and the severity that is left. */
export interface Finding extends RawFinding {
  readonly rule: Rule
  readonly severity: Severity
  /** Listed in the baseline: shown faintly in the editor and not at all on the command line. */
  readonly isKnown?: boolean
  /** Stays the same when lines move: rule, cell, and what the fault is about. */
  readonly fingerprint: string
}

/** A suppression after all rules ran, with the names that suppressed nothing although their rules could run. */
export interface SuppressionUse {
  readonly suppression: Suppression
  readonly unused: readonly { readonly name: string; readonly span: Span }[]
  readonly unknown: readonly { readonly name: string; readonly span: Span }[]
}

/** A headline may quote a file, whose names are as long as they like. */
export const MAX_HEADLINE = 90

/** Findings of one rule that are looked for in one subject: arrays grow by a range or a macro, and nobody reads so many. */
export const MAX_OF_RULE = 1000

/** What to do: the title of the first fix; the rule's own words where none can be offered. */
export const helpOf = ({ help, fixes }: Pick<RawFinding, 'help' | 'fixes'>): string | undefined =>
  fixes?.[0] ? asSentence(fixes[0].title) : help

/** A title as it stands behind a colon. */
export const asSentence = (title: string): string => title.charAt(0).toLowerCase() + title.slice(1)

/** The lines below a headline: why, then what to do. */
export function details(finding: Pick<RawFinding, 'notes' | 'help' | 'fixes'>): readonly string[] {
  const help = helpOf(finding)
  return [...(finding.notes ?? []).map(note => `note: ${note}`), ...(help === undefined ? [] : [`help: ${help}`])]
}

/** All a finding says of its own place: the headline on the first line, the details below it. */
export const fullText = (finding: RawFinding): string => [finding.headline, ...details(finding)].join('\n')
