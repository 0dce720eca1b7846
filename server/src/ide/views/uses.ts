import { MEM_IO } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { hasAny, overlap, phys, type Range } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import type { State } from '../../machine/hypervisor.ts'
import { type IntervalIndex, intervalIndex } from '../../machine/interval-index.ts'
import { betweenBorders } from '../../text/range-parts.ts'
import { coalesce } from '../../text/range-set.ts'
import { hex } from '../../text/words.ts'
import { freeRanges } from '../completion/free-memory.ts'
import { isAddressed, isShared, MAX_REGIONS } from './boxes.ts'
import type { MapUse } from './model.ts'

/** A cell that has an area, and whether it shares it by configuration. */
interface Claimant {
  readonly cell: number
  readonly isShared: boolean
}

/** Memory between two neighbouring borders, and each cell that has it once. */
interface Area extends Range {
  readonly claimants: readonly Claimant[]
}

/** What memory serves, from the configurations and from which cells exist: one list for each set of live cells. */
export class Uses {
  readonly lists: (readonly MapUse[])[] = []
  readonly #known = new Map<string, number>()
  readonly #cells: readonly CellConfig[]
  readonly #hypervisor: Range
  readonly #areas: readonly Area[]
  readonly #kept: IntervalIndex<Range>

  constructor({ root, cells }: Scenario) {
    this.#cells = [root.root_cell, ...cells]
    this.#hypervisor = phys(root.hypervisor_memory)
    const all = this.#cells.flatMap(claimsOf)
    const claims = [...all.filter(isOfInmate), ...all.filter(each => !isOfInmate(each))].slice(0, MAX_REGIONS)
    this.#areas = areasBetween(this.#hypervisor, claims)
    const taken = claims.filter(isOfInmate).map(({ region }) => region)
    const kept = freeRanges(root, taken).filter(({ isKept }) => isKept)
    this.#kept = intervalIndex(kept.map(({ range }) => range))
  }

  at({ enabled, cells }: State): number {
    const live = new Set(cells.map(({ config }) => this.#cells.indexOf(config)))
    const name = `${enabled} ${this.#cells.map((_, cell) => live.has(cell))}`
    const known =
      this.#known.get(name) ?? this.lists.push(joinedUses(this.#areas.map(area => this.#useOf(area, live)))) - 1
    this.#known.set(name, known)
    return known
  }

  #useOf(area: Area, live: ReadonlySet<number>): MapUse {
    const { start, end, claimants } = area
    const use = (kind: MapUse['use'], by: readonly Claimant[] = []): MapUse => ({
      start: hex(start),
      end: hex(end),
      use: kind,
      cells: [...new Set(by.map(({ cell }) => cell))].toSorted((a, b) => a - b),
    })
    if (overlap(area, this.#hypervisor)) return use('hypervisor')
    const ofInmates = claimants.filter(isOfInmate)
    const alive = ofInmates.filter(({ cell }) => live.has(cell))
    if (alive.length > 0) return use(isForOne(alive) ? 'cell' : 'shared', isForOne(alive) ? alive : claimants)
    if (ofInmates.length > 0) return use(isForOne(ofInmates) ? 'reserved' : 'shared', ofInmates)
    if (claimants.length === 0) return use('unassigned')
    return use(this.#kept.meeting(start, end).length > 0 ? 'kept' : 'root', claimants)
  }
}

/** A region of an inmate, or of the root. */
interface Claim extends Range, Claimant {
  readonly region: MemoryRegion
}

const isOfInmate = ({ cell }: Claimant): boolean => cell !== 0

const claimsOf = (config: CellConfig, cell: number): readonly Claim[] =>
  config.mem_regions
    .filter(region => isAddressed(region) && !hasAny(region, MEM_IO))
    .map(region => ({ ...phys(region), cell, region, isShared: isShared(config, region) }))

const isForOne = (claimants: readonly Claimant[]): boolean =>
  new Set(claimants.map(({ cell }) => cell)).size === 1 && !claimants.some(({ isShared }) => isShared)

/** What lies between neighbouring borders, from the first to the last, however many claims lie over each other. */
function areasBetween(hypervisor: Range, claims: readonly Claim[]): readonly Area[] {
  const counts = new Map<string, { readonly claimant: Claimant; count: number }>()
  const cross = (claimant: Claimant, change: number) => {
    const name = `${claimant.cell} ${claimant.isShared}`
    const known = counts.get(name) ?? { claimant, count: 0 }
    counts.set(name, known)
    known.count += change
  }
  return betweenBorders(
    [...claims, hypervisor],
    (index, change) => claims[index] && cross(claims[index], change),
    range => [
      { ...range, claimants: [...counts.values()].filter(({ count }) => 0 < count).map(({ claimant }) => claimant) },
    ],
  )
}

/** Neighbours that serve the same, taken together. */
const joinedUses = (uses: readonly MapUse[]): readonly MapUse[] =>
  coalesce(
    uses,
    (last, use) => last.end === use.start && last.use === use.use && last.cells.join() === use.cells.join(),
    (last, use) => ({ ...last, end: use.end }),
  )
