import { MEM_EXECUTE, MEM_LOADABLE } from '../../config/constants.ts'
import { sectionName } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion, PciDevice } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { hasAny, isAligned, isSubPage } from '../../config/ranges.ts'
import { type Sections, sectionsOf } from '../../config/section-fit.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf, hex } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './section-addresses.md'

/** A driver reads the first address and all sizes out of the device and adds them up (`ivshmem_reset`). */
export const sectionAddresses: CellRule = {
  kind: 'cell',
  code: 'JH522',
  id: 'section-addresses',
  title: 'Shared-memory sections not contiguous',
  severity: 'error',
  constraints: ['ivshmem-contiguous', 'ivshmem-output-size', 'ivshmem-page-align'],
  charges: 'extent',
  rests: ['extent'],
  indexes: ['mem_regions'],
  page,
  *check(cell) {
    for (const sections of sectionsOf(cell)) {
      const { device, state, common, outputs } = sections
      const used = [state, common, ...outputs].filter(({ size }) => size > 0n)
      const unaligned = used.find(region => isSubPage(region) || !isAligned(region.phys_start))
      if (unaligned) {
        // Where the sections behind it belong depends on its size.
        yield notAligned(device, [state, common, ...outputs].indexOf(unaligned), unaligned)
        continue
      }
      const odd = oddOutput(sections)
      yield* gaps(cell, sections, odd)
      if (!odd) continue
      const usual = outputs.find(({ size }) => size !== odd.size)?.size ?? 0n
      yield {
        span: at(odd, 'size'),
        headline: `output sections of ${bdf(device.bdf)} differ in size: ${hex(usual)} and ${hex(odd.size)}`,
        notes: ['the device reports the size of the first one only'],
        key: `${bdf(device.bdf)} size`,
      }
    }
  },
}

/** One that has another size than the rest; of two the second. */
function oddOutput({ outputs }: Sections): MemoryRegion | undefined {
  const isOdd = ({ size }: MemoryRegion) => outputs.filter(other => other.size !== size).length * 2 > outputs.length
  return outputs.find(isOdd) ?? outputs.find(({ size }) => size !== outputs[0]?.size)
}

const notAligned = (device: PciDevice, offset: number, region: MemoryRegion): RawFinding => ({
  span: at(region, isAligned(region.size) ? 'phys_start' : 'size'),
  headline: `${sectionName(device, offset)} of ${bdf(device.bdf)} is not page-aligned`,
  notes: ['the hypervisor traps every access instead of mapping the memory'],
  key: `${bdf(device.bdf)} ${offset}`,
})

/** One gap moves all behind it, one wrong address nothing, and a wrong size is charged itself. */
function* gaps(
  cell: CellConfig,
  { device, state, common, outputs }: Sections,
  odd: MemoryRegion | undefined,
): Iterable<RawFinding> {
  const name = bdf(device.bdf)
  let [next, behind, previous, used] = [state.virt_start, state.virt_start, state, 0]
  for (const [offset, region] of [state, common, ...outputs].entries()) {
    if (isDisplaced(region) && region.virt_start !== next && region.virt_start !== behind && previous !== odd) {
      const before = [state, common, ...outputs][used] ?? state
      if (runsOver(before, region)) yield overrun(device, used, before, region)
      else
        yield {
          span: at(region, 'virt_start'),
          headline: `${sectionName(device, offset)} of ${name} is at ${hex(region.virt_start)} instead of ${hex(next)}`,
          notes: ['drivers expect each section right behind the previous one'],
          related: [
            { span: at(device, 'shmem_regions_start'), text: `sections of ${name}` },
            { span: at(previous, 'size'), text: 'the section before it' },
          ],
          key: `${name} ${offset}`,
          ...fixes(
            cell.isRoot
              ? undefined
              : fixOf(`Set virt_start to ${hex(next)}`, setField(region, 'virt_start', hex(next)), false),
          ),
        }
    }
    next += region.size
    if (region.size > 0n) [behind, used] = [region.virt_start + region.size, offset]
    previous = region
  }
}

/** RAM of the cell that it shares as a section stands where the cell needs it: its software knows the place by itself. */
const isDisplaced = (region: MemoryRegion): boolean => region.size > 0n && !hasAny(region, MEM_EXECUTE | MEM_LOADABLE)

/** Whether a section reaches into the one behind it, which lies at the same distance in the machine as for the cell. */
const runsOver = (before: MemoryRegion, region: MemoryRegion): boolean =>
  before.virt_start < region.virt_start &&
  region.virt_start < before.virt_start + before.size &&
  region.virt_start - before.virt_start === region.phys_start - before.phys_start

function overrun(device: PciDevice, offset: number, section: MemoryRegion, behind: MemoryRegion): RawFinding {
  const room = hex(behind.virt_start - section.virt_start)
  return {
    span: at(section, 'size'),
    headline: `${sectionName(device, offset)} of ${bdf(device.bdf)} has ${hex(section.size)} bytes where ${room} fit`,
    notes: ['drivers expect each section right behind the previous one'],
    related: [{ span: at(behind, 'virt_start'), text: 'the next section begins here' }],
    key: `${bdf(device.bdf)} ${offset} size`,
    ...fixes(fixOf(`Set the size to ${room}`, setField(section, 'size', room), false)),
  }
}
