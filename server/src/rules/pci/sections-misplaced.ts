import { isPeerCount, type SectionedDevice } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion, PciDevice } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { type Misplacement, misplacedSections } from '../../config/section-fit.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf, count } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './sections-misplaced.md'

/** `ivshmem_init` takes whatever regions the device points to: what stands there is then shared, or forbidden to its cell. */
export const sectionsMisplaced: CellRule = {
  kind: 'cell',
  code: 'JH527',
  id: 'sections-misplaced',
  title: 'Shared-memory device with regions of something else',
  severity: 'error',
  constraints: ['ivshmem-regions-shift'],
  rests: ['extent'],
  indexes: ['mem_regions'],
  page,
  *check(cell) {
    const misplaced = misplacedSections(cell)
    for (const [device, misplacement] of misplaced) {
      const { field, fits, disordered } = misplacement
      if (isShifted(device, misplacement, misplaced)) continue
      const copies = copiesBefore(cell, misplacement)
      const start = device.shmem_regions_start
      if (disordered) yield inOtherOrder(device, disordered)
      // A number that no link has is charged itself.
      if (disordered || (field === 'shmem_peers' && !isPeerCount(device.shmem_peers))) continue
      yield {
        span: at(device, field),
        headline: headlineOf(device, misplacement),
        notes: [
          `regions ${start} to ${start + 1 + device.shmem_peers}, counted from shmem_regions_start, are not: state table, common section, one output section a peer`,
        ],
        key: bdf(device.bdf),
        related: [
          ...copies.map(region => ({ span: at(region), text: 'this region is listed before' })),
          ...writableSection(cell, device, misplacement),
        ],
        ...(field === 'shmem_peers' && { charges: 'peers' as const }),
        ...(field === 'shmem_dev_id' && { charges: 'dev_id' as const }),
        ...(fits === undefined
          ? { help: misplacement.lacks ? 'list all sections of the link' : 'set it to the index of the state table' }
          : fixes(fixOf(`Set ${field} to ${fits}`, setField(device, field, String(fits))))),
      }
    }
  },
}

/** The section that the flags, or the ID given to a macro, make writable. */
function writableSection(
  { mem_regions }: CellConfig,
  { shmem_regions_start: start }: SectionedDevice,
  { field, fits }: Misplacement,
): NonNullable<RawFinding['related']> {
  const section = field === 'shmem_dev_id' && fits !== undefined ? mem_regions[start + 2 + fits] : undefined
  return section ? [{ span: at(section, 'flags'), text: `the writable section, of peer ${fits}` }] : []
}

/** By how much another value would have to differ. */
const offsetOf = (device: SectionedDevice, { field, fits }: Misplacement): number | undefined =>
  fits === undefined ? undefined : fits - device[field]

/** Whether a region more or less has moved the links behind it as well, of which the first is charged. */
function isShifted(
  device: SectionedDevice,
  misplacement: Misplacement,
  all: ReadonlyMap<SectionedDevice, Misplacement>,
): boolean {
  const offset = offsetOf(device, misplacement)
  if (misplacement.field !== 'shmem_regions_start' || offset === undefined) return false
  return [...all].some(
    ([other, its]) =>
      other.shmem_regions_start < device.shmem_regions_start &&
      its.field !== 'shmem_dev_id' &&
      (its.lacks === undefined ? offsetOf(other, its) : -its.lacks) === offset,
  )
}

/** As many regions as a link is moved by, where so many of those before it are listed twice. */
function copiesBefore(cell: CellConfig, { field, fits }: Misplacement): readonly MemoryRegion[] {
  const before = field === 'shmem_regions_start' ? cell.mem_regions.filter(({ index }) => index < (fits ?? 0)) : []
  return before.filter((region, i) => region.size > 0n && before.slice(0, i).some(other => isAlike(region, other)))
}

const isAlike = (a: MemoryRegion, b: MemoryRegion): boolean =>
  a.phys_start === b.phys_start && a.virt_start === b.virt_start && a.size === b.size && a.flags === b.flags

const inOtherOrder = (device: PciDevice, region: MemoryRegion): RawFinding => ({
  span: at(region),
  headline: `the sections of ${bdf(device.bdf)} are not listed in their order`,
  notes: ['they are state table, common section and an output section for each peer; sorted by address they fit'],
  related: [
    { span: at(device, 'shmem_regions_start'), text: `the sections of ${bdf(device.bdf)} begin at this region` },
  ],
  help: 'list the regions in the order of their addresses',
  key: bdf(device.bdf),
})

function headlineOf(device: PciDevice, { field, fits, lacks }: Misplacement): string {
  const name = bdf(device.bdf)
  if (lacks !== undefined)
    return `${count(lacks, 'region')} of the link of ${name} ${lacks === 1 ? 'is' : 'are'} missing`
  if (fits === undefined)
    return `shmem_regions_start ${device.shmem_regions_start} of ${name} is not where a link begins`
  if (field === 'shmem_regions_start')
    return `the link of ${name} begins at region ${fits}, not ${device.shmem_regions_start}`
  if (field === 'shmem_peers') return `the link of ${name} has sections for ${fits} peers, not ${device.shmem_peers}`
  return `this cell can write to the section of peer ${fits} of ${name}, not of peer ${device.shmem_dev_id}`
}
