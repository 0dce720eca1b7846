import { analyze } from '../analyze.ts'
import { type CellConfig, cellOf } from '../config/model.ts'
import { overlap, phys } from '../config/ranges.ts'
import type { Device } from '../platform/model.ts'
import { UsageError } from './command.ts'
import { Files } from './files.ts'

/** The cells of configurations on the command line. Throws `UsageError` for a file that holds none. */
export function cellsIn(paths: readonly string[], cwd: string): readonly CellConfig[] {
  const files = new Files()
  return paths.map(path => {
    const main = files.named(path, cwd)
    const { config } = analyze(main, files.project({}, [main]))
    if (!config) throw new UsageError(`${path}: not a configuration`)
    return cellOf(config)
  })
}

/** Names of the cells with a region over the first registers of a device. */
export function ownersOf({ windows: [window] }: Device, cells: readonly CellConfig[]): readonly string[] {
  if (!window) return []
  const first = { start: window.range.start, end: window.range.start + 1n }
  return cells.filter(cell => cell.mem_regions.some(region => overlap(first, phys(region)))).map(({ name }) => name)
}
