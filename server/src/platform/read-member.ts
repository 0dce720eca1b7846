import { asText, type BinaryFile } from '../text/binary-file.ts'
import { byWord } from '../text/by-word.ts'
import { append } from '../text/groups.ts'
import { memoize } from '../text/memo.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import { type Draft, newDraft } from './draft.ts'
import type { Member } from './facts.ts'
import type { Board, Problem, Provenance, Source } from './model.ts'
import { acpiSignature, readAcpiTable } from './read/acpi.ts'
import { readAcpiDump } from './read/acpi-dump.ts'
import { readCommandLine } from './read/command-line.ts'
import { readInterrupts, readIrqTable } from './read/interrupts.ts'
import { readClaims } from './read/iomem.ts'
import { readLog } from './read/kernel-log.ts'
import { linesOf } from './read/lines.ts'
import { readLspci, readResource } from './read/pci-space.ts'
import { type FactKind, recognise } from './recognise.ts'
import { boardOf } from './tree/board.ts'
import { isOverlay, readFlattened } from './tree/flattened.ts'
import { addedHost, isMadeForCell, withoutAddedHost } from './tree/jailhouse.ts'
import { child, has, type TreeNode } from './tree/node.ts'
import { readTreeSource } from './tree/source.ts'

/** Adds what one file says to the draft. */
export function readMember(member: Member, draft: Draft): void {
  const { targetPath } = member
  if (member.isFound) addFoundTree(member, draft)
  else if (targetPath === undefined) readLoose(member, draft)
  for (const [pattern, read] of TARGET_FILES) {
    const match = targetPath === undefined ? null : pattern.exec(targetPath)
    if (match) read({ member, draft, part: match[1] ?? '', name: match[2] ?? '' })
  }
}

interface Given {
  readonly member: Member
  readonly draft: Draft
  /** What the pattern of the path caught. */
  readonly part: string
  readonly name: string
}

const TARGET_FILES: readonly (readonly [RegExp, (given: Given) => void])[] = [
  [/^proc\/(iomem|ioports)$/, ({ member, draft, part }) => addClaims(member, draft, part)],
  [/^proc\/interrupts$/, ({ member, draft }) => addInterrupts(member, draft)],
  [/^proc\/cmdline$/, ({ member, draft }) => addCommandLine(member, draft)],
  [/^proc\/cpuinfo$/, ({ member, draft }) => addCpuinfo(member, draft)],
  [/^proc\/version$/, ({ member, draft }) => addVersion(textIn(member.file), draft)],
  [/^(?:proc\/config\.gz|boot\/config-.*)$/, ({ member, draft }) => addKernelOptions(member, draft)],
  [/^sys\/firmware\/fdt$/, ({ member, draft }) => addTree(member, 'live', draft)],
  [/^sys\/firmware\/acpi\/tables\/[A-Z0-9]{4}\d*$/, ({ member, draft }) => addAcpi(member, draft)],
  [/^sys\/bus\/pci\/devices\/([^/]+)\/(config|resource)$/, addPci],
  [/^sys\/devices\/system\/cpu\/cpu(\d{1,5})\/uevent$/, addCpu],
  [/^sys\/firmware\/memmap\/([^/]+)\/(start|end|type)$/, addMemmap],
  [/^sys\/class\/dmi\/id\/(sys_vendor|product_name)$/, addDmi],
  [/^sys\/class\/tty\/([^/]+)\/(\w+)$/, addTty],
  [/^sys\/devices\/jailhouse\/enabled$/, addEnabled],
  [/^warden\/about$/, ({ member, draft }) => addAbout(member, draft)],
  [/^warden\/devices\.tsv$/, ({ member, draft }) => addBindings(member, draft)],
  [/^warden\/irqs\.tsv$/, ({ member, draft }) => draft.interrupts.push(readIrqTable(...textOf(member, draft)))],
  [/^warden\/dmesg$/, ({ member, draft }) => addLog(member, draft)],
]

/** By the mark that such text begins with. */
const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)

