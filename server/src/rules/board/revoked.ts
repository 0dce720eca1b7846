import { MEM_ROOTSHARED } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { has, overlap, phys } from '../../config/ranges.ts'
import { devicesByPath } from '../../platform/devices.ts'
import type { Device } from '../../platform/model.ts'
import { memoize } from '../../text/memo.ts'
import type { BoardSubject } from '../rule.ts'
import { isWithRoot } from './root-lacks-device.ts'
import { afterCreate, afterEnable, checkedDevices, lackedBy, mainWindow, rootIn } from './subject.ts'

/** An enabled device that the root had and that `create` takes away, by the region of the cell that does. */
export interface Revoked {
  readonly device: Device
  readonly cell: CellConfig
  readonly region: MemoryRegion
  /** The first registers are gone, rather than a part behind them. */
  readonly isWhole: boolean
  /** Enabled devices that use it and stay with the root. */
  readonly consumers: readonly { readonly device: Device; readonly by: string }[]
}

/** By what the root reaches before and after: a sub-page region takes nothing from a root that maps the whole page. */
export const revokedDevices = memoize((subject: BoardSubject): readonly Revoked[] => {
  const { machine, platform, scenario } = subject
  const [before, after] = [afterEnable(machine), afterCreate(machine)]
  const [had, hasNow] = [before && rootIn(before), after && rootIn(after)]
  if (!had || !hasNow) return []
  return checkedDevices(subject).flatMap((device): readonly Revoked[] => {
    const window = mainWindow(device)?.range
    if (!window || !isWithRoot(device, had)) return []
    const lost = lackedBy(hasNow, window).filter(part => lackedBy(had, part).length === 0)
    const [first] = lost
    if (!first) return []
    const taker = scenario.cells
      .flatMap(cell => cell.mem_regions.map(region => ({ cell, region })))
      .find(({ region }) => overlap(phys(region), first) && !has(region, MEM_ROOTSHARED))
    if (!taker) return []
    const consumers = device.usedBy.flatMap(({ path, by }) => {
      const user = devicesByPath(platform).get(path)
      return user && isWithRoot(user, hasNow) ? [{ device: user, by }] : []
    })
    return [{ device, ...taker, isWhole: first.start === window.start, consumers }]
  })
})
