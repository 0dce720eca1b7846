import type { CellConfig } from '../config/model.ts'

/** What pages were taken for. */
export interface PoolItem {
  /** E.g. `page tables`, `cell structure and configuration`. */
  readonly what: string
  readonly pages: number
  readonly cell?: CellConfig
}

/** The hypervisor's `mem_pool` and `remap_pool` between two commands, in pages of 4 KiB. */
export interface PoolState {
  /** Pages of the pool, and those the allocator can reach: it scans whole words of the bitmap. */
  readonly pages: number
  readonly usable: number
  readonly used: number
  readonly remapUsed: number
  /** Where `used` comes from, in the order of taking. What nobody can free any more says `leaked: …`. */
  readonly items: readonly PoolItem[]
}

export const noPool: PoolState = { pages: 0, usable: 0, used: 0, remapUsed: 0, items: [] }

/** Pages that hold `bytes`. */
export const pagesFor = (bytes: number): number => Math.ceil(bytes / 4096)

const isSame = (a: Omit<PoolItem, 'pages'>, b: PoolItem): boolean => a.what === b.what && payer(a) === payer(b)

/** Cells of one name follow each other; what the root cell takes is the system's. */
const payer = ({ cell }: Omit<PoolItem, 'pages'>): string => (cell?.isRoot ? '' : (cell?.name ?? ''))

/** The pools while one command runs. Counts pages, not their places: contiguous runs are taken to be found. */
export class PagePool {
  pages: number
  usable: number
  used: number
  remapUsed: number
  readonly #items: PoolItem[]

  constructor(before: PoolState) {
    this.pages = before.pages
    this.usable = before.usable
    this.used = before.used
    this.remapUsed = before.remapUsed
    this.#items = [...before.items]
  }

  get free(): number {
    return Math.max(0, this.usable - this.used)
  }

  /** `page_alloc`: takes the pages, or none if they are not there. Zero pages are never there. */
  take(pages: number, item: Omit<PoolItem, 'pages'>): boolean {
    if (pages === 0 || this.free < pages) return false
    this.charge(pages, item)
    return true
  }

  /** `page_free`. */
  give(pages: number, item: Omit<PoolItem, 'pages'>): void {
    this.charge(-pages, item)
  }

  holds(item: Omit<PoolItem, 'pages'>): boolean {
    return this.#items.some(known => isSame(item, known))
  }

  /** Enters pages already taken or, negative, given back. */
  charge(pages: number, item: Omit<PoolItem, 'pages'>): void {
    if (pages === 0) return
    this.used += pages
    const index = this.#items.findIndex(known => isSame(item, known))
    const total = (this.#items[index]?.pages ?? 0) + pages
    if (index < 0) this.#items.push({ ...item, pages })
    else if (total === 0) this.#items.splice(index, 1)
    else this.#items[index] = { ...item, pages: total }
  }

  state(): PoolState {
    const { pages, usable, used, remapUsed } = this
    return { pages, usable, used, remapUsed, items: this.#items }
  }
}
