import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { able, type Editor, positionIn, startEditor } from './editor.ts'

/**
 * The same question gets the same answer in a session that has seen edits, undone and not, files opened and closed, as in
 * one that begins with the same texts. The fresh one has URIs of its own, so that nothing is remembered of them either.
 */

const FIXTURES = join(import.meta.dirname, '../../../test-fixtures')
const textOf = (name: string) => readFileSync(join(FIXTURES, name), 'utf8')
const board = textOf('k3-board.h')

const pulling = { ...able, textDocument: { ...able.textDocument, diagnostic: {} } }

/** As in the fuzzer: the same numbers for the same seed. */
const randomBy = (seed: number) => {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const start = (home: string, files: Readonly<Record<string, string>>) =>
  startEditor({
    capabilities: pulling,
    now: () => 0,
    workspaceFolders: [{ uri: `file:///${home}`, name: home }],
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`file:///${home}/${name}`, text])),
  })

async function answers(editor: Editor, home: string, name: string, offset: number): Promise<Record<string, unknown>> {
  const uri = `file:///${home}/configs/${name}`
  const { text } = editor.texts.get(uri)!
  const textDocument = { uri }
  const at = { textDocument, position: positionIn(text, offset) }
  const range = { start: { line: 0, character: 0 }, end: positionIn(text, text.length) }
  const found: Record<string, unknown> = {}
  for (const [method, params] of [
    ['textDocument/diagnostic', { textDocument }],
    ['textDocument/documentSymbol', { textDocument }],
    ['textDocument/foldingRange', { textDocument }],
    ['textDocument/semanticTokens/full', { textDocument }],
    ['textDocument/inlayHint', { textDocument, range }],
    ['textDocument/codeLens', { textDocument }],
    ['textDocument/hover', at],
    ['textDocument/completion', at],
    ['textDocument/references', { ...at, context: { includeDeclaration: true } }],
    ['textDocument/selectionRange', { textDocument, positions: [at.position] }],
    ['workspace/symbol', { query: '' }],
    ['jailhouseWarden/systemTree', {}],
    ['jailhouseWarden/simulate', { uri }],
    ['jailhouseWarden/cellBytes', { uri }],
  ] as const)
    found[method] = JSON.parse(
      JSON.stringify(await completed(editor, method, params), (key, value) =>
        key === 'resultId' ? '' : value,
      ).replaceAll(`file:///${home}/`, 'file:///'),
    )
  return found
}

/** The answer once nothing of it is still to be tried: editors ask again for a list that is incomplete. */
async function completed(editor: Editor, method: string, params: object): Promise<unknown> {
  for (;;) {
    const answer = await editor.request<{ readonly isIncomplete?: boolean } | null>(method, params)
    if (!answer?.isIncomplete) return answer ?? null
  }
}

/** While the brackets of a file are wrong, a session keeps what it found before: only then may it say more. */
const isBroken = (found: Record<string, unknown>) =>
  /"(JH101|JH105|JH106|JH107)"/.test(JSON.stringify(found['textDocument/diagnostic']))

const FRAGMENTS = [
  '0x1000',
  ',',
  '}',
  '{',
  '.size = 1,',
  '/* ',
  '*/',
  '\n',
  'JAILHOUSE_MEM_DMA |',
  '#if 0\n',
  '#endif\n',
  'é',
]

function edited(text: string, random: (below: number) => number): string {
  const at = random(text.length)
  const fragment = FRAGMENTS[random(FRAGMENTS.length)]!
  switch (random(4)) {
    case 0:
      return text.slice(0, at) + fragment + text.slice(at)
    case 1:
      return text.slice(0, at) + text.slice(at + random(40))
    case 2:
      return text.replace(/0x[0-9a-f]+/g, (number, offset: number) =>
        at < offset && offset < at + 60 ? '0x2000' : number,
      )
    default: {
      const lines = text.split('\n')
      const line = random(lines.length)
      return [...lines.slice(0, line), lines[line]!, ...lines.slice(line)].join('\n')
    }
  }
}

