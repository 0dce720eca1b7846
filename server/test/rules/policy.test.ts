import { describe, expect, test } from 'vitest'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { readUnit } from '../../src/c/read-unit.ts'
import { bindConfig } from '../../src/config/bind.ts'
import { compileOptions, withBuiltins } from '../../src/config/includes.ts'
import { defaultSettings, type Project } from '../../src/config/project.ts'
import type { RootChoice } from '../../src/config/scenario.ts'
import { bounded, fold, foldAlike } from '../../src/rules/fold.ts'
import { defaultPolicy, type Policy } from '../../src/rules/policy.ts'
import type { Finding } from '../../src/rules/rule.ts'
import { runRules } from '../../src/rules/run-rules.ts'
import { examplesOf } from './page.ts'

await loadGrammar()

const project: Project = {
  lookup: () => 'absent',
  list: () => [],
  settings: defaultSettings,
  pins: new Map(),
  known: [],
}

/** A region without a size, in line `lines` further down. */
const text = (lines = 0): string =>
  examplesOf(`\`\`\`c bad
${'\n'.repeat(lines)}.mem_regions = {
  { .phys_start = 0x60000000, .size = 0x10000, .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE },
  { .phys_start = 0x70000000, .flags = JAILHOUSE_MEM_READ },
},
\`\`\``)[0]?.files[0]?.text ?? ''

/** Chosen, but nobody has read it: there is nothing to say of it here. */
const root: RootChoice = { uri: 'file:///board/root.c', by: 'prefix', reason: 'of its name' }

function findingsWith(policy: Partial<Policy> = {}, of = text()) {
  const file = { uri: 'file:///board/inmate.c', text: of }
  const options = compileOptions(file, project, undefined, { files: new Set(), folders: new Set() })
  const unit = readUnit(file, options, withBuiltins(project.lookup))
  return runRules({ unit, config: bindConfig(unit), root, simulations: [] }, { ...defaultPolicy, ...policy }).filter(
    ({ rule }) => rule.kind !== 'rootless',
  )
}

const severities = (policy: Partial<Policy>) =>
  findingsWith(policy).map(({ rule, severity }) => `${rule.code} ${severity}`)

const check = (name: string, rules: Record<string, string>, expected: readonly string[]) =>
  test(name, () => {
    expect(severities({ settings: { rules } })).toEqual(expected)
    expect(severities({ projectFile: { rules } })).toEqual(expected)
  })

check('a rule keeps its own severity', {}, ['JH211 warning'])
check('a severity is chosen by code', { JH211: 'error' }, ['JH211 error'])
check('a severity is chosen by id', { 'zero-size': 'hint' }, ['JH211 hint'])
check('a band is turned off', { JH2xx: 'off' }, [])
check('the narrower name wins', { JH2xx: 'off', JH211: 'information' }, ['JH211 information'])
check('a severity that does not exist changes nothing', { JH211: 'fatal' }, ['JH211 warning'])

test('what a user sets precedes the project', () => {
  const policy = { settings: { rules: { JH2xx: 'error' } }, projectFile: { rules: { JH211: 'off' } } }
  expect(severities(policy)).toEqual(['JH211 error'])
})

test('all mentions of a rule in a suppression are used together, or none of them', () => {
  const suppressed = (names: string) =>
    findingsWith({}, `/* jailhouse-warden: ignore-file ${names} -- so */\n${text()}`).map(
      ({ rule, span }) => `${rule.code} ${span.file.text.slice(span.start, span.end)}`,
    )
  expect(suppressed('JH211 JH2xx JH211 zero-size')).toEqual([])
  expect(suppressed('JH205 JH211 JH205 JH999 JH999')).toEqual([
    'JH191 JH205',
    'JH191 JH205',
    'JH190 JH999',
    'JH190 JH999',
  ])
})

test('a fingerprint stays when lines move, and a baseline silences by it', () => {
  const [before] = findingsWith()
  const [after] = findingsWith({}, text(3))
  expect(after?.fingerprint).toBe(before?.fingerprint)
  expect(after?.span.start).not.toBe(before?.span.start)
  const known = new Set([before?.fingerprint ?? ''])
  expect(findingsWith({ baseline: new Map([['file:///board/inmate.c', known]]) })).toMatchObject([
    { severity: 'hint', isKnown: true },
  ])
  expect(findingsWith({ baseline: new Map([['file:///board/other.c', known]]) })).toMatchObject([
    { severity: 'warning' },
  ])
})

