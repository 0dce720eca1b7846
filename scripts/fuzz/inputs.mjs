// The kinds of inputs: each makes one from a `Random`, gives it to the program and says what must not be.
import { Buffer } from 'node:buffer'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Generator } from './declarations.mjs'
import { compile } from './gcc.mjs'
import { checkout, LanguageServer } from './language-server.mjs'
import { applied, hardFiles, mutatedBytes, randomEdit } from './mutate.mjs'
import { documentRequests, faultsOf, followUps, placeRequests, positionAt } from './requests.mjs'

/** Longer than this nobody waits, in milliseconds of the processor. */
export const MAX_MS = 2000

/** Folders of C files that belong together, below the fixtures and below a tree. */
export function seedFolders(tree) {
  const folders = []
  const visit = path => {
    const names = readdirSync(path)
    const files = names.filter(name => /\.[ch]$|^jailhouse\.json$/.test(name))
    if (files.some(name => name.endsWith('.c')))
      folders.push(Object.fromEntries(files.map(name => [name, readFileSync(join(path, name), 'utf8')])))
    for (const name of names) if (statSync(join(path, name)).isDirectory()) visit(join(path, name))
  }
  visit(join(checkout, 'test-fixtures'))
  if (tree) visit(join(tree, 'configs'))
  return folders
}

const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Asks one after the other: none may fail, take long, or answer with places outside of the document. */
async function askAll(editor, requests, uri, text, found) {
  const answers = []
  for (const [method, params] of requests) {
    const begin = cpu()
    const answer = await editor.request(method, params).catch(error => ({ error: error.code, message: error.message }))
    const ms = cpu() - begin
    if (MAX_MS < ms) found(`${method} takes ${ms.toFixed(0)} ms`)
    if (answer?.error === -32603) found(`${method}: ${answer.message}`)
    for (const fault of faultsOf(answer, uri, text, params?.item?.uri).slice(0, 1)) found(`${method}: ${fault}`)
    for (const [next, about] of followUps(method, answer)) await askAll(editor, [[next, about]], uri, text, found)
    answers.push([method, JSON.stringify(answer)?.replace(/"version":\d+/g, '"version":0')])
  }
  return answers
}

const newEditor = (core, files, found) =>
  core.startEditor({
    files,
    prepare: connection =>
      connection.onNotification('window/logMessage', ({ type, message }) => type === 1 && found(`logged: ${message}`)),
  })

/** Files of one folder, the one that is edited first. */
function someFiles(random, folders) {
  if (random.chance(25)) return hardFiles(random)
  const folder = random.one(folders)
  const names = Object.keys(folder)
  const main = random.one(names.filter(name => name.endsWith('.c')))
  const others = names.filter(name => name !== main && (name === 'jailhouse.json' || random.chance(60))).slice(0, 12)
  return { [main]: folder[main], ...Object.fromEntries(others.map(name => [name, folder[name]])) }
}

/** A session of edits with every request after each, and the same asked of a session that begins with the last text. */
async function edits({ core, random, folders, found }) {
  const files = someFiles(random, folders)
  const [main] = Object.keys(files)
  const uri = core.uriOf(main)
  const warm = await newEditor(core, files, found)
  await warm.open(main)
  let text = files[main]
  const others = Object.values(random.one(folders))
  for (let n = 1 + random.below(4); 0 < n; n--) {
    const edit = randomEdit(text, random, others)
    const range = { start: positionAt(text, edit.start), end: positionAt(text, edit.end) }
    text = applied(text, edit)
    const version = warm.texts.get(uri).version + 1
    warm.texts.set(uri, { version, text })
    const contentChanges = [{ range, text: edit.text }]
    await warm.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges })
    const offset = random.chance(50) ? edit.start + edit.text.length : random.below(text.length + 1)
    await askAll(warm, placeRequests(uri, positionAt(text, offset)), uri, text, found)
  }
  const requests = [...documentRequests(uri), ...placeRequests(uri, positionAt(text, random.below(text.length + 1)))]
  const ofWarm = await askAll(warm, requests, uri, text, found)
  const fresh = await newEditor(core, { ...files, [main]: text }, found)
  await fresh.open(main)
  const ofFresh = await askAll(fresh, requests, uri, text, found)
  for (const [i, [method, answer]] of ofWarm.entries())
    if (answer !== ofFresh[i][1] && !isOfSession(method))
      found(`${method}: fresh and warm differ: ${difference(ofFresh[i][1], answer)}`)
  for (const editor of [warm, fresh]) editor.connection.dispose()
}

