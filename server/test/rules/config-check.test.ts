import { expect, test } from 'vitest'
import { examine } from './examine.ts'
import { examplesOf } from './page.ts'

/** What upstream's `jailhouse-config-check` reports, each in an example of ours: it is said here too. */
function check(name: string, code: string, words: string, fragment: string) {
  test(name, () => {
    const [example] = examplesOf(`\`\`\`c bad ${words}\n${fragment}\n\`\`\`\n`)
    const findings = examine(example?.files ?? []).findings
    const said = findings.filter(({ rule }) => rule.code === code)
    expect(said.length).toBeGreaterThan(0)
    expect(said.filter(({ span }) => span.end <= span.start)).toEqual([])
  })
}

const regions = (...lines: readonly string[]): string => `.mem_regions = {\n${lines.join('\n')}\n},`

check(
  'regions overlap virtually',
  'JH202',
  '',
  regions(
    '{ .phys_start = 0x60000000, .virt_start = 0x1000, .size = 0x2000, .flags = JAILHOUSE_MEM_READ },',
    '{ .phys_start = 0x70000000, .virt_start = 0x2000, .size = 0x2000, .flags = JAILHOUSE_MEM_READ },',
  ),
)
check(
  'regions overlap physically',
  'JH203',
  '',
  regions(
    '{ .phys_start = 0x60000000, .virt_start = 0x10000, .size = 0x2000, .flags = JAILHOUSE_MEM_READ },',
    '{ .phys_start = 0x60001000, .virt_start = 0x20000, .size = 0x2000, .flags = JAILHOUSE_MEM_READ },',
  ),
)
const hypervisorMemory = '{ 0x7fc00000, 0x7fc00000, 0x1000, JAILHOUSE_MEM_READ },'
check('a region of the root overlaps hypervisor memory', 'JH241', 'root', regions(hypervisorMemory))
check(
  'a region of an inmate overlaps hypervisor memory',
  'JH242',
  '',
  `// file: root.c\n.name = "root",\n// file: inmate.c\n${regions(hypervisorMemory)}`,
)
check(
  'an interception of PCI configuration space is missing',
  'JH216',
  'root x86',
  regions('{ 0xb0000000, 0xb0000000, 0x100000, JAILHOUSE_MEM_READ },'),
)
check(
  'an interception of an IOMMU is missing',
  'JH216',
  'root smmuv3',
  regions('{ 0x36600000, 0x36600000, 0x100000, JAILHOUSE_MEM_READ },'),
)
for (const [name, words, address] of [
  ['GICD of a GICv2', 'root arm', '0x1c81000'],
  ['GICC', 'root arm', '0x1c82000'],
  ['GICH', 'root arm', '0x1c84000'],
  ['GICV', 'root arm', '0x1c86000'],
  ['GICD of a GICv3', 'root', '0x1800000'],
  ['GICR', 'root', '0x1900000'],
  ['xAPIC', 'root x86', '0xfee00000'],
] as const)
  check(
    `an interception of the ${name} is missing`,
    'JH216',
    words,
    regions(`{ ${address}, ${address}, 0x1000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE },`),
  )
check(
  'an interception of an IOAPIC is missing',
  'JH216',
  'root x86',
  `${regions('{ 0xfec00000, 0xfec00000, 0x1000, JAILHOUSE_MEM_READ },')}
.irqchips = {
  { .address = 0xfec00000, .id = 0xff01, .pin_bitmap = { 1 } },
},`,
)
check(
  'an inmate maps what must be intercepted',
  'JH217',
  '',
  `// file: root.c\n.name = "root",\n// file: inmate.c\n${regions('{ 0x1800000, 0x1800000, 0x1000, JAILHOUSE_MEM_READ },')}`,
)
check('a signature is wrong', 'JH125', '', '.signature = "JHSYS",')
check('a revision is wrong', 'JH126', '', '.revision = 13,')
check('an architecture is unknown', 'JH127', '', '.architecture = 7,')
check(
  'architectures of root and inmate differ',
  'JH664',
  '',
  '// file: root.c\n.name = "root",\n// file: inmate.c\n.architecture = JAILHOUSE_ARM,',
)
check(
  'a type of IOMMU is unknown',
  'JH330',
  'root',
  '.platform_info = {\n  .iommu_units = { { .type = 9, .base = 0x36600000, .size = 0x1000 } },\n},',
)
check(
  'a GIC version is unknown',
  'JH410',
  'root',
  '.platform_info = {\n  .arm = { .gic_version = 5, .gicd_base = 0x1800000, .gicr_base = 0x1900000 },\n},',
)
