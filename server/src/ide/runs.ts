/** `1-4,7` of ascending numbers, with whatever stands between the ends of a run and between runs. */
export function runs(numbers: readonly number[], to = '-', comma = ','): string {
  const spans: { readonly first: number; last: number }[] = []
  for (const number of numbers) {
    const span = spans.at(-1)
    if (span && span.last + 1 === number) span.last = number
    else spans.push({ first: number, last: number })
  }
  return spans.map(({ first, last }) => (first === last ? `${first}` : `${first}${to}${last}`)).join(comma)
}