/** A file by itself says what it is by its content. Text was copied from the machine; trees may have been built. */
function readLoose(member: Member, draft: Draft): void {
  const kind = recognise(member.file)
  if (kind === undefined) {
    const source = sourceOf(member, 'live', draft)
    draft.problems.push({
      source,
      message: isUtf16(member.file.bytes)
        ? 'not read: text in UTF-16; save it as UTF-8'
        : 'not recognised: no device tree, ACPI table, tarball, /proc file, log or lspci output',
    })
    return
  }
  LOOSE_FILES[kind](member, draft)
}

const LOOSE_FILES: Readonly<Record<FactKind, (member: Member, draft: Draft) => void>> = {
  tree: (member, draft) => addTree(member, undefined, draft),
  'tree-source': addTreeSource,
  acpi: addAcpi,
  'acpi-dump': (member, draft) => {
    for (const file of readAcpiDump(asText(member.file))) addAcpi({ ...member, file }, draft)
  },
  claims: (member, draft) => addClaims(member, draft),
  interrupts: addInterrupts,
  'command-line': addCommandLine,
  log: addLog,
  'cpu-info': addCpuinfo,
  lspci: (member, draft) => {
    draft.seen.add('pci')
    append(draft.pci, readLspci(...textOf(member, draft)))
  },
  'kernel-options': addKernelOptions,
}

function sourceOf({ file, name }: Member, provenance: Provenance, draft: Draft, text?: SourceFile): Source {
  const source = { uri: file.uri, name, provenance, ...(text && { text }) }
  draft.sources.push(source)
  return source
}

/** The text of a file and itself as a source. */
function textOf(member: Member, draft: Draft): [SourceFile, Source] {
  const text = asText(member.file)
  return [text, sourceOf(member, 'live', draft, text)]
}

const textIn = (file: BinaryFile): string => asText(file).text.trim()

/** A dump by itself is recognised by its numbers; a file of the target by its name. */
function addClaims(member: Member, draft: Draft, name?: string): void {
  const [text, source] = textOf(member, draft)
  const read = readClaims(text, source)
  if (!read) {
    draft.problems.push({ source, message: 'no line of /proc/iomem in here' })
    return
  }
  if (read.hiddenAt) {
    draft.problems.push({
      source,
      span: read.hiddenAt,
      message: 'taken without root, all addresses are zero (sudo shows them)',
    })
    return
  }
  if (read.jailhouseAt) draft.problems.push(takenWithJailhouse(source, read.jailhouseAt))
  ;((name ?? read.kind) === 'iomem' ? draft.claims : draft.ports).push(read.claims)
}

const takenWithJailhouse = (source: Source, span?: Span): Problem => ({
  source,
  ...(span && { span }),
  message: 'taken while Jailhouse was enabled; take it again before "jailhouse enable"',
  isTakenWithJailhouse: true,
})

function addInterrupts(member: Member, draft: Draft): void {
  const uses = readInterrupts(...textOf(member, draft))
  if (uses) draft.interrupts.push(uses)
}

function addCommandLine(member: Member, draft: Draft): void {
  // It comes before what the log repeats of it.
  draft.commandLines.unshift(readCommandLine(...textOf(member, draft)))
}

function addLog(member: Member, draft: Draft): void {
  const [text, source] = textOf(member, draft)
  const log = readLog(text, source)
  append(draft.log, log.facts)
  append(draft.logRam, log.firmwareRam)
  append(draft.reservations, log.reserved)
  if (log.commandLine) draft.commandLines.push(log.commandLine)
  if (log.kernel !== undefined) draft.kernel ??= log.kernel
  if (log.hasE820) draft.architecture ??= 'x86'
}

