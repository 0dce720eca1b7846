import type { Simulation } from '../analyze.ts'
import type { Platform } from '../platform/model.ts'
import { count, listed } from '../text/words.ts'

/** The facts of the machine that a configuration is checked with, how old they are, and why these. */
export function factsStatus(
  simulations: readonly Simulation[],
  now: number,
): { readonly text: string; readonly detail: string } | undefined {
  const { platform, factsReason = '' } = simulations.find(each => each.platform) ?? {}
  if (!platform) return undefined
  const names = sourceNames(platform)
  const trust = platform.sources.some(({ provenance }) => provenance === 'live') ? 'live' : 'static'
  const age = ageOf(platform, now)
  const [first = 'nothing readable'] = names
  const short = names.length > 1 ? `${first} +${names.length - 1}` : first
  return {
    text: `${short} (${[trust, age].filter(Boolean).join(', ')})`,
    detail: [
      `Checked with the facts in ${listed(names, 6)}, because ${factsReason}.`,
      trust === 'live'
        ? `They were taken on the machine${age === undefined ? '' : `, ${age} ago`}.`
        : 'A packaged tree may differ from the machine: it decides nothing about memory.',
      ...(platform.problems.length > 0 ? [`${count(platform.problems.length, 'problem')} in them.`] : []),
    ].join(' '),
  }
}

/** Files as they were given, not the members of a tarball. */
const sourceNames = ({ sources }: Platform): readonly string[] => [
  ...new Set(sources.map(({ name }) => name.split('/')[0] ?? name)),
]

const DAY = 24 * 60 * 60 * 1000

/** `today`, `3 days`, `5 months`: by what the collector wrote down. */
function ageOf({ taken }: Platform, now: number): string | undefined {
  const then = taken?.date === undefined ? Number.NaN : Date.parse(taken.date)
  if (!(then <= now)) return undefined
  const days = Math.floor((now - then) / DAY)
  if (days === 0) return 'less than a day'
  return days < 60
    ? count(days, 'day')
    : days < 730
      ? count(Math.floor(days / 30), 'month')
      : count(Math.floor(days / 365), 'year')
}
