import type { Project } from '../../src/config/project.ts'
import { repairUntilStable } from '../../src/repair/repair-until-stable.ts'
import { strayChange } from '../../src/repair/stray-changes.ts'
import { editsBetween } from '../../src/repair/text-edits.ts'
import { type Assessment, assess, filesAround } from '../../src/repair/trial.ts'
import type { SourceFile } from '../../src/text/source-file.ts'

/** By kind of fault: what is looked for, and what stands there afterwards. */
const FAULTS: readonly (readonly [string, RegExp, (found: string, number: bigint) => string])[] = [
  ['flag dropped', /JAILHOUSE_MEM_\w+\s*\|\s*/g, () => ''],
  ['flag added', /JAILHOUSE_MEM_READ\b/g, (found, n) => `${found} | JAILHOUSE_MEM_${FLAGS[Number(n) % FLAGS.length]}`],
  ['size changed', /\.size = 0x[0-9a-f]+/gi, (found, n) => withNumber(found, size => (size >> (n % 4n)) + (n << 10n))],
  ['address changed', /\.(?:phys|virt)_start = 0x[0-9a-f]+/gi, (found, n) => withNumber(found, at => at + (n << 11n))],
  ['count off by one', /ARRAY_SIZE\([\w.]+\)/g, (found, n) => `${found} ${n % 2n ? '+' : '-'} 1`],
  [
    'length off by one',
    /\w+\[\d+\];/g,
    (found, n) => found.replace(/\d+(?=\])/, length => `${Math.max(1, Number(length) + (n % 2n ? 1 : -1))}`),
  ],
  ['element inserted', /[^\n]*\{\n\s*\.phys_start[^{}]*\},\n/g, found => `${found}${found}`],
  ['element removed', /[^\n]*\{\n\s*\.phys_start[^{}]*\},\n/g, () => ''],
  [
    'index shifted',
    /\.(?:shmem_regions_start|caps_start) = \d+/g,
    (found, n) => found.replace(/\d+$/, old => `${Number(old) + 1 + (Number(n) % 4)}`),
  ],
  ['peer changed', /\.(?:shmem_peers|shmem_dev_id) = \d+/g, (found, n) => found.replace(/\d+$/, `${n % 4n}`)],
  ['pin shifted', /\.pin_base = \d+/g, (found, n) => found.replace(/\d+$/, old => `${Number(old) + (Number(n) % 33)}`)],
  ['field misspelt', /\.(?:phys_start|bar_mask|pin_base|num_\w+)\b/g, found => `${found}s`],
  ['comma lost', /(?<=[0-9a-fA-Z]),\n/g, () => '\n'],
]

const FLAGS = ['DMA', 'EXECUTE', 'IO', 'LOADABLE', 'ROOTSHARED', 'COMM_REGION', 'IO_32']

const withNumber = (found: string, change: (number: bigint) => bigint): string =>
  found.replace(/0x[0-9a-f]+$/i, old => `0x${change(BigInt(old)).toString(16)}`)

export interface PlantedFault {
  readonly kind: string
  readonly text: string
}

/** One fault at a place of a text, by random numbers below others; undefined where the text has no place for it. */
export function plantFault(text: string, random: (below: number) => number): PlantedFault | undefined {
  const [kind, pattern, fault] = FAULTS[random(FAULTS.length)]!
  const places = [...text.matchAll(pattern)]
  const place = places[random(places.length)]
  const number = BigInt(random(64))
  if (!place) return undefined
  const found = place[0]
  return { kind, text: text.slice(0, place.index) + fault(found, number) + text.slice(place.index + found.length) }
}

/** What repairing some files until nothing improves made worse in any file they stand with; nothing, if all is well. */
export function repairHarm(uris: readonly string[], project: Project, unsafe = true): readonly string[] {
  const around = filesAround(uris, project)
  const { files } = repairUntilStable(uris, project, { isChosen: () => true, unsafe })
  const changed = new Map<string, SourceFile>(files.map(({ after }) => [after.uri, after]))
  const repaired = { ...project, lookup: (uri: string) => changed.get(uri) ?? project.lookup(uri) }
  const [before, after] = [assess(around, project), assess(around, repaired)]
  const [old, now] = [complaintsIn(before), complaintsIn(after)]
  return [
    ...[...now].flatMap(([name, count]) =>
      (old.get(name) ?? 0) < count ? [`${name} has ${count} errors and warnings, not ${old.get(name) ?? 0}`] : [],
    ),
    ...[...before.compiled].filter(uri => !after.compiled.has(uri)).map(uri => `${uri} compiles no more`),
    ...files.flatMap(({ before: file, after: next }) => {
      const units = [before, after].map(({ analyses }) => analyses.get(file.uri)?.unit)
      if (!units[0] || !units[1] || !before.compiled.has(file.uri)) return []
      const stray = strayChange(units[0], units[1], editsBetween(file, next.text))
      return stray === undefined ? [] : [`${stray} changed where no line did`]
    }),
  ]
}

/** How many errors and warnings each file has. */
function complaintsIn({ findings }: Assessment): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { severity, span } of findings)
    if (severity === 'error' || severity === 'warning') counts.set(span.file.uri, (counts.get(span.file.uri) ?? 0) + 1)
  return counts
}
