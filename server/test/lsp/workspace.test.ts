import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/analyze.ts'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { clientCapabilities } from '../../src/lsp/client-capabilities.ts'
import { type FileReader, REFUSED } from '../../src/lsp/files/file-reader.ts'
import { Workspace } from '../../src/lsp/files/workspace.ts'
import { Session } from '../../src/lsp/session.ts'
import { inmate, root, uriOf } from '../project.ts'

await loadGrammar()

/** A disk of texts, and what was read of it; a read waits where `gate` says so. */
function diskOf(texts: Record<string, string>) {
  const reads: string[] = []
  const state: { gate?: Promise<void> } = {}
  const reader: FileReader = {
    read: async uri => {
      reads.push(uri)
      const text = texts[uri]
      await state.gate
      return text
    },
    list: async () => Object.keys(texts),
  }
  return { reader, reads, texts, state }
}

const headerUri = uriOf('board.h')
const mainUri = uriOf('x.c')
const text = `#include "board.h"\n${inmate('x')}`

/** What a macro of the header is, to whom reads the configuration. */
async function boardOf(workspace: Workspace): Promise<string | undefined> {
  const { unit } = await workspace.query(mainUri, project => readConfig(workspace.document(mainUri)!.file, project))
  return unit.macros.get('BOARD')?.body
}

test('headers that include each other in a chain are asked for together', async () => {
  const chain = Array.from({ length: 40 }, (_, i) => [uriOf(`h${i}.h`), `#include "h${i + 1}.h"\n`] as const)
  const { reader } = diskOf(Object.fromEntries([...chain, [uriOf('h40.h'), '#define LAST 1\n']]))
  const workspace = new Workspace(reader, 'utf-16')
  workspace.open(mainUri, 1, `#include "h0.h"\n${inmate('x')}`)
  let questions = 0
  const { unit } = await workspace.query(mainUri, project => {
    questions++
    return readConfig(workspace.document(mainUri)!.file, project)
  })
  expect(unit.macros.has('LAST')).toBe(true)
  expect(questions).toBeLessThan(6)
})

test('a header that is closed counts as the disk has it now, not as it was read before it was opened', async () => {
  const { reader, texts } = diskOf({ [headerUri]: '#define BOARD 1\n' })
  const workspace = new Workspace(reader, 'utf-16')
  workspace.open(mainUri, 1, text)
  expect(await boardOf(workspace)).toBe('1')
  workspace.open(headerUri, 1, '#define BOARD 2\n')
  expect(await boardOf(workspace)).toBe('2')
  texts[headerUri] = '#define BOARD 3\n'
  workspace.close(headerUri)
  expect(await boardOf(workspace)).toBe('3')
})

test('what changed while it was read is read again', async () => {
  const { reader, texts, state, reads } = diskOf({ [headerUri]: '#define BOARD 1\n' })
  const workspace = new Workspace(reader, 'utf-16')
  workspace.open(mainUri, 1, text)
  let open = () => {}
  state.gate = new Promise(resolve => {
    open = resolve
  })
  const first = boardOf(workspace)
  await Promise.resolve()
  expect(reads).toContain(headerUri)
  texts[headerUri] = '#define BOARD 2\n'
  workspace.invalidate([headerUri])
  open()
  await first
  expect(await boardOf(workspace)).toBe('2')
})

test('a header that appears is noticed, in a folder searched before the one it was found in', async () => {
  const later = uriOf('include/board.h')
  const { reader, texts } = diskOf({ [later]: '#define BOARD 1\n' })
  const workspace = new Workspace(reader, 'utf-16')
  workspace.open(mainUri, 1, text)
  expect(await boardOf(workspace)).toBeUndefined()
  texts[headerUri] = '#define BOARD 2\n'
  workspace.invalidate([headerUri])
  expect(await boardOf(workspace)).toBe('2')
})

