import type { Platform } from '../../platform/model.ts'
import { hex } from '../../text/words.ts'
import { type ArrayText, configurationText, countFields, field, fieldLine } from './c-source.ts'
import type { MemoryPlan } from './memory-plan.ts'

/** What a new root cell says beyond what all of them say. */
interface RootText {
  readonly name: string
  /** The name of the machine, for the first line. */
  readonly machine: string
  readonly architecture: 'ARM' | 'ARM64' | 'X86'
  /** Comment lines that follow where it was made from. */
  readonly remarks: readonly string[]
  /** `debug_console` and `platform_info`. */
  readonly fields: string
  /** Fields of `root_cell` behind its counts. */
  readonly rootFields: string
  readonly arrays: readonly ArrayText[]
}

/** The source text of a root cell whose memory is planned. */
export function rootSource(platform: Platform, plan: MemoryPlan, root: RootText): string {
  const fields = [
    fieldLine(field('signature', 'JAILHOUSE_SYSTEM_SIGNATURE'), 2),
    fieldLine(field('revision', 'JAILHOUSE_CONFIG_REVISION'), 2),
    fieldLine(field('architecture', `JAILHOUSE_${root.architecture}`), 2),
    fieldLine(field('flags', 'JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE'), 2),
    hypervisorMemory(plan),
    root.fields,
    '\t\t.root_cell = {\n',
    fieldLine(field('name', JSON.stringify(root.name.slice(0, 31))), 3),
    countFields(root.arrays, 3),
    root.rootFields,
    '\t\t},\n',
  ].join('')
  return configurationText(
    [...origin(platform, plan, root), ...root.remarks],
    { type: 'jailhouse_system', name: 'header', fields },
    root.arrays,
  )
}

const origin = ({ sources }: Platform, plan: MemoryPlan, { name, machine }: RootText): readonly string[] => [
  `Root cell "${name}"${machine === '' ? '' : ` for ${machine}`}`,
  '',
  `Made from ${[...new Set(sources.map(source => source.name.split('/')[0] ?? ''))].slice(0, 6).join(', ')}.`,
  `Memory of Jailhouse: [${hex(plan.reserved.start)}, ${hex(plan.reserved.end)}), ${plan.from}.`,
]

const hypervisorMemory = ({ hypervisor, from }: MemoryPlan): string =>
  `\t\t.hypervisor_memory = {\n${fieldLine(field('phys_start', hypervisor.start, from), 3)}${fieldLine(field('size', hypervisor.end - hypervisor.start), 3)}\t\t},\n`
