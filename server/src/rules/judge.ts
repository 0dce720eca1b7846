import type { Unit } from '../c/unit.ts'
import { type Config, cellOf } from '../config/model.ts'
import type { RootChoice, Scenario } from '../config/scenario.ts'
import type { Machine } from '../machine/machine.ts'
import { site } from '../text/origin.ts'
import { perVersion } from '../text/per-version.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import { catalogue } from './catalogue.ts'
import { headOf, nowhere } from './places.ts'
import { applied, defaultPolicy, isNamedBy, type Policy } from './policy.ts'
import type { Charge, Finding, Rule, RuleOf, Suppression, SuppressionUse } from './rule.ts'
import { suppressionsIn } from './suppressions.ts'

/** Everything there is to judge: one file, and the cases it stands in with others. */
export interface Subjects {
  readonly unit: Unit
  readonly config: Config | undefined
  /** The root a cell stands with, and why. */
  readonly root?: RootChoice | undefined
  readonly cases: readonly { readonly scenario: Scenario; readonly machine: Machine }[]
}

/** What all rules have to say, after suppressions, severities and baseline; sorted by file and place. */
export function judge(subjects: Subjects, policy: Policy = defaultPolicy): readonly Finding[] {
  const { unit, config, root, cases } = subjects
  const charges = once([
    ...chargeUnit(unit),
    ...(config && isReadable(config) ? chargeConfig(config) : []),
    ...(config?.kind === 'cell' && isReadable(config) && !root && cases.length === 0
      ? charge('alone', config, declarationOf(config))
      : []),
    ...cases.flatMap(({ machine }) => [...chargeCase(machine), ...chargeVerdict(machine, chargeUnit(unit))]),
  ])
  const { heard, uses } = silence(charges, subjects)
  const findings = heard.concat(uses.flatMap(use => charge('suppression', use, use.suppression.at)))
  return withFingerprints(findings, configsOf(subjects))
    .flatMap(finding => applied(policy, finding))
    .toSorted(byPlace)
}

/** Without the header nothing of a descriptor can be read, and rules about it would only repeat that. */
const isReadable = (config: Config): boolean => cellOf(config).source?.fields.has('num_memory_regions') ?? false

const configsOf = ({ config, cases }: Subjects): readonly Config[] => [
  ...(config ? [config] : []),
  ...cases.flatMap(({ scenario }) => [scenario.root, ...scenario.cells]),
]

const start = (file: SourceFile): Span => ({ file, start: 0, end: 0 })

/** A subject's charges are kept by its identity, so that an edit of one file recomputes that file's alone. */
const chargeUnit = perVersion((unit: Unit) => charge('unit', unit, start(unit.main)))

const chargeConfig = perVersion((config: Config) => {
  const home = declarationOf(config)
  return [
    ...charge('config', config, home),
    ...(config.kind === 'system' ? charge('system', config, home) : []),
    ...charge('cell', cellOf(config), home),
  ]
})

const chargeScenario = perVersion((scenario: Scenario) =>
  charge('scenario', scenario, declarationOf(scenario.cells[0] ?? scenario.root)),
)

const chargeMachine = perVersion((machine: Machine) =>
  charge('machine', machine, declarationOf(machine.scenario.cells[0] ?? machine.scenario.root)),
)

const chargeCase = (machine: Machine): readonly Charge[] => [
  ...chargeScenario(machine.scenario),
  ...chargeMachine(machine),
]

/** Where the hypervisor refuses something: what else is said of the scenario, be it in the files of others. */
function chargeVerdict(machine: Machine, ofUnit: readonly Charge[]): readonly Charge[] {
  const { scenario, stages } = machine
  if (stages.every(({ outcome }) => outcome.kind === 'done')) return []
  const ofConfigs = [scenario.root, ...scenario.cells].filter(isReadable).flatMap(chargeConfig)
  const charges = [...ofUnit, ...ofConfigs, ...chargeCase(machine)]
  return charge('verdict', { machine, charges }, declarationOf(scenario.cells[0] ?? scenario.root))
}

