import { MiB } from '../../config/ranges.ts'
import { DEVICE_FLAGS } from '../../rules/board/give-device.ts'
import { type ArrayText, configurationText, countFields, cpuWords, element, field, fieldLine } from './c-source.ts'
import { RAM_FLAGS } from './regions.ts'

/** A root cell of an ARM64 board with the values of no board in particular: each says where its author finds it. */
export function rootSkeleton(name: string): string {
  const hypervisor = 0x7fc00000n
  const arrays: readonly ArrayText[] = [
    cpuWords([0, 1, 2, 3]),
    {
      name: 'mem_regions',
      type: 'struct jailhouse_memory',
      count: 'num_memory_regions',
      length: 2,
      body: [
        region('System RAM of /proc/iomem, without what is reserved', 0x40000000n, hypervisor - 0x40000000n, RAM_FLAGS),
        region('devices: enabled nodes of the device tree', 0x9000000n, MiB, DEVICE_FLAGS),
      ].join(''),
    },
    {
      name: 'irqchips',
      type: 'struct jailhouse_irqchip',
      count: 'num_irqchips',
      length: 1,
      body: element('all SPIs up to ID 159', [
        field('address', 0x8000000n, 'gicd_base'),
        field('pin_base', 32),
        field('pin_bitmap', '{ 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }'),
      ]),
    },
  ]
  const fields = [
    fieldLine(field('signature', 'JAILHOUSE_SYSTEM_SIGNATURE'), 2),
    fieldLine(field('revision', 'JAILHOUSE_CONFIG_REVISION'), 2),
    fieldLine(field('architecture', 'JAILHOUSE_ARM64'), 2),
    struct('hypervisor_memory', 2, [
      field('phys_start', hypervisor, 'memory that Linux does not use: a reserved-memory node with no-map, or mem='),
      field('size', 4n * MiB),
    ]),
    struct('debug_console', 2, [
      field('address', 0x9000000n, 'stdout-path of the device tree, as the CPUs address it'),
      field('size', 0x1000n),
      field('type', 'JAILHOUSE_CON_TYPE_PL011', 'by its compatible'),
      field('flags', 'JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4'),
    ]),
    '\t\t.platform_info = {\n',
    struct('arm', 3, [
      field('gic_version', 3, 'the interrupt controller of the device tree'),
      field('gicd_base', 0x8000000n),
      field('gicr_base', 0x80a0000n),
      field('maintenance_irq', 25, '16 + the PPI in its interrupts'),
    ]),
    '\t\t},\n\t\t.root_cell = {\n',
    fieldLine(field('name', JSON.stringify(name)), 3),
    countFields(arrays, 3),
    '\t\t},\n',
  ].join('')
  const head = [`Root cell "${name}": the addresses are those of no board yet`, '', 'Each comment says where to look.']
  return configurationText(head, { type: 'jailhouse_system', name: 'header', fields }, arrays)
}

const struct = (name: string, depth: number, fields: readonly ReturnType<typeof field>[]): string => {
  const tabs = '\t'.repeat(depth)
  return `${tabs}.${name} = {\n${fields.map(each => fieldLine(each, depth + 1)).join('')}${tabs}},\n`
}

const region = (comment: string, start: bigint, size: bigint, flags: readonly string[]): string =>
  element(comment, [
    field('phys_start', start),
    field('virt_start', start),
    field('size', size),
    field('flags', flags.join(' |\n\t\t\t\t')),
  ])
