import { expect, test } from 'vitest'
import type { WorkspaceEdit } from 'vscode-languageserver'
import { rootOf } from '../platform/root.ts'
import { startEditor } from './editor.ts'

/** What an editor asks about the machine: facts in the status, devices for a cell, memory to reserve, new files. */

const FOLDER = 'file:///work-space/configs/'

const BOARD = `/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	interrupt-parent = <&gic>;
	compatible = "acme,board";
	cpus {
		#address-cells = <1>;
		#size-cells = <0>;
		cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <0>; };
		cpu@1 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <1>; };
	};
	memory@40000000 { device_type = "memory"; reg = <0x40000000 0x40000000>; };
	gic: gic@1800000 {
		compatible = "arm,gic-v3";
		interrupt-controller;
		#interrupt-cells = <3>;
		reg = <0x1800000 0x10000>, <0x1900000 0x80000>;
		interrupts = <1 9 4>;
	};
	serial@9000000 { compatible = "arm,pl011"; reg = <0x9000000 0x1000>; interrupts = <0 1 4>; };
	rtc@9010000 { compatible = "arm,pl031"; reg = <0x9010000 0x1000>; interrupts = <0 2 4>; };
};
`

const project = JSON.stringify({ systems: [{ root: 'board.c', platform: ['board.dts', 'iomem.txt'] }] })
const files = {
  'board.c': rootOf({ maintenance_irq: 25 }),
  'jailhouse.json': project,
  'board.dts': BOARD,
  'iomem.txt': '40000000-7fffffff : System RAM\n',
}

const start = (more: Readonly<Record<string, string>> = {}) =>
  startEditor({ files: { ...files, ...more }, initializationOptions: { commands: ['reserveMemory'] } })

test('the status names the facts and says why these', async () => {
  const editor = await start()
  await editor.open('board.c')
  const status = await editor.connection.sendRequest('jailhouseWarden/status', { uri: `${FOLDER}board.c` })
  expect(status).toMatchObject({
    facts: {
      text: { text: 'board.dts +1 (live)' },
      detail: { text: expect.stringContaining('because jailhouse.json names them') },
    },
  })
})

test('chosen facts are written into jailhouse.json, for the root of whatever is in front', async () => {
  const editor = await startEditor({ files: { 'board.c': files['board.c'], 'facts/board.dts': BOARD } })
  await editor.open('board.c')
  const uri = `${FOLDER}board.c`
  const choose = (facts: readonly string[]): Promise<WorkspaceEdit | null> =>
    editor.connection.sendRequest('jailhouseWarden/chooseFacts', { uri, facts })
  expect(await choose([])).toBeNull()
  await editor.apply((await choose([`${FOLDER}facts/board.dts`]))!)
  const system = { name: 'board', root: 'configs/board.c', platform: ['configs/facts/board.dts'] }
  const [[name = '', text = ''] = []] = [...editor.files].filter(([name]) => name.endsWith('jailhouse.json'))
  expect(JSON.parse(text)).toEqual({ systems: [system] })
  await editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: name, type: 1 }] })
  expect(await editor.connection.sendRequest('jailhouseWarden/status', { uri })).toMatchObject({
    facts: {
      text: expect.objectContaining({ text: 'board.dts (static)' }),
      detail: { text: expect.stringContaining('because jailhouse.json names them') },
    },
  })
  await editor.apply((await choose([]))!)
  expect(JSON.parse(editor.files.get(name) ?? '')).toEqual({ systems: [{ name: 'board', root: 'configs/board.c' }] })
})

test('facts in a folder under the name of the root are found', async () => {
  const editor = await startEditor({
    files: { 'board.c': files['board.c'], 'board.platform/iomem.txt': files['iomem.txt'] },
  })
  await editor.open('board.c')
  const status = await editor.connection.sendRequest('jailhouseWarden/status', { uri: `${FOLDER}board.c` })
  expect(status).toMatchObject({
    facts: { detail: { text: expect.stringMatching(/in iomem\.txt, because .* beside board\.c under its name/) } },
  })
})

test('memory that Linux uses: the light bulb leads to what reserves it', async () => {
  const editor = await start()
  await editor.open('board.c')
  const found = await editor.current('board.c')
  const busy = found.find(({ code }) => code === 'JH920')
  const actions: unknown = await editor.connection.sendRequest('textDocument/codeAction', {
    textDocument: { uri: `${FOLDER}board.c` },
    range: busy?.range,
    context: { diagnostics: [] },
  })
  expect(actions).toContainEqual(
    expect.objectContaining({
      title: 'Reserve this memory…',
      command: expect.objectContaining({ arguments: [`${FOLDER}board.c`] }),
    }),
  )
  const ways = await editor.connection.sendRequest('jailhouseWarden/reservations', { uri: `${FOLDER}board.c` })
  expect(ways).toMatchObject([{ text: expect.stringContaining('reg = <0x7fc00000 0x400000>;'), language: 'dts' }])
})

