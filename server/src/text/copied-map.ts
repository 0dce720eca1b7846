/** A map that begins as another one and leaves that alone: it is copied before the first change, if there ever is one. */
export class CopiedMap<Key, Value> {
  #current: ReadonlyMap<Key, Value>
  #own: Map<Key, Value> | undefined

  constructor(beginning: ReadonlyMap<Key, Value> = new Map()) {
    this.#current = beginning
  }

  /** What it holds now; another object after the first change. */
  get current(): ReadonlyMap<Key, Value> {
    return this.#current
  }

  get(key: Key): Value | undefined {
    return this.#current.get(key)
  }

  has(key: Key): boolean {
    return this.#current.has(key)
  }

  keys(): Iterable<Key> {
    return this.#current.keys()
  }

  set(key: Key, value: Value): void {
    this.#copied().set(key, value)
  }

  delete(key: Key): boolean {
    return this.has(key) && this.#copied().delete(key)
  }

  #copied(): Map<Key, Value> {
    this.#own ??= new Map(this.#current)
    this.#current = this.#own
    return this.#own
  }
}
