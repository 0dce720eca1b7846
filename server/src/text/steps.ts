/** Work in steps: between two of them whoever does it may see to something else, or leave it. */
export type Steps<Result> = Generator<undefined, Result>

/** All of the steps at once. */
export function completed<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
