import { type CellConfig, type Config, cellOf } from '../../config/model.ts'
import { at, isOfCell, noSpan } from '../../config/places.ts'
import type { Scenario } from '../../config/scenario.ts'
import type { Failure } from '../../machine/hypervisor.ts'
import type { Machine, Stage } from '../../machine/stage.ts'
import { addTo } from '../../text/groups.ts'
import { memoize } from '../../text/memo.ts'
import { primarySpan } from '../../text/origin.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import { type Failed, failuresOf } from '../iommu/pvu.ts'
import { isOverfull } from '../prerequisites.ts'
import { type FallbackRule, fullText, type RawFinding, type RuleFinding } from '../rule.ts'
import page from './refused.md'

/** The last resort: whatever the simulated hypervisor refuses is said, if not better by another rule. */
export const refused: FallbackRule = {
  kind: 'fallback',
  code: 'JH699',
  id: 'refused',
  title: 'Command refused by the hypervisor',
  severity: 'error',
  constraints: [],
  page,
  *check({ machine, findings }) {
    const errors = findings.filter(({ rule, severity = rule.severity }) => severity === 'error')
    if (errors.some(({ rule }) => rule.kind === 'unit')) return // no compiler makes a .cell of it
    const { root, cells } = machine.scenario
    if ([root.root_cell, ...cells].some(cell => isOverfull(cell, 'mem_regions'))) return // said where it is (JH109)
    for (const failed of firstFailures(machine))
      if (!errors.some(explaining(failed, machine))) yield faultOf(failed, machine)
  },
}

/** What follows from a refusal is no news: after a failed enable nothing works, and no cell outlives its own failure. */
function firstFailures(machine: Machine): readonly Failed[] {
  const failures = failuresOf(machine)
  const [first] = failures
  if (first?.stage.command.verb === 'enable') return [first]
  const ofSubjects = new Map(failures.toReversed().map(failed => [subjectOf(failed.stage), failed]))
  return failures.filter(failed => ofSubjects.get(subjectOf(failed.stage)) === failed)
}

const subjectOf = ({ command }: Stage) => ('cell' in command ? command.cell : undefined)

/** Whether an error quotes the cause, names the function that refuses, or stands on what the hypervisor tripped over. */
export function explaining({ stage, outcome }: Failed, machine: Machine): (error: RuleFinding) => boolean {
  const name = new RegExp(`\\b${outcome.by}\\b`)
  const namedBy = new Map<string, boolean>()
  const isNamedBy = (page: string): boolean => {
    const isNamed = namedBy.get(page) ?? name.test(page)
    namedBy.set(page, isNamed)
    return isNamed
  }
  const spans = subjectSpans(outcome)
  return error =>
    (isNamedBy(error.rule.page) ||
      spans.some(span => holds(span, error.span)) ||
      textOf(error).includes(outcome.reason)) &&
    !isOfAnotherCell(error, stage, machine)
}

/** Each finding is asked for each refusal. */
const textOf = memoize(fullText)

function isOfAnotherCell({ span }: RuleFinding, stage: Stage, { scenario }: Machine): boolean {
  const own = subjectOf(stage)
  return (
    own !== undefined &&
    (cellsByFile(scenario)
      .get(span.file)
      ?.some(cell => cell !== own && isOfCell(span, cell)) ??
      false)
  )
}

const cellsByFile = memoize(({ cells }: Scenario): ReadonlyMap<SourceFile, readonly CellConfig[]> => {
  const groups = new Map<SourceFile, CellConfig[]>()
  for (const cell of cells) addTo(groups, cell.file, cell)
  return groups
})

const subjectSpans = ({ region, entry }: Failure): readonly Span[] =>
  [region, entry].flatMap(element => (element?.source?.origin ? [primarySpan(element.source.origin)] : []))

const holds = (outer: Span, inner: Span): boolean =>
  outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end

function faultOf({ stage, outcome }: Failed, machine: Machine): RawFinding {
  const { verb } = stage.command
  const how = outcome.kind === 'refused' ? `fails with -${outcome.errno}` : FATAL[outcome.kind]
  return {
    span: spanOf(outcome, subjectOf(stage) ?? machine.scenario.root),
    headline: `"jailhouse ${commandOf(verb)}" ${how} in ${outcome.by}`,
    notes: [outcome.reason],
    key: `${verb} ${outcome.by}`,
  }
}

const FATAL = { crashed: 'stops the machine', hung: 'freezes the machine', parked: "parks the root's CPU" } as const

const commandOf = (verb: Stage['command']['verb']): string =>
  verb === 'enable' || verb === 'disable' ? verb : `cell ${verb === 'set_loadable' ? 'load' : verb.replace('_', ' ')}`

/** The region or element it tripped over, else the name of the cell it was about. */
function spanOf({ region, entry, cell }: Failure, config: Config): Span {
  const places = [
    ...(region ? [at(region)] : []),
    ...(entry ? [at(entry)] : []),
    ...(cell ? [at(cell, 'name')] : []),
    at(cellOf(config), 'name'),
  ]
  return places.find(place => place !== noSpan) ?? noSpan
}
