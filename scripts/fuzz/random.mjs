/** A reproducible generator of numbers below `n`. */
export function randomFrom(seed) {
  let state = seed >>> 0
  return n => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor(((state >>> 8) / 2 ** 24) * n)
  }
}

/** The choices that mutations make, all from one seed. */
export class Random {
  constructor(seed) {
    this.below = randomFrom(Math.imul(seed + 1, 2654435761))
  }
  one(choices) {
    return choices[this.below(choices.length)]
  }
  chance(percent) {
    return this.below(100) < percent
  }
}
