import { type Config, cellOf } from '../../config/model.ts'
import { at, noSpan } from '../../config/places.ts'
import type { Failure } from '../../machine/hypervisor.ts'
import type { Machine, Stage } from '../../machine/stage.ts'
import { primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import { type Failed, failuresOf } from '../iommu/pvu.ts'
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
    for (const failed of firstFailures(machine))
      if (!errors.some(error => explains(error, failed, machine))) yield faultOf(failed, machine)
  },
}

/** What follows from a refusal is no news: after a failed enable nothing works, and no cell outlives its own failure. */
function firstFailures(machine: Machine): readonly Failed[] {
  const failures = failuresOf(machine)
  const isFirst = ({ stage }: Failed, index: number) =>
    failures.findIndex(other => subjectOf(other.stage) === subjectOf(stage)) === index
  const [first] = failures
  return first?.stage.command.verb === 'enable' ? [first] : failures.filter(isFirst)
}

const subjectOf = ({ command }: Stage) => ('cell' in command ? command.cell : undefined)

/** It quotes the cause, names the function that refuses, or stands on what the hypervisor tripped over. */
export const explains = (error: RuleFinding, { stage, outcome }: Failed, machine: Machine): boolean =>
  !isOfAnotherCell(error, stage, machine) &&
  (fullText(error).includes(outcome.reason) ||
    new RegExp(`\\b${outcome.by}\\b`).test(error.rule.page) ||
    subjectSpans(outcome).some(span => holds(span, error.span)))

function isOfAnotherCell({ span }: RuleFinding, stage: Stage, { scenario }: Machine): boolean {
  const own = subjectOf(stage)
  return own !== undefined && scenario.cells.some(cell => cell !== own && cell.file === span.file)
}

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
