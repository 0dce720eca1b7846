import { isAnyWithin, isNumber, type RawToken, tokensIn, tokensWithin } from '../c/raw/tokens.ts'
import type { Macro } from '../c/unit.ts'
import type { Value } from '../c/values/value.ts'
import { byWord } from '../text/by-word.ts'
import { memoize, Recent } from '../text/memo.ts'
import { type Origin, primarySpan } from '../text/origin.ts'
import type { Span } from '../text/source-file.ts'
import type { Header } from './header.ts'
import type { CellConfig, Located } from './model.ts'
import { originOf } from './written.ts'

/** What constants of the header are for, by the prefix of their names, and the fields they are made for. */
export interface Namespace {
  readonly prefix: string
  /** `tag.member` of the header. */
  readonly fields: readonly string[]
}

const CONSOLES: readonly string[] = ['jailhouse_console', 'jailhouse_debug_console']
const consoleFields = (...members: readonly string[]) => CONSOLES.flatMap(tag => members.map(name => `${tag}.${name}`))

/** The longest prefix counts. `CON1` and `CON2` are of revisions 4 to 9a, where types and flags shared one field. */
const NAMESPACES: readonly Namespace[] = [
  { prefix: 'JAILHOUSE_MEM_', fields: ['jailhouse_memory.flags'] },
  { prefix: 'JAILHOUSE_CELL_', fields: ['jailhouse_cell_desc.flags'] },
  { prefix: 'JAILHOUSE_SYS_', fields: ['jailhouse_system.flags'] },
  { prefix: 'JAILHOUSE_CON_TYPE_', fields: ['jailhouse_console.type', 'jailhouse_debug_console.flags'] },
  { prefix: 'JAILHOUSE_CON_', fields: consoleFields('flags') },
  { prefix: 'JAILHOUSE_CON1_', fields: consoleFields('type', 'flags') },
  { prefix: 'JAILHOUSE_CON2_', fields: consoleFields('type', 'flags') },
  { prefix: 'JAILHOUSE_CACHE_', fields: ['jailhouse_cache.type'] },
  { prefix: 'JAILHOUSE_CACHE_ROOTSHARED', fields: ['jailhouse_cache.flags'] },
  { prefix: 'JAILHOUSE_PCI_TYPE_', fields: ['jailhouse_pci_device.type'] },
  { prefix: 'JAILHOUSE_IVSHMEM_BAR_MASK_', fields: ['jailhouse_pci_device.bar_mask'] },
  { prefix: 'JAILHOUSE_SHMEM_PROTO_', fields: ['jailhouse_pci_device.shmem_protocol'] },
  { prefix: 'JAILHOUSE_PCICAPS_', fields: ['jailhouse_pci_capability.flags'] },
  { prefix: 'PCI_CAP_ID_', fields: ['jailhouse_pci_capability.id'] },
  { prefix: 'PCI_EXT_CAP_ID_', fields: ['jailhouse_pci_capability.id'] },
  { prefix: 'JAILHOUSE_PCI_EXT_CAP', fields: ['jailhouse_pci_capability.id'] },
  { prefix: 'JAILHOUSE_IOMMU_', fields: ['jailhouse_iommu.type'] },
]

/** Fields of upstream's headers that no constant is made for; what a fork adds is not judged. */
const PLAIN = byWord<readonly string[]>({
  jailhouse_memory: ['phys_start', 'virt_start', 'size'],
  jailhouse_console: ['address', 'size', 'divider', 'gate_nr', 'clock_reg'],
  jailhouse_debug_console: ['address', 'size', 'divider', 'gate_nr', 'clock_reg'],
  jailhouse_cell_desc: ['id', 'vpci_irq_base', 'cpu_reset_address', 'msg_reply_timeout'],
  jailhouse_cache: ['start', 'size'],
  jailhouse_irqchip: ['address', 'id', 'pin_base', 'pin_bitmap'],
  jailhouse_pio: ['base', 'length'],
  jailhouse_pci_device: [
    ...['iommu', 'domain', 'bdf', 'caps_start', 'num_caps', 'num_msi_vectors', 'msi_64bits', 'msi_maskable'],
    ...['num_msix_vectors', 'msix_region_size', 'msix_address', 'shmem_regions_start', 'shmem_dev_id', 'shmem_peers'],
  ],
  jailhouse_pci_capability: ['start', 'len'],
  jailhouse_iommu: ['base', 'size'],
})

