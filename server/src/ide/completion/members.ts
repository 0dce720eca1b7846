import { type CType, typeName } from '../../c/values/types.ts'
import { fieldDoc } from '../../config/reference/index.ts'
import { type Context, memberNames, typeOfMember } from './context.ts'
import type { Completion } from './items.ts'

type Members = Extract<Context, { kind: 'member' | 'designator' }>

/** Members in the order of the struct, those that are not written yet first. */
export function members(context: Members): readonly Completion[] {
  const names = memberNames(context.of).filter(name => !isPadding(name))
  const dot = context.kind === 'member' ? '' : '.'
  const hasValue = /^(?:[ \t]*[=[]|\.)/.test(context.at.file.text.slice(context.at.end))
  return names.map((name, index) => {
    const type = typeOfMember(context.of, name)
    return {
      label: `${dot}${name}`,
      kind: 'field',
      ...described(context, name, type),
      at: context.at,
      insert: hasValue ? `${dot}${name}` : `${dot}${name} = ${valueSnippet(type, name)}`,
      isSnippet: !hasValue,
      order: context.written.has(name) ? names.length + index : index,
    }
  })
}

/** The type by the name the format gives it, and the words on the field. */
function described({ of, path }: Members, name: string, type: CType | undefined): Pick<Completion, 'about' | 'detail'> {
  const struct = of.tag ?? path.struct
  const field = of.tag === undefined ? [...path.field, name].join('.') : name
  const doc = struct === undefined ? undefined : fieldDoc(struct, field)
  return doc ? { detail: doc.type, about: { struct: doc.struct, field } } : { detail: type ? typeName(type) : '' }
}

/** Members as an expression names them. */
export const memberPaths = ({ of, at }: Extract<Context, { kind: 'path' }>): readonly Completion[] =>
  memberNames(of).map((label, order) => {
    const type = typeOfMember(of, label)
    return { label, kind: 'field', detail: type ? typeName(type) : '', at, insert: label, isSnippet: false, order }
  })

const isPadding = (name: string): boolean => /^(padding|reserved)\d*$/.test(name)

/** What a value of the type begins as. */
function valueSnippet(type: CType | undefined, name: string): string {
  if (type?.kind === 'struct' || type?.kind === 'union') return '{\n\t$0\n},'
  if (type?.kind === 'array') return isText(type.element) ? '"$1",$0' : '{\n\t$0\n},'
  return REQUIRED[name] ?? '$1,$0'
}

const isText = (type: CType): boolean => type.kind === 'int' && type.name === 'char'

/** Fields that have one right value in nearly every file. */
const REQUIRED: Readonly<Record<string, string>> = {
  signature: '$1,$0',
  revision: 'JAILHOUSE_CONFIG_REVISION,$0',
  cpu_set_size: 'sizeof(config.cpus),$0',
  num_memory_regions: 'ARRAY_SIZE(config.mem_regions),$0',
  num_cache_regions: 'ARRAY_SIZE(config.cache_regions),$0',
  num_irqchips: 'ARRAY_SIZE(config.irqchips),$0',
  num_pio_regions: 'ARRAY_SIZE(config.pio_regions),$0',
  num_pci_devices: 'ARRAY_SIZE(config.pci_devices),$0',
  num_pci_caps: 'ARRAY_SIZE(config.pci_caps),$0',
  num_stream_ids: 'ARRAY_SIZE(config.stream_ids),$0',
}