/** Ids count within a session, and what an open bracket moves is held back in a warm one. */
const isOfSession = method =>
  /semanticTokens|textDocument\/(diagnostic|codeAction|codeLens)$|jailhouseWarden\/(status|systemMap)/.test(method)

function difference(a = '', b = '') {
  let at = 0
  while (a[at] === b[at] && at < a.length) at++
  return `${a.slice(Math.max(0, at - 60), at + 100)} | ${b.slice(Math.max(0, at - 60), at + 100)}`
}

/** Random declarations: the bytes are gcc's, and what gcc refuses is an error. */
async function frontEnd({ core, random, folder, found }) {
  const text = new Generator(random.below(1 << 23)).file(4)
  const path = join(folder, 'a.c')
  writeFileSync(path, text)
  const { objects, refusal } = compile(path, folder)
  // It crashes now and then, and says nothing of the file; from version 13 on it takes `{ }` for a number.
  if (/internal compiler error|empty scalar initializer/.test(refusal)) return
  const unit = core.readUnit(
    { uri: 'file:///a.c', text },
    { includeDirs: [], defines: {}, forceIncludes: [] },
    () => 'absent',
  )
  const error = unit.problems.find(({ severity }) => severity === 'error')
  if (!objects && !error) found('gcc refuses it, we do not')
  if (objects && error) found(`gcc takes it, we say: ${error.message}`)
  for (const [name, expected] of objects ?? []) {
    const object = unit.objects.find(each => each.name === name)
    const bytes = object && core.emit(object.value)
    if (!bytes || Buffer.compare(Buffer.from(bytes), expected) !== 0) found(`${name} has other bytes than gcc's`)
  }
}

/** The command line over a folder with mutated files. */
async function commandLine(given) {
  const { random, folders, folder } = given
  const files = someFiles(random, folders)
  for (const [name, text] of Object.entries(files)) {
    const changed = severalEdits(text, random, random.below(4))
    writeFileSync(join(folder, name), random.chance(10) ? mutatedBytes(Buffer.from(changed), random) : changed)
  }
  if (random.chance(30)) writeFileSync(join(folder, 'jailhouse.json'), mutatedBytes(projectFile(files), random))
  const [main] = Object.keys(files)
  const verbs = [
    ['check', main],
    ['check', '.'],
    ['check', '--diff', main],
    ['check', '--fix', main],
    ['check', '--format', random.one(['json', 'sarif', 'junit', 'gcc', 'github', 'gitlab']), main],
    ['check', '--write-baseline', 'b.json', main],
    ['build', main, '-o', 'x.cell'],
    ['simulate', main],
    ['map', main, '-o', random.one(['x.svg', 'x.html'])],
    ['print', '--stage', random.one(['tokens', 'values', 'config', 'machine']), main],
  ]
  await runIn(given, random.one(verbs))
}

function severalEdits(text, random, n) {
  let changed = text
  for (; 0 < n; n--) changed = applied(changed, randomEdit(changed, random, [text]))
  return changed
}