/** Fields that some constant is made for. */
const PURPOSEFUL: ReadonlySet<string> = new Set(NAMESPACES.flatMap(({ fields }) => fields))

/** The fields that are judged, by tag and member: there are thousands of numbers, and each would spell its field anew. */
const FIELDS: ReadonlyMap<string, ReadonlyMap<string, string>> = fieldsByTag([
  ...PURPOSEFUL,
  ...Object.entries(PLAIN).flatMap(([tag, members]) => members.map(member => `${tag}.${member}`)),
])

function fieldsByTag(fields: readonly string[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const tags = new Map<string, Map<string, string>>()
  for (const field of fields) {
    const [tag = '', member = ''] = field.split('.')
    tags.set(tag, (tags.get(tag) ?? new Map<string, string>()).set(member, field))
  }
  return tags
}

const longestFirst: readonly Namespace[] = NAMESPACES.toSorted((a, b) => b.prefix.length - a.prefix.length)

/** More names than any file spells. */
const known = new Recent<{ readonly namespace: Namespace | undefined }>(2000)

function namespaceOf(name: string): Namespace | undefined {
  const before = known.get(name)
  if (before) return before.namespace
  const namespace = longestFirst.find(({ prefix }) => name.startsWith(prefix))
  known.set(name, { namespace })
  return namespace
}

/** What a name says beside its namespace: `ROOTSHARED` of memory and of caches. */
export const suffixOf = (name: string): string =>
  name.slice(NAMESPACES.find(({ prefix }) => prefix.endsWith('_') && name.startsWith(prefix))?.prefix.length ?? 0)

/** The prefixes of the constants that a field is made for. */
export const prefixesOf = (field: string): readonly string[] =>
  NAMESPACES.filter(({ fields }) => fields.includes(field)).map(({ prefix }) => prefix)

/** A number of a configuration that is written down: its field by tag and member, its value, and where it stands. */
export interface WrittenNumber {
  /** `jailhouse_memory.flags`; elements of `bar_mask` go by its name. */
  readonly field: string
  readonly value: bigint
  readonly origin: Origin
}

/** Every number in fields that upstream's headers have and that is not written as just that, in the order of the struct. */
export const writtenNumbers = memoize(({ whole, source }: CellConfig): readonly WrittenNumber[] => {
  const found: WrittenNumber[] = []
  const visit = (value: Value, field: string | undefined): void => {
    if (value.kind === 'struct') {
      const known = FIELDS.get(value.type.tag ?? '')
      for (const [name, { value: inner }] of value.fields) visit(inner, known?.get(name))
    } else if (value.kind === 'array') for (let i = 0; i < value.initialised; i++) visit(value.items[i]!, field)
    else if (value.kind === 'int' && field && value.origin && !isNumber(value.origin.spelled))
      found.push({ field, value: value.value, origin: value.origin })
  }
  const outermost = whole ?? source
  if (outermost) visit(outermost, undefined)
  return found
})

/** A constant with a purpose, named in a value or in a macro that it is written with. */
export interface NamedConstant {
  readonly name: string
  readonly prefix: string
  readonly fields: readonly string[]
  /** The name itself, or the macro of the user's that brings it. */
  readonly span: Span
  /** Whether the name stands there itself, so that it can be replaced. */
  readonly isHere: boolean
}

const MAX_DEPTH = 8

/** The constants a number is written with that are made for other fields. */
export function foreignConstantsIn({ field, origin }: WrittenNumber, header: Header): readonly NamedConstant[] {
  if (!isAnyWithin(origin.spelled, token => foreignBehind(token, field, header).length > 0)) return nothing
  return tokensWithin(origin.spelled).flatMap(token =>
    foreignBehind(token, field, header).map(({ name, namespace }) => ({
      name,
      ...namespace,
      span: origin.expandedAt ? primarySpan(origin) : token.span,
      isHere: origin.expandedAt === undefined && token.text === name,
    })),
  )
}

/** Whether a field is written with constants of another one. */
export function isNamedForeign(cell: CellConfig, owner: Located, path: string): boolean {
  const origin = originOf(owner, path)
  return writtenNumbers(cell).some(
    number => number.origin === origin && foreignConstantsIn(number, cell.header).length > 0,
  )
}

/** The names that a field is written with, by itself; undefined where it is written as a number, or through a macro. */
export function namedIn(cell: CellConfig, owner: Located, path: string): readonly string[] | undefined {
  const origin = originOf(owner, path)
  if (!origin || origin.expandedAt || !writtenNumbers(cell).some(number => number.origin === origin)) return undefined
  return tokensWithin(origin.spelled).flatMap(({ kind, text }) => (kind === 'identifier' ? [text] : []))
}

/** The bits of a field that a fork's header has a name for which says of no field what it is for. */
export const ownBits = (cell: CellConfig, owner: Located, path: string): bigint =>
  (namedIn(cell, owner, path) ?? [])
    .filter(name => !namespaceOf(name) && cell.header.macro(name)?.span?.file.uri !== cell.file.uri)
    .reduce((bits, name) => bits | (cell.header.constant(name) ?? 0n), 0n)

/** How many names a number is written with. */
export const namesIn = ({ origin }: WrittenNumber): number =>
  tokensWithin(origin.spelled).filter(({ kind }) => kind === 'identifier').length

interface Named {
  readonly name: string
  readonly namespace: Namespace
}

const nothing: readonly never[] = []

/** A name with a purpose is judged by itself; any other stands for what its macro names. */
function foreignBehind(
  { kind, text: name }: Pick<RawToken, 'kind' | 'text'>,
  field: string,
  header: Header,
  depth = 0,
): readonly Named[] {
  if (kind !== 'identifier' || MAX_DEPTH < depth) return nothing
  const namespace = namespaceOf(name)
  if (namespace) return namespace.fields.includes(field) ? nothing : [{ name, namespace }]
  const macro = ownMacro(name, header)
  return macro ? wordsOf(macro).flatMap(word => foreignBehind(word, field, header, depth + 1)) : nothing
}

/** A macro of the user's without parameters. */
function ownMacro(name: string, header: Header): Macro | undefined {
  const macro = header.macro(name)
  return macro?.span && !macro.parameters ? macro : undefined
}

const wordsOf = memoize(({ body }: Macro): readonly RawToken[] => tokensIn({ uri: '', text: body }))

/** An operator that does not join flags, in a value or in a macro that it is written with. */
export interface FlagOperator {
  readonly text: string
  readonly span: Span
  readonly isHere: boolean
}

/** `||` and `&&` give 1 or 0; `&` between two constants gives what they have in common. */
export function operatorsIn({ field, origin }: WrittenNumber, header: Header): readonly FlagOperator[] {
  if (!PURPOSEFUL.has(field) || !isAnyWithin(origin.spelled, token => mayBeWrong(token, header))) return nothing
  const tokens = tokensWithin(origin.spelled)
  const place = origin.expandedAt && primarySpan(origin)
  const here = wrongOperators(tokens).map(({ text, span }) => ({ text, span: place ?? span, isHere: !place }))
  const inMacros = tokens.flatMap(({ kind, text, span }) => {
    const macro = kind === 'identifier' && !namespaceOf(text) ? ownMacro(text, header) : undefined
    const wrong = macro ? wrongOperators(wordsOf(macro)) : nothing
    return wrong.map(({ text }) => ({ text, span: place ?? span, isHere: false }))
  })
  return [...here, ...inMacros]
}

/** What an operator in a value, or a macro that it is written with, begins with. */
const mayBeWrong = ({ kind, text }: Pick<RawToken, 'kind' | 'text'>, header: Header): boolean =>
  kind === 'identifier' ? !namespaceOf(text) && ownMacro(text, header) !== undefined : text[0] === '&' || text === '||'

const wrongOperators = (tokens: readonly RawToken[]): readonly RawToken[] =>
  tokens.filter(({ text }, i) => {
    if (text === '||' || text === '&&') return true
    return text === '&' && isConstant(tokens[i - 1]) && isConstant(tokens[i + 1])
  })

const isConstant = (token: RawToken | undefined): boolean =>
  token?.kind === 'identifier' && namespaceOf(token.text) !== undefined
