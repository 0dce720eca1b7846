import { commentBefore } from '../c/raw/comments.ts'
import { type Origin, primarySpan } from '../text/origin.ts'
import type { Located } from './model.ts'

/** Longer names are cut, so that a headline has room for what it says. */
const MAX_LENGTH = 42

/** What the author calls an element: the words of the comment before it, short enough for a headline. */
export function commentName(element: Located & { readonly origin?: Origin }): string | undefined {
  const origin = element.origin ?? element.source?.origin
  if (!origin) return undefined
  const { file, start } = primarySpan(origin)
  const words = commentBefore(file, start)
  return words === undefined || !isName(words) ? undefined : shortened(withoutAddress(words))
}

/** Code that was commented out and directives to this tool name nothing. */
const isName = (words: string): boolean => !/[{};=]|jailhouse-warden:/.test(words)

/** `MemRegion: 00000000-0009e7ff : System RAM`, as "jailhouse config create" writes it, without what the fields say. */
const withoutAddress = (words: string): string => words.replace(/^\w+: [0-9a-f]{1,16}-[0-9a-f]{1,16} : /, '')

function shortened(words: string): string {
  if (words.length <= MAX_LENGTH) return words
  const [plain = ''] = words.split(' (', 1)
  if (plain.length <= MAX_LENGTH) return plain
  const room = words.slice(0, MAX_LENGTH)
  const space = room.lastIndexOf(' ')
  return `${(space > 0 ? room.slice(0, space) : room).replace(/[\s,.:;–-]+$/, '')}…`
}
