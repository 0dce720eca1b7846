import { allClaims } from '../../platform/read/iomem.ts'
import { hex } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './root-lacks-ports.md'
import { atArray, basis, relatedFacts } from './words.ts'

/** Ports that Linux claims and nobody misses: legacy controllers, debug port, PCI configuration. `[from, to)`. */
const QUIET: readonly (readonly [number, number])[] = [
  [0x00, 0x20],
  [0x20, 0x22],
  [0x50, 0x54],
  [0x80, 0x90],
  [0xa0, 0xa2],
  [0xc0, 0xe0],
  [0xf0, 0x100],
  [0x4d0, 0x4d2],
  [0xcf8, 0xd00],
]

export const rootLacksPorts: BoardRule = {
  kind: 'board',
  code: 'JH916',
  id: 'root-lacks-ports',
  title: 'I/O ports in use missing from the root cell',
  severity: 'hint',
  constraints: [],
  complete: ['root.pio_regions'],
  page,
  *check({ platform, scenario }) {
    const { root_cell, architecture } = scenario.root
    if (architecture !== 'x86' || root_cell.pio_regions.length === 0) return
    for (const claim of allClaims(platform.ports ?? [])) {
      const [from, to] = [Number(claim.range.start), Number(claim.range.end)]
      const isLeaf = claim.children.length === 0 && !/^(ACPI |PCI |pnp |[0-9a-f]{4}:[0-9a-f]{2}:)/.test(claim.name)
      const isQuiet = QUIET.some(([start, end]) => start <= from && to <= end)
      const isPermitted = root_cell.pio_regions.some(({ base, length }) => base <= from && to <= base + length)
      if (!isLeaf || isQuiet || isPermitted) continue
      yield {
        span: atArray(root_cell, 'pio_regions'),
        headline: `ports ${hex(from)} to ${hex(to - 1)} ("${claim.name}") are in no region of the root cell`,
        notes: ['an access ends in "FATAL: Invalid PIO read" or "write"', basis(claim)],
        help: `add PIO_RANGE(${hex(from)}, ${hex(to - from)})`,
        ...relatedFacts([claim, `"${claim.name}" is claimed here`]),
        key: hex(from),
      }
    }
  },
}
