import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { analyze } from '../../src/analyze.ts'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { openFacts } from '../../src/cli/facts-files.ts'
import { Files, uriOf } from '../../src/cli/files.ts'
import { type Finding, fullText } from '../../src/rules/rule.ts'
import { positionAt } from '../../src/text/source-file.ts'
import { nameOf } from '../../src/text/uri.ts'
import { jailhouseWarden } from '../cli/command-line.ts'
import { caseFolders } from './samples.ts'

/** Cases beside the checkout: what is found, where, in which words; and what is not. Our own are the rules' pages. */

await loadGrammar()

interface Expected {
  readonly root: string
  readonly inmate: string | null
  readonly facts: readonly string[]
  readonly findings: readonly {
    readonly rule: string
    readonly severity: string
    readonly file: string
    readonly at: string
    readonly says: readonly string[]
  }[]
  readonly absent: readonly string[]
}

async function findingsIn(folder: string, { root, inmate, facts }: Expected): Promise<readonly Finding[]> {
  const files = new Files()
  const uri = uriOf(folder)
  const system = { root, cells: inmate === null ? [] : [inmate], platform: facts }
  files.put({ uri: `${uri}/jailhouse.json`, text: JSON.stringify({ systems: [system] }) })
  const main = files.named(root, folder)
  await openFacts(files, [main], {})
  return analyze(main, files.project({}, [main])).findings.filter(({ rule }) => rule.code.startsWith('JH9'))
}

/** The finding stands on a line with the text, or within the element that begins there. */
function isNear({ span }: Finding, text: string): boolean {
  const all = span.file.text
  const line = positionAt(span.file, span.start).line
  for (let at = all.indexOf(text); 0 <= at; at = all.indexOf(text, at + 1)) {
    const distance = line - positionAt(span.file, at).line
    if (0 <= distance && distance <= 4) return true
  }
  return false
}

test(`${caseFolders.length} cases lie beside the checkout`, () => {
  expect(new Set(caseFolders).size).toBe(caseFolders.length)
})

interface Reported {
  readonly findings: readonly { readonly rule: string; readonly severity: string; readonly file: string }[]
}

for (const folder of caseFolders)
  test(`${basename(folder)}, on the command line alone`, async () => {
    const { root, inmate, facts, findings } = JSON.parse(
      readFileSync(join(folder, 'expected.json'), 'utf8'),
    ) as Expected
    const given = facts.flatMap(name => ['--platform', name])
    const mains = inmate === null ? [root] : [root, inmate]
    const { out } = await jailhouseWarden(folder, 'check', '--format', 'json', '--severity', 'hint', ...given, ...mains)
    const reported = (JSON.parse(out) as Reported).findings.map(
      ({ rule, severity, file }) => `${rule} ${severity} ${file}`,
    )
    for (const { rule, severity, file } of findings) expect(reported).toContain(`${rule} ${severity} ${file}`)
  })

for (const folder of caseFolders)
  test(basename(folder), async () => {
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected
    const findings = await findingsIn(folder, expected)
    for (const { rule, severity, file, at, says } of expected.findings) {
      const found = findings.filter(
        finding =>
          finding.rule.id === rule &&
          finding.severity === severity &&
          nameOf(finding.span.file.uri) === file &&
          isNear(finding, at) &&
          says.every(words => fullText(finding).includes(words)),
      )
      expect(found.length, `${rule} near ${at} saying ${says.join(', ')}`).toBeGreaterThan(0)
    }
    const absent = expected.absent.includes('*')
      ? findings
      : findings.filter(({ rule }) => expected.absent.includes(rule.id))
    expect(absent.map(({ rule, headline }) => `${rule.id}: ${headline}`)).toEqual([])
  })
