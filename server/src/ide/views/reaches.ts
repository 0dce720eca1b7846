import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import type { Range } from '../../config/ranges.ts'
import type { Cell, DmaContext, State } from '../../machine/hypervisor.ts'
import type { Access, CpuReach, DmaReach } from '../../machine/queries/answers.ts'
import { contextsOf, cpuReachOf, dmaReachOf, isDmaRestricted, shownBy } from '../../machine/queries/reach.ts'
import type { Machine, Stage } from '../../machine/stage.ts'
import { memoize, memoizeLatest } from '../../text/memo.ts'
import { english, type Words } from '../../text/message.ts'
import { hex } from '../../text/words.ts'
import { deviceMessage } from '../device-words.ts'
import { type Column, isOfDevices } from './columns.ts'
import type { MapRun } from './model.ts'

/** All addresses there can be; one object, since queries remember what they were asked last. */
const EVERYWHERE: Range = { start: 0n, end: 1n << 52n }

/** Lists of runs, each kept once: most stages change few columns. */
export class Reaches {
  readonly lists: (readonly MapRun[])[] = [[]]
  readonly #known = new Map<string, number>()
  readonly #machine: Machine
  readonly #boxOf: ReadonlyMap<MemoryRegion, number>
  /** Of each column of devices what it was asked last: most commands leave it as it was. */
  readonly #last = new Map<Column, { readonly own: readonly DmaContext[]; readonly list: number }>()
  readonly #cpuLists = memoize((reaches: readonly CpuReach[]) => this.#add(reaches.map(reach => this.#cpuRun(reach))))

  constructor(machine: Machine, boxOf: ReadonlyMap<MemoryRegion, number>) {
    this.#machine = machine
    this.#boxOf = boxOf
  }

  /** The position of what a column reaches after a stage. */
  at(stage: Stage, column: Column): number {
    const { kind, lane } = column.column
    if (kind === 'own') return 0
    if (lane === 'unrestricted') return isUnrestricted(stage.state) ? this.#add([EVERYTHING]) : 0
    return kind === 'cpu' ? this.#cpus(stage, column.cell) : this.#devices(stage, column)
  }

  #cpus({ state }: Stage, config: CellConfig | undefined): number {
    const cell = state.cells.find(live => live.config === config)
    return cell ? this.#cpuLists(cpuRuns(cell)) : 0
  }

  #devices({ state }: Stage, column: Column): number {
    const own = contextsOf(state, this.#machine.scenario).filter(({ owners, driver }) =>
      isOfDevices(owners, driver)(column),
    )
    const last = this.#last.get(column)
    if (last && isSame(last.own, own)) return last.list
    const list = this.#add(this.#dmaRuns(own))
    this.#last.set(column, { own, list })
    return list
  }

  #dmaRuns(own: readonly DmaContext[]): readonly MapRun[] {
    const groups = behindOne(own)
    const merged = new Map<string, { readonly reach: DmaReach; readonly groups: number[] }>()
    for (const [index, contexts] of groups.entries())
      for (const reach of dmaReachOf(contexts[0]!, EVERYWHERE)) {
        const key = keyOf(reach)
        const same = merged.get(key)
        if (same) same.groups.push(index)
        else merged.set(key, { reach, groups: [index] })
      }
    const words = new Map<string, Words>()
    const wordsOf = (indexes: readonly number[]): Words => {
      const key = indexes.join()
      const known = words.get(key) ?? deviceMessage(indexes.flatMap(index => groups[index]!))
      words.set(key, known)
      return known
    }
    const all = english(deviceMessage(own))
    return [...merged.values()].map(({ reach, groups }) => this.#dmaRun(reach, wordsOf(groups), all))
  }

  #cpuRun({ phys, virt, access, grantedBy, trapsTo }: CpuReach): MapRun {
    return {
      start: hex(phys.start),
      end: hex(phys.end),
      virt: hex(virt),
      access: letters(access),
      ...this.#boxProperty(grantedBy),
      ...(trapsTo && { trapsTo }),
    }
  }

  #dmaRun({ phys, virt, read, write, grantedBy, through }: DmaReach, devices: Words, all: string): MapRun {
    return {
      start: hex(phys.start),
      end: hex(phys.end),
      virt: hex(virt),
      access: letters({ read, write, execute: false }),
      ...this.#boxProperty(grantedBy),
      ...(through === 'bypass' && { isEverything: true }),
      ...(english(devices) !== all && { devices }),
    }
  }

  #boxProperty(region: MemoryRegion | undefined): { readonly box?: number } {
    const box = region && this.#boxOf.get(region)
    return box === undefined ? {} : { box }
  }

  #add(runs: readonly MapRun[]): number {
    if (runs.length === 0) return 0
    const words = JSON.stringify(runs)
    const known = this.#known.get(words) ?? this.lists.push(runs) - 1
    this.#known.set(words, known)
    return known
  }
}

const EVERYTHING: MapRun = {
  start: hex(EVERYWHERE.start),
  end: hex(EVERYWHERE.end),
  virt: '0x0',
  access: 'rw-',
  isEverything: true,
}

const letters = ({ read, write, execute }: Omit<Access, 'device'>): string =>
  `${read ? 'r' : '-'}${write ? 'w' : '-'}${execute ? 'x' : '-'}`

const keyOf = ({ phys, virt, read, write, grantedBy }: DmaReach): string =>
  [phys.start, phys.end, virt, read, write, grantedBy?.index, grantedBy?.phys_start].join()

/** Whether nothing stands between devices and memory. */
const isUnrestricted = (state: State): boolean => state.enabled && !isDmaRestricted(state)

/** Whether the same streams see the very same. */
const isSame = (before: readonly DmaContext[], after: readonly DmaContext[]): boolean =>
  before.length === after.length &&
  before.every(({ device, unit, translation }, i) => {
    const now = after[i]!
    return device === now.device && unit === now.unit && shownBy(translation) === shownBy(now.translation)
  })

/** Streams and devices that see the same through one translation. */
function behindOne(contexts: readonly DmaContext[]): readonly (readonly DmaContext[])[] {
  const groups = new Map<object, DmaContext[]>()
  for (const context of contexts) {
    const shown = shownBy(context.translation)
    const group = groups.get(shown)
    if (group) group.push(context)
    else groups.set(shown, [context])
  }
  return [...groups.values()]
}

/** A cell's tables and traps stay the same objects as long as no command changes them. */
const cpuRuns = (cell: Cell): readonly CpuReach[] => lastRuns(cell.mm, cell).runs

const lastRuns = memoizeLatest(
  (_tables: Cell['mm'], cell: Cell) => ({ regions: cell.mmio.regions, runs: cpuReachOf(cell, EVERYWHERE) }),
  ({ regions }, cell) => regions === cell.mmio.regions,
)