test('a header that could not be read is read once it can', async () => {
  let there: string | typeof REFUSED = REFUSED
  const workspace = new Workspace(
    { read: async uri => (uri === headerUri ? there : undefined), list: async () => [] },
    'utf-16',
  )
  workspace.open(mainUri, 1, text)
  expect(await boardOf(workspace)).toBeUndefined()
  there = '#define BOARD 2\n'
  workspace.invalidate([headerUri])
  expect(await boardOf(workspace)).toBe('2')
})

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

test('nothing is kept of two hundred documents that were opened and closed', async () => {
  const { reader } = diskOf({ [uriOf('board.c')]: root() })
  const session = new Session(
    clientCapabilities({ processId: null, rootUri: null, capabilities: {} }),
    reader,
    [],
    undefined,
  )
  const closed: WeakRef<object>[] = []
  const openAndClose = async (name: string) => {
    const uri = uriOf(name)
    session.workspace.open(uri, 1, inmate(name))
    const answer = await session.analyze(uri)
    expect(answer?.analysis.simulations).toHaveLength(1)
    closed.push(new WeakRef(answer!.document.file), new WeakRef(answer!.analysis))
    session.close(uri)
  }
  for (let i = 0; i < 200; i++) await openAndClose(`board-${i}.c`)
  await new Promise(resolve => setTimeout(resolve))
  collectGarbage()
  expect(closed.filter(each => each.deref()).length).toBeLessThan(10)
})

/** 31 bytes in Latin-1, 36 in UTF-8: a name has room for 32 with its end. */
const named = (umlaut: string) => inmate(`k${umlaut.repeat(5)}${'x'.repeat(25)}`)

test.each([
  ['as it is', 'ü'],
  ['by an editor that takes it for UTF-8', '\ufffd'],
])('a file in Latin-1 that is opened %s has the bytes it has on disk', async (_, umlaut) => {
  const bytes = Buffer.from(named('ü'), 'latin1')
  const workspace = new Workspace({ ...diskOf({}).reader, readBytes: async () => bytes }, 'utf-16')
  workspace.open(mainUri, 1, named(umlaut))
  workspace.change(mainUri, 2, [{ text: `${named(umlaut)}\n` }])
  const { unit } = await workspace.query(mainUri, project => readConfig(workspace.document(mainUri)!.file, project))
  expect(unit.problems.filter(({ kind }) => kind === 'string-truncated')).toEqual([])
})

test('the same name in UTF-8 is too long', async () => {
  const bytes = Buffer.from(named('ü'))
  const workspace = new Workspace({ ...diskOf({}).reader, readBytes: async () => bytes }, 'utf-16')
  workspace.open(mainUri, 1, named('ü'))
  const { unit } = await workspace.query(mainUri, project => readConfig(workspace.document(mainUri)!.file, project))
  expect(unit.problems.map(({ kind }) => kind)).toContain('string-truncated')
})

test('a closed header in Latin-1 is read as such', async () => {
  const header = Buffer.from(`#define BOARD "${'ü'.repeat(3)}"\n`, 'latin1')
  const { reader, texts } = diskOf({ [headerUri]: header.toString('latin1') })
  const workspace = new Workspace({ ...reader, readBytes: async () => header }, 'utf-16')
  workspace.open(mainUri, 1, `${text}char board[] = BOARD;\n`)
  const { unit } = await workspace.query(mainUri, project => readConfig(workspace.document(mainUri)!.file, project))
  expect(unit.files.find(({ uri }) => uri === headerUri)).toMatchObject({ isLatin1: true })
  expect(texts[headerUri]).toContain('ü')
})

test('a folder that goes takes along what was known of its files', async () => {
  const files = new Set([uriOf('board.platform/iomem.txt')])
  const workspace = new Workspace({ read: async () => undefined, list: async () => [...files] }, 'utf-16')
  const folder = uriOf('board.platform/')
  const listed = async () => {
    const answer = await workspace.query(mainUri, project => {
      const list = project.list(folder)
      return { list, missing: { files: [], folders: list === 'pending' ? [folder] : [] } }
    })
    return answer.list
  }
  expect(await listed()).toEqual([...files])
  files.clear()
  workspace.invalidate([uriOf('board.platform')])
  expect(await listed()).toEqual([])
})
