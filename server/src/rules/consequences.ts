import { MEM_DMA, MEM_EXECUTE, MEM_LOADABLE } from '../config/constants.ts'
import { type CellConfig, type Config, cellOf, type Located, type MemoryRegion } from '../config/model.ts'
import { at, isOfCell } from '../config/places.ts'
import { hasAny, isAligned, overlap, phys } from '../config/ranges.ts'
import { intervalIndex } from '../machine/interval-index.ts'
import { addTo } from '../text/groups.ts'
import { primarySpan } from '../text/origin.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import {
  type Aspect,
  GRAVEST_FIRST,
  MAX_NOTES,
  OF_REGIONS,
  type Rule,
  type RuleFinding,
  type Severity,
} from './rule.ts'

/** Findings with those marked that only follow from others, and what they follow from in other files. */
export function withCauses(
  findings: readonly RuleFinding[],
  ofOthers: readonly RuleFinding[],
  configs: readonly Config[],
): readonly RuleFinding[] {
  const charging = [...findings, ...ofOthers].filter(finding => chargeOf(finding))
  if (charging.length === 0) return findings
  const { causes, isConsequence } = causesAmong(charging, configs)
  const dropped = new Set(findings.filter(isConsequence))
  const charged = new Map(causes.map(cause => [cause.finding, withConsequences(cause)]))
  const known = new Set(findings)
  const others = causes.filter(({ finding, consequences }) => !known.has(finding) && consequences.length > 0)
  return [...findings, ...others.map(({ finding }) => finding)].map(
    finding => charged.get(finding) ?? (dropped.has(finding) ? { ...finding, follows: true } : finding),
  )
}

/** What a finding charges of the elements it stands in. */
export const chargeOf = ({ charges, rule }: RuleFinding): Aspect | undefined => charges ?? rule.charges

/** Which of the findings that charge something follow from no other, and what follows from these. */
function causesAmong(charging: readonly RuleFinding[], configs: readonly Config[]) {
  const elementsAt = elementFinder([...new Set(configs)].flatMap(elementsOf))
  const causes: Cause[] = []
  const causesOf = new Map<Element, Cause[]>()
  const known = new Map<RuleFinding, boolean>()
  const isConsequence = (finding: RuleFinding): boolean => {
    const before = known.get(finding)
    if (before !== undefined) return before
    const about = { finding, own: elementsAt(finding.span), partners: partnersOf(finding, elementsAt) }
    const near = [...about.own, ...about.partners].flatMap(element => causesOf.get(element) ?? [])
    const likely = mayBeAbsence(finding.rule) ? causes : near.toSorted((a, b) => a.order - b.order)
    const cause = likely.find(cause => follows(about, cause))
    cause?.consequences.push(finding)
    known.set(finding, cause !== undefined)
    return cause !== undefined
  }
  for (const finding of charging.toSorted((a, b) => rankOf(a) - rankOf(b))) {
    if (isConsequence(finding)) continue
    const elements = elementsAt(finding.span)
    const cause = { finding, order: causes.length, aspect: chargeOf(finding)!, elements, consequences: [] }
    causes.push(cause)
    for (const element of elements) addTo(causesOf, element, cause)
  }
  return { causes, isConsequence }
}

interface Element {
  readonly cell: CellConfig
  readonly span: Span
  readonly region?: MemoryRegion
}

interface Cause {
  readonly finding: RuleFinding
  readonly order: number
  readonly aspect: Aspect
  readonly elements: readonly Element[]
  readonly consequences: RuleFinding[]
}

/** The regions, devices and fields that a span lies in, as the configurations list them. */
type ElementsAt = (span: Span) => readonly Element[]

function elementFinder(elements: readonly Element[]): ElementsAt {
  const listed = elements.map((element, order) => ({
    element,
    order,
    start: element.span.start,
    end: element.span.end,
  }))
  const byFile = new Map<SourceFile, (typeof listed)[number][]>()
  for (const each of listed) addTo(byFile, each.element.span.file, each)
  const indexes = new Map([...byFile].map(([file, all]) => [file, intervalIndex<(typeof listed)[number], number>(all)]))
  return span =>
    (indexes.get(span.file)?.meeting(span.start, Math.max(span.start + 1, span.end)) ?? [])
      .filter(({ element }) => holds(element.span, span))
      .toSorted((a, b) => a.order - b.order)
      .map(({ element }) => element)
}

const partnersOf = ({ related = [] }: RuleFinding, elementsAt: ElementsAt): readonly Element[] => [
  ...new Set(related.flatMap(({ span }) => elementsAt(span))),
]

/** Different regions that one use of a macro writes; a designator of a range writes any number of them alike. */
const MAX_AT_ONE_PLACE = 64

/** Of elements alike at one place the first stands for all. */
function elementsOf(config: Config): readonly Element[] {
  const cell = cellOf(config)
  const element = (located: Located) =>
    located.source?.origin ? [{ cell, span: primarySpan(located.source.origin) }] : []
  return [
    ...distinct(cell.mem_regions.flatMap(region => element(region).map(each => ({ ...each, region })))),
    ...distinct(cell.pci_devices.flatMap(element)),
    ...(config.kind === 'system' ? [{ cell, span: at(config.platform_info, 'pci_mmconfig_base') }] : []),
  ]
}

