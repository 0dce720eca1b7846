/**
 * All that is remembered between two questions is remembered here, by the identity of immutable inputs; this is the whole
 * of incrementality. Nothing is written onto an input, and nothing here keeps an input alive: a result goes with the first
 * of its inputs that goes, so old versions and closed files take theirs with them.
 *
 * | function        | remembers                                     | until                                           |
 * |-----------------|-----------------------------------------------|-------------------------------------------------|
 * | `memoize`       | one result an object                          | the object goes                                 |
 * | `memoizeAll`    | one result for several objects together       | one of them goes                                |
 * | `memoizeLatest` | the last result an object                     | the object goes, or it no longer holds          |
 * | `memoizeFinal`  | one result an object, where it is said to last| the object goes                                 |
 * | `memoizeByName` | one result a name                             | the object it is made for goes                  |
 * | `LatestByName`  | the last result a name, with what must be freed| `capacity` other names came after it           |
 * | `Recent`        | results by text, where no object stands for it| twice its capacity of other texts came after it |
 *
 * By key, from left to right of the pipe:
 * The listing of a folder: which of its files belong together by name. `SourceFile`: tokens, line starts, raw syntax, folds, comments and what they settle, conditionals, definitions, indentation, the last reading, `looksLikeConfig`, project files, baselines and
 * suppressions; with options and what was read (`memoizeLatest`) its `Unit`. Text: the syntax of a chunk (`parse/syntax`)
 * and the preprocessed prefix (`preprocess/prefix`), both `Recent`. URI: the parser's tree (`raw/tree`, `LatestByName`).
 * `SyntaxNode`: elements, and constants without names (`values/expression`, `memoizeFinal`).
 * `CType`: zero values, members, nesting. `Preprocessed`: the declarations of a prefix. `Unit`: its configuration, unit findings.
 * `Config`: its findings, windows, regions by index. Root and cells (`memoizeAll`): their `Scenario`. `Scenario` and `Hardware`: the machine.
 * `Scenario`, `Machine`: findings, residues, owners of streams. `State`, `PageTables`, registers of a unit: what queries
 * answer of them, for a range the last one asked (`memoizeLatest`). `BinaryFile`: its text. `Facts` together: the `Platform`;
 * `Facts`: those said to be trees of cells, those found beside cells; nodes of a device tree: whether enabled, ranges, maps, the `Board`; machine and `Platform`: board findings. `Project` and `SourceFile`: the analysis of a session.
 * For one reading of a project file, by name: URIs, and what is wrong with the file there.
 */

interface Remembered<Out> {
  readonly result: Out
}

/** Remembers one result per argument object. */
export function memoize<In extends object, Out>(compute: (input: In) => Out): (input: In) => Out {
  const known = new WeakMap<In, Remembered<Out>>()
  return input => {
    const hit = known.get(input)
    if (hit) return hit.result
    const result = compute(input)
    known.set(input, { result })
    return result
  }
}

interface Branch<Out> {
  found?: Remembered<Out>
  next?: WeakMap<object, Branch<Out>>
}

/** The same for a computation over several objects, as many as a call gives. */
export function memoizeAll<In extends readonly [object, ...object[]], Out>(
  compute: (...inputs: In) => Out,
): (...inputs: In) => Out {
  const root: Branch<Out> = {}
  return (...inputs) => {
    let branch = root
    for (const input of inputs) {
      branch.next ??= new WeakMap()
      const below = branch.next.get(input) ?? {}
      branch.next.set(input, below)
      branch = below
    }
    branch.found ??= { result: compute(...inputs) }
    return branch.found.result
  }
}

/** Remembers the last result per object, to be answered again while `holds` says so of what is asked then. */
export function memoizeLatest<In extends object, Rest extends readonly unknown[], Out>(
  compute: (input: In, ...rest: Rest) => Out,
  holds: (known: Out, ...rest: Rest) => boolean,
): (input: In, ...rest: Rest) => Out {
  const known = new WeakMap<In, Remembered<Out>>()
  return (input, ...rest) => {
    const hit = known.get(input)
    if (hit && holds(hit.result, ...rest)) return hit.result
    const result = compute(input, ...rest)
    known.set(input, { result })
    return result
  }
}

/** Remembers the results that hold whatever else is given; the others are computed anew each time. */
export function memoizeFinal<In extends object, Rest extends readonly unknown[], Out>(
  compute: (input: In, ...rest: Rest) => Remembered<Out> & { readonly isFinal: boolean },
): (input: In, ...rest: Rest) => Out {
  const known = new WeakMap<In, Remembered<Out>>()
  return (input, ...rest) => {
    const hit = known.get(input)
    if (hit) return hit.result
    const computed = compute(input, ...rest)
    if (computed.isFinal) known.set(input, computed)
    return computed.result
  }
}

/** Remembers one result per name, as long as what holds it. */
export function memoizeByName<Out>(compute: (name: string) => Out): (name: string) => Out {
  const known = new Map<string, Remembered<Out>>()
  return name => {
    const hit = known.get(name)
    if (hit) return hit.result
    const result = compute(name)
    known.set(name, { result })
    return result
  }
}

/** The last result of each of so many names, the longest unused freed first: for what no collector frees. */
export class LatestByName<Out> {
  readonly #capacity: number
  readonly #free: (result: Out) => void
  readonly #known = new Map<string, Out>()

  constructor(capacity: number, free: (result: Out) => void) {
    this.#capacity = capacity
    this.#free = free
  }

  get size(): number {
    return this.#known.size
  }

  get(name: string): Out | undefined {
    return this.#known.get(name)
  }

  delete(name: string): void {
    const known = this.#known.get(name)
    if (known === undefined) return
    this.#free(known)
    this.#known.delete(name)
  }

  set(name: string, result: Out): void {
    this.delete(name)
    this.#known.set(name, result)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#capacity) return
      this.delete(oldest)
    }
  }
}

/** The same text by itself: in memory a part of a text keeps all of it. */
export const copyOf = (part: string): string => `=${part}`.slice(1)

/**
 * Results by text: at least the `capacity` used last, and never more than twice as many. A result must hold no part of a
 * text that goes, such as the version of a file: it is there to outlast it.
 */
export class Recent<Out> {
  readonly #capacity: number
  #young = new Map<string, Out>()
  #old = new Map<string, Out>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(key: string): Out | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: string, result: Out): void {
    if (this.#capacity <= this.#young.size) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(copyOf(key), result)
  }
}
