import type { FactsProject } from '../analyze.ts'
import type { Settings } from '../config/project.ts'
import { offersOf } from '../repair/offers.ts'
import { distinct } from '../repair/trial.ts'
import { type Baseline, isKnown } from '../rules/baseline.ts'
import { bounded, foldAlike } from '../rules/fold.ts'
import { type Finding, type Fix, GRAVEST_FIRST, type Severity } from '../rules/rule.ts'
import { byPlace, findingsOfGaps } from '../rules/run-rules.ts'
import { addTo } from '../text/groups.ts'
import type { SourceFile } from '../text/source-file.ts'
import { inTime, openFacts } from './facts-files.ts'
import { clock, FileTime } from './file-time.ts'
import type { Files } from './files.ts'
import type { Pair } from './pairs.ts'

/** Configurations that are checked one after the other because they are read together: a root and its inmates. By URI. */
export type Share = readonly string[]

/** What is asked of each share: plain data, so that another thread can be asked. */
export interface Question {
  readonly settings: Partial<Settings>
  /** All configurations that are checked: an inmate among them may name its root. */
  readonly mains: readonly SourceFile[]
  /** What is shown: of that, repairs are tried. Absent where nobody tells of repairs. */
  readonly repairsOf?: Choice
  readonly threads: number
}

/** Which findings are shown. */
export interface Choice {
  readonly level: Severity
  readonly baseline?: Baseline
  /** Of many alike one is shown. */
  readonly isFolded: boolean
}

export interface ShareResult {
  /** What is found for each file of the share. */
  readonly findings: readonly (readonly Finding[])[]
  /** By the repairs that a finding comes with: those that may be offered, or that there was no time to try them. */
  readonly offers: Offered
  /** URIs of all files that were read until then. */
  readonly read: readonly string[]
}

export type Offered = ReadonlyMap<readonly Fix[], readonly Fix[] | 'untried'>

/** A share for each root with the inmates checked with it, and for each file without either; those with most text first. */
export function sharesOf(mains: readonly SourceFile[], pairs: readonly Pair[]): readonly Share[] {
  const roots = new Map(pairs.map(({ cell, root }) => [cell.uri, root.uri]))
  const shares = new Map<string, SourceFile[]>()
  for (const main of mains) addTo(shares, roots.get(main.uri) ?? main.uri, main)
  const lengthOf = (share: readonly SourceFile[]) => share.reduce((sum, { text }) => sum + text.length, 0)
  return [...shares.values()].toSorted((a, b) => lengthOf(b) - lengthOf(a)).map(share => share.map(({ uri }) => uri))
}

/** All about one share, beginning to end while its files are fresh in mind. An error of ours is said of its files. */
export async function checkShare(share: Share, question: Question, files: Files): Promise<ShareResult> {
  try {
    return await resultOf(share, question, files)
  } catch (error) {
    return lostShare(share, question, error)
  }
}

/** A share of which nothing is known but why. */
export function lostShare(share: Share, { mains }: Question, error: unknown): ShareResult {
  const lost = mains.filter(({ uri }) => share.includes(uri))
  return {
    findings: lost.map(file => findingsOfGaps([{ file, stage: 'checking the file', error }])),
    offers: new Map(),
    read: [],
  }
}

async function resultOf(
  share: Share,
  { settings, mains, repairsOf, threads }: Question,
  files: Files,
): Promise<ShareResult> {
  const isOver = clock(share.length * threads, MS_TO_OFFER)
  const own = share.map(files.lookup).filter(file => typeof file !== 'string')
  const time = new FileTime(threads)
  const project = await openFacts(files, own, settings, mains, time)
  const findings = own.map(main => inTime(project, main, time).findings)
  const shown = repairsOf ? shownAmong(newsAmong(distinct(findings.flat()), repairsOf), repairsOf) : []
  time.restart(share.length)
  const offers = tried(shown, project, isOver)
  return { findings, offers, read: files.texts.map(({ uri }) => uri) }
}

/** Repairs of what is shown, each tried. */
export function tried(shown: readonly Finding[], project: FactsProject, isOver: () => boolean): Offered {
  const { findings, untried } = offersOf(shown, project, isOver)
  return new Map(
    shown.flatMap((finding, i) =>
      finding.fixes ? [[finding.fixes, untried.has(finding) ? 'untried' : (findings[i]?.fixes ?? [])] as const] : [],
    ),
  )
}

/** Findings with those of their repairs that may be offered; what no share has shown, and so not tried, is tried here. */
export function withOffers(shown: readonly Finding[], offers: Offered, project: FactsProject) {
  const rest = shown.filter(({ fixes }) => fixes && !offers.has(fixes))
  const all = new Map([...offers, ...tried(rest, project, clock(rest.length, MS_TO_OFFER))])
  let untried = 0
  const findings = shown.map(finding => {
    const { fixes, ...others } = finding
    const found = fixes && all.get(fixes)
    if (found === 'untried') untried++
    return found === undefined
      ? finding
      : typeof found === 'string' || found.length === 0
        ? others
        : { ...others, fixes: found }
  })
  return { findings, untried }
}

/** How long, of the processor's time and for each file, repairs are tried to tell of them. */
const MS_TO_OFFER = 400

/** What is not known already and grave enough, in the order of the text. */
export const newsAmong = (all: readonly Finding[], { level, baseline }: Choice): readonly Finding[] =>
  all
    .filter(
      finding =>
        GRAVEST_FIRST.indexOf(finding.severity) <= GRAVEST_FIRST.indexOf(level) &&
        !finding.isKnown &&
        !isKnown(baseline, finding),
    )
    .toSorted(byPlace)

export const shownAmong = (news: readonly Finding[], { isFolded }: Choice): readonly Finding[] =>
  isFolded ? foldAlike(news) : bounded(news)
