import type { Simulation } from '../../analyze.ts'
import { devicesAt } from '../../platform/devices.ts'
import { describeRange } from '../../text/words.ts'

/** Devices of the machine at an address that a console names, as far as facts tell: three of them say enough. */
export function devicesNamedAt(simulations: readonly Simulation[], address: bigint | undefined): readonly string[] {
  const platform = simulations.find(each => each.platform)?.platform
  if (!platform || address === undefined) return []
  return devicesAt(platform, address)
    .slice(0, 3)
    .map(({ name, compatible, windows, enabled, polledEvery, source }) => {
      const window = windows.find(({ range }) => range.start <= address && address < range.end)
      const words = [
        compatible[0],
        window && describeRange(window.range),
        enabled ? undefined : 'disabled for Linux',
        polledEvery === undefined ? undefined : `polled every ${polledEvery} ms`,
      ]
      return `${name}: ${words.filter(Boolean).join(', ')} (by ${source.name})`
    })
}
