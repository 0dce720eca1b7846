import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import type { BoardRule } from '../rule.ts'
import page from './console-revoked.md'
import { revokedDevices } from './revoked.ts'
import { basis, relatedFacts } from './words.ts'

export const consoleRevoked: BoardRule = {
  kind: 'board',
  code: 'JH945',
  id: 'console-revoked',
  title: 'Cell takes the console of the root',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    const stdout = subject.platform.board?.stdout
    for (const { device, cell, region } of revokedDevices(subject))
      if (device.path === stdout)
        yield {
          span: at(region, 'phys_start'),
          headline: `create takes ${device.name}, the console of Linux, from the root`,
          notes: ['the next line Linux prints parks a CPU of the root cell', basis(device)],
          ...relatedFacts([device, 'stdout-path']),
          key: `${cell.name} ${device.path}`,
          ...fixes(
            fixOf(
              'Share it with the root: add JAILHOUSE_MEM_ROOTSHARED',
              addFlag(region, 'flags', 'JAILHOUSE_MEM_ROOTSHARED'),
              false,
            ),
          ),
        }
  },
}
