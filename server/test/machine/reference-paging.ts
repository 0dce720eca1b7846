/** `hypervisor/paging.c` once more, entry by entry and without any shortcut, to compare the quick one with. */

interface Leaf {
  phys: number
  flags: number
}

type Entry = Leaf | ReferenceTable

class ReferenceTable {
  readonly entries = new Map<number, Entry>()
  readonly level: number

  constructor(level: number) {
    this.level = level
  }
}

interface Format {
  readonly levels: readonly { readonly span: number; readonly leaf: boolean }[]
  readonly rootEntries: number
}

export class ReferencePaging {
  readonly #format: Format
  readonly #root = new ReferenceTable(0)
  free: number

  constructor(format: Format, free: number) {
    this.#format = format
    this.free = free
  }

  create(virt: number, phys: number, pages: number, flags: number, huge: boolean): boolean {
    return this.#create(this.#root, virt, phys, pages, flags, huge)
  }

  destroy(virt: number, pages: number): boolean {
    return this.#destroy(this.#root, virt, pages, false)
  }

  #span = (table: ReferenceTable): number => this.#format.levels[table.level]?.span ?? 1
  #isLeafLevel = (table: ReferenceTable): boolean => this.#format.levels[table.level]?.leaf ?? true

  #entries({ level }: ReferenceTable): number {
    const { levels, rootEntries } = this.#format
    return level === 0 ? rootEntries : (levels[level - 1]?.span ?? 1) / (levels[level]?.span ?? 1)
  }

  #index(table: ReferenceTable, virt: number): number {
    return Math.floor(virt / this.#span(table)) % this.#entries(table)
  }

  #create(root: ReferenceTable, at: number, to: number, count: number, flags: number, huge: boolean): boolean {
    let [virt, phys, size] = [at, to, count]
    while (size > 0) {
      let table = root
      for (;;) {
        const span = this.#span(table)
        const index = this.#index(table, virt)
        const fits = this.#isLeafLevel(table) && span <= size && phys % span === 0 && virt % span === 0
        if (fits && (huge || span === 1)) {
          if (span > 1) this.#destroy(table, virt, span, huge)
          table.entries.set(index, { phys, flags })
          break
        }
        const entry = table.entries.get(index)
        if (entry && !(entry instanceof ReferenceTable) && !this.#split(table, index, virt, huge)) return false
        if (!entry && !this.#add(table, index)) return false
        table = table.entries.get(index) as ReferenceTable
      }
      virt += this.#span(table)
      phys += this.#span(table)
      size -= this.#span(table)
    }
    return true
  }

  #add(table: ReferenceTable, index: number): boolean {
    if (this.free < 1) return false
    this.free--
    table.entries.set(index, new ReferenceTable(table.level + 1))
    return true
  }

  #split(table: ReferenceTable, index: number, virt: number, huge: boolean): boolean {
    const { phys, flags } = table.entries.get(index) as Leaf
    const span = this.#span(table)
    if (!this.#add(table, index)) return false
    const start = Math.floor(virt / span) * span
    return this.#create(table.entries.get(index) as ReferenceTable, start, phys, span, flags, huge)
  }

  #destroy(root: ReferenceTable, at: number, count: number, huge: boolean): boolean {
    let [virt, size] = [at, count]
    while (size > 0) {
      const path = [root]
      for (;;) {
        const table = path.at(-1) as ReferenceTable
        const index = this.#index(table, virt)
        const entry = table.entries.get(index)
        if (!entry) break
        if (!(entry instanceof ReferenceTable)) {
          const span = this.#span(table)
          const start = Math.floor(virt / span) * span
          if (virt <= start && start + span <= virt + size) break
          if (!this.#split(table, index, virt, huge)) return false
        }
        path.push(table.entries.get(index) as ReferenceTable)
      }
      const stopped = path.at(-1) as ReferenceTable
      const step = this.#isLeafLevel(stopped) ? this.#span(stopped) : 1
      for (;;) {
        const table = path.at(-1) as ReferenceTable
        table.entries.delete(this.#index(table, virt))
        if (path.length === 1 || table.entries.size > 0) break
        this.free++
        path.pop()
      }
      if (step > size) break
      virt += step
      size -= step
    }
    return true
  }

  /** Tables below the root, leaves by level, and every leaf as `virt>phys*pages:flags`. */
  picture(): { tables: number; leaves: number[]; map: string[] } {
    const leaves = this.#format.levels.map(() => 0)
    const map: string[] = []
    let tables = 0
    const visit = (table: ReferenceTable, base: number): void => {
      const span = this.#span(table)
      for (const [index, entry] of [...table.entries].sort(([a], [b]) => a - b)) {
        const virt = base + index * span
        if (entry instanceof ReferenceTable) {
          tables++
          visit(entry, virt)
        } else {
          leaves[table.level] = (leaves[table.level] ?? 0) + 1
          map.push(`${virt}>${entry.phys}*${span}:${entry.flags}`)
        }
      }
    }
    visit(this.#root, 0)
    return { tables, leaves, map }
  }
}
