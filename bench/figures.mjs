// Medians, percentiles, a table of them, and what there is to compare with.
import { execFileSync } from 'node:child_process'

/** Whether a program is there to be measured beside this one. */
export const has = program => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export const percentile = (samples, share) => {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

export const median = samples => percentile(samples, 0.5)

export const ms = value => (value === undefined ? '–' : value < 10 ? value.toFixed(2) : value.toFixed(0))

export const printTable = (title, head, rows) => {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map(row => String(row[i]).length)))
  const line = row =>
    row.map((cell, i) => (i ? String(cell).padStart(widths[i]) : String(cell).padEnd(widths[i]))).join('  ')
  console.log(`\n${title}\n${line(head)}\n${widths.map(width => '─'.repeat(width)).join('  ')}`)
  for (const row of rows) console.log(line(row))
}
