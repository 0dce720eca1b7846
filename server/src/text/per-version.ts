/** Remembers one result per argument object. Immutable inputs make this the whole of incrementality. */
export function perVersion<In extends object, Out>(compute: (input: In) => Out): (input: In) => Out {
  const known = new WeakMap<In, { readonly result: Out }>()
  return input => {
    let hit = known.get(input)
    if (!hit) {
      hit = { result: compute(input) }
      known.set(input, hit)
    }
    return hit.result
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
