import { MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import type { MemoryRegion, PciDevice } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { has } from '../../config/ranges.ts'
import { isDoubtful, sectionsOf } from '../../config/section-fit.ts'
import { fixes, fixOf, together } from '../../edit/change.ts'
import { addFlag, removeFlag } from '../../edit/flags.ts'
import { bdf } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './section-access.md'

export const sectionAccess: CellRule = {
  kind: 'cell',
  code: 'JH523',
  id: 'section-access',
  title: 'Wrong access to a shared-memory section',
  severity: 'error',
  constraints: ['ivshmem-output-write', 'ivshmem-rw-write'],
  rests: ['flags', 'dev_id'],
  indexes: ['mem_regions'],
  page,
  *check(cell) {
    for (const { device, common, outputs } of sectionsOf(cell)) {
      const isCertain = !isDoubtful(cell, device)
      if (common.size > 0n && !has(common, MEM_READ | MEM_WRITE)) yield commonFault(device, common, isCertain)
      for (const [peer, output] of outputs.entries())
        if (output.size > 0n && device.shmem_dev_id < outputs.length)
          yield* outputFault(device, output, peer, isCertain)
    }
  },
}

const commonFault = (device: PciDevice, common: MemoryRegion, isCertain: boolean): RawFinding => ({
  span: at(common, 'flags'),
  severity: 'warning',
  headline: `the common section of ${bdf(device.bdf)} is not readable and writable`,
  notes: ['all peers read and write it: an access that is not permitted parks the CPU'],
  key: bdf(device.bdf),
  ...fixes(
    fixOf(
      'Make the region readable and writable',
      together(
        ...(has(common, MEM_READ) ? [] : [addFlag(common, 'flags', 'JAILHOUSE_MEM_READ')]),
        ...(has(common, MEM_WRITE) ? [] : [addFlag(common, 'flags', 'JAILHOUSE_MEM_WRITE')]),
      ),
      isCertain,
    ),
  ),
})

function* outputFault(device: PciDevice, output: MemoryRegion, peer: number, isCertain: boolean): Iterable<RawFinding> {
  const isOwn = peer === device.shmem_dev_id
  if (has(output, MEM_WRITE) !== isOwn)
    yield {
      span: at(output, 'flags'),
      headline: isOwn
        ? `the output section of this cell in ${bdf(device.bdf)} is not writable`
        : `the output section of peer ${peer} in ${bdf(device.bdf)} is writable for this cell`,
      notes: [
        isOwn
          ? 'the first message that this cell sends parks its CPU'
          : `this cell is peer ${device.shmem_dev_id} and can forge messages of peer ${peer}`,
      ],
      related: [{ span: at(device, 'shmem_dev_id'), text: `this cell is peer ${device.shmem_dev_id}` }],
      key: `${bdf(device.bdf)} ${peer}`,
      ...fixes(
        isOwn
          ? // With another shmem_dev_id it would be a peer's: what a wrong one points to is not made writable.
            fixOf('Add JAILHOUSE_MEM_WRITE', addFlag(output, 'flags', 'JAILHOUSE_MEM_WRITE'), false)
          : fixOf('Remove JAILHOUSE_MEM_WRITE', removeFlag(output, 'flags', 'JAILHOUSE_MEM_WRITE'), isCertain),
      ),
    }
  else if (!has(output, MEM_READ))
    yield {
      span: at(output, 'flags'),
      headline: `the output section of peer ${peer} in ${bdf(device.bdf)} is not readable`,
      key: `${bdf(device.bdf)} ${peer}`,
      ...fixes(fixOf('Add JAILHOUSE_MEM_READ', addFlag(output, 'flags', 'JAILHOUSE_MEM_READ'), isCertain)),
    }
}
