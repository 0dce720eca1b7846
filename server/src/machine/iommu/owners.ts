import type { CellConfig } from '../../config/model.ts'
import type { Scenario } from '../../config/scenario.ts'

/** Root and cells by what they list: streams or devices. */
export function ownersBy(
  { root, cells }: Scenario,
  keysOf: (config: CellConfig) => readonly number[],
): ReadonlyMap<number, readonly CellConfig[]> {
  const owners = new Map<number, CellConfig[]>()
  for (const config of [root.root_cell, ...cells])
    for (const key of new Set(keysOf(config))) {
      const known = owners.get(key)
      if (known) known.push(config)
      else owners.set(key, [config])
    }
  return owners
}