test('equal findings have fingerprints of their own', () => {
  const twice = text()
    .replace(/^ {2}\{ \.phys_start = 0x7.*$/m, line => `${line}\n${line}`)
    .replace('mem_regions[2]', 'mem_regions[3]')
  const fingerprints = findingsWith({}, twice).map(({ fingerprint }) => fingerprint)
  expect(fingerprints.length).toBe(2)
  expect(new Set(fingerprints).size).toBe(2)
})

const headlinesOf = (findings: readonly Finding[]) => findings.map(({ headline }) => headline)
const overlapsAmong = (findings: readonly Finding[]) => findings.filter(({ rule }) => rule.id === 'region-overlap')

test('a thousand copies of a region are one finding, which says how many more there are and where', () => {
  const copy = '  { .phys_start = 0x60000000, .size = 0x10000, .flags = JAILHOUSE_MEM_READ },'
  const [example] = examplesOf(`\`\`\`c bad\n.mem_regions = {\n${Array(1000).fill(copy).join('\n')}\n},\n\`\`\``)
  const all = findingsWith({}, example?.files[0]?.text)
  const { shown, alike } = fold(all)
  expect(all.length).toBeLessThan(5000)
  const [only, ...more] = overlapsAmong(shown)
  expect(more).toEqual([])
  expect(only?.headline).toBe('region 1 repeats the mapping of region 0, and 998 more')
  expect(only?.notes?.at(-1)).toMatch(/^the same holds in lines \d+-\d+$/)
  expect(overlapsAmong(alike).length).toBe(50)
  expect(overlapsAmong(bounded(all)).length).toBe(50)
  expect(overlapsAmong(bounded(all)).at(-1)?.headline).toMatch(/, and 949 more$/)
})

describe('of findings alike', () => {
  const REGION = '{ .phys_start = 0x60000000, .size = 0, .flags = JAILHOUSE_MEM_READ },'
  const emptyOf = (...regions: readonly string[]) => {
    const [example] = examplesOf(`\`\`\`c bad\n.mem_regions = {\n${regions.join('\n')}\n},\n\`\`\``)
    return findingsWith({}, example?.files[0]?.text).filter(({ rule }) => rule.id === 'zero-size')
  }
  test('three are shown as they are', () => {
    const three = emptyOf(REGION, REGION, REGION)
    expect(three.length).toBe(3)
    expect(fold(three)).toEqual({ shown: three, alike: [] })
  })
  test('four are one, whatever their elements are called', () => {
    const four = emptyOf(`/* RAM */ ${REGION}`, REGION, `/* UART */ ${REGION}`, REGION)
    const { shown, alike } = fold(four)
    expect(headlinesOf(shown)).toEqual([`${four[0]?.headline}, and 3 more`])
    expect(alike).toEqual(four.slice(1))
  })
  test('those of another severity or kind are none', () => {
    const [first, ...others] = emptyOf(REGION, REGION, REGION, REGION)
    const mild = { ...first!, severity: 'hint' as const }
    const other = { ...first!, headline: 'region 1 is something else' }
    expect(headlinesOf(fold([mild, other, ...others]).shown)).toEqual(headlinesOf([mild, other, ...others]))
  })
})

test('of a rule that finds more than a thousand faults the rest is not looked for, which the last says', () => {
  const range = '  [0 ... 4999] = { .phys_start = 0x60000000, .size = 0x10000, .flags = JAILHOUSE_MEM_READ },'
  const [example] = examplesOf(`\`\`\`c bad\n.mem_regions = {\n${range}\n},\n\`\`\``)
  const text = example?.files[0]?.text.replace(/mem_regions\[\d+\]/, 'mem_regions[5000]')
  const all = findingsWith({}, text)
  expect(overlapsAmong(all).length).toBe(1000)
  expect(headlinesOf(overlapsAmong(foldAlike(all)))).toEqual([expect.stringMatching(/, and at least 999 more$/)])
  expect(overlapsAmong(bounded(all)).at(-1)?.headline).toMatch(/, and at least 997 more$/)
})
