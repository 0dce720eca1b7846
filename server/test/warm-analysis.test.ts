import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { type Analysis, analyze, type FactsProject } from '../src/analyze.ts'
import { loadGrammar } from '../src/c/parse/grammar.ts'
import type { SourceFile } from '../src/text/source-file.ts'
import { desk, type Files, uriOf } from './project.ts'

/**
 * What is remembered of one version must not show in the next: after each of many random edits everything that is said of
 * a file is compared, byte for byte, with what modules that are loaded afresh say of the same text.
 */

const FIXTURES = join(import.meta.dirname, '../../test-fixtures')
const EDITS = Number(process.env.WARM_EDITS ?? 30)
/** Loading the modules afresh takes most of the time, so it is done after each so many edits. */
const COMPARED_EVERY = Number(process.env.WARM_COMPARED_EVERY ?? 6)

beforeAll(loadGrammar)

const randomBy = (seed: number) => {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const INSERTIONS = [
  ',',
  '}',
  '{',
  '(',
  '.size = 1,',
  '/* ',
  '*/',
  '\n',
  '#if 0\n',
  '#endif\n',
  '[2] = ',
  'typedef int u;\n',
  '\\\n',
  'é',
]

function edited(text: string, random: (below: number) => number): string {
  const at = random(text.length)
  const someOf = (pattern: RegExp) => {
    const all = [...text.matchAll(pattern)]
    return all[random(all.length)]
  }
  const replaced = (found: RegExpExecArray | undefined, by: string) =>
    found ? text.slice(0, found.index) + by + text.slice(found.index + found[0].length) : text
  switch (random(5)) {
    case 0:
      return text.slice(0, at) + INSERTIONS[random(INSERTIONS.length)]! + text.slice(at)
    case 1:
      return text.slice(0, at) + text.slice(at + random(30))
    case 2:
      return replaced(someOf(/0x[0-9a-f]+/g), ['0x1000', '0', '0xffffffff', '0x80001000'][random(4)]!)
    case 3:
      return replaced(someOf(/JAILHOUSE_\w+/g), someOf(/JAILHOUSE_\w+/g)?.[0] ?? '')
    default:
      return replaced(someOf(/\d/g), `${random(10)}${random(10)}`)
  }
}

/** What is there at times: a header that the configurations include, and a project file. */
const AT_TIMES: Readonly<Record<string, readonly string[]>> = {
  'configs/local.h': ['#define LOCAL_SIZE 0x1000\n', 'typedef int u;\n', ''],
  'configs/jailhouse.json': ['{ "rules": { "JH2xx": "off" } }', '{ "defines": { "CONFIG_X": "1" } }', '{'],
}

/** A file that nobody touched stays the same object, as in a session of an editor; what is remembered hangs on these. */
function session(): (files: Files) => FactsProject {
  const kept = new Map<string, SourceFile>()
  return files => {
    const texts = new Map(Object.entries(files).map(([path, text]) => [uriOf(path), text]))
    for (const uri of kept.keys()) if (!texts.has(uri)) kept.delete(uri)
    for (const [uri, text] of texts) if (kept.get(uri)?.text !== text) kept.set(uri, { uri, text })
    return { ...desk(files).project, lookup: uri => kept.get(uri) ?? 'absent', known: [...kept.values()] }
  }
}

/** All that is plain in an analysis; files by name, rules by code. */
const said = ({ unit, config, findings, simulations, root, missing }: Analysis): string =>
  JSON.stringify(
    {
      findings,
      problems: unit.problems,
      uses: unit.macroUses.map(({ span, expansion }) => [span, expansion]),
      values: unit.objects.map(({ value }) => value),
      kind: config?.kind,
      root,
      missing,
      stages: simulations.map(({ machine }) =>
        machine.stages.map(({ outcome, console, state }) => [
          outcome.kind,
          console.map(({ text }) => text),
          state.pool,
        ]),
      ),
    },
    (key, value) => {
      if (typeof value === 'bigint') return `${value}n`
      if (value instanceof Map) return [...value]
      if (typeof value !== 'object' || value === null) return value
      if ('text' in value && 'uri' in value) return (value as SourceFile).uri
      if (key === 'type' || key === 'member' || key === 'cell') return undefined
      return key === 'rule' ? value.code : value
    },
  )

async function saidAfresh(files: Files, name: string): Promise<string> {
  vi.resetModules()
  const [core, grammar] = await Promise.all([import('../src/analyze.ts'), import('../src/c/parse/grammar.ts')])
  await grammar.loadGrammar()
  const { project, file } = desk(files)
  return said(core.analyze(file(name), project))
}

/** One of the configurations is edited or is as it was, a header they share is edited, or a file comes or goes. */
function change(files: Record<string, string>, original: Files, random: (below: number) => number): void {
  const some = (names: readonly string[]) => names[random(names.length)]!
  const name = some(Object.keys(original))
  const [board, atTimes] = ['k3-board.h', some(Object.keys(AT_TIMES))]
  switch (random(8)) {
    case 0:
      files[name] = original[name]!
      break
    case 1:
      files[board] = edited(files[board]!, random)
      break
    case 2:
    case 3:
      if (files[atTimes] === undefined) files[atTimes] = some(AT_TIMES[atTimes]!)
      else delete files[atTimes]
      break
    default:
      files[name] = edited(files[name]!, random)
  }
}

for (const folder of ['k3-dma', 'x86', 'smmu-v2'])
  test(`after ${EDITS} edits in ${folder} all is said as of a text never seen before`, {
    timeout: 600_000,
  }, async () => {
    const random = randomBy(folder.length)
    const sources = readdirSync(join(FIXTURES, folder)).filter(name => name.endsWith('.c'))
    const names = sources.map(name => `configs/${name}`)
    const original: Record<string, string> = Object.fromEntries(
      sources.map(name => [
        `configs/${name}`,
        `#include "local.h"\n${readFileSync(join(FIXTURES, folder, name), 'utf8')}`,
      ]),
    )
    const board = readFileSync(join(FIXTURES, 'k3-board.h'), 'utf8')
    const files: Record<string, string> = { ...original, 'k3-board.h': board }
    const projectOf = session()
    for (let i = 1; i <= EDITS; i++) {
      change(files, original, random)
      const project = projectOf(files)
      const warm = names.map(each => said(analyze(project.lookup(uriOf(each)) as SourceFile, project)))
      if (i % COMPARED_EVERY) continue
      const asked = random(names.length)
      expect(warm[asked], `${names[asked]} after edit ${i}: ${files[names[asked]!]}`).toBe(
        await saidAfresh(files, names[asked]!),
      )
    }
  })
