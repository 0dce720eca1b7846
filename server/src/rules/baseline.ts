import { type JsonNode, readJson } from '../config/json-file.ts'
import { memoize } from '../text/memo.ts'
import type { SourceFile } from '../text/source-file.ts'
import { folderOf, joinUri, relativeUri } from '../text/uri.ts'
import type { Finding } from './rule.ts'

/** Findings that were there when the baseline was taken: their fingerprints by the URI of the file they lie in. */
export type Baseline = ReadonlyMap<string, ReadonlySet<string>>

/** The format: equal findings of a file are numbered, and the same fault in another file is another finding. */
const VERSION = 2

/** What a baseline lists; undefined where the file is none. Its paths count from its own folder. */
export const readBaseline = memoize((file: SourceFile): Baseline | undefined => {
  const { top, problems } = readJson(file)
  const member = (name: string): JsonNode | undefined => top?.members?.find(each => each.name === name)?.node
  const files = member('findings')?.members
  if (problems.length > 0 || member('version')?.value !== VERSION || !files) return undefined
  return new Map(
    files.map(({ name, node }) => [
      joinUri(folderOf(file.uri), name),
      new Set((node.items ?? []).flatMap(({ value }) => (typeof value === 'string' ? value : []))),
    ]),
  )
})

export const isKnown = (baseline: Baseline | undefined, { span, fingerprint }: Pick<Finding, 'span' | 'fingerprint'>) =>
  baseline?.get(span.file.uri)?.has(fingerprint) ?? false

/** The findings of a baseline that are still among some; the others are gone. */
export function stillKnown(baseline: Baseline, findings: readonly Finding[]): Baseline {
  const now = baselineOf(findings)
  return new Map(
    [...baseline].map(([uri, known]) => [uri, new Set([...known].filter(each => now.get(uri)?.has(each)))]),
  )
}

export function baselineOf(findings: readonly Finding[]): Baseline {
  const files = new Map<string, Set<string>>()
  for (const { span, fingerprint } of findings)
    files.set(span.file.uri, (files.get(span.file.uri) ?? new Set()).add(fingerprint))
  return files
}

export const sizeOfBaseline = (baseline: Baseline): number =>
  [...baseline.values()].reduce((total, { size }) => total + size, 0)

/** The text of a baseline at `uri`: files and findings sorted, a finding a line, so that merges are easy. */
export function baselineText(baseline: Baseline, uri: string): string {
  const files = [...baseline]
    .filter(([, known]) => known.size > 0)
    .map(([file, known]): [string, readonly string[]] => [relativeUri(folderOf(uri), file), [...known].sort()])
  const findings = Object.fromEntries(files.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return `${JSON.stringify({ version: VERSION, findings }, null, 2)}\n`
}