test('a root made from facts, an inmate made for it, and a device given to that', async () => {
  const editor = await start()
  const ask = (method: string, params: unknown): Promise<Record<string, string>> =>
    editor.connection.sendRequest(`jailhouseWarden/${method}`, params)
  const made = await ask('newRoot', { facts: [`${FOLDER}board.dts`], name: 'made', memory: '0x7b000000,80M' })
  expect(made.text).toContain('.gicd_base = 0x1800000')
  await editor.open('made.c', made.text)
  const choices = await ask('cellChoices', { uri: `${FOLDER}made.c` })
  expect(choices).toMatchObject({ root: 'made.c', cpus: [{ number: 0 }, { number: 1, isDefault: true }] })
  const cell = await ask('newCell', { uri: `${FOLDER}made.c`, name: 'mine', kind: 'bare-metal', cpus: [], devices: [] })
  await editor.open('made-mine.c', `${cell.text}/* jailhouse-warden: platform=board.dts */\n`)
  const uri = `${FOLDER}made-mine.c`
  expect(await ask('devices', { uri })).toContainEqual(
    expect.objectContaining({ name: 'rtc@9010000', lacking: '1 region and SPI 2' }),
  )
  const given = await ask('giveDevice', { uri, device: '/rtc@9010000' })
  expect(JSON.stringify(given.edit)).toContain('.phys_start = 0x9010000')
  expect(await ask('giveDevice', { uri, device: '/nothing' })).toMatchObject({ reason: expect.any(String) })
})

test('a file that is not saved yet is judged where it will stand, before and after it is saved', async () => {
  const editor = await start()
  await editor.open('board.c')
  const ask = (method: string, params: unknown) => editor.connection.sendRequest(`jailhouseWarden/${method}`, params)
  const made = (await ask('newCell', {
    uri: `${FOLDER}board.c`,
    name: 'mine',
    kind: 'bare-metal',
    cpus: [],
    devices: [],
    memory: '0x60000000,16M',
  })) as { readonly text: string }
  const unsaved = 'untitled:/work-space/configs/board-mine.c'
  await editor.open(unsaved, made.text)
  expect(await ask('status', { uri: unsaved })).toMatchObject({ root: { uri: `${FOLDER}board.c` } })
  await editor.replace(unsaved, '.revision', '.revisoin')
  const typed = await editor.diagnostics(unsaved, all =>
    all.some(({ message }) => String(message).includes('revisoin')),
  )
  expect(typed.map(({ message }) => message)).toContainEqual(expect.stringContaining('System RAM that Linux uses'))
  // As VS Code does when it is saved: the file is opened, then what was not saved is emptied and closed.
  editor.files.set(`${FOLDER}board-mine.c`, made.text)
  await editor.open('board-mine.c', made.text)
  await editor.retype(unsaved, '')
  await editor.close(unsaved)
  expect(await ask('status', { uri: `${FOLDER}board-mine.c` })).toMatchObject({ root: { uri: `${FOLDER}board.c` } })
  expect(await editor.diagnostics(unsaved, all => all.length === 0)).toEqual([])
})

test('a new inmate that would have an error is refused with the reason', async () => {
  const editor = await start()
  await editor.open('board.c')
  const params = { uri: `${FOLDER}board.c`, name: 'mine', kind: 'bare-metal', cpus: [], devices: [] }
  const ask = (memory: string) => editor.connection.sendRequest('jailhouseWarden/newCell', { ...params, memory })
  const answer = await ask('0x7fc00000,1M')
  expect(answer).toEqual({ reason: expect.stringMatching(/^it would have an error: .*\[JH\d+ /) })
})

test('what is not there is said', async () => {
  const editor = await start()
  const ask = (method: string, params: unknown) => editor.connection.sendRequest(`jailhouseWarden/${method}`, params)
  expect(await ask('newRoot', { facts: [`${FOLDER}iomem.txt`], name: 'x' })).toMatchObject({ missing: /./ })
  expect(await ask('newRoot', { facts: [], name: 'x' })).toMatchObject({ missing: 'facts of the machine' })
  expect(await ask('cellChoices', { uri: `${FOLDER}none.c` })).toBeNull()
  expect(await ask('reservations', { uri: `${FOLDER}none.c` })).toEqual([])
  expect(await ask('devices', { uri: `${FOLDER}none.c` })).toEqual([])
})

test('an empty file beside configurations may become a root, or an inmate of the root that its name says', async () => {
  const editor = await start()
  const labels = async (name: string): Promise<readonly string[]> => {
    await editor.open(name, '')
    const items: readonly { label: string }[] = await editor.connection.sendRequest('textDocument/completion', {
      textDocument: { uri: FOLDER + name },
      position: { line: 0, character: 0 },
    })
    return items.map(({ label }) => label)
  }
  expect(await labels('board-linux.c')).toEqual(['New root cell'])
  expect(await labels('new.c')).toEqual(['New root cell'])
  const made: { text: string } = await editor.connection.sendRequest('jailhouseWarden/newRoot', {
    facts: [`${FOLDER}board.dts`],
    name: 'made',
    memory: '0x7b000000,80M',
  })
  await editor.open('made.c', made.text)
  expect(await labels('made-linux.c')).toEqual([
    'New inmate: bare metal',
    'New inmate: Linux',
    'New inmate: Zephyr',
    'New root cell',
  ])
})

test('an empty file elsewhere is nobody’s business', async () => {
  const editor = await startEditor({ files: {} })
  await editor.open('main.c', '')
  const items = await editor.connection.sendRequest('textDocument/completion', {
    textDocument: { uri: `${FOLDER}main.c` },
    position: { line: 0, character: 0 },
  })
  expect(items).toEqual([])
})
