/** Lines around a change. */
const CONTEXT = 3

/** One line of an edit script: kept, taken out or put in. */
interface Step {
  readonly sign: ' ' | '-' | '+'
  readonly line: string
}

/** What `diff -u` would print; empty when nothing differs. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const steps = script(linesOf(before), linesOf(after))
  const hunks = hunksOf(steps)
  return hunks.length > 0 ? `--- ${path}\n+++ ${path}\n${hunks.join('')}` : ''
}

/** Lines with their ends. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/** The changes between equal beginnings and ends, by the longest common subsequence of what is between. */
function script(a: readonly string[], b: readonly string[]): readonly Step[] {
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  const keep = (line: string): Step => ({ sign: ' ', line })
  return [
    ...a.slice(0, head).map(keep),
    ...between(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(keep),
  ]
}

function between(a: readonly string[], b: readonly string[]): readonly Step[] {
  const lengths = commonLengths(a, b)
  const steps: Step[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const same = i < a.length && j < b.length && a[i] === b[j]
    const dropping = j >= b.length || (i < a.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)
    if (same) {
      steps.push({ sign: ' ', line: a[i]! })
      i++
      j++
    } else if (dropping) steps.push({ sign: '-', line: a[i++]! })
    else steps.push({ sign: '+', line: b[j++]! })
  }
  return steps
}

/** `[i][j]`: the length of the longest common subsequence of `a` from `i` and `b` from `j`. */
function commonLengths(a: readonly string[], b: readonly string[]): readonly Uint32Array[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i]![j] = a[i] === b[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!)
  return lengths
}

function hunksOf(steps: readonly Step[]): readonly string[] {
  const changed = steps.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]))
  const ranges: { start: number; end: number }[] = []
  for (const index of changed) {
    const start = Math.max(0, index - CONTEXT)
    const end = Math.min(steps.length, index + CONTEXT + 1)
    const last = ranges.at(-1)
    if (last && start <= last.end) last.end = end
    else ranges.push({ start, end })
  }
  return ranges.map(({ start, end }) => hunk(steps, start, end))
}

function hunk(steps: readonly Step[], start: number, end: number): string {
  const count = (signs: string, from: number, to: number) =>
    steps.slice(from, to).filter(({ sign }) => signs.includes(sign)).length
  const range = (signs: string) => {
    const length = count(signs, start, end)
    return `${count(signs, 0, start) + (length > 0 ? 1 : 0)},${length}`
  }
  const lines = steps.slice(start, end).map(({ sign, line }) => sign + line.replace(/\n?$/, '\n'))
  return `@@ -${range(' -')} +${range(' +')} @@\n${lines.join('')}`
}
