import type { Simulation } from '../analyze.ts'
import type { Platform } from '../platform/model.ts'
import { joined, message, type Words } from '../text/message.ts'
import { listed } from '../text/words.ts'

/** The facts of the machine that a configuration is checked with, how old they are, and why these. */
export function factsStatus(
  simulations: readonly Simulation[],
  now: number,
): { readonly text: Words; readonly detail: Words } | undefined {
  const { platform, factsReason = '' } = simulations.find(each => each.platform) ?? {}
  if (!platform) return undefined
  const names = sourceNames(platform)
  if (names.length === 0)
    return {
      text: message('nothing readable'),
      detail: message('Nothing can be read of the facts of the machine, although {0}.', factsReason),
    }
  const isLive = platform.sources.some(({ provenance }) => provenance === 'live')
  const trust = isLive ? message('live') : message('static')
  const age = ageOf(platform, now)
  const [first = ''] = names
  const short = names.length > 1 ? `${first} +${names.length - 1}` : first
  return {
    text: message('{0} ({1})', short, joined([trust, age], ', ')),
    detail: joined(
      [
        message('Checked with the facts in {0}, because {1}.', listed(names, 6), factsReason),
        trustMessage(isLive, age),
        platform.problems.length > 0 && message('Problems in them: {0}.', platform.problems.length),
      ],
      ' ',
    ),
  }
}

function trustMessage(isLive: boolean, age: Words | undefined): Words {
  if (!isLive) return message('A packaged tree may differ from the machine: it decides nothing about memory.')
  if (age === undefined) return message('They were taken on the machine.')
  return message('They were taken on the machine, {0} ago.', age)
}

/** Files as they were given, not the members of a tarball. */
const sourceNames = ({ sources }: Platform): readonly string[] => [
  ...new Set(sources.map(({ name }) => name.split('/')[0] ?? name)),
]

const DAY = 24 * 60 * 60 * 1000

/** `today`, `3 days`, `5 months`: by what the collector wrote down. */
function ageOf({ taken }: Platform, now: number): Words | undefined {
  const then = taken?.date === undefined ? Number.NaN : Date.parse(taken.date)
  if (!(then <= now)) return undefined
  const days = Math.floor((now - then) / DAY)
  if (days === 0) return message('less than a day')
  if (days === 1) return message('1 day')
  if (days < 60) return message('{0} days', days)
  return days < 730 ? message('{0} months', Math.floor(days / 30)) : message('{0} years', Math.floor(days / 365))
}
