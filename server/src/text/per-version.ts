/** Remembers one result per argument object. Immutable inputs make this the whole of incrementality. */
export function perVersion<In extends object, Out>(compute: (input: In) => Out): (input: In) => Out {
  const known = new WeakMap<In, { readonly result: Out }>()
  return input => {
    const hit = known.get(input) ?? { result: compute(input) }
    known.set(input, hit)
    return hit.result
  }
}
