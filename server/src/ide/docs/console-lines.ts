import { catalogue } from '../../rules/catalogue.ts'
import { capitalised } from '../../text/words.ts'
import type { KnownLine, Suspect } from '../explain/known-line.ts'
import { chapters } from '../explain/lines/index.ts'

/** `docs/console-lines.md`: every known line with its causes. */
export const consoleLinesPage = (): string =>
  [
    '# Console lines\n',
    'What Jailhouse, its driver and its tools print when something is wrong, and what to look at, likeliest first.',
    '`jailhouse-warden explain "LINE" ROOT INMATE` decodes the numbers of a line and searches the configurations for what',
    'it is about; `--log FILE` takes a whole log.\n',
    ...chapters.flatMap(({ title, lines }) => [`## ${title}\n`, ...lines.flatMap(section)]),
  ].join('\n')

const VERDICT: Readonly<Record<KnownLine['verdict'], string>> = {
  configuration: 'as a rule the configuration',
  perhaps: 'the configuration, or something else',
  elsewhere: 'not the configuration',
}

const section = ({ form, by, sample, meaning, verdict, suspects }: KnownLine): readonly string[] => [
  `### ${form.replace(/([<>_*|])/g, '\\$1')}\n`,
  `\`\`\`\n${sample}\n\`\`\`\n`,
  `${meaning}\n`,
  `Cause: ${VERDICT[verdict]}. Printed by \`${by}\`.\n`,
  ...suspects.map(bullet),
  '',
]

const bullet = ({ cause, remedy, rules = [] }: Suspect): string =>
  `- ${capitalised(cause)}: ${remedy}.${rules.length ? ` See ${rules.map(link).join(', ')}.` : ''}`

const link = (id: string): string => `[${codeOf(id)}](rules/${id}.md)`

/** The code of a rule by its id; a test holds that every suspect names rules that exist. */
export const codeOf = (id: string): string => catalogue.find(rule => rule.id === id)?.code ?? id
