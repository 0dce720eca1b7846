import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { CPU_PARANGES, readProjectFile } from '../../src/config/project-file.ts'
import { projectSchema, projectSchemaText } from '../../src/ide/docs/project-schema.ts'
import { projectProblems } from '../../src/ide/project-problems.ts'
import { defaultHardware, hardwareWith } from '../../src/machine/hardware.ts'
import { catalogue } from '../../src/rules/catalogue.ts'
import { nameOf } from '../../src/text/uri.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'

withGrammar()

const accepts = new Ajv({ strict: false }).compile(projectSchema())

/** What is wrong with a `jailhouse.json` beside two configurations: the words and the message. */
function problemsOf(text: string, others: Readonly<Record<string, string>> = {}) {
  const { file, project } = desk({ 'jailhouse.json': text, 'a.c': root(), 'b.c': inmate('b'), ...others })
  const { problems } = projectProblems(file('jailhouse.json'), project)
  return problems.map(({ span: at, message }) => `${at.file.text.slice(at.start, at.end)}: ${message}`)
}

const WHOLE = `{
  // A board with two cells.
  "$schema": "./schema.json",
  "systems": [{ "name": "board", "root": "a.c", "cells": ["b.c"], "cpuParange": 40 }],
  "includePaths": ["include"], "forceIncludes": ["config.h"], "defines": { "CONFIG_X": 1, "Y": "2" },
  "rules": { "JH2xx": "hint", "JH301": "off", "root-keeps-dma": "error" }, /* the rest as it is */
  "cpuParange": 44
}`

