import {
  MEM_COMM_REGION,
  MEM_DMA,
  MEM_EXECUTE,
  MEM_IO,
  MEM_READ,
  MEM_ROOTSHARED,
  MEM_WRITE,
} from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import type { MemoryRegion, SystemConfig } from '../../config/model.ts'
import { at, atDeclaration, keyOf } from '../../config/places.ts'
import { has, hasAny } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './root-not-executable.md'

/** Linux goes on in the root cell when `jailhouse enable` returns. */
export const rootNotExecutable: SystemRule = {
  kind: 'system',
  code: 'JH233',
  id: 'root-not-executable',
  title: 'Root memory without execute permission',
  severity: 'error',
  constraints: [],
  complete: ['root.mem_regions'],
  rests: ['extent', 'flags'],
  page,
  *check(system) {
    const { root_cell } = system
    const regions = root_cell.mem_regions
    if (regions.length === 0) return
    const [ram] = regions.filter(isRam).toSorted((a, b) => (a.size < b.size ? 1 : -1))
    if (!regions.some(region => has(region, MEM_EXECUTE))) yield nothingExecutable(system, ram)
    else if (system.architecture === 'x86') yield* regions.filter(isRamWithoutCode).map(notExecutable)
  },
}

const isRam = (region: MemoryRegion): boolean =>
  has(region, MEM_WRITE) && !hasAny(region, MEM_IO | MEM_COMM_REGION | MEM_ROOTSHARED)

/** Only RAM is there for devices: Linux puts code wherever it has some. */
const isRamWithoutCode = (region: MemoryRegion): boolean =>
  region.size > 0n && has(region, MEM_READ | MEM_WRITE | MEM_DMA) && !hasAny(region, MEM_EXECUTE | MEM_IO)

const notExecutable = (region: MemoryRegion): RawFinding => ({
  span: at(region, 'flags'),
  severity: 'warning',
  headline: `${regionName(region)} is RAM of the root, but lacks JAILHOUSE_MEM_EXECUTE`,
  notes: ['it is the only kind of memory with JAILHOUSE_MEM_DMA; the first instruction fetched there parks the CPU'],
  key: `execute ${keyOf(region)}`,
  ...fixes(fixOf('Add JAILHOUSE_MEM_EXECUTE', addFlag(region, 'flags', 'JAILHOUSE_MEM_EXECUTE'), false)),
})

function nothingExecutable({ root_cell, architecture }: SystemConfig, ram: MemoryRegion | undefined): RawFinding {
  const array = arrayOf(root_cell, 'mem_regions')
  const isEnforced = architecture === 'x86'
  return {
    span: ram ? at(ram, 'flags') : array ? atDeclaration(array) : at(root_cell),
    ...(!isEnforced && { severity: 'warning' as const }),
    headline: 'no region of the root cell has JAILHOUSE_MEM_EXECUTE',
    notes: [
      isEnforced
        ? 'the first instruction of Linux after enable parks the CPU'
        : 'the ARM page tables of Jailhouse map every page executable so far: the flag has no effect there yet',
    ],
    help: "add JAILHOUSE_MEM_EXECUTE to the root's RAM",
    key: 'execute',
    ...fixes(ram && fixOf('Add JAILHOUSE_MEM_EXECUTE', addFlag(ram, 'flags', 'JAILHOUSE_MEM_EXECUTE'), false)),
  }
}
