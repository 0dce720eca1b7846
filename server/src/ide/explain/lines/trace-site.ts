import type { KnownLine, Verdict } from '../known-line.ts'

/** A place where the hypervisor says, if built so, that it answers an error. */
export interface TraceSite {
  readonly file: string
  readonly by: string
  readonly errno: string
  /** Where it stands in the releases since 2016. */
  readonly lines: readonly number[]
  readonly verdict: Verdict
  readonly cause: string
  readonly rules: readonly string[]
}

export const traceSite = (
  file: string,
  by: string,
  errno: string,
  lines: readonly number[],
  verdict: Verdict,
  cause: string,
  rules: readonly string[] = [],
): TraceSite => ({ file, by, errno, lines, verdict, cause, rules })

export function knownTrace({ file, by, errno, lines, verdict, cause, rules }: TraceSite): KnownLine {
  const code = errno === '' ? 'ret' : `-${errno}`
  // What only facts of the machine show, or cells that are not given, rules cannot rule out.
  const isOpen = verdict !== 'configuration' || rules.some(id => /-differs?$/.test(id) || OF_OTHER_CELLS.includes(id))
  const where = file.replaceAll('.', '\\.')
  return {
    form: `${file}:LINE: returning error ${code}`,
    by: `hypervisor/${file}: ${by}`,
    pattern: new RegExp(`(?:(?<=hypervisor/)|(?<![\\w/-]))${where}:(?:${lines.join('|')}): returning error ${code}\\b`),
    sample: `${file}:${lines.at(-1)}: returning error ${code}`,
    meaning: `A check of the hypervisor failed in ${by}: ${cause}.`,
    verdict,
    ...(errno !== '' && { errno }),
    refusedBy: by,
    search: 'refusal',
    suspects: [{ cause, rules, remedy: REMEDY[verdict], ...(isOpen && { isOpen }) }],
  }
}

const OF_OTHER_CELLS: readonly string[] = [
  'cpu-shared',
  'link-id-taken',
  'stream-shared',
  'hypervisor-pool',
  'cache-region',
  'cache-masks',
]

const REMEDY: Readonly<Record<Verdict, string>> = {
  configuration: 'correct it in the configuration',
  perhaps: 'compare the configuration with the device tree or ACPI tables of the board',
  elsewhere: 'look at firmware, kernel and CPU: no configuration changes it',
}
