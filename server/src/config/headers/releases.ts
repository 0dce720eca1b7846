import { byWord } from '../../text/by-word.ts'
import { type Revision, revisions } from './revisions.ts'

/** The layout that each release of Jailhouse came with; those before v0.6 have layouts that are not built in. */
const RELEASES = byWord<string>({
  'v0.6': '3a',
  'v0.7': '4',
  'v0.8': '8',
  'v0.9': '9a',
  'v0.9.1': '9a',
  'v0.10': '10a',
  'v0.11': '10b',
  'v0.12': '12d',
})

/** Each release with its layout, oldest first. */
export const releases: readonly (readonly [name: string, id: string])[] = Object.entries(RELEASES)

/** A revision by its number (`13`: the newest layout of it), by layout (`13b`), or by release (`v0.12`, `0.12`). */
export function revisionNamed(name: string): Revision | undefined {
  const id = RELEASES[name] ?? RELEASES[`v${name}`] ?? name
  return revisions.find(revision => revision.id === id) ?? revisions.find(({ number }) => String(number) === id)
}

/** What `revisionNamed` understands, for complaints and completion. */
export const revisionNames: readonly string[] = [
  ...releases.map(([name]) => name),
  ...new Set(revisions.flatMap(({ id, number }) => (number === undefined ? [id] : [String(number), id]))),
]
