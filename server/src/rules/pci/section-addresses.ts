import { sectionName } from '../../config/ivshmem.ts'
import { at } from '../../config/places.ts'
import { isAligned, isSubPage } from '../../config/ranges.ts'
import { sectionsOf } from '../../config/section-fit.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf, hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './section-addresses.md'

/** A driver reads the first address and all sizes out of the device and adds them up (`ivshmem_reset`). */
export const sectionAddresses: CellRule = {
  kind: 'cell',
  code: 'JH522',
  id: 'section-addresses',
  title: 'Shared-memory sections not contiguous',
  severity: 'error',
  constraints: ['ivshmem-contiguous', 'ivshmem-output-size', 'ivshmem-page-align'],
  page,
  *check(cell) {
    for (const { device, state, common, outputs } of sectionsOf(cell)) {
      const name = bdf(device.bdf)
      let next = state.virt_start
      for (const [offset, region] of [state, common, ...outputs].entries()) {
        if (region.size === 0n) continue
        if (isSubPage(region) || !isAligned(region.phys_start))
          yield {
            span: at(region, isAligned(region.size) ? 'phys_start' : 'size'),
            headline: `${sectionName(device, offset)} of ${name} is not page-aligned`,
            notes: ['the hypervisor traps every access instead of mapping the memory'],
            key: `${name} ${offset}`,
          }
        else if (region.virt_start !== next)
          yield {
            span: at(region, 'virt_start'),
            headline: `${sectionName(device, offset)} of ${name} is at ${hex(region.virt_start)} instead of ${hex(next)}`,
            notes: ['drivers expect each section right behind the previous one'],
            related: [{ span: at(device, 'shmem_regions_start'), text: `sections of ${name}` }],
            key: `${name} ${offset}`,
            ...fixes(
              cell.isRoot
                ? undefined
                : fixOf(`Set virt_start to ${hex(next)}`, setField(region, 'virt_start', hex(next)), false),
            ),
          }
        next += region.size
      }
      const odd = outputs.find(({ size }) => size !== outputs[0]?.size)
      if (odd)
        yield {
          span: at(odd, 'size'),
          headline: `output sections of ${name} differ in size: ${hex(outputs[0]?.size ?? 0n)} and ${hex(odd.size)}`,
          notes: ['the device reports the size of the first one only'],
          key: `${name} size`,
        }
    }
  },
}