function distinct(elements: readonly Element[]): readonly Element[] {
  const at = new Map<string, Set<string>>()
  return elements.filter(({ span, region }) => {
    const place = `${span.start} ${span.end} ${span.file.uri}`
    const seen = at.get(place) ?? new Set()
    at.set(place, seen)
    const words = region ? `${region.phys_start} ${region.virt_start} ${region.size} ${region.flags}` : ''
    if (seen.has(words) || seen.size === MAX_AT_ONE_PLACE) return false
    seen.add(words)
    return true
  })
}

const holds = (outer: Span, inner: Span): boolean =>
  outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end

/** What looks at more than one cell takes for granted whatever regions it looks at. */
const RELATIONS: ReadonlySet<Rule['kind']> = new Set(['scenario', 'simulation', 'board', 'fallback'])

function restsOn({ kind, rests }: Rule, aspect: Aspect): boolean {
  if (!OF_REGIONS.includes(aspect)) return rests?.includes(aspect) ?? false
  const ofRegions = rests?.filter(each => OF_REGIONS.includes(each)) ?? []
  if (ofRegions.length === 0) return RELATIONS.has(kind)
  return ofRegions.some(each => each === aspect || (isOfExtent(each, aspect) && each !== 'flags' && aspect !== 'flags'))
}

const isOfExtent = (a: Aspect, b: Aspect): boolean => a === 'extent' || b === 'extent'

/** It may follow itself from a charge of the same kind. */
const isDerived = (finding: RuleFinding): boolean => restsOn(finding.rule, chargeOf(finding)!)

/** What follows from nothing comes first, and what one cell has by itself before what it has beside others. */
const rankOf = (finding: RuleFinding): number => (isDerived(finding) ? (RELATIONS.has(finding.rule.kind) ? 2 : 1) : 0)

/** A finding with the elements it stands in, and those that its related places stand in. */
interface About {
  readonly finding: RuleFinding
  readonly own: readonly Element[]
  readonly partners: readonly Element[]
}

function follows({ finding, own, partners }: About, { finding: cause, aspect, elements }: Cause): boolean {
  const { rule } = finding
  if (finding === cause || rule === cause.rule) return false
  const missing = own.find(({ region }) => region)
  if (elements.some(element => isAbsence(finding, element, aspect, missing))) return true
  if (!restsOn(rule, aspect)) return false
  const isCharged = (each: Element) => elements.includes(each)
  if (own.some(isCharged)) return true
  // What stands between other regions as well does not go with this one.
  return partners.some(isCharged) && partners.every(each => !each.region || isCharged(each))
}

/** Rules that say what is missing; all others speak of what stands where they point. */
const mayBeAbsence = ({ kind, complete = [] }: Rule): boolean =>
  kind === 'fallback' || complete.includes('mem_regions') || complete.includes('root.mem_regions')

/** What is missing may be what this region was meant to be; the fallback speaks only of what nothing explains. */
function isAbsence(
  { rule, span }: RuleFinding,
  { cell, region }: Element,
  aspect: Aspect,
  missing: Element | undefined,
): boolean {
  if (!region) return false
  if (rule.kind === 'fallback') return true
  if (missing?.region && missing.cell !== cell && !mayBeMeantFor(region, missing.region)) return false
  const isSum = rule.kind === 'simulation' && restsOn(rule, aspect)
  if (aspect === 'extent' && !isSum && !hasAny(region, MEM_EXECUTE | MEM_LOADABLE | MEM_DMA)) return false
  return cell.isRoot
    ? (rule.complete?.includes('root.mem_regions') ?? false) || isOwnAbsence(rule, span, cell)
    : isOwnAbsence(rule, span, cell)
}

/** Whether a slip of one digit, or one that leaves no size or alignment, parts a region from memory that is missed. */
function mayBeMeantFor(region: MemoryRegion, missing: MemoryRegion): boolean {
  const { phys_start, virt_start, size } = region
  if (size === 0n) return true
  if (!isAligned(phys_start | virt_start | size)) return missing.size <= size << 4n
  return [phys_start, virt_start]
    .flatMap(start => [start, start >> 4n, start << 4n])
    .some(start => overlap({ start, end: start + size }, phys(missing)) !== undefined)
}

/** A simulation adds up what all cells take. */
const isOwnAbsence = ({ kind, complete }: Rule, span: Span, cell: CellConfig): boolean =>
  (kind === 'simulation' || isOfCell(span, cell)) && (complete?.includes('mem_regions') ?? false)

const severityOf = ({ rule, severity = rule.severity }: RuleFinding): Severity => severity

/** A cause is as grave as the gravest of what follows from it, and says that. */
function withConsequences({ finding, consequences }: Cause): RuleFinding {
  const gravity = (each: RuleFinding) => GRAVEST_FIRST.indexOf(severityOf(each))
  const [first] = consequences.toSorted((a, b) => gravity(a) - gravity(b))
  if (!first || gravity(finding) <= gravity(first)) return finding
  return {
    ...finding,
    severity: severityOf(first),
    notes: [...(finding.notes ?? []), `so ${first.headline}`].slice(-MAX_NOTES),
  }
}
