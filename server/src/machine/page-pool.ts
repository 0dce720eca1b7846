import type { CellConfig, MemoryRegion } from '../config/model.ts'

/** What pages were taken for. */
export interface PoolItem {
  /** E.g. `page tables`, `cell structure and configuration`. */
  readonly what: string
  readonly pages: number
  readonly cell?: CellConfig
  readonly region?: MemoryRegion
}

/** The hypervisor's `mem_pool` and `remap_pool` between two commands, in pages of 4 KiB. */
export interface PoolState {
  /** Pages of the pool, and those the allocator can reach: it scans whole words of the bitmap. */
  readonly pages: number
  readonly usable: number
  readonly used: number
  readonly remapUsed: number
  /** Where `used` comes from, in the order of taking. What nobody can free any more says `lost: …`. */
  readonly items: readonly PoolItem[]
}

export const noPool: PoolState = { pages: 0, usable: 0, used: 0, remapUsed: 0, items: [] }

const same = (a: PoolItem, b: Omit<PoolItem, 'pages'>): boolean =>
  a.what === b.what && a.cell === b.cell && a.region === b.region

/** The pools while one command runs. Counts pages, not their places: contiguous runs are taken to be found. */
export class PagePool {
  pages: number
  usable: number
  used: number
  remapUsed: number
  /** Most pages in use at any time of the command. */
  peak: number
  readonly #items: PoolItem[]

  constructor(before: PoolState) {
    this.pages = before.pages
    this.usable = before.usable
    this.used = before.used
    this.remapUsed = before.remapUsed
    this.peak = before.used
    this.#items = [...before.items]
  }

  get free(): number {
    return Math.max(0, this.usable - this.used)
  }

  /** Takes pages, or none if they are not there. `page_alloc` of zero pages fails, too. */
  take(pages: number, item: Omit<PoolItem, 'pages'>): boolean {
    if (pages === 0 || this.free < pages) return false
    this.charge(pages, item)
    return true
  }

  /** Accounts for pages already taken or, negative, given back. */
  charge(pages: number, item: Omit<PoolItem, 'pages'>): void {
    if (pages === 0) return
    this.used += pages
    this.peak = Math.max(this.peak, this.used)
    const index = this.#items.findIndex(known => same(known, item))
    const before = this.#items[index]
    if (!before) this.#items.push({ ...item, pages })
    else if (before.pages + pages === 0) this.#items.splice(index, 1)
    else this.#items[index] = { ...before, pages: before.pages + pages }
  }

  give(pages: number, item: Omit<PoolItem, 'pages'>): void {
    this.charge(-pages, item)
  }

  state(): PoolState {
    const { pages, usable, used, remapUsed } = this
    return { pages, usable, used, remapUsed, items: [...this.#items] }
  }
}
