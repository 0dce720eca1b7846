/**
 * How many of the first `length` positions something holds for, where it holds up to one of them and for none behind: found
 * by halves.
 */
export function countWhile(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) low = middle + 1
    else high = middle
  }
  return low
}
