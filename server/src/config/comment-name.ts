import { commentBefore } from '../c/raw/comments.ts'
import { byWord } from '../text/by-word.ts'
import { type Origin, primarySpan } from '../text/origin.ts'
import { withoutEnd } from '../text/words.ts'
import type { Located } from './model.ts'
import { KiB, MiB } from './ranges.ts'

/** What the author calls an element: the words of the comment before it, about `room` characters of them. */
export function commentName(element: Located & { readonly origin?: Origin }, room: number): string | undefined {
  const origin = element.origin ?? element.source?.origin
  if (!origin) return undefined
  const { file, start } = primarySpan(origin)
  const words = commentBefore(file, start)
  return words === undefined || !isName(words) ? undefined : withinRoom(withoutAddress(words), room)
}

/** Code that was commented out and directives to this tool name nothing. */
const isName = (words: string): boolean => !/[{};=]|jailhouse-warden:/.test(words)

/** `MemRegion: 00000000-0009e7ff : System RAM`, as "jailhouse config create" writes it, without what the fields say. */
const withoutAddress = (words: string): string => words.replace(/^\w+: [0-9a-f]{1,16}-[0-9a-f]{1,16} : /, '')

function withinRoom(words: string, room: number): string {
  if (words.length <= room) return words
  const [plain = ''] = words.split(' (', 1)
  if (plain.length <= room) return plain
  const start = words.slice(0, room)
  const space = start.lastIndexOf(' ')
  return `${withoutEnd(space > 0 ? start.slice(0, space) : start, ' \t\r\n,.:;–-')}…`
}

/** The comment before an element, as one line. */
export function commentOf(element: Located): string | undefined {
  const origin = element.source?.origin
  if (!origin || origin.expandedAt) return undefined
  return commentBefore(origin.spelled.file, origin.spelled.start)
}

/** The one range of addresses that a comment states, its last address included: `40000000-6fffffff`. */
export function rangeInComment(words: string): { readonly start: bigint; readonly last: bigint } | undefined {
  const read = words.slice(0, MAX_COMMENT)
  const [range, ...more] = [...read.matchAll(ADDRESSES)]
  if (more.length > 0) return undefined
  if (range) return { start: BigInt(`0x${range[1]}`), last: BigInt(`0x${range[2]}`) }
  const [sizes, ...others] = [...read.matchAll(SIZES)]
  if (!sizes || others.length > 0) return undefined
  const [, start, startUnit, end, endUnit] = sizes
  return { start: bytesOf(start, startUnit), last: bytesOf(end, endUnit) - 1n }
}

const ADDRESSES = /\b(?:0x)?([0-9a-f]{5,16}) ?- ?(?:0x)?([0-9a-f]{5,16})\b/gi

/** `512M-4032M`: from where to where in mebibytes, the end excluded. */
const SIZES = /(?<![~.\w])(\d{1,6}) ?([KMG])i?B? ?- ?(\d{1,6}) ?([KMG])i?B?\b/g

const UNITS = byWord({ K: KiB, M: MiB, G: 1024n * MiB })
const bytesOf = (count = '0', unit = 'K'): bigint => BigInt(count) * (UNITS[unit] ?? 1n)

/** Characters of a comment that are looked at. */
const MAX_COMMENT = 200
