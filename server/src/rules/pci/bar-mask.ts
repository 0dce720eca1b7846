import { PCI_TYPE_DEVICE } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { bdf, hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './bar-mask.md'

/** Ones above zeros: the form of a mask that tells a size which is a power of two. */
const isMask = (word: number): boolean => word === 0 || (word | (word - 1)) >>> 0 === 0xffffffff

/** BARs are shadowed; the mask says which bits of the shadow can be written (`pci_cfg_write_moderate`). */
export const barMask: CellRule = {
  kind: 'cell',
  code: 'JH505',
  id: 'bar-mask',
  title: 'Invalid BAR mask',
  severity: 'warning',
  constraints: ['pci-bar-mask'],
  page,
  *check(cell) {
    for (const device of cell.pci_devices.filter(({ type }) => type === PCI_TYPE_DEVICE))
      for (const [i, word] of device.bar_mask.entries())
        if (!isMask(word))
          yield {
            span: at(device, `bar_mask[${i}]`),
            headline: `bar_mask[${i}] ${hex(word)} of ${bdf(device.bdf)} is not a mask of a power of two`,
            notes: ["the device's driver reads a wrong BAR size"],
            help: 'use ~(size - 1)',
            key: `${bdf(device.bdf)} ${i}`,
          }
  },
}
