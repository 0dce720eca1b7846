/**
 * Reads the examples of a rule's page.
 *
 * A fence is ` ```c KIND WORDS `: `bad` and `boundary` carry lines of carets under what is marked, `good` carries none,
 * and `fixed` is what the fix of the `bad` one above it gives; its words are the fields whose bytes change. Other words:
 * `root` (a system rather than an inmate), `x86`, `arm` (instead of arm64), `pvu`, `smmuv3`, `mmu500`, `intel`, `amd` (the
 * system has this IOMMU), `mem_regions:3` (a declared length), `fix=2` (the second of the offered fixes). A `fixed` fence shares the words of its `bad` one. A fence without a `struct` is a fragment that stands in the smallest whole
 * configuration; its top-level designators begin their lines.
 */

export type Kind = 'bad' | 'good' | 'boundary'

export interface Example {
  readonly kind: Kind
  readonly line: number
  readonly words: readonly string[]
  /** Its files are wrapped into whole configurations. */
  readonly isFragment: boolean
  readonly files: readonly ExampleFile[]
  readonly fixed: readonly Fixed[]
}

export interface ExampleFile {
  readonly name: string
  readonly text: string
  readonly marks: readonly Mark[]
}

/** What a line of carets says: the place above it, the rule by code or id, and words its message holds. */
export interface Mark {
  readonly line: number
  readonly start: number
  readonly end: number
  readonly rule: string
  readonly words: string
}

export interface Fixed {
  readonly line: number
  readonly files: readonly ExampleFile[]
  readonly which: number
  /** The fields whose bytes change; `mem_regions[]` stands for another number of elements. */
  readonly changes: readonly string[]
}

export function examplesOf(page: string): readonly Example[] {
  const examples: (Example & { fixed: Fixed[] })[] = []
  const facts = new Map<string, ExampleFile>()
  for (const fence of page.matchAll(/^```(c|dts|text) (\S+)(.*)\r?\n([\s\S]*?)^```$/gm)) {
    const [, language = '', kind = '', info = '', body = ''] = fence
    if (language !== 'c') {
      facts.set(kind, fileOf(kind, body, []))
      continue
    }
    const words = info.trim().split(/\s+/).filter(Boolean)
    const line = page.slice(0, fence.index).split('\n').length
    const last = examples.at(-1)
    if (kind === 'fixed') {
      const which = Number(words.find(word => word.startsWith('fix='))?.slice(4) ?? 1)
      const changes = words.filter(word => !isWrapWord(word) && !word.startsWith('fix='))
      const wrapWords = [...words.filter(isWrapWord), ...(last?.words ?? [])]
      last?.fixed.push({ line, files: filesIn(body, wrapWords), which, changes })
    } else {
      const isFragment = !isWhole(body)
      examples.push({
        kind: kind as Kind,
        line,
        words,
        isFragment,
        files: withFacts(filesIn(body, words), facts),
        fixed: [],
      })
    }
  }
  return examples
}

/** Facts hold for all examples behind them; an example may have its own. */
const withFacts = (files: readonly ExampleFile[], facts: ReadonlyMap<string, ExampleFile>): readonly ExampleFile[] => [
  ...files,
  ...[...facts.values()].filter(({ name }) => !files.some(file => file.name === name)),
]

const isWhole = (body: string): boolean => /^\s*struct\b/m.test(body)

const isWrapWord = (word: string): boolean => /^(root|x86|arm|pvu|smmuv3|mmu500|intel|amd|\w+:\d+)$/.test(word)

function filesIn(body: string, words: readonly string[]): readonly ExampleFile[] {
  const parts = body.split(/^\/\/ file: (\S+)\n/m)
  if (parts.length === 1) return [fileOf(words.includes('root') ? 'root.c' : 'inmate.c', body, words)]
  const files: ExampleFile[] = []
  for (let i = 1; i < parts.length; i += 2) files.push(fileOf(parts[i] ?? '', parts[i + 1] ?? '', words))
  return files
}

const fileOf = (name: string, body: string, words: readonly string[]): ExampleFile => ({
  name,
  ...withoutCarets(wholeText(name, body, words)),
})

function wholeText(name: string, body: string, words: readonly string[]): string {
  if (name.endsWith('.dts')) return body.includes('/dts-v1/') ? body : wrapTree(body, name.startsWith('cell'))
  return isWhole(body) || !name.endsWith('.c') ? body : wrap(body, words, name.startsWith('root'))
}

