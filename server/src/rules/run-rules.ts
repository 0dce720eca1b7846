import type { Unit } from '../c/unit.ts'
import { type Config, cellOf } from '../config/model.ts'
import { firstLine, isOfCell, noSpan } from '../config/places.ts'
import { fileOf, type RootChoice, type Scenario } from '../config/scenario.ts'
import { type Suppression, suppressionsIn } from '../config/suppressions.ts'
import type { Machine } from '../machine/machine.ts'
import type { Platform } from '../platform/model.ts'
import { addTo } from '../text/groups.ts'
import { memoize, memoizeFinal } from '../text/memo.ts'
import { primarySpan } from '../text/origin.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import { endless, type Time } from '../text/time.ts'
import { shortened } from '../text/words.ts'
import { boardSubject, isOtherMachine } from './board/subject.ts'
import { catalogue, rulesNamed } from './catalogue.ts'
import { chargeOf, withCauses } from './consequences.ts'
import { applyPolicy, defaultPolicy, namesOf, type Policy, severityFor } from './policy.ts'
import { areMet, isAtUnread } from './prerequisites.ts'
import {
  type Finding,
  type Gap,
  MAX_HEADLINE,
  MAX_OF_RULE,
  type RawFinding,
  type Rule,
  type RuleFinding,
  type RuleOf,
  type SuppressionUse,
} from './rule.ts'

/** Everything rules look at: one file, and the simulations it takes part in. */
export interface Subjects {
  readonly unit: Unit
  readonly config: Config | undefined
  /** The root a cell stands with, and why. */
  readonly root?: RootChoice | undefined
  /** The configuration in the file chosen as root, be it a root or not. */
  readonly chosen?: Config | undefined
  readonly simulations: readonly {
    readonly scenario: Scenario
    readonly machine: Machine
    /** Facts of the machine, where there are some. */
    readonly platform?: Platform
    readonly platformWithTrees?: Platform
  }[]
  /** What could not be made of these. */
  readonly gaps?: readonly Gap[]
}

/**
 * What all rules have to say, after suppressions, severities and baseline; sorted by file and place. What only follows
 * from another finding is marked: repairs count it, and nobody is shown it.
 */
export function runRules(subjects: Subjects, policy: Policy = defaultPolicy, time: Time = endless): readonly Finding[] {
  const { unit, config, root, chosen, simulations, gaps = [] } = subjects
  const inTime = (stage: string, file: SourceFile, run: () => readonly RuleFinding[]) =>
    time.isOver() ? runGapRules({ file, stage }) : time.measured(stage, file, run)
  const raw = dedupe([
    ...gaps.flatMap(runGapRules),
    ...runUnitRules(unit),
    ...(config && isReadable(config)
      ? inTime('checking the configuration', config.file, () => runConfigRules(config, time))
      : []),
    ...(config?.kind === 'cell' && isReadable(config) && simulations.length === 0 && gaps.length === 0
      ? runRulesOfKind('rootless', { cell: config, choice: root, chosen }, declarationOf(config))
      : []),
    ...simulations
      .filter(({ scenario }) => !isForeign(scenario))
      .flatMap(({ machine, platform, platformWithTrees = platform }) =>
        inTime('checking the simulation', fileOf(machine.scenario), () => [
          ...runSimulationRules(machine, time),
          ...(platformWithTrees ? runBoardRules(machine)(platformWithTrees, time) : []),
          ...runFallbackRules(machine, runUnitRules(unit), time),
        ]),
      ),
  ])
  const { shown: own, uses } = suppress(raw, subjects)
  const shown = withCauses(own.filter(isOn(policy)), chargesOfOthers(subjects, policy, time), configsOf(subjects))
  const findings = shown.concat(uses.flatMap(use => runRulesOfKind('suppression', use, use.suppression.span)))
  return withFingerprints(findings, configsOf(subjects))
    .flatMap(finding => applyPolicy(policy, finding))
    .toSorted(byPlace)
}

/** What nobody asks for charges nothing. */
const isOn =
  (policy: Policy) =>
  ({ rule }: RuleFinding): boolean =>
    severityFor(policy, rule) !== 'off'