/** It ends with a status that its page names, says nothing odd, and leaves nothing behind. */
async function runIn({ core, folder, found }, ...commands) {
  for (const args of commands) {
    let out = ''
    const print = text => {
      out += text
    }
    const begin = cpu()
    const status = await core.run(args, { cwd: folder, colours: false, out: print, err: print })
    const ms = cpu() - begin
    if (![0, 1, 2].includes(status)) found(`${args.join(' ')} ends with ${status}`)
    if (/internal error|RangeError|TypeError|\bundefined\b.*\bundefined\b/.test(out))
      found(
        `${args.join(' ')} says ${/.*(internal error|RangeError|TypeError|undefined).*/.exec(out)[0].slice(0, 300)}`,
      )
    if (MAX_MS < ms && !args.includes('.')) found(`${args.join(' ')} takes ${ms.toFixed(0)} ms`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none comes through is what is looked for
    if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(out))
      found(`${args.join(' ')} lets a control through`)
    if (readdirSync(folder).some(name => name.endsWith('.new'))) found(`${args.join(' ')} leaves a temporary file`)
  }
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true })
}

const projectFile = files => {
  const [root, ...cells] = Object.keys(files).filter(name => name.endsWith('.c'))
  return Buffer.from(
    JSON.stringify({
      systems: [{ name: 'x', root, cells, cpuParange: 40, platform: ['facts.txt'], trees: { [root]: 'facts.txt' } }],
      includePaths: ['.', '../..', '/proc/self'],
      forceIncludes: [root],
      rules: { JH205: 'off', JH2xx: 'hint', ['__proto__']: 'error' },
      baseline: 'b.json',
      defines: { X: 1, 'F(a)': 'a a', constructor: '' },
      revision: '13',
    }),
  )
}

const writeAll = (folder, files) => {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
}

/** A project file and a baseline that people and merges have changed, beside configurations that are right. */
async function project(given) {
  const { random, folders, folder } = given
  const files = { ...random.one(folders) }
  delete files['jailhouse.json']
  const main = random.one(Object.keys(files).filter(name => name.endsWith('.c')))
  writeAll(folder, files)
  const edited = text => severalEdits(String(text), random, random.below(4))
  const baseline = { version: 2, findings: { [main]: ['JH205 1', 'JH301 2'], ['__proto__']: ['x'], constructor: [] } }
  writeAll(folder, { 'jailhouse.json': edited(projectFile(files)), 'b.json': edited(JSON.stringify(baseline)) })
  await runIn(
    given,
    ['check', main],
    ['check', '--baseline', 'b.json', main],
    ['check', '--baseline', 'b.json', '--prune-baseline', main],
  )
}

/** Changed facts of a machine beside configurations that are checked with them. */
async function checkedFacts(given) {
  const { random, folders, folder, samples } = given
  const files = random.one(folders)
  const sample = random.one(samples)
  const main = random.one(Object.keys(files).filter(name => name.endsWith('.c')))
  const facts = random.chance(50)
    ? mutatedBytes(sample.bytes, random)
    : severalEdits(String(sample.bytes), random, 1 + random.below(4))
  writeAll(folder, { ...files, [sample.name]: facts })
  await runIn(given, ['check', '--platform', sample.name, main], ['platform', sample.name])
}

/** Facts of machines of which bytes are changed: whatever they are, they are read to their end. */
async function facts({ core, random, samples, found }) {
  const sample = random.one(samples)
  const bytes = new Uint8Array(mutatedBytes(sample.bytes, random))
  const begin = cpu()
  core.readPlatform(await core.openFile({ uri: `file:///f/${sample.name}`, bytes }))
  const ms = cpu() - begin
  if (MAX_MS < ms) found(`${sample.name} takes ${ms.toFixed(0)} ms`)
}

const LOG = `Initializing Jailhouse hypervisor v0.12 on CPU 1
Unhandled data read at 0x2810014(4)
Parking CPU 0 (Cell: "k3-demo")
FATAL: Invalid MMIO/RAM read, addr: 0x00000000fed00000 size: 4
VT-d fault event reported by IOMMU 0: Source Identifier (bus:dev.func): 00:1f.2
`

/** Lines of a console, changed: by themselves, and beside a system that they may come from. */
async function consoleLog(given) {
  const { core, random, folders, folder, found } = given
  const text = severalEdits(LOG, random, 1 + random.below(6))
  const begin = cpu()
  core.explainLines(text.repeat(1 + random.below(50)))
  const ms = cpu() - begin
  if (MAX_MS < ms) found(`a log takes ${ms.toFixed(0)} ms`)
  const files = random.one(folders)
  writeAll(folder, { ...files, 'x.log': text })
  const mains = Object.keys(files).filter(name => name.endsWith('.c'))
  await runIn(given, ['explain', '--log', 'x.log', random.one(mains)])
}

