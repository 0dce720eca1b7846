import { commentBefore } from '../c/raw/comments.ts'
import { type Origin, primarySpan } from '../text/origin.ts'
import type { Located } from './model.ts'

/** What the author calls an element: the words of the comment before it, about `room` characters of them. */
export function commentName(element: Located & { readonly origin?: Origin }, room: number): string | undefined {
  const origin = element.origin ?? element.source?.origin
  if (!origin) return undefined
  const { file, start } = primarySpan(origin)
  const words = commentBefore(file, start)
  return words === undefined || !isName(words) ? undefined : shortened(withoutAddress(words), room)
}

/** Code that was commented out and directives to this tool name nothing. */
const isName = (words: string): boolean => !/[{};=]|jailhouse-warden:/.test(words)

/** `MemRegion: 00000000-0009e7ff : System RAM`, as "jailhouse config create" writes it, without what the fields say. */
const withoutAddress = (words: string): string => words.replace(/^\w+: [0-9a-f]{1,16}-[0-9a-f]{1,16} : /, '')

function shortened(words: string, room: number): string {
  if (words.length <= room) return words
  const [plain = ''] = words.split(' (', 1)
  if (plain.length <= room) return plain
  const start = words.slice(0, room)
  const space = start.lastIndexOf(' ')
  return `${(space > 0 ? start.slice(0, space) : start).replace(/[\s,.:;–-]+$/, '')}…`
}
