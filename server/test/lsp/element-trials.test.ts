import { expect, test } from 'vitest'
import type { CompletionItem, CompletionList } from 'vscode-languageserver-protocol'
import { inmate, root } from '../project.ts'
import { able, type Editor, positionIn, startEditor, uriOf } from './editor.ts'

/** Elements are tried in the engine between two messages: what does harm is not proposed, what is not tried yet says so. */

const PLACE = '.iommu_units = { '
/** A second IOMMU driver beside the root's CPUs: `SMMUv3` causes JH334 with whatever values, `PVU` nothing. */
const board = root().replace('.root_cell = {', `.platform_info = { ${PLACE}} },\n  .root_cell = {`)

const withDetails = {
  ...able,
  textDocument: {
    ...able.textDocument,
    completion: {
      completionItem: {
        labelDetailsSupport: true,
        snippetSupport: true,
        resolveSupport: { properties: ['documentation'] },
      },
    },
  },
}

interface Answer {
  readonly isIncomplete: boolean
  readonly items: readonly CompletionItem[]
}

async function complete(editor: Editor, typed = ''): Promise<Answer> {
  const { text } = editor.texts.get(uriOf('board.c'))!
  const position = positionIn(text, text.indexOf(PLACE) + PLACE.length + typed.length)
  const params = { textDocument: { uri: uriOf('board.c') }, position }
  const answer = await editor.request<CompletionItem[] | CompletionList>('textDocument/completion', params)
  return Array.isArray(answer) ? { isIncomplete: false, items: answer } : answer
}

async function completeTried(editor: Editor, typed = ''): Promise<readonly CompletionItem[]> {
  for (;;) {
    const { isIncomplete, items } = await complete(editor, typed)
    if (!isIncomplete) return items
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

const open = async (capabilities = able) => {
  const editor = await startEditor({ files: { 'board.c': board, 'other.c': inmate('a') }, capabilities })
  await editor.open('board.c')
  return editor
}

const words = (items: readonly CompletionItem[]) =>
  items.map(({ label, labelDetails, detail }) => [label, labelDetails?.description ?? /\(.*\)$/.exec(detail!)?.[0]])

test('what is not tried yet is marked, and what does harm is gone once it is known', async () => {
  const editor = await open(withDetails)
  const first = await complete(editor)
  expect(first.isIncomplete).toBe(true)
  expect(words(first.items)).toEqual([
    ['SMMUv3', 'not tried'],
    ['PVU', 'not tried'],
  ])
  expect(words(await completeTried(editor))).toEqual([['PVU', undefined]])
})

test('a client without room beside the label reads it in the detail', async () => {
  const editor = await open()
  expect(words((await complete(editor)).items)).toEqual([
    ['SMMUv3', '(not tried)'],
    ['PVU', '(not tried)'],
  ])
  expect(words(await completeTried(editor))).toEqual([['PVU', undefined]])
})

test('what was tried holds while the word is typed on, and not where another file changes', async () => {
  const editor = await open()
  await completeTried(editor)
  await editor.replace('board.c', PLACE, `${PLACE}S`)
  const grown = await complete(editor, 'S')
  expect({ isIncomplete: grown.isIncomplete, items: words(grown.items) }).toEqual({
    isIncomplete: false,
    items: [['PVU', undefined]],
  })
  await editor.open('other.c')
  await editor.replace('other.c', '0x88000000', '0x88100000')
  expect((await complete(editor, 'S')).isIncomplete).toBe(true)
})

test('where somebody stops typing in a list its elements are tried before they are asked for', async () => {
  const { editor, logged } = await openWithLog()
  await editor.replace('board.c', PLACE, `${PLACE}\n`)
  await logged('"SMMUv3" is not proposed')
  expect(words(await completeTried(editor, '\n'))).toEqual([['PVU', undefined]])
})

test('an element that is looked at before it is tried tells what it would cause', async () => {
  const editor = await open(withDetails)
  const { items } = await complete(editor)
  const smmu = items.find(({ label }) => label === 'SMMUv3')!
  const resolved = await editor.request<CompletionItem>('completionItem/resolve', smmu)
  expect(resolved.documentation).toMatch(/^With these values it would cause JH334/)
  const pvu = items.find(({ label }) => label === 'PVU')!
  expect(await editor.request<CompletionItem>('completionItem/resolve', pvu)).not.toHaveProperty('documentation')
})

test('while the file does not parse, elements are marked as not tried and stay', async () => {
  const editor = await open()
  await editor.replace('board.c', '};\n', '};\nint x = ;\n')
  expect(words(await completeTried(editor))).toEqual([
    ['SMMUv3', '(not tried)'],
    ['PVU', '(not tried)'],
  ])
})

test('what is not proposed any more is in the log once, with the reason', async () => {
  const { editor, log } = await openWithLog()
  await completeTried(editor)
  await completeTried(editor)
  const lines = log.filter(line => line.startsWith('"SMMUv3" is not proposed. With these values it would cause JH334'))
  expect(lines).toHaveLength(1)
})

test('where trying takes too long, elements stay untried, and the log says so', async () => {
  let [now, step] = [0, 0]
  const { editor, logged } = await openWithLog(() => {
    now += step
    return now
  })
  // The analysis has time; what is tried behind it has not.
  await editor.request('textDocument/documentSymbol', { textDocument: { uri: uriOf('board.c') } })
  step = 6000
  await complete(editor)
  await logged('proposed untried: trying them takes too long')
  expect((await complete(editor)).isIncomplete).toBe(false)
})

test('a trial that is cut shows nothing: the element stays, and says why it was not tried', async () => {
  let [now, step] = [0, 0]
  const editor = await startEditor({
    files: { 'board.c': board },
    capabilities: withDetails,
    now: () => {
      now += step
      return now
    },
  })
  await editor.open('board.c')
  await editor.request('textDocument/documentSymbol', { textDocument: { uri: uriOf('board.c') } })
  step = 100
  const { items } = await complete(editor)
  const smmu = items.find(({ label }) => label === 'SMMUv3')!
  const resolved = await editor.request<CompletionItem>('completionItem/resolve', smmu)
  expect(resolved.documentation).toBe('Not tried, because that takes too long.')
  expect(words(await completeTried(editor))).toContainEqual(['SMMUv3', 'not tried'])
})

async function openWithLog(now?: () => number) {
  const log: string[] = []
  let release: () => void = () => undefined
  const editor = await startEditor({
    files: { 'board.c': board },
    ...(now && { now }),
    prepare: connection =>
      connection.onNotification('window/logMessage', ({ message }) => {
        log.push(message)
        release()
      }),
  })
  await editor.open('board.c')
  const logged = async (words: string) => {
    while (!log.some(line => line.includes(words)))
      await new Promise<void>(resolve => {
        release = resolve
      })
  }
  return { editor, log, logged }
}
