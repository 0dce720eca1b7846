import { expect, test } from 'vitest'
import type { CodeAction } from 'vscode-languageserver'
import { able, fixture, positionIn, startEditor, uriOf } from './editor.ts'

/** The smallest root cell, right as it stands; `extra` goes into its only region. */
const root = (extra = '') => `#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

struct {
	struct jailhouse_system header;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[1];
} __attribute__((packed)) config = {
	.header = {
		.signature = JAILHOUSE_SYSTEM_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.architecture = JAILHOUSE_ARM64,
		.hypervisor_memory = { .phys_start = 0x70000000, .size = 0x600000 },
		.platform_info.arm = { .gic_version = 3, .gicd_base = 0x8000000, .gicr_base = 0x80a0000, .maintenance_irq = 25 },
		.root_cell = {
			.name = "board",
			.cpu_set_size = sizeof(config.cpus),
			.num_memory_regions = ARRAY_SIZE(config.mem_regions),
			.num_irqchips = 0,
			.vpci_irq_base = 0,
		},
	},
	.cpus = { 0x3 },
	.mem_regions = {
		{
			.phys_start = 0x40000000,
			.virt_start = 0x40000000,
			.size = 0x10000000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE,${extra}
		},
	},
};
`

const misspelled = root().replace('.vpci_irq_base', '.vpci_irq_bsae')
const misspelledTwice = misspelled.replace('.num_irqchips', '.num_irqchpis')

const codes = (diagnostics: readonly { readonly code?: unknown }[]) => diagnostics.map(({ code }) => code)

test('a misspelled field gets a squiggle under its name, with rule, page and data', async () => {
  const editor = await startEditor({ files: { 'board.c': misspelled } })
  await editor.open('board.c')
  const [diagnostic] = await editor.current('board.c')
  const start = misspelled.indexOf('vpci_irq_bsae')
  expect(diagnostic).toMatchObject({
    source: 'jailhouse-warden',
    severity: 1,
    codeDescription: { href: 'jailhouse-warden-page:/unknown-field.md' },
    data: { rule: 'unknown-field' },
  })
  expect(diagnostic!.range.start.line).toBe(positionIn(misspelled, start).line)
})

test('its fix is offered, marked as the right one, and makes the squiggle go', async () => {
  const editor = await startEditor({ files: { 'board.c': misspelled } })
  await editor.open('board.c')
  const [diagnostic] = await editor.current('board.c')
  const [fix] = (await editor.actions('board.c', diagnostic!))!
  expect(fix).toMatchObject({ kind: 'quickfix', isPreferred: true, diagnostics: [{ code: diagnostic!.code }] })
  await editor.apply(fix!.edit!)
  expect(await editor.current('board.c')).toEqual([])
  expect(editor.texts.get(uriOf('board.c'))!.text).toBe(root())
})

test('fix-all repairs all of a file where a client asks for it', async () => {
  const editor = await startEditor({ files: { 'board.c': misspelledTwice } })
  await editor.open('board.c')
  const [first] = await editor.current('board.c')
  const [all] = (await editor.actions('board.c', first!, ['source.fixAll']))!
  expect(all!.kind).toBe('source.fixAll.jailhouseWarden')
  await editor.apply(all!.edit!)
  expect(editor.texts.get(uriOf('board.c'))!.text).toBe(root())
})

const resolving = {
  codeActionLiteralSupport: { codeActionKind: { valueSet: [] } },
  dataSupport: true,
  resolveSupport: { properties: ['edit'] },
}

test('a client that resolves actions gets the edit of a fix-all once somebody chose it', async () => {
  const capabilities = { textDocument: { codeAction: resolving } }
  const editor = await startEditor({ files: { 'board.c': misspelledTwice }, capabilities })
  await editor.open('board.c')
  const start = { line: 0, character: 0 }
  const [all] = (await editor.actions('board.c', { range: { start, end: start } }, ['source.fixAll']))!
  expect(all!.edit).toBeUndefined()
  const { edit } = await editor.request<CodeAction>('codeAction/resolve', all!)
  await editor.apply(edit!)
  expect(editor.texts.get(uriOf('board.c'))!.text).toBe(root())
})

test('a fix that the menu had no time to try is tried and made when chosen', async () => {
  const codeAction = { ...resolving, isPreferredSupport: true }
  const editor = await startEditor({ files: { 'board.c': misspelled }, capabilities: { textDocument: { codeAction } } })
  await editor.open('board.c')
  const [diagnostic] = await editor.current('board.c')
  const [fix] = (await editor.actions('board.c', diagnostic!))!
  expect(fix).toMatchObject({ kind: 'quickfix', isPreferred: true, edit: {} })
  const { fingerprint } = diagnostic!.data as { fingerprint: string }
  const data = { kind: 'fix', uri: uriOf('board.c'), fingerprint, title: fix!.title }
  const untried = { title: fix!.title, kind: 'quickfix', data }
  const { edit } = await editor.request<CodeAction>('codeAction/resolve', untried)
  await editor.apply(edit!)
  expect(editor.texts.get(uriOf('board.c'))!.text).toBe(root())
  expect(await editor.request<CodeAction>('codeAction/resolve', untried)).not.toHaveProperty('edit')
})

