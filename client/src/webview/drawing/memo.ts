/** What is made of a part of a map is made once: a map never changes, and stages and scrolling leave most as it is. */

/** Remembers one result per argument object. */
export function memoize<In extends object, Out>(compute: (input: In) => Out): (input: In) => Out {
  const known = new WeakMap<In, { readonly result: Out }>()
  return input => {
    const hit = known.get(input) ?? { result: compute(input) }
    known.set(input, hit)
    return hit.result
  }
}

/** Remembers the results of an object by what else they depend on; of those the newest few. */
export function memoizeBy<In extends object, More extends readonly unknown[], Out>(
  keyOf: (input: In, ...more: More) => string,
  compute: (input: In, ...more: More) => Out,
): (input: In, ...more: More) => Out {
  const resultsOf = memoize((_: In) => new Map<string, Out>())
  return (input, ...more) => {
    const results = resultsOf(input)
    const key = keyOf(input, ...more)
    const result = results.has(key) ? results.get(key)! : compute(input, ...more)
    if (MAX_RESULTS <= results.size) results.clear()
    results.set(key, result)
    return result
  }
}

/** More than a map has columns. */
const MAX_RESULTS = 64
