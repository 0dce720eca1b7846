import { readUnit } from '../../../src/c/read-unit.ts'
import { decode as decodeBytes } from '../../../src/c/values/decode.ts'
import { type CType, type Member, type StructType, sizeOf } from '../../../src/c/values/types.ts'
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

/** Of the union of platforms only ARM's part is there; the recorded board is one. */
const reads = (name: string): boolean => name !== 'x86' && name !== 'mmu500'

const decode = <Type extends CType>(type: Type, bytes: Uint8Array, offset: number) =>
  decodeBytes(type, bytes, offset, { origin: ORIGIN, reads })

const fieldOf = (value: Value, name: string): Value => (value as StructValue).fields.get(name)!.value

function intOf(value: Value, name: string): bigint {
  const field = fieldOf(value, name)
  return field.kind === 'int' ? field.value : 0n
}

const memberOf = (name: string, value: Value): Member => ({ name, type: value.type, offset: 0, origin: ORIGIN })
const asField = (name: string, value: Value): FieldValue => ({ member: memberOf(name, value), value })
const membersOf = (fields: ReadonlyMap<string, FieldValue>): readonly Member[] =>
  [...fields.values()].map(({ member }) => member)