test('all faults of one rule can be repaired at once', async () => {
  const editor = await startEditor({ files: { 'board.c': misspelledTwice } })
  await editor.open('board.c')
  const [first] = await editor.current('board.c')
  const titles = (await editor.actions('board.c', first!))!.map(({ title }) => title)
  expect(titles.filter(title => title.startsWith('Fix all 2 of JH'))).toHaveLength(1)
})

test('typing brings a squiggle, under the caret after a pause, and takes it away', async () => {
  const editor = await startEditor({ files: { 'board.c': root() } })
  await editor.open('board.c')
  expect(await editor.current('board.c')).toEqual([])
  await editor.replace('board.c', '.vpci_irq_base', '.vpci_irq_bsae')
  expect(await editor.current('board.c')).toEqual([])
  await editor.diagnostics('board.c', ({ length }) => length === 1)
  await editor.replace('board.c', '.vpci_irq_bsae', '.vpci_irq_base')
  expect(await editor.current('board.c')).toEqual([])
})

/** A region whose size is no multiple of a page. */
const unaligned = root().replace('0x10000000', '0x10000800')
const memory = '.hypervisor_memory = { .phys_start = 0x70000000, .size = 0x600000 },'
const halfTyped = '.hypervisor_memory = { .phys_start = '
const ofMachine = (diagnostics: readonly { readonly code?: unknown }[]) =>
  codes(diagnostics).filter(code => !String(code).startsWith('JH10'))

test('while a bracket is open nothing is made up from what it moves, and what was found before stays', async () => {
  const editor = await startEditor({ files: { 'board.c': unaligned } })
  await editor.open('board.c')
  const before = await editor.current('board.c')
  expect(ofMachine(before)).toEqual(['JH206'])
  await editor.replace('board.c', memory, halfTyped)
  const during = await editor.current('board.c')
  expect(codes(during)).toContain('JH101')
  expect(ofMachine(during)).toEqual(['JH206'])
  await editor.replace('board.c', halfTyped, memory)
  expect(await editor.current('board.c')).toEqual(before)
})

test('a file that is opened half typed shows what the compiler would say', async () => {
  const editor = await startEditor({ files: { 'board.c': unaligned.replace(memory, halfTyped) } })
  await editor.open('board.c')
  const found = await editor.current('board.c')
  expect(codes(found)).toContain('JH101')
  expect(ofMachine(found)).toEqual([])
})

test('of findings alike one is listed, and the others are marked as hints', async () => {
  const region = '\n\t\t{ .phys_start = 0x90000000, .virt_start = 0x90000000, .size = 0, .flags = JAILHOUSE_MEM_READ },'
  const files = fixture('k3-dma')
  const text = files['k3-demo-linux.c']!.replace('\n\t\t/* RAM */ {', `${region.repeat(5)}$&`).replace(
    /mem_regions\[(\d+)\]/,
    (_, length: string) => `mem_regions[${Number(length) + 5}]`,
  )
  const editor = await startEditor({ files: { ...files, 'k3-demo-linux.c': text } })
  await editor.open('k3-demo-linux.c')
  const empty = (await editor.current('k3-demo-linux.c')).filter(({ code }) => code === 'JH211')
  expect(empty.map(({ severity }) => severity)).toEqual([2, 4, 4, 4, 4])
  expect(empty[0]?.message).toMatch(/^region 9 has size 0, and 4 more$/m)
})

test('diagnostics name the version they belong to', async () => {
  const editor = await startEditor({ files: { 'board.c': root() } })
  await editor.open('board.c')
  await editor.current('board.c')
  await editor.replace('board.c', '.vpci_irq_base', '.vpci_irq_bsae')
  await editor.current('board.c')
  expect(editor.published.map(({ version }) => version)).toEqual([1, 2])
})

test('a closed file takes its squiggles along', async () => {
  const editor = await startEditor({ files: { 'board.c': misspelled } })
  await editor.open('board.c')
  await editor.current('board.c')
  await editor.close('board.c')
  expect(await editor.diagnostics('board.c', diagnostics => diagnostics.length === 0)).toEqual([])
})

test('other C files show nothing, and nothing is read for them', async () => {
  const editor = await startEditor({ files: { 'board.c': misspelled } })
  await editor.open('main.c', '#include <stdio.h>\nint main(void) { struct jailhouse *x = 0; return x->y }\n')
  await editor.open('board.c')
  await editor.current('board.c')
  expect(editor.published.map(({ uri }) => uri)).toEqual([uriOf('board.c')])
  expect(editor.reads.filter(uri => uri.includes('stdio'))).toEqual([])
  const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } }
  expect(await editor.actions('main.c', { range })).toBeNull()
})

