import { expect, test, vi } from 'vitest'
import type { LogMessageParams } from 'vscode-languageserver-protocol'
import { zeroSize } from '../../src/rules/memory/zero-size.ts'
import { plantIn } from '../faults.ts'
import { inmate, root } from '../project.ts'
import { startEditor } from './editor.ts'

vi.mock('../../src/config/bind.ts', async original => (await import('../faults.ts')).faultyBind(original as never))
vi.mock('../../src/machine/boot.ts', async original => (await import('../faults.ts')).faultyBoot(original as never))
plantIn(zeroSize)

const files = {
  'board.c': root(),
  'board-good.c': inmate('good'),
  'board-no-bind.c': inmate('bind'),
  'board-no-boot.c': inmate('no-boot'),
  'board-no-rule.c': inmate('no-rule'),
}

test('a fault of ours in one file is a diagnostic and one line of the log; all others answer as ever', async () => {
  const logged: string[] = []
  const editor = await startEditor({
    files,
    prepare: connection =>
      connection.onNotification('window/logMessage', ({ message }: LogMessageParams) => {
        logged.push(message)
      }),
  })
  for (const name of Object.keys(files)) await editor.open(name)
  const faults = async (name: string) =>
    (await editor.current(name)).filter(({ code }) => code === 'JH192').map(({ message }) => message)
  expect(await faults('board-no-bind.c')).toHaveLength(1)
  expect(await faults('board-no-boot.c')).toHaveLength(1)
  expect(await faults('board-no-rule.c')).toHaveLength(1)
  expect(await faults('board-good.c')).toEqual([])
  expect(await faults('board.c')).toEqual([])

  await editor.replace('board-no-boot.c', '.cpus = { 0x8 }', '.cpus = { 0x4 }')
  expect(await faults('board-no-boot.c')).toHaveLength(1)
  const symbols = (name: string) =>
    editor.request('textDocument/documentSymbol', { textDocument: { uri: `file:///work-space/configs/${name}` } })
  for (const name of Object.keys(files)) expect(await symbols(name)).not.toBeNull()
  await vi.waitFor(() => expect(logged.filter(line => line.includes('planted in no-boot'))).toHaveLength(1))
})
