import { at } from '../../config/places.ts'
import type { BoardRule } from '../rule.ts'
import page from './device-revoked.md'
import { revokedDevices } from './revoked.ts'
import { basis, deviceText, relatedFacts } from './words.ts'

export const deviceRevoked: BoardRule = {
  kind: 'board',
  code: 'JH946',
  id: 'device-revoked',
  title: 'Device of a cell enabled in the root',
  severity: 'hint',
  constraints: [],
  page,
  *check(subject) {
    const stdout = subject.platform.board?.stdout
    for (const { device, cell, region, consumers } of revokedDevices(subject)) {
      if (device.path === stdout || (device.isProvider && consumers.length > 0)) continue
      const isBound = device.driver !== undefined && device.driver !== 'none'
      yield {
        span: at(region, 'phys_start'),
        severity: isBound ? 'warning' : 'hint',
        headline: `create takes ${device.name} from the root, where it is enabled`,
        notes: [
          `${deviceText(device)}${isBound ? ` is bound to the driver ${device.driver}` : ''}: a driver that touches it parks a CPU`,
          basis(device),
        ],
        help: "disable it in the root's device tree, or unbind its driver before create",
        ...relatedFacts([device, device.name]),
        key: `${cell.name} ${device.path}`,
      }
    }
  },
}