/** What is wrong with the configurations of other files by themselves, for what is said here may follow from it. */
function chargesOfOthers(subjects: Subjects, policy: Policy, time: Time): readonly RuleFinding[] {
  const { config: own } = subjects
  const isOwn = (config: Config) => config.file === own?.file && cellOf(config).name === cellOf(own).name
  const others = new Set(configsOf(subjects).filter(config => !isOwn(config)))
  const charges = [...others]
    .filter(isReadable)
    .flatMap(config => runConfigRules(config, time))
    .filter(finding => chargeOf(finding))
  return suppress(dedupe(charges), subjects).shown.filter(isOn(policy))
}

/** Without its header nothing of a descriptor can be read, and rules about it would only repeat that. */
function isReadable(config: Config): boolean {
  const { source, header } = cellOf(config)
  return !header.isForeign && (source?.fields.has('num_memory_regions') ?? false)
}

/** A header that stands for another one says nothing of the files that were written for that. */
const isForeign = ({ root, cells }: Scenario): boolean =>
  [root, ...cells].some(config => cellOf(config).header.isForeign)

const configsOf = ({ config, simulations }: Subjects): readonly Config[] => [
  ...(config ? [config] : []),
  ...simulations.flatMap(({ scenario }) => [scenario.root, ...scenario.cells]),
]

const start = (file: SourceFile): Span => ({ file, start: 0, end: 0 })

const runGapRules = (gap: Gap): readonly RuleFinding[] => runRulesOfKind('gap', gap, start(gap.file))

/** What is left to say where nothing else can be. */
export const findingsOfGaps = (gaps: readonly Gap[]): readonly Finding[] =>
  withFingerprints(gaps.flatMap(runGapRules), [])

/** What there was no time for, or what an error of ours cost, is tried again. */
const lasting = (result: readonly RuleFinding[]) => ({
  result,
  isFinal: result.every(({ rule }) => rule.kind !== 'gap'),
})

/**
 * The findings of a subject are memoised by its identity: an edit of one file recomputes that file's alone. What a compiler
 * refuses is said however long the rest takes.
 */
const runUnitRules = memoize((unit: Unit) => runRulesOfKind('unit', unit, start(unit.main)))

const runConfigRules = memoizeFinal((config: Config, time: Time) => {
  const home = declarationOf(config)
  return lasting([
    ...runRulesOfKind('config', config, home, time),
    ...(config.kind === 'system' ? runRulesOfKind('system', config, home, time) : []),
    ...runRulesOfKind('cell', cellOf(config), home, time),
  ])
})

const homeOf = ({ root, cells }: Scenario): Span => declarationOf(cells[0] ?? root)

const runScenarioRules = memoizeFinal((scenario: Scenario, time: Time) =>
  lasting(runRulesOfKind('scenario', scenario, homeOf(scenario), time)),
)

const runMachineRules = memoizeFinal((machine: Machine, time: Time) =>
  lasting(runRulesOfKind('simulation', machine, homeOf(machine.scenario), time)),
)

/** Of facts that belong to another machine nothing is said but that. */
const runBoardRules = memoize((machine: Machine) =>
  memoizeFinal((platform: Platform, time: Time) => lasting(boardFindings(machine, platform, time))),
)

function boardFindings(machine: Machine, platform: Platform, time: Time): readonly RuleFinding[] {
  const home = declarationOf(machine.scenario.root)
  if (machine.scenario.written) return []
  return orGap('comparing facts of the machine', home.file, () => {
    const subject = boardSubject(machine, platform)
    const ofFacts = runRulesOfKind('facts', subject, home, time)
    return isOtherMachine(subject) ? ofFacts : [...ofFacts, ...runRulesOfKind('board', subject, home, time)]
  })
}

/** What comes of bytes that are read as something else is no fault of its own: the count is. */
const runSimulationRules = (machine: Machine, time: Time): readonly RuleFinding[] => {
  const { written } = machine.scenario
  if (written) return runScenarioRules(written, time)
  return [...runScenarioRules(machine.scenario, time), ...runMachineRules(machine, time)]
}