const rulesByKind = new Map(
  [...new Set(catalogue.map(({ kind }) => kind))].map(kind => [kind, catalogue.filter(rule => rule.kind === kind)]),
)

/** All rules of one kind over one subject; a fault without a place of its own goes to `home`. */
function charge<Subject>(kind: Rule['kind'], subject: Subject, home: Span): readonly Charge[] {
  const charges: Charge[] = []
  for (const rule of rulesByKind.get(kind) ?? [])
    for (const fault of (rule as unknown as RuleOf<string, Subject>).check(subject))
      charges.push({ rule, ...fault, span: fault.span === nowhere ? home : fault.span })
  return charges
}

function declarationOf(config: Config): Span {
  const origin = cellOf(config).whole?.origin
  return origin ? headOf(site(origin)) : start(config.file)
}

/** A header that two units share is judged twice and told once. */
function once(charges: readonly Charge[]): readonly Charge[] {
  const told = new Set<string>()
  return charges.filter(({ rule, span, headline }) => {
    const words = `${rule.code} ${span.file.uri} ${span.start} ${headline}`
    return !told.has(words) && told.add(words)
  })
}

function silence(charges: readonly Charge[], subjects: Subjects) {
  const files = new Set([...subjects.unit.files, ...configsOf(subjects).map(({ file }) => file)])
  const suppressions = [...files].flatMap(suppressionsIn)
  const used = new Set<object>()
  const heard = charges.filter(fault => {
    const hits = suppressions.flatMap(({ covers, names }) =>
      includes(covers, fault.span) ? names.filter(({ name }) => isNamedBy(fault.rule, name)) : [],
    )
    for (const hit of hits) used.add(hit)
    return hits.length === 0
  })
  const own = suppressions.filter(({ at }) => subjects.unit.files.includes(at.file))
  return { heard, uses: own.map(suppression => useOf(suppression, used, subjects)) }
}

const includes = (outer: Span, inner: Span): boolean =>
  outer.file === inner.file && outer.start <= inner.start && inner.start <= outer.end

function useOf(suppression: Suppression, used: ReadonlySet<object>, subjects: Subjects): SuppressionUse {
  const rulesOf = ({ name }: { readonly name: string }) => catalogue.filter(rule => isNamedBy(rule, name))
  const known = suppression.names.filter(name => rulesOf(name).length > 0)
  return {
    suppression,
    unknown: suppression.names.filter(name => !known.includes(name)),
    unused: known.filter(name => !used.has(name) && rulesOf(name).every(rule => hasSpoken(rule, subjects))),
  }
}

/** Whether a rule had what it looks at. The silence of a rule over several cells proves nothing without them. */
function hasSpoken(rule: Rule, { config, cases }: Subjects): boolean {
  if (rule.kind === 'scenario' || rule.kind === 'machine' || rule.kind === 'verdict')
    return cases.some(({ scenario }) => scenario.cells.length > 0)
  return rule.kind === 'unit' || config !== undefined
}

/** Rule, cell and key; equal ones are numbered in the order of the text. */
function withFingerprints(charges: readonly Charge[], configs: readonly Config[]): readonly Finding[] {
  const cells = new Map(configs.map(config => [config.file, cellOf(config).name]))
  const seen = new Map<string, number>()
  return charges.map(fault => {
    const what = `${fault.rule.code}:${cells.get(fault.span.file) ?? ''}:${fault.key ?? fault.headline}`
    const before = seen.get(what) ?? 0
    seen.set(what, before + 1)
    const severity = fault.severity ?? fault.rule.severity
    return { ...fault, severity, fingerprint: before ? `${what}#${before + 1}` : what }
  })
}

const byPlace = ({ span: a }: Finding, { span: b }: Finding): number =>
  a.file === b.file ? a.start - b.start : a.file.uri < b.file.uri ? -1 : 1