test('a file that becomes a configuration is looked at from then on, and left alone when it is none any more', async () => {
  const editor = await startEditor()
  await editor.open('board.c', misspelled.replace(/#include.*\n|struct jailhouse_system header;/g, ''))
  await editor.replace('board.c', 'struct {\n', 'struct {\n\tstruct jailhouse_system header;\n')
  expect(await editor.current('board.c')).not.toEqual([])
  await editor.replace('board.c', 'struct jailhouse_system header;', '')
  expect(await editor.diagnostics('board.c', diagnostics => diagnostics.length === 0)).toEqual([])
})

test('headers of the tree are read through the reader and looked at again when they change on disk', async () => {
  const files = { 'board.c': root('\n.colour = 1,'), 'include/jailhouse/cell-config.h': '' }
  const watching = { ...able, workspace: { ...able.workspace, didChangeWatchedFiles: { dynamicRegistration: true } } }
  const registered: unknown[] = []
  const editor = await startEditor({
    files,
    capabilities: watching,
    prepare: connection => connection.onRequest('client/registerCapability', params => void registered.push(params)),
  })
  await editor.open('board.c')
  expect((await editor.current('board.c')).length).toBeGreaterThan(1)
  editor.files.delete(uriOf('include/jailhouse/cell-config.h'))
  await editor.connection.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: uriOf('include/jailhouse/cell-config.h'), type: 3 }],
  })
  const now = await editor.diagnostics('board.c', diagnostics => diagnostics.length === 1)
  expect(now[0]!.message).toContain('colour')
  expect(JSON.stringify(registered)).toContain('**/*.{c,h}')
})

test('settings come by workspace/configuration, and change what is found', async () => {
  let rules: Record<string, string> = {}
  const configurable = { ...able, workspace: { ...able.workspace, configuration: true } }
  const editor = await startEditor({
    files: { 'board.c': misspelled },
    capabilities: configurable,
    prepare: connection => connection.onRequest('workspace/configuration', () => [{ rules }]),
  })
  await editor.open('board.c')
  const [misspelling] = await editor.current('board.c')
  rules = { [String(misspelling!.code)]: 'off' }
  await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null })
  expect(await editor.diagnostics('board.c', diagnostics => diagnostics.length === 0)).toEqual([])
})

test('the K3 demo is quiet, and its faulty twin is not', async () => {
  const quiet = await startEditor({ files: fixture('k3-dma') })
  await quiet.open('k3-demo.c')
  await quiet.open('k3-demo-linux.c')
  const shown = [...(await quiet.current('k3-demo.c')), ...(await quiet.current('k3-demo-linux.c'))]
  expect(codes(shown.filter(({ severity }) => severity! <= 2))).toEqual([])
})

test('what is wrong with jailhouse.json shows in it, and goes when it is mended', async () => {
  const editor = await startEditor({ files: { 'jailhouse.json': '', 'board.c': root() } })
  await editor.open('jailhouse.json', '{ "rules": { "JH999": "off" }, "systems": [{ "root": "no.c" }] }')
  const reported = await editor.current('jailhouse.json')
  expect(reported.map(({ message, severity }) => [severity, message])).toEqual([
    [2, 'unknown rule "JH999"'],
    [2, 'cannot find no.c'],
  ])
  expect(reported[0]!.range).toEqual({ start: { line: 0, character: 13 }, end: { line: 0, character: 20 } })
  await editor.replace('jailhouse.json', 'JH999', 'JH301')
  await editor.replace('jailhouse.json', 'no.c', 'board.c')
  expect(await editor.current('jailhouse.json')).toEqual([])
})

test('settings that name no rule are complained of once', async () => {
  const reported: string[] = []
  const editor = await startEditor({
    initializationOptions: { settings: { rules: { JH999: 'off', JH301: 'loud', 'root-keeps-dma': 'off' } } },
    prepare: connection =>
      connection.onNotification(
        'window/showMessage',
        ({ message }: { message: string }) => void reported.push(message),
      ),
  })
  await editor.connection.sendNotification('workspace/didChangeConfiguration', {
    settings: { rules: { JH999: 'off' } },
  })
  await editor.open('board.c', misspelled)
  await editor.current('board.c')
  expect(reported).toEqual([
    'Settings of Jailhouse Warden: unknown rule "JH999".',
    'Settings of Jailhouse Warden: unknown severity "loud"; expected one of error, warning, information, hint, off.',
  ])
})

test('what an editor shows of revisions, reviews and history is not analysed', async () => {
  const editor = await startEditor({ files: { 'board.c': root() } })
  const text = unaligned
  for (const uri of [
    'git:/work-space/configs/board.c?ref',
    'review:/work-space/configs/board.c',
    'vscode-local-history:/a.c',
  ])
    await editor.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'c', version: 1, text },
    })
  await editor.open('board.c', text)
  expect(await editor.current('board.c')).not.toEqual([])
  expect(editor.published.map(({ uri }) => uri.slice(0, uri.indexOf(':')))).not.toContain('git')
  expect(new Set(editor.published.map(({ uri }) => uri)).size).toBe(1)
})