async function compare(folder: string, seed: number): Promise<number> {
  const random = randomBy(seed)
  const names = readdirSync(join(FIXTURES, folder)).filter(name => /\.[ch]$/.test(name))
  const disk: Record<string, string> = { 'k3-board.h': board }
  for (const name of names) disk[`configs/${name}`] = textOf(`${folder}/${name}`)
  const mains = names.filter(name => name.endsWith('.c'))
  const warm = await start('warm', disk)
  const uriOf = (name: string) => `file:///warm/configs/${name}`
  for (const name of mains) await warm.open(uriOf(name))
  const history: (readonly [string, string])[] = []
  let compared = 0
  for (let step = 0; step < 12; step++) {
    const name = mains[random(mains.length)]!
    const { text } = warm.texts.get(uriOf(name)) ?? { text: '' }
    const undone = random(2) === 0 ? history.pop() : undefined
    if (undone && warm.texts.has(uriOf(undone[0]))) await warm.retype(uriOf(undone[0]), undone[1])
    else if (mains.length > 1 && random(6) === 0) {
      if (warm.texts.has(uriOf(name))) await warm.close(uriOf(name))
      else await warm.open(uriOf(name), disk[`configs/${name}`])
    } else if (text !== '') {
      history.push([name, text])
      await warm.retype(uriOf(name), edited(text, random))
    }
    const open = mains.filter(each => warm.texts.has(uriOf(each)))
    const asked = open[random(open.length)]
    if (asked === undefined) continue
    const fresh = await start(`fresh${seed}-${step}`, disk)
    const home = `fresh${seed}-${step}`
    for (const each of open) await fresh.open(`file:///${home}/configs/${each}`, warm.texts.get(uriOf(each))!.text)
    const offset = random(warm.texts.get(uriOf(asked))!.text.length)
    const [old, now] = [await answers(warm, 'warm', asked, offset), await answers(fresh, home, asked, offset)]
    const others = await Promise.all(open.map(each => answers(fresh, home, each, 0)))
    if (others.some(isBroken))
      for (const counted of ['textDocument/diagnostic', 'textDocument/codeLens'])
        for (const found of [old, now]) delete found[counted]
    expect(old, `${folder}, seed ${seed}, step ${step}: ${asked} at ${offset}`).toEqual(now)
    compared++
  }
  return compared
}

test('whatever was opened before, symbols, references and systems come in the order of the files', async () => {
  const names = readdirSync(join(FIXTURES, 'k3-dma')).filter(name => /\.[ch]$/.test(name))
  const disk = {
    'k3-board.h': board,
    ...Object.fromEntries(names.map(name => [`configs/${name}`, textOf(`k3-dma/${name}`)])),
  }
  const mains = names.filter(name => name.endsWith('.c'))
  const [first] = mains
  const copies = Object.fromEntries(names.map(name => [`other/${name}`, textOf(`k3-dma/${name}`)]))
  const paths = ['configs', 'other'].flatMap(folder => mains.map(name => `file:///order/${folder}/${name}`))
  const found = []
  for (const order of [paths, paths.toReversed()]) {
    const editor = await start('order', { ...disk, ...copies })
    for (const uri of order) await editor.open(uri)
    const offset = editor.texts.get(paths[0]!)!.text.indexOf('JAILHOUSE_MEM_READ')
    found.push(await answers(editor, 'order', first!, offset))
  }
  expect(found[1]).toEqual(found[0])
})

describe('a warm session answers as a fresh one', { timeout: 120_000 }, () => {
  for (const folder of ['dma-kept', 'k3-dma', 'x86', 'together', 'smmu-v2'])
    test(folder, async () => {
      for (const seed of [1, 2]) expect(await compare(folder, seed)).toBeGreaterThan(6)
    })
})
