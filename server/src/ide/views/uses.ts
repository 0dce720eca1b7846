import { MEM_IO } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { hasAny, overlap, phys, type Range } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import type { State } from '../../machine/hypervisor.ts'
import { type IntervalIndex, intervalIndex } from '../../machine/interval-index.ts'
import { coalesce } from '../../text/range-set.ts'
import { hex } from '../../text/words.ts'
import { freeRanges } from '../completion/free-memory.ts'
import { isAddressed, isShared, MAX_REGIONS } from './boxes.ts'
import type { MapUse } from './model.ts'

/** A region of an inmate, or of the root. */
interface Claim extends Range {
  readonly cell: number
  readonly config: CellConfig
  readonly region: MemoryRegion
}

/** What memory serves, from the configurations and from which cells exist: one list for each set of live cells. */
export class Uses {
  readonly lists: (readonly MapUse[])[] = []
  readonly #known = new Map<string, number>()
  readonly #cells: readonly CellConfig[]
  readonly #hypervisor: Range
  readonly #claims: IntervalIndex<Claim>
  readonly #areas: readonly Range[]
  readonly #kept: readonly Range[]

  constructor({ root, cells }: Scenario) {
    this.#cells = [root.root_cell, ...cells]
    this.#hypervisor = phys(root.hypervisor_memory)
    const all = this.#cells.flatMap(claimsOf)
    const claims = [...all.filter(isOfInmate), ...all.filter(each => !isOfInmate(each))].slice(0, MAX_REGIONS)
    this.#claims = intervalIndex(claims)
    this.#areas = areasBetween([this.#hypervisor, ...claims])
    const taken = claims.filter(isOfInmate).map(({ region }) => region)
    this.#kept = freeRanges(root, taken)
      .filter(({ isKept }) => isKept)
      .map(({ range }) => range)
  }

  at({ enabled, cells }: State): number {
    const live = new Set(cells.map(({ config }) => config))
    const name = `${enabled} ${this.#cells.map(cell => live.has(cell))}`
    const known =
      this.#known.get(name) ?? this.lists.push(joinedUses(this.#areas.map(area => this.#useOf(area, live)))) - 1
    this.#known.set(name, known)
    return known
  }

  #useOf(area: Range, live: ReadonlySet<CellConfig>): MapUse {
    const use = (kind: MapUse['use'], claims: readonly Claim[] = []): MapUse => ({
      start: hex(area.start),
      end: hex(area.end),
      use: kind,
      cells: [...new Set(claims.map(({ cell }) => cell))].toSorted((a, b) => a - b),
    })
    if (overlap(area, this.#hypervisor)) return use('hypervisor')
    const claims = this.#claims.meeting(area.start, area.end)
    const ofInmates = claims.filter(isOfInmate)
    const alive = ofInmates.filter(({ config }) => live.has(config))
    if (alive.length > 0) return use(isForOne(alive) ? 'cell' : 'shared', isForOne(alive) ? alive : claims)
    if (ofInmates.length > 0) return use(isForOne(ofInmates) ? 'reserved' : 'shared', ofInmates)
    if (claims.length === 0) return use('unassigned')
    return use(this.#kept.some(range => overlap(range, area)) ? 'kept' : 'root', claims)
  }
}

const isOfInmate = ({ cell }: Claim): boolean => cell !== 0

const claimsOf = (config: CellConfig, cell: number): readonly Claim[] =>
  config.mem_regions
    .filter(region => isAddressed(region) && !hasAny(region, MEM_IO))
    .map(region => ({ ...phys(region), cell, config, region }))

const isForOne = (claims: readonly Claim[]): boolean =>
  new Set(claims.map(({ cell }) => cell)).size === 1 && !claims.some(({ config, region }) => isShared(config, region))

/** Parts between neighbouring borders, from the first border to the last. */
function areasBetween(ranges: readonly Range[]): readonly Range[] {
  const borders = [...new Set(ranges.flatMap(({ start, end }) => [start, end]))].toSorted((a, b) => (a < b ? -1 : 1))
  return borders.slice(1).map((end, i) => ({ start: borders[i]!, end }))
}

/** Neighbours that serve the same, taken together. */
const joinedUses = (uses: readonly MapUse[]): readonly MapUse[] =>
  coalesce(
    uses,
    (last, use) => last.end === use.start && last.use === use.use && last.cells.join() === use.cells.join(),
    (last, use) => ({ ...last, end: use.end }),
  )
