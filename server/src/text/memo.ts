/**
 * Remembers one result per argument object. Immutable inputs make this the whole of incrementality.
 *
 * The result is kept on the object itself, where nobody else sees it: what an old WeakMap holds survives every minor
 * collection, and a result for each keystroke would be a large part of all memory.
 */
export function memoize<In extends object, Out>(compute: (input: In) => Out): (input: In) => Out {
  const known = Symbol('result')
  return input => {
    const hit = (input as { readonly [known]?: { readonly result: Out } })[known]
    if (hit) return hit.result
    const result = compute(input)
    Object.defineProperty(input, known, { value: { result } })
    return result
  }
}

/** What a computation over several objects remembers on the first of them: results for the companions met last. */
interface Remembered<In, Out> {
  readonly inputs: In
  readonly result: Out
}

/** Enough for the alternatives that one version meets side by side; companions that are gone must not be kept for long. */
const MAX_REMEMBERED = 4

/** The same for a computation over several immutable objects; kept on the first, so that it goes when that one goes. */
export function memoizeLatest<In extends readonly [object, ...object[]], Out>(
  compute: (...inputs: In) => Out,
): (...inputs: In) => Out {
  const rememberedFor = memoize((_: object): Remembered<In, Out>[] => [])
  return (...inputs) => {
    const remembered = rememberedFor(inputs[0])
    for (const each of remembered) if (areSame(each.inputs, inputs)) return each.result
    const result = compute(...inputs)
    remembered.unshift({ inputs, result })
    if (MAX_REMEMBERED < remembered.length) remembered.pop()
    return result
  }
}

function areSame(a: readonly object[], b: readonly object[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 1; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
