import { overlap, PAGE_SIZE, phys } from '../../config/ranges.ts'
import { memmapEntries } from '../../platform/read/command-line.ts'
import { isReserved } from '../../platform/read/iomem.ts'
import { interval } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import { hypervisorMemory, memoryToReserve } from './memory.ts'
import { rootAfterEnable } from './root-lacks-device.ts'
import page from './root-lacks-reserved.md'
import { lackedBy } from './subject.ts'
import { atArray, basis, relatedFacts } from './words.ts'

const OF_FIRMWARE = /^(ACPI Tables|ACPI Non-volatile Storage|RAM buffer)$/

/** The generator of configurations drops these areas; ACPI, graphics and firmware use them all the same. */
export const rootLacksReserved: BoardRule = {
  kind: 'board',
  code: 'JH915',
  id: 'root-lacks-reserved',
  title: 'Firmware memory missing from the root cell',
  severity: 'information',
  constraints: [],
  complete: ['root.mem_regions'],
  page,
  *check(subject) {
    const { platform, scenario } = subject
    const root = rootAfterEnable(subject)
    if (!root || scenario.root.architecture !== 'x86') return
    const asked = (platform.commandLine ?? [])
      .filter(({ name }) => name === 'memmap')
      .flatMap(({ value = '' }) => memmapEntries(value))
      .flatMap(({ range }) => range ?? [])
    const own = [
      ...asked,
      phys(hypervisorMemory(subject)),
      ...[...memoryToReserve(subject)].map(({ region }) => phys(region)),
    ]
    const areas = (platform.claimed ?? []).filter(
      ({ name, range }) => (isReserved(name) || OF_FIRMWARE.test(name)) && !own.some(each => overlap(each, range)),
    )
    for (const area of areas)
      for (const missing of lackedBy(root, area.range))
        if (PAGE_SIZE <= missing.end - missing.start)
          yield {
            span: atArray(scenario.root.root_cell, 'mem_regions'),
            headline: `"${area.name}" memory ${interval(missing)} is in no region of the root cell`,
            notes: ['firmware or a driver that reads it ends in "FATAL: Invalid MMIO/RAM read"', basis(area)],
            help: 'add a region with READ and WRITE',
            ...relatedFacts([area, `"${area.name}" ${interval(area.range)}`]),
            key: interval(missing),
          }
  },
}
