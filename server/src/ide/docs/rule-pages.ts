import { catalogue } from '../../rules/catalogue.ts'
import type { Rule } from '../../rules/rule.ts'
import { byWord } from '../../text/by-word.ts'
import { notImplemented } from './not-implemented.ts'

/** The pages of `docs/rules/`, by file name: an index, one page a rule, and which rule holds which constraint. */
export const ruleDocs = (): ReadonlyMap<string, string> =>
  new Map([
    ['README.md', index()],
    ['coverage.md', coverage()],
    ['not-implemented.md', notImplementedPage()],
    ...catalogue.map((rule): [string, string] => [`${rule.id}.md`, rulePage(rule)]),
  ])

const AREAS: readonly (readonly [band: string, name: string])[] = [
  ['JH1', 'File and layout'],
  ['JH2', 'Memory'],
  ['JH3', 'IOMMU and DMA'],
  ['JH4', 'Interrupts'],
  ['JH5', 'PCI and shared memory'],
  ['JH6', 'CPUs and lifecycle'],
  ['JH7', 'Consoles, platform and cache'],
  ['JH8', 'Style'],
  ['JH9', 'Facts of the machine'],
]

function index(): string {
  const tables = AREAS.map(([band, name]) => [name, catalogue.filter(({ code }) => code.startsWith(band))] as const)
  return [
    '# Rules\n',
    '*error*: Jailhouse refuses it, the bytes are wrong, or isolation is lost. *warning*: it starts, and function or isolation',
    'suffers in some sequence. *information* and *hint*: no effect, wasteful, or worth knowing. A rule may be milder or',
    'stricter where its page says so.\n',
    ...tables.filter(([, rules]) => rules.length > 0).flatMap(([name, rules]) => [`## ${name}\n`, table(rules), '']),
  ].join('\n')
}

const table = (rules: readonly Rule[]): string =>
  ['| code | rule | severity | looks at |', '| --- | --- | --- | --- |', ...rules.map(row)].join('\n')

const row = ({ code, id, title, severity, kind }: Rule): string =>
  `| [${code}](${id}.md) | ${title.replaceAll('|', '\\|')} | ${severity} | ${SUBJECTS[kind]} |`

const SUBJECTS: Readonly<Record<Rule['kind'], string>> = {
  unit: 'the file',
  config: 'a configuration',
  cell: 'a cell',
  rootless: 'an inmate without a root',
  system: 'a root',
  scenario: 'a root and its cells',
  simulation: 'what the hypervisor does',
  fallback: 'what the hypervisor does and no other rule explains',
  suppression: 'suppression comments',
  gap: 'what could not be checked',
  board: 'a simulation and facts of the machine',
  facts: 'facts of the machine',
}

/** The rule's own page under its code; what the test reads behind ` ```c ` becomes words. */
export function rulePage({ code, id, severity, kind, page }: Rule): string {
  const [title = '', ...rest] = page.split('\n')
  const body = rest.join('\n').replace(/^```c (\w+)(?!\w).*$/gm, (_, word: string) => `${CAPTION[word] ?? ''}\`\`\`c`)
  return `${title.replace('# ', `# ${code}: `)}\n\n\`${id}\` · ${severity} · looks at ${SUBJECTS[kind]}\n${body}`
}

const CAPTION = byWord<string>({ fixed: 'The fix gives:\n\n' })

function coverage(): string {
  const rows = catalogue.flatMap(rule => rule.constraints.map(constraint => ({ constraint, rule })))
  return [
    '# Constraints and the rules that hold them\n',
    'What driver, hypervisor and tools impose on a configuration, by name, and the rule that says so.\n',
    '| constraint | rule |',
    '| --- | --- |',
    ...rows
      .toSorted((a, b) => (a.constraint < b.constraint ? -1 : 1))
      .map(({ constraint, rule }) => `| ${constraint} | [${rule.code} ${rule.id}](${rule.id}.md) |`),
    '',
  ].join('\n')
}

const notImplementedPage = (): string =>
  [
    '# Constraints without a rule\n',
    ...notImplemented.flatMap(({ reason, constraints }) => [
      `## ${reason}\n`,
      ...constraints.map(name => `- ${name}`),
      '',
    ]),
  ].join('\n')
