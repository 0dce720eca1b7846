import { at } from '../../config/places.ts'
import type { Device } from '../../platform/model.ts'
import type { BoardRule } from '../rule.ts'
import page from './device-revoked.md'
import { sharedPages } from './page-shared.ts'
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
    const along = new Set(sharedPages(subject).flatMap(({ along }) => along))
    for (const { device, cell, region, consumers } of revokedDevices(subject)) {
      if (device.path === stdout || (device.isProvider && consumers.length > 0) || along.has(device)) continue
      const use = useOf(device)
      yield {
        span: at(region, 'phys_start'),
        severity: use === undefined ? 'hint' : 'warning',
        headline: `create takes ${device.name} from the root, where it is enabled`,
        notes: [
          `${deviceText(device)}${use === undefined ? '' : ` is ${use}`}: a driver that touches it parks a CPU`,
          basis(device),
        ],
        help: "disable it in the root's device tree, or unbind its driver before create",
        ...relatedFacts([device, device.name]),
        key: `${cell.name} ${device.path}`,
      }
    }
  },
}

/** What is known of Linux' using it. */
function useOf({ driver, polledEvery }: Device): string | undefined {
  if (polledEvery !== undefined) return `polled every ${polledEvery} ms`
  return driver === undefined || driver === 'none' ? undefined : `bound to the driver ${driver}`
}