function addCpuinfo(member: Member, draft: Draft): void {
  const [text, source] = textOf(member, draft)
  for (const { text: line } of linesOf(text)) {
    const colon = line.indexOf(':')
    const [key, value] = [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
    if (key === 'vendor_id') draft.architecture ??= 'x86'
    if (key === 'flags') draft.virtualization ??= /\b(?:vmx|svm)\b/.exec(value)?.[0] ?? 'none'
    const bits = key === 'address sizes' ? Number(/^(\d{2}) bits physical/.exec(value)?.[1]) : 0
    if (0 < bits) draft.physicalBits ??= { source, bits, by: 'address sizes' }
    if (key === 'processor' && /^\d{1,5}$/.test(value)) draft.cpus.set(Number(value), source)
  }
}

function addVersion(text: string, draft: Draft): void {
  const kernel = /Linux version (\S{1,80})/.exec(text)?.[1]
  if (kernel !== undefined) draft.kernel ??= kernel
}

function addKernelOptions(member: Member, draft: Draft): void {
  const [text] = textOf(member, draft)
  for (const { text: line } of linesOf(text)) {
    const [, name, value] = /^(CONFIG_\w{1,80})=(.{1,80})/.exec(line) ?? []
    const [, unset] = /^# (CONFIG_\w{1,80}) is not set/.exec(line) ?? []
    if (name !== undefined && value !== undefined) draft.kernelOptions.set(name, value)
    if (unset !== undefined) draft.kernelOptions.set(unset, 'n')
  }
}

/** A tree by itself was built unless a boot loader has left its marks in it. */
function addTree(member: Member, provenance: Provenance | undefined, draft: Draft): void {
  const { root, reservations, problems } = readFlattened(member.file.bytes)
  const where = provenance ?? (root ? provenanceOf(root, member) : 'static')
  const source = sourceOf(member, where, draft)
  for (const message of problems) draft.problems.push({ source, message })
  if (root) addRoot(root, source, member, draft)
  for (const range of reservations) draft.reservations.push({ source, range, name: '/memreserve/' })
}

function addTreeSource(member: Member, draft: Draft): void {
  const text = asText(member.file)
  const { root, reservations, problems } = readTreeSource(text, partsOf(member))
  const source = sourceOf(member, root ? provenanceOf(root, member) : 'static', draft, text)
  for (const problem of problems) draft.problems.push({ source, ...problem })
  if (!root && problems.length === 0) draft.problems.push({ source, message: 'no device tree: it has no root node' })
  if (root) addRoot(root, source, member, draft)
  for (const range of reservations) draft.reservations.push({ source, range, name: '/memreserve/' })
}

/** Words that the tree of a cell has: what says so, or the virtual PCI host. */
const WORDS_OF_CELLS: readonly string[] = ['jailhouse,cell', 'pci-host-ecam-generic']

/** What lies beside cells may be anything: it is taken as the tree of one if it can be, and else nothing is said of it. */
const addFoundTree = (member: Member, draft: Draft): void => append(draft.boards, boardsFoundIn(member))

/** Read once, however many roots and cells it lies beside. */
const boardsFoundIn = memoize((member: Member): readonly Board[] => {
  const { text } = asText(member.file)
  const kind = WORDS_OF_CELLS.some(word => text.includes(word)) ? recognise(member.file) : undefined
  if (kind !== 'tree' && kind !== 'tree-source') return []
  const own = newDraft()
  LOOSE_FILES[kind](member, own)
  return own.boards.map(board => ({ ...board, isFound: true as const }))
})

const isCellTree = (root: TreeNode, { cells, isFound }: Member): boolean =>
  cells !== undefined || isFound === true || isMadeForCell(root)

/** What a boot loader or UEFI adds when it starts a kernel. */
const HANDED_OVER: readonly string[] = [
  'linux,initrd-start',
  'linux,uefi-system-table',
  'linux,elfcorehdr',
  'kaslr-seed',
]

function provenanceOf(root: TreeNode, member: Member): Provenance {
  if (isCellTree(root, member)) return 'artefact'
  const chosen = child(root, 'chosen')
  return chosen && HANDED_OVER.some(name => has(chosen, name)) ? 'live' : 'static'
}

function addRoot(root: TreeNode, source: Source, member: Member, draft: Draft): void {
  const { treeSource, cells } = member
  if (isOverlay(root)) {
    draft.problems.push({
      source,
      ...(root.span && { span: root.span }),
      message: 'a device tree overlay, not the tree it is applied to',
    })
    return
  }
  const ofCell = isCellTree(root, member)
  const added = ofCell ? undefined : addedHost(root)
  if (added) draft.problems.push(takenWithJailhouse(source, added.span))
  const board = (ofCell && treeSource && boardOfSource(treeSource, member)) || boardOf(withoutAddedHost(root), source)
  draft.boards.push(cells ? { ...board, cells } : board)
}

const partsOf = ({ parts = [] }: Member): readonly SourceFile[] => parts.map(asText)

/** The tree of a `.dts` beside its `.dtb`, so that findings stand in its lines. */
function boardOfSource(file: BinaryFile, member: Member): Board | undefined {
  const text = asText(file)
  const { root } = readTreeSource(text, partsOf(member))
  const name = file.uri.slice(file.uri.lastIndexOf('/') + 1)
  return root && boardOf(root, { uri: file.uri, name, provenance: 'artefact', text })
}

function addAcpi(member: Member, draft: Draft): void {
  const source = sourceOf(member, 'live', draft)
  const table = readAcpiTable(member.file, source)
  for (const message of table.problems) draft.problems.push({ source, message })
  append(
    draft.iommus,
    table.iommus.map((unit, i) => ({ ...unit, index: draft.iommus.length + i })),
  )
  append(draft.firmwareRegions, table.firmwareRegions)
  append(draft.uarts, table.uarts)
  if (table.ioapics) draft.seen.add('apic')
  if (table.mmconfig) draft.seen.add('mcfg')
  append(draft.ioapics, table.ioapics ?? [])
  append(draft.mmconfig, table.mmconfig ?? [])
  // ARM's table of interrupt controllers has no I/O APIC.
  const isOfPc = table.ioapics && table.ioapics.length > 0
  if (isOfPc || ['DMAR', 'IVRS'].includes(acpiSignature(member.file.bytes) ?? '')) draft.architecture ??= 'x86'
}

function addPci({ member, draft, part, name }: Given): void {
  const folder = draft.pciFolders.get(part) ?? {}
  draft.pciFolders.set(part, folder)
  draft.seen.add('pci')
  if (name === 'config') folder.config = { bytes: member.file.bytes, source: sourceOf(member, 'live', draft) }
  else folder.resource = readResource(asText(member.file))
}

function addCpu({ member, draft, part }: Given): void {
  draft.cpus.set(Number(part), sourceOf(member, 'live', draft))
}

function addMemmap({ member, draft, part, name }: Given): void {
  const folder = draft.memmap.get(part) ?? { source: sourceOf(member, 'live', draft) }
  draft.memmap.set(part, folder)
  const text = textIn(member.file)
  if (name === 'type') folder.type = text
  else if (/^0x[0-9a-f]{1,16}$/i.test(text)) folder[name as 'start' | 'end'] = BigInt(text)
}

function addDmi({ member, draft, part }: Given): void {
  const text = textIn(member.file).slice(0, 120)
  if (part === 'sys_vendor') draft.vendor = text
  else draft.product = text
}

function addTty({ member, draft, part, name }: Given): void {
  const tty = draft.ttys.get(part) ?? { source: sourceOf(member, 'live', draft), values: new Map<string, string>() }
  draft.ttys.set(part, tty)
  tty.values.set(name, textIn(member.file))
}

function addEnabled({ member, draft }: Given): void {
  draft.isJailhouseEnabled ||= textIn(member.file) === '1'
}

const MACHINES = byWord<Draft['architecture']>({
  x86_64: 'x86',
  aarch64: 'arm64',
  armv7l: 'arm',
  armv8l: 'arm',
})

function addAbout(member: Member, draft: Draft): void {
  for (const { text } of linesOf(asText(member.file))) {
    const [word, ...rest] = text.split(' ')
    if (word === 'date' && rest[0] !== undefined) draft.date = rest[0]
    if (word !== 'Linux') continue
    const [kernel, machine = ''] = rest
    if (kernel !== undefined) draft.kernel ??= kernel
    const architecture = MACHINES[machine]
    if (architecture) draft.architecture ??= architecture
  }
}

function addBindings(member: Member, draft: Draft): void {
  const [text, source] = textOf(member, draft)
  for (const { text: line, span } of linesOf(text)) {
    const [bus = '', device = '', node = '', driver = '', , unit = ''] = line.split('\t')
    if (device !== '') draft.bindings.push({ source, span, bus, device, node, driver, unit })
  }
}
