import { readUnit } from '../../../src/c/read-unit.ts'
import { type CType, type Member, memberPaths, type StructType, sizeOf } from '../../../src/c/values/types.ts'
import type { FieldValue, StructValue, Value } from '../../../src/c/values/value.ts'
import { bindConfig } from '../../../src/config/bind.ts'
import { BUILTIN, withBuiltins } from '../../../src/config/includes.ts'
import type { Config } from '../../../src/config/model.ts'
import { memoize } from '../../../src/text/memo.ts'

/** Reads the bytes of a `.cell` of revision 14 back into a configuration, as `bindConfig` reads a source. */
export function readCompiled(bytes: Uint8Array): Config {
  const isSystem = Buffer.from(bytes.subarray(0, 5)).toString('latin1') === 'JHSYS'
  const descriptor = decode(struct(isSystem ? 'jailhouse_system' : 'jailhouse_cell_desc'), bytes, 0)
  const cell = isSystem ? fieldOf(descriptor, 'root_cell') : descriptor
  let at = sizeOf(descriptor.type)
  const fields = new Map<string, FieldValue>([['header', asField('header', descriptor)]])
  for (const { name, count, element } of arrays()) {
    const counted = Number((cell as StructValue).fields.get(count)?.value.kind === 'int' ? intOf(cell, count) : 0n)
    const length = name === 'cpus' ? Math.ceil(counted / 8) : counted
    const array = decode({ kind: 'array', element, length }, bytes, at)
    at += name === 'cpus' ? counted : length * sizeOf(element)
    fields.set(name, asField(name, array))
  }
  const type: StructType = { ...(descriptor as StructValue).type, tag: undefined, size: at, members: membersOf(fields) }
  const value: StructValue = { kind: 'struct', type, fields }
  const config = bindConfig({
    ...format(main),
    objects: [{ name: 'config', type, value, constant: false, nameAt: ORIGIN, origin: ORIGIN }],
  })
  if (!config) throw new Error('not a configuration')
  return config
}

const main = { uri: 'memory:compiled.c', text: '#include <jailhouse/types.h>\n#include <jailhouse/cell-config.h>\n' }
const ORIGIN = { spelled: { file: main, start: 0, end: 0 } }
const options = { includeDirs: [`${BUILTIN}/14/`], defines: {}, forceIncludes: [] }
/** Read when it is first needed: the grammar has to be loaded. */
const format = memoize((_: typeof main) =>
  readUnit(
    main,
    options,
    withBuiltins(() => 'absent'),
  ),
)
const typeOf = (name: string): CType => format(main).types.get(name)!
const struct = (tag: string): StructType => typeOf(`struct ${tag}`) as StructType

const arrays = (): readonly { readonly name: string; readonly count: string; readonly element: CType }[] => [
  { name: 'cpus', count: 'cpu_set_size', element: typeOf('__u64') },
  { name: 'mem_regions', count: 'num_memory_regions', element: struct('jailhouse_memory') },
  { name: 'cache_regions', count: 'num_cache_regions', element: struct('jailhouse_cache') },
  { name: 'irqchips', count: 'num_irqchips', element: struct('jailhouse_irqchip') },
  { name: 'pio_regions', count: 'num_pio_regions', element: struct('jailhouse_pio') },
  { name: 'pci_devices', count: 'num_pci_devices', element: struct('jailhouse_pci_device') },
  { name: 'pci_caps', count: 'num_pci_caps', element: struct('jailhouse_pci_capability') },
  { name: 'stream_ids', count: 'num_stream_ids', element: typeOf('union jailhouse_stream_id') },
]

function decode(type: StructType, bytes: Uint8Array, at: number): StructValue
function decode(type: CType, bytes: Uint8Array, at: number): Value
function decode(type: CType, bytes: Uint8Array, at: number): Value {
  switch (type.kind) {
    case 'int':
      return { kind: 'int', type, value: word(bytes, at, type.size), origin: ORIGIN }
    case 'array': {
      const size = sizeOf(type.element)
      const items = Array.from({ length: type.length ?? 0 }, (_, i) => decode(type.element, bytes, at + i * size))
      return { kind: 'array', type, items, initialised: items.length }
    }
    case 'struct':
    case 'union':
      return { kind: 'struct', type, fields: new Map(fieldsAt(type, bytes, at)) }
    case 'other':
      return { kind: 'unknown', type, reason: 'it is no integer' }
    default:
      return type satisfies never
  }
}

/** Of the union of platforms only ARM's part is there; the recorded board is one. */
const fieldsAt = (type: StructType, bytes: Uint8Array, at: number): readonly (readonly [string, FieldValue])[] =>
  memberPaths(type)
    .map(({ member }) => member)
    .filter(({ name }) => name !== 'x86' && name !== 'mmu500')
    .map(member => [member.name ?? '', { member, value: memberAt(member, bytes, at) }] as const)

function memberAt({ type, offset, bits }: Member, bytes: Uint8Array, at: number): Value {
  const value = decode(type, bytes, at + offset)
  if (!bits || value.kind !== 'int') return value
  return { ...value, value: (value.value >> BigInt(bits.offset)) & ((1n << BigInt(bits.width)) - 1n) }
}

const word = (bytes: Uint8Array, at: number, size: number): bigint =>
  bytes.subarray(at, at + size).reduceRight((all, byte) => (all << 8n) | BigInt(byte), 0n)

const fieldOf = (value: Value, name: string): Value => (value as StructValue).fields.get(name)!.value

function intOf(value: Value, name: string): bigint {
  const field = fieldOf(value, name)
  return field.kind === 'int' ? field.value : 0n
}

const memberOf = (name: string, value: Value): Member => ({ name, type: value.type, offset: 0, origin: ORIGIN })
const asField = (name: string, value: Value): FieldValue => ({ member: memberOf(name, value), value })
const membersOf = (fields: ReadonlyMap<string, FieldValue>): readonly Member[] =>
  [...fields.values()].map(({ member }) => member)
