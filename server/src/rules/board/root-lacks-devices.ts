import { alignDown, alignUp } from '../../config/ranges.ts'
import { appendRegions } from '../../edit/append.ts'
import { type EditSet, fixes, fixOf } from '../../edit/change.ts'
import { merge } from '../../text/range-set.ts'
import { hex, interval, listed } from '../../text/words.ts'
import type { BoardRule, BoardSubject } from '../rule.ts'
import { deviceFlags, type Lacking, lackedDevices } from './root-lacks-device.ts'
import page from './root-lacks-devices.md'
import { atArray, basis, deviceText } from './words.ts'

const MAX_RELATED = 20

/** One finding a root cell: about a third of these devices would ever be touched. */
export const rootLacksDevices: BoardRule = {
  kind: 'board',
  code: 'JH914',
  id: 'root-lacks-devices',
  title: 'Enabled devices missing from the root cell',
  severity: 'information',
  constraints: [],
  complete: ['root.mem_regions'],
  page,
  *check(subject) {
    const lacking = lackedDevices(subject).filter(({ reason }) => reason === undefined)
    const [first] = lacking
    if (!first) return
    const names = lacking.map(({ device, start }) => `${device.name} at ${hex(start)}`)
    yield {
      span: atArray(subject.scenario.root.root_cell, 'mem_regions'),
      headline: `${lacking.length === 1 ? '1 enabled device is' : `${lacking.length} enabled devices are`} in no region of the root cell`,
      notes: [listed(names, MAX_RELATED), `a driver that touches one of them parks a CPU; ${basis(first.device)}`],
      help: 'disable them in the device tree, or add their regions',
      related: lacking
        .slice(0, MAX_RELATED)
        .flatMap(({ device, start, end }) =>
          device.span ? [{ span: device.span, text: `${deviceText(device)} at ${interval({ start, end })}` }] : [],
        ),
      key: 'devices',
      ...fixes(addRegions(subject, lacking)),
    }
  },
}

/** Whole pages, those that touch as one. */
function addRegions({ scenario }: BoardSubject, lacking: readonly Lacking[]): EditSet | undefined {
  const { root } = scenario
  const pages = merge(lacking.map(({ start, end }) => ({ start: alignDown(start), end: alignUp(end) })))
  const regions = pages.map(range => {
    const inside = lacking.filter(({ start }) => range.start <= start && start < range.end)
    return {
      range,
      flags: deviceFlags(root),
      comment: listed(
        inside.map(({ device }) => device.name),
        4,
      ),
    }
  })
  const title =
    lacking.length === 1 ? `Add region for ${lacking[0]?.device.name}` : `Add regions for all ${lacking.length} devices`
  return fixOf(title, appendRegions(root.root_cell, regions), false)
}