/** Where the hypervisor refuses something: what else is said of the scenario, be it in the files of others. */
function runFallbackRules(machine: Machine, ofUnit: readonly RuleFinding[], time: Time): readonly RuleFinding[] {
  const { scenario, stages } = machine
  if (scenario.written || stages.every(({ outcome }) => outcome.kind === 'done')) return []
  const configs = [scenario.root, ...scenario.cells].filter(isReadable)
  if (configs.some(config => 0 < cellOf(config).unread.length)) return []
  const ofConfigs = configs.flatMap(config => runConfigRules(config, time))
  const findings = [...ofUnit, ...ofConfigs, ...runSimulationRules(machine, time)]
  return runRulesOfKind('fallback', { machine, findings }, homeOf(scenario))
}

const rulesByKind: ReadonlyMap<Rule['kind'], readonly Rule[]> = new Map(
  [...new Set(catalogue.map(({ kind }) => kind))].map(kind => [kind, catalogue.filter(rule => rule.kind === kind)]),
)

/** All rules of one kind over one subject while there is time; a finding without a span of its own goes to `home`. */
function runRulesOfKind<Subject>(
  kind: Rule['kind'],
  subject: Subject,
  home: Span,
  time: Time = endless,
): readonly RuleFinding[] {
  const findings: RuleFinding[] = []
  for (const rule of rulesByKind.get(kind) ?? []) {
    if (!time.isOver()) runRule(rule as unknown as Rule & RuleOf<string, Subject>, subject, home, findings, time)
    if (time.isOver()) return [...findings, ...runGapRules({ file: home.file, stage: `checking ${rule.id}` })]
  }
  return findings
}

/** An error of ours in a rule costs what this rule would still have found, and so does a lack of time. */
function runRule<Subject>(
  rule: Rule & RuleOf<string, Subject>,
  subject: Subject,
  home: Span,
  findings: RuleFinding[],
  time: Time,
): void {
  const most = findings.length + MAX_OF_RULE
  try {
    if (!areMet(rule, subject)) return
    for (const finding of rule.check(subject)) {
      if (isAtUnread(finding.span, subject) || finding.related?.some(({ span }) => isAtUnread(span, subject))) continue
      findings.push({ rule, ...withSpans(finding, home) })
      if (most <= findings.length || time.isOver()) break
    }
  } catch (error) {
    if (rule.kind !== 'gap') findings.push(...runGapRules({ file: home.file, stage: `checking ${rule.id}`, error }))
  }
}

function orGap(stage: string, file: SourceFile, run: () => readonly RuleFinding[]): readonly RuleFinding[] {
  try {
    return run()
  } catch (error) {
    return runGapRules({ file, stage, error })
  }
}

function declarationOf(config: Config): Span {
  const origin = cellOf(config).whole?.origin
  return origin ? firstLine(primarySpan(origin)) : start(config.file)
}

/** Every place lies in a file: a related one that nobody wrote is left out. */
function withSpans({ related, ...finding }: RawFinding, home: Span): RawFinding {
  const written = related?.filter(({ span }) => span !== noSpan) ?? []
  return {
    ...finding,
    span: finding.span === noSpan ? home : finding.span,
    ...(written.length > 0 && { related: written }),
  }
}

/** A header that two units share is checked twice and reported once; so is an error of ours that several stages meet. */
function dedupe(findings: readonly RuleFinding[]): readonly RuleFinding[] {
  const seen = new Set<string>()
  return findings
    .filter(({ rule, span, headline, key }) => {
      const words = rule.kind === 'gap' ? '' : headline
      const identity = `${rule.code} ${span.file.uri} ${span.start} ${words} ${key ?? ''}`
      return !seen.has(identity) && seen.add(identity)
    })
    .map(withinBounds)
}

function withinBounds(finding: RuleFinding): RuleFinding {
  const headline = shortened(finding.headline, MAX_HEADLINE)
  return headline === finding.headline ? finding : { ...finding, headline }
}