const BAD_FRAMES = [
  'Content-Length: x\r\n\r\n',
  'Content-Length: -1\r\n\r\n',
  'nothing\r\n\r\n',
  'Content-Length: 3\r\n\r\n{"a"',
  'Content-Length: 2\r\n\r\n[]',
]

/** A process that is sent what no client should send answers the next request all the same. */
async function protocol({ random, found }) {
  const server = await new LanguageServer().start()
  const uri = 'file:///x/a.c'
  try {
    for (let n = 1 + random.below(8); 0 < n; n--) {
      if (random.chance(40)) server.write(random.one(BAD_FRAMES))
      const odd = random.one([
        undefined,
        null,
        7,
        'x',
        [],
        {},
        { textDocument: {} },
        { textDocument: { uri } },
        { uri: '%' },
        { textDocument: { uri: 7 } },
      ])
      const [method] = random.one([...documentRequests(uri), ...placeRequests(uri, { line: 0, character: 0 })])
      if (random.chance(30))
        server.notify(
          random.one([
            'textDocument/didOpen',
            'textDocument/didChange',
            'textDocument/didClose',
            'workspace/didChangeWatchedFiles',
            'workspace/didChangeConfiguration',
          ]),
          odd ?? {},
        )
      else await server.request(method, odd, 5000)
    }
    server.notify('textDocument/didOpen', {
      textDocument: {
        uri,
        languageId: 'c',
        version: 1,
        text: '#include <jailhouse/cell-config.h>\nstruct jailhouse_system s = { .colour = 1 };\n',
      },
    })
    const { result } = await server.request('textDocument/diagnostic', { textDocument: { uri } }, 5000)
    if (!result?.items?.length) found('after odd messages nothing is found any more')
    const { most } = server.usage()
    if (300 < most) found(`the server needs ${most.toFixed(0)} MiB`)
  } catch (error) {
    found(`after odd messages: ${error.message}`)
  }
  await server.end()
}

/** By name, with how often each is taken. */
export const kinds = {
  edits: [edits, 45],
  commandLine: [commandLine, 23],
  frontEnd: [frontEnd, 10],
  project: [project, 5],
  checkedFacts: [checkedFacts, 4],
  facts: [facts, 6],
  consoleLog: [consoleLog, 5],
  protocol: [protocol, 2],
}

/** What facts are made from: trees and tables are written by hand in the tests, so their samples are small texts here. */
export const factSamples = () =>
  Object.entries({
    'iomem.txt':
      '00001000-0009fbff : System RAM\n00100000-bfffffff : System RAM\n  01000000-01ffffff : Kernel code\nfee00000-fee00fff : Local APIC\n',
    'lspci.txt':
      '00:00.0 Host bridge: X\n\tRegion 0: Memory at f0000000 (64-bit, non-prefetchable) [size=64K]\n00: 86 80 00 00 06 00 10 00\n10: 04 00 00 f0 00 00 00 00\n',
    'dmesg.txt':
      '[    0.000000] Linux version 5.4.0\n[    0.000000] Machine model: Demo\n[    0.000000] BIOS-e820: [mem 0x0000000000100000-0x00000000bfffffff] usable\n[    0.1] arm-smmu-v3 36600000.smmu: ias 48-bit, oas 48-bit\n',
    'board.dts':
      '/dts-v1/;\n/ { #address-cells = <2>; #size-cells = <2>; compatible = "demo";\n memory@80000000 { device_type = "memory"; reg = <0 0x80000000 0 0x40000000>; };\n soc { uart@2800000 { compatible = "ns16550"; reg = <0 0x2800000 0 0x100>; interrupts = <0 192 4>; }; }; };\n',
  }).map(([name, text]) => ({ name, bytes: Buffer.from(text) }))

export const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'fuzz-'))
