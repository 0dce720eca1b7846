import { at } from '../../config/places.ts'
import { isSubPage } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { listed } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './provider-revoked.md'
import { revokedDevices } from './revoked.ts'
import { basis, deviceText, relatedFacts } from './words.ts'

export const providerRevoked: BoardRule = {
  kind: 'board',
  code: 'JH944',
  id: 'provider-revoked',
  title: 'Cell takes a controller that the root still needs',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    for (const { device, cell, region, consumers, isWhole } of revokedDevices(subject)) {
      if (!device.isProvider || consumers.length === 0) continue
      const users = [...new Map(consumers.map(each => [each.device.name, `${each.device.name} (${each.by})`])).values()]
      yield {
        span: at(region, 'phys_start'),
        // A part of whole pages is how mailboxes are divided.
        severity: isWhole || isSubPage(region) ? 'warning' : 'hint',
        headline: `create takes ${device.name} from the root, which still needs it`,
        notes: [
          `${deviceText(device)} serves ${listed(users, 6)} of the root`,
          `the next access of one of their drivers parks a CPU of the root cell`,
          basis(device),
        ],
        ...relatedFacts([device, `${device.name}`]),
        key: `${cell.name} ${device.path}`,
        ...fixes(
          fixOf(
            'Share it with the root: add JAILHOUSE_MEM_ROOTSHARED',
            addFlag(region, 'flags', 'JAILHOUSE_MEM_ROOTSHARED'),
            false,
          ),
        ),
      }
    }
  },
}
