import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import type { Severity } from '../../src/rules/rule.ts'
import { cell, fixtures, folderWith, jailhouseWarden } from './command-line.ts'
import { sarifSchema } from './sarif-schema.ts'

const misspelled = cell('\n\t\t.vpci_irq_bsae = 0,')
const ODD = 'a b/50%, #1: "ü" & <c>.c'

const checked = async (format: string, cwd: string, ...args: readonly string[]) =>
  (await jailhouseWarden(cwd, 'check', '--severity', 'hint', '--format', format, ...args)).out

test.each([
  ['a file with a strange name', () => folderWith({ [ODD]: misspelled })],
  ['pairs with findings in both files, related places and repairs', () => fixtures],
  ['nothing to tell', () => folderWith({ 'tiny.c': cell() })],
])('SARIF of %s is as 2.1.0 asks', async (_, folder) => {
  const validate = new Ajv({ strict: false }).compile(sarifSchema)
  const log = JSON.parse(await checked('sarif', folder(), '.'))
  validate(log)
  expect(validate.errors ?? []).toEqual([])
  const [{ results, tool }] = log.runs
  for (const { ruleId, ruleIndex, locations } of results) {
    expect(tool.driver.rules[ruleIndex].id).toBe(ruleId)
    const { startLine, startColumn, endLine, endColumn } = locations[0].physicalLocation.region
    expect(startLine * 1e6 + startColumn).toBeLessThanOrEqual(endLine * 1e6 + endColumn)
  }
})

test('SARIF names files from the folder of the check, escaped', async () => {
  const log = JSON.parse(await checked('sarif', folderWith({ [ODD]: misspelled }), '.'))
  const { artifactLocation } = log.runs[0].results[0].locations[0].physicalLocation
  expect(artifactLocation.uriBaseId).toBe('SRCROOT')
  expect(decodeURIComponent(artifactLocation.uri)).toBe(ODD)
  expect(artifactLocation.uri).not.toMatch(/[ #"<>]/)
})

test('GitHub reads back what was meant', async () => {
  const out = await checked('github', folderWith({ [ODD]: misspelled }), '.')
  const [, command, properties = '', message = ''] = /^::(error) (.*?)::(.*)$/m.exec(out) ?? []
  expect(command).toBe('error')
  const unescaped = (text: string) =>
    text.replace(/%(25|0D|0A|3A|2C)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  const fields = new Map(properties.split(',').map(pair => pair.split('=', 2).map(unescaped) as [string, string]))
  expect(fields.get('file')).toBe(ODD)
  expect(fields.get('line')).toBe('17')
  expect(unescaped(message)).toContain('vpci_irq_bsae')
})

test('GitLab’s fingerprints differ, and stay when lines move', async () => {
  const prints = async (text: string) => {
    const issues = JSON.parse(await checked('gitlab', folderWith({ 'tiny.c': text }), '.'))
    return issues.map(({ fingerprint }: { fingerprint: string }) => fingerprint)
  }
  const twice = misspelled.replace('.vpci_irq_bsae = 0,', '.vpci_irq_bsae = 0,\n\t\t.num_irqchpis = 0,')
  const before = await prints(twice)
  expect(new Set(before).size).toBe(before.length)
  expect(before.length).toBeGreaterThan(1)
  expect(await prints(`\n\n${twice}`)).toEqual(before)
  const issues = JSON.parse(await checked('gitlab', fixtures, '.'))
  for (const { severity, location } of issues) {
    expect(['info', 'minor', 'major', 'critical', 'blocker']).toContain(severity)
    expect(location.path).not.toMatch(/^[./]/)
  }
})

test('JUnit is well-formed XML whose counts agree', async () => {
  for (const folder of [folderWith({ [ODD]: misspelled, 'tiny.c': cell() }), fixtures]) {
    const out = await checked('junit', folder, '.')
    expect(out.replace(/<\?xml.*?\?>|<\/?[a-z]+( [a-z]+="[^"<&]*(&#\d+;[^"<&]*)*")*\/?>/g, '')).not.toMatch(/[<>]/)
    const suites = [
      ...out.matchAll(/<testsuite name="[^"]*" tests="(\d+)" failures="(\d+)"[^>]*>([\s\S]*?)<\/testsuite>/g),
    ]
    expect(suites.length).toBeGreaterThan(1)
    for (const [, tests, failures, body = ''] of suites) {
      expect(body.match(/<testcase /g)).toHaveLength(Number(tests))
      expect(body.match(/<failure /g) ?? []).toHaveLength(Number(failures))
    }
  }
})

test('JUnit tells a repaired file once, as it is now', async () => {
  const out = await checked('junit', folderWith({ 'tiny.c': misspelled }), '--fix', '.')
  expect(out.match(/<testsuite /g)).toHaveLength(1)
  expect(out).toContain('failures="0"')
})

test.each<[Severity, number]>([
  ['error', 1],
  ['warning', 2],
])('--severity %s leaves out what is milder', async (severity, most) => {
  const { out } = await jailhouseWarden(fixtures, 'check', '--format', 'json', '--severity', severity, '.')
  const levels = new Set(JSON.parse(out).findings.map((finding: { severity: Severity }) => finding.severity))
  expect(levels.size).toBeLessThanOrEqual(most)
  expect(levels.has('hint')).toBe(false)
})

/** The root keeps DMA to what its inmate is given: found in the root, with the inmate as the other place. */

const OTHER = 'dma-kept/k3-demo-linux.c'
const keptDma = [OTHER]
const otherLines = /given this memory \(dma-kept\/k3-demo-linux\.c:(\d+):\d+\)/

test('a GitHub annotation names the other places', async () => {
  const out = await checked('github', fixtures, ...keptDma)
  const [annotation = ''] = out.split('\n').filter(line => line.includes('JH301'))
  expect(annotation).toMatch(/^::error file=dma-kept\/k3-demo\.c,/)
  expect(annotation.replaceAll('%0A', '\n')).toMatch(otherLines)
})

test('a GitLab issue has the other places, in its text too', async () => {
  const issues = JSON.parse(await checked('gitlab', fixtures, ...keptDma))
  const issue = issues.find(({ check_name }: { check_name: string }) => check_name.startsWith('JH301'))
  const [, line] = otherLines.exec(issue.content.body) ?? []
  expect(issue.other_locations).toContainEqual({ path: OTHER, lines: { begin: Number(line) } })
})

test('a failure of JUnit names the other places', async () => {
  const out = await checked('junit', fixtures, ...keptDma)
  expect(out.replaceAll('&#10;', '\n')).toMatch(otherLines)
})

test('the last line counts the files that findings are in', async () => {
  const { err } = await jailhouseWarden(fixtures, 'check', ...keptDma)
  expect(err).toMatch(/ in 2 files$/m)
})