test('a whole project file, with comments, is sound', () => {
  expect(problemsOf(WHOLE)).toEqual([])
  expect(accepts(JSON.parse(WHOLE.replaceAll(/\/\/.*|\/\*.*?\*\//g, '')))).toBe(true)
})

test.each<[string, readonly string[]]>([
  ['{ "rules": { "JH2xx": "off", } }', ['}: invalid JSON: property name expected']],
  ['{ "sistems": [] }', [expect.stringMatching(/^"sistems": unknown property "sistems"; expected one of .*systems/)]],
  ['{ "systems": {} }', ['{}: "systems" is not an array']],
  ['{ "systems": [{ "cells": [] }] }', ['{ "cells": [] }: systems[0] has no "root"']],
  ['{ "systems": [{ "root": 3 }] }', ['3: "systems[0].root" is not a string']],
  ['{ "systems": [{ "root": "a.c", "cells": ["x.c"] }] }', ['"x.c": cannot find x.c']],
  ['{ "systems": [{ "root": "a.c", "cells": [1] }] }', ['1: "systems[0].cells[0]" is not a string']],
  ['{ "systems": [{ "root": "a.c", "cells": ["b.c", "./b.c"] }] }', ['"./b.c": b.c is listed twice']],
  ['{ "rules": { "JH999": "off" } }', ['"JH999": unknown rule "JH999"']],
  [
    '{ "rules": { "JH301": "fatal" } }',
    ['"fatal": unknown severity "fatal"; expected one of error, warning, information, hint, off'],
  ],
  ['{ "defines": { "X": true } }', ['true: "defines.X" is not a string']],
  ['{ "cpuParange": 41 }', ['41: "cpuParange" is not one of 32, 36, 40, 42, 44, 48, 52']],
  ['{ "baseline": "known.json" }', ['"baseline": cannot find known.json']],
  ['[]', ['[]: jailhouse.json is not an object']],
])('%s', (text, expected) => {
  expect(problemsOf(text)).toEqual(expected)
})

test.each<[string, string, string]>([
  ['words that are no JSON', 'x '.repeat(500), 'x: and 401 more problems'],
  [
    'rules that are none',
    `{ "rules": { ${Array.from({ length: 500 }, (_, i) => `"r${i}": "off"`).join(', ')} } }`,
    '"r100": and 400 more problems',
  ],
])('of many %s the first hundred are told, and how many there are', (_, text, last) => {
  const problems = problemsOf(text)
  expect(problems.length).toBe(101)
  expect(problems.at(-1)).toBe(last)
})

test('a name that nobody can read through is cut where it is quoted', () => {
  const [problem = ''] = problemsOf(`{ "rules": { "${'r'.repeat(10_000)}": "off" } }`)
  expect(problem).toMatch(/: unknown rule "r{400,500}…$/)
})

test('a cell that is listed twice is one cell', () => {
  const text = '{ "systems": [{ "root": "a.c", "cells": ["b.c", "b.c", "c.c"] }] }'
  const { file } = desk({ 'jailhouse.json': text })
  const [system] = readProjectFile(file('jailhouse.json')).systems
  expect(system?.cells.map(nameOf)).toEqual(['b.c', 'c.c'])
})

test.each([
  '{ "sistems": [] }',
  '{ "systems": [{}] }',
  '{ "rules": { "JH999": "off" } }',
  '{ "cpuParange": 41 }',
  '[]',
])('the schema refuses %s', text => expect(accepts(JSON.parse(text))).toBe(false))

test('a file that many systems name is looked at once, and told wherever it is named', () => {
  const systems = Array.from({ length: 5 }, () => ({ root: 'a.c', cells: ['x.c', 'a.c', 'b.c'] }))
  const { file, project } = desk({ 'jailhouse.json': JSON.stringify({ systems }), 'a.c': root(), 'b.c': inmate('b') })
  const asked: string[] = []
  const watched = {
    ...project,
    lookup: (uri: string) => {
      asked.push(nameOf(uri))
      return project.lookup(uri)
    },
  }
  const messages = projectProblems(file('jailhouse.json'), watched).problems.map(({ message }) => message)
  expect(messages).toEqual(systems.flatMap(() => ['cannot find x.c', 'a.c is the configuration of a root cell']))
  expect(asked.filter(name => name === 'a.c')).toHaveLength(1)
  expect(asked.filter(name => name === 'b.c')).toHaveLength(1)
})

test('the schema knows every rule by code, id and band, and every key that is read', () => {
  for (const { code, id } of catalogue)
    for (const name of [code, id, `${code.slice(0, 3)}xx`]) expect(accepts({ rules: { [name]: 'off' } })).toBe(true)
})

test('schemas/jailhouse.schema.json is what the catalogue gives: npm run docs', () => {
  const file = join(import.meta.dirname, '../../../schemas/jailhouse.schema.json')
  expect(readFileSync(file, 'utf8')).toBe(projectSchemaText())
})

test('the setting of the editor takes the names and widths the project file takes', () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'))
  const { properties } = manifest.contributes.configuration
  const names = new Ajv({ strict: false }).compile(properties['jailhouseWarden.rules'])
  for (const { code, id } of catalogue)
    expect(names({ [code]: 'off', [id]: 'hint', [`${code.slice(0, 3)}xx`]: 'error' })).toBe(true)
  expect(names({ JH301: 'fatal' })).toBe(false)
  expect(names({ 'JH 301': 'off' })).toBe(false)
  expect(properties['jailhouseWarden.cpuParange'].enum).toEqual([null, ...CPU_PARANGES])
})

test('docs/configuration.md shows a sound project file, every key and every setting', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8')
  const [, example = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? []
  expect(problemsOf(example).filter(problem => !problem.includes('cannot find'))).toEqual([])
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'))
  const { $schema: _, ...keys } = projectSchema().properties as Record<string, unknown>
  const names = [...Object.keys(keys), ...Object.keys(manifest.contributes.configuration.properties)]
  expect(names.filter(name => !page.includes(`| \`${name}\` |`))).toEqual([])
})

test('a baseline of the project silences what it lists', () => {
  const misspelled = root('.vpci_irq_bsae = 0,')
  const without = desk({ 'a.c': misspelled }).analyze('a.c').findings
  const [known] = without.filter(({ rule }) => rule.id === 'unknown-field')
  const files = {
    'a.c': misspelled,
    'jailhouse.json': '{ "baseline": "known.json" }',
    'known.json': JSON.stringify({ version: 2, findings: { 'a.c': [known!.fingerprint] } }),
  }
  expect(
    desk(files)
      .analyze('a.c')
      .findings.filter(({ isKnown }) => !isKnown),
  ).toHaveLength(without.length - 1)
  expect(desk(files, { settings: { ignoreBaseline: true } }).analyze('a.c').findings).toHaveLength(without.length)
  expect(problemsOf('{ "baseline": "known.json" }', { 'known.json': '3' })).toEqual([
    '"baseline": known.json is not a baseline',
  ])
})

test.each<[string, number | undefined, number]>([
  ['{}', undefined, 44],
  ['{ "cpuParange": 40 }', undefined, 40],
  ['{ "cpuParange": 40, "systems": [{ "root": "a.c", "cpuParange": 48 }] }', undefined, 48],
  ['{ "cpuParange": 40, "systems": [{ "root": "b.c", "cpuParange": 48 }] }', undefined, 40],
  ['{ "cpuParange": 40 }', 36, 36],
])('CPUs under %s with the setting %s have %s bits', (text, cpuParange, bits) => {
  const settings = cpuParange === undefined ? {} : { cpuParange }
  const { simulations } = desk({ 'a.c': root(), 'jailhouse.json': text }, { settings }).analyze('a.c')
  expect(simulations.map(({ machine }) => machine.hardware.cpuParange)).toEqual([bits])
})

test('hardware of one width is one object', () => {
  for (const bits of CPU_PARANGES) {
    expect(hardwareWith(bits).cpuParange).toBe(bits)
    expect(hardwareWith(bits)).toBe(hardwareWith(bits))
  }
  expect(hardwareWith(undefined)).toBe(defaultHardware)
})