function suppress(findings: readonly RuleFinding[], subjects: Subjects) {
  const files = new Set([...subjects.unit.files, ...configsOf(subjects).map(({ file }) => file)])
  const failed: RuleFinding[] = []
  const suppressions = [...files].flatMap(file => {
    try {
      return suppressionsIn(file)
    } catch (error) {
      failed.push(...runGapRules({ file, stage: 'reading suppressions', error }))
      return []
    }
  })
  const used = new Set<object>()
  const shown = findings.filter(finding => {
    const hits = suppressions
      .filter(({ scope: covers }) => includes(covers, finding.span))
      .flatMap(suppression => mentionsOf(suppression, finding.rule))
    for (const hit of hits) used.add(hit)
    return hits.length === 0
  })
  const own = suppressions.filter(({ span: at }) => subjects.unit.files.includes(at.file))
  // A rule that could not run might have had something to silence.
  const isComplete = ![...findings, ...failed].some(({ rule }) => rule.kind === 'gap')
  const uses = own.map(suppression => useOf(suppression, used, subjects))
  return { shown: [...shown, ...failed], uses: isComplete ? uses : uses.map(use => ({ ...use, unused: [] })) }
}

const includes = (outer: Span, inner: Span): boolean =>
  outer.file === inner.file && outer.start <= inner.start && inner.start <= outer.end

const mentionsOf = (suppression: Suppression, rule: Rule): readonly Suppression['names'][] =>
  namesOf(rule).flatMap(name => {
    const mentions = mentionsIn(suppression).get(name)
    return mentions ? [mentions] : []
  })

/** Each name of a suppression with all its mentions, which are used together. */
const mentionsIn = memoize(({ names }: Suppression): ReadonlyMap<string, Suppression['names']> => {
  const mentions = new Map<string, Suppression['names'][number][]>()
  for (const each of names) addTo(mentions, each.name, each)
  return mentions
})

function useOf(suppression: Suppression, used: ReadonlySet<object>, subjects: Subjects): SuppressionUse {
  const byName = [...mentionsIn(suppression)]
  const isUnused = ([name, mentions]: (typeof byName)[number]) =>
    !used.has(mentions) && rulesNamed(name).every(rule => couldRun(rule, subjects))
  return {
    suppression,
    unknown: byName.filter(([name]) => rulesNamed(name).length === 0).flatMap(([, mentions]) => mentions),
    unused: byName
      .filter(([name]) => rulesNamed(name).length > 0)
      .filter(isUnused)
      .flatMap(([, mentions]) => mentions),
  }
}

/** Whether a rule had what it looks at. That a rule over several cells finds nothing proves nothing without them. */
function couldRun(rule: Rule, { config, simulations }: Subjects): boolean {
  if (rule.kind === 'board' || rule.kind === 'facts')
    return simulations.some(({ platform, platformWithTrees }) => platform ?? platformWithTrees)
  if (rule.kind === 'scenario' || rule.kind === 'simulation' || rule.kind === 'fallback')
    return simulations.some(({ scenario }) => scenario.cells.length > 0)
  return rule.kind === 'unit' || config !== undefined
}

/** Rule, cell and key; equal ones are numbered in the order of the text. */
function withFingerprints(findings: readonly RuleFinding[], configs: readonly Config[]): readonly Finding[] {
  const cells = [...new Set(configs)].map(cellOf)
  const seen = new Map<string, number>()
  return findings.map(finding => {
    const identity = `${finding.rule.code}:${cells.findLast(cell => isOfCell(finding.span, cell))?.name ?? ''}:${finding.key ?? finding.headline}`
    const before = seen.get(identity) ?? 0
    seen.set(identity, before + 1)
    const severity = finding.severity ?? finding.rule.severity
    return { ...finding, severity, fingerprint: before ? `${identity}#${before + 1}` : identity }
  })
}

/** By file, then by place in it. */
export const byPlace = ({ span: a }: Finding, { span: b }: Finding): number =>
  a.file.uri === b.file.uri ? a.start - b.start : a.file.uri < b.file.uri ? -1 : 1