/** Nodes in a tree that fits the systems which fragments stand in. */
function wrapTree(body: string, isCell: boolean): string {
  const given = (name: string, text: string) => (new RegExp(`^${name}(?![\\w-])`, 'm').test(body) ? '' : text)
  return `/dts-v1/;
/ {
#address-cells = <1>; #size-cells = <1>; interrupt-parent = <&gic>;
${isCell ? 'hypervisor { compatible = "jailhouse,cell"; };' : given('chosen', 'chosen { stdout-path = "/serial@9000000"; };')}
${given('psci', 'psci { compatible = "arm,psci-1.0"; method = "smc"; };')}
${given('cpus', `cpus { #address-cells = <1>; #size-cells = <0>; ${(isCell ? [1] : [0, 1, 2, 3]).map(cpu => `cpu@${cpu} { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <${cpu}>; };`).join(' ')} };`)}
${given('gic:', 'gic: interrupt-controller@1800000 { compatible = "arm,gic-v3"; reg = <0x1800000 0x10000>, <0x1900000 0x80000>; interrupt-controller; #interrupt-cells = <3>; interrupts = <1 9 4>; };')}
${isCell ? '' : given('serial@9000000', 'serial@9000000 { compatible = "arm,pl011"; reg = <0x9000000 0x1000>; interrupts = <0 1 4>; };')}
${body}};
`
}

const CARETS = /^\s*(?:\/\/)?\s*(\^+)\s+(JH\d+|[a-z][\w-]+)(?::\s*(.*?))?\s*$/

function withoutCarets(body: string): { readonly text: string; readonly marks: readonly Mark[] } {
  const lines: string[] = []
  const marks: Mark[] = []
  for (const line of body.split('\n')) {
    const match = CARETS.exec(line)
    const [, carets = '', rule = '', words = ''] = match ?? []
    const start = line.indexOf('^')
    if (match) marks.push({ line: lines.length - 1, start, end: start + carets.length, rule, words })
    else lines.push(line)
  }
  return { text: lines.join('\n'), marks }
}

const ARRAYS: Readonly<Record<string, { readonly type: string; readonly count: string }>> = {
  cpus: { type: '__u64', count: 'cpu_set_size' },
  mem_regions: { type: 'struct jailhouse_memory', count: 'num_memory_regions' },
  cache_regions: { type: 'struct jailhouse_cache', count: 'num_cache_regions' },
  irqchips: { type: 'struct jailhouse_irqchip', count: 'num_irqchips' },
  pio_regions: { type: 'struct jailhouse_pio', count: 'num_pio_regions' },
  pci_devices: { type: 'struct jailhouse_pci_device', count: 'num_pci_devices' },
  pci_caps: { type: 'struct jailhouse_pci_capability', count: 'num_pci_caps' },
  stream_ids: { type: 'union jailhouse_stream_id', count: 'num_stream_ids' },
}

interface Chunk {
  readonly name: string
  readonly text: string
}

/** A fragment in the smallest whole configuration of its kind. */
function wrap(body: string, words: readonly string[], isRoot: boolean): string {
  const parts = body.split(/^(?=\.\w)/m)
  const prelude = parts.filter(part => !part.startsWith('.')).join('')
  const given = parts
    .filter(part => part.startsWith('.'))
    .map((text): Chunk => ({ name: /^\.(\w+)/.exec(text)?.[1] ?? '', text: text.replace(/\n*$/, '\n') }))
  const arch = words.find(word => word === 'x86' || word === 'arm') ?? 'arm64'
  const names = new Set(given.map(({ name }) => name))
  const missing = (defaults: readonly Chunk[]) => defaults.filter(({ name }) => !names.has(name))
  const ofSystem = given.filter(isOfSystem)
  const isGiven = ({ name }: Chunk) => ofSystem.some(chunk => chunk.name === name)
  const arrays = [...given.filter(isArray), ...missing(defaultArrays(isRoot))].toSorted(
    (a, b) => Object.keys(ARRAYS).indexOf(a.name) - Object.keys(ARRAYS).indexOf(b.name),
  )
  const system = [...systemDefaults(arch, words).filter(chunk => !isGiven(chunk)), ...ofSystem]
  const cell = [
    ...missing(cellDefaults(isRoot, arch, arrays)),
    ...given.filter(chunk => !isArray(chunk) && !(isRoot && isOfSystem(chunk))),
  ]
  const text = (chunks: readonly Chunk[]) => chunks.map(chunk => chunk.text).join('')
  return [
    '#include <jailhouse/types.h>\n#include <jailhouse/cell-config.h>\n',
    prelude,
    `struct {\n\tstruct jailhouse_${isRoot ? 'system header' : 'cell_desc cell'};\n`,
    ...arrays.map(chunk => `\t${ARRAYS[chunk.name]?.type} ${chunk.name}[${lengthOf(chunk, words)}];\n`),
    `} __attribute__((packed)) config = {\n.${isRoot ? 'header' : 'cell'} = {\n`,
    ...(isRoot ? [text(system), '.root_cell = {\n', text(cell), '},\n'] : [text(cell)]),
    `},\n${text(arrays)}};\n`,
  ].join('')
}

const isArray = ({ name }: Chunk): boolean => name in ARRAYS
const isOfSystem = ({ name }: Chunk): boolean => /^(hypervisor_memory|debug_console|platform_info)$/.test(name)

const chunk = (name: string, value: string): Chunk => ({ name, text: `.${name} = ${value},\n` })

/** The word's length, or one for each element the chunk spells. */
function lengthOf({ name, text }: Chunk, words: readonly string[]): number {
  const declared = words.find(word => word.startsWith(`${name}:`))
  return declared ? Number(/\d+/.exec(declared)?.[0]) : elementsIn(text)
}

function elementsIn(text: string): number {
  let depth = 0
  let elements = 0
  let isOpen = false
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').replace(/^\.\w+\s*=\s*/, '')
  for (const [token] of code.matchAll(/JAILHOUSE_SHMEM_NET_REGIONS|[{(})]|,|[^\s{}(),]+/g)) {
    if (token === 'JAILHOUSE_SHMEM_NET_REGIONS') elements += 3
    if (depth === 1 && token === ',') isOpen = false
    if (depth === 1 && !/^[,})]$/.test(token) && !isOpen) {
      isOpen = true
      elements++
    }
    if (/[{(]/.test(token)) depth++
    if (/[})]/.test(token)) depth--
  }
  return elements
}

const defaultArrays = (isRoot: boolean): readonly Chunk[] => [
  chunk('cpus', isRoot ? '{ 0xf }' : '{ 0x2 }'),
  chunk(
    'mem_regions',
    isRoot
      ? '{ { 0x40000000, 0x40000000, 0x10000000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE } }'
      : '{ { 0x48000000, 0, 0x10000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE } }',
  ),
]

const head = (arch: string, kind: string): readonly Chunk[] => [
  chunk('signature', `JAILHOUSE_${kind}_SIGNATURE`),
  chunk('revision', 'JAILHOUSE_CONFIG_REVISION'),
  chunk('architecture', `JAILHOUSE_${arch.toUpperCase()}`),
]

const cellDefaults = (isRoot: boolean, arch: string, arrays: readonly Chunk[]): readonly Chunk[] => [
  ...(isRoot ? [] : head(arch, 'CELL_DESC')),
  chunk('name', isRoot ? '"root"' : '"inmate"'),
  ...(isRoot ? [] : [chunk('flags', 'JAILHOUSE_CELL_PASSIVE_COMMREG')]),
  ...arrays.map(({ name }) =>
    chunk(ARRAYS[name]?.count ?? '', name === 'cpus' ? 'sizeof(config.cpus)' : `ARRAY_SIZE(config.${name})`),
  ),
]

const PLATFORM: Readonly<Record<string, string>> = {
  x86: `{
.pci_mmconfig_base = 0xb0000000, .pci_mmconfig_end_bus = 0xff,
.x86 = { .pm_timer_address = 0x608, .vtd_interrupt_limit = 256 },
}`,
  arm: `{
.pci_mmconfig_base = 0x8000000, .pci_is_virtual = 1, .pci_domain = 1,
.arm = { .gic_version = 2, .gicd_base = 0x1c81000, .gicc_base = 0x1c82000, .gich_base = 0x1c84000, .gicv_base = 0x1c86000, .maintenance_irq = 25 },
}`,
  arm64: `{
.pci_mmconfig_base = 0x8000000, .pci_is_virtual = 1, .pci_domain = 1,
.arm = { .gic_version = 3, .gicd_base = 0x1800000, .gicr_base = 0x1900000, .maintenance_irq = 25 },
}`,
}

const UNITS: Readonly<Record<string, string>> = {
  pvu: '.type = JAILHOUSE_IOMMU_PVU, .base = 0x30f80000, .size = 0x1000, .tipvu = { 0x36000000, 0x40000 }',
  smmuv3: '.type = JAILHOUSE_IOMMU_SMMUV3, .base = 0x36600000, .size = 0x100000',
  mmu500: '.type = JAILHOUSE_IOMMU_ARM_MMU500, .base = 0x36800000, .size = 0x80000',
  intel: '.type = JAILHOUSE_IOMMU_INTEL, .base = 0xfed90000, .size = 0x1000',
  amd: '.type = JAILHOUSE_IOMMU_AMD, .base = 0xfeb80000, .size = 0x80000, .amd = { 0x2, 0x40, 0x54, 0 }',
}

/** The platform of an architecture with the IOMMUs the words name, in their order. */
function platform(arch: string, words: readonly string[]): string {
  const units = words.flatMap(word => (UNITS[word] ? [`{ ${UNITS[word]} }`] : []))
  const given = PLATFORM[arch] ?? ''
  return units.length ? given.replace(/}$/, `.iommu_units = { ${units.join(', ')} },\n}`) : given
}

const systemDefaults = (arch: string, words: readonly string[]): readonly Chunk[] => [
  ...head(arch, 'SYSTEM'),
  chunk('hypervisor_memory', '{ .phys_start = 0x7fc00000, .size = 0x400000 }'),
  chunk(
    'debug_console',
    arch === 'x86'
      ? '{ .address = 0x3f8, .type = JAILHOUSE_CON_TYPE_8250, .flags = JAILHOUSE_CON_ACCESS_PIO }'
      : '{ .address = 0x9000000, .size = 0x1000, .type = JAILHOUSE_CON_TYPE_PL011, .flags = JAILHOUSE_CON_ACCESS_MMIO }',
  ),
  chunk('platform_info', platform(arch, words)),
]
