/**
 * Remembers one result per argument object. Immutable inputs make this the whole of incrementality.
 *
 * The result is kept on the object itself, where nobody else sees it: what an old WeakMap holds survives every minor
 * collection, and a result for each keystroke would be a large part of all memory.
 */
export function perVersion<In extends object, Out>(compute: (input: In) => Out): (input: In) => Out {
  const known = Symbol('result')
  return input => {
    const hit = (input as { readonly [known]?: { readonly result: Out } })[known]
    if (hit) return hit.result
    const result = compute(input)
    Object.defineProperty(input, known, { value: { result } })
    return result
  }
}

/** The same for a computation over several immutable objects. */
export function perVersions<In extends readonly object[], Out>(
  compute: (...inputs: In) => Out,
): (...inputs: In) => Out {
  interface Known {
    next?: WeakMap<object, Known>
    hit?: { readonly result: Out }
  }
  const start: Known = {}
  return (...inputs) => {
    let known = start
    for (const input of inputs) {
      known.next ??= new WeakMap()
      let next = known.next.get(input)
      if (!next) {
        next = {}
        known.next.set(input, next)
      }
      known = next
    }
    known.hit ??= { result: compute(...inputs) }
    return known.hit.result
  }
}
