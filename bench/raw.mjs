// The tree of the text as typed: milliseconds for one keystroke anywhere in the largest configurations, and what 1,000 leave.
import { readFileSync } from 'node:fs'
import { loadFrontEnd } from '../scripts/front-end.mjs'
import { median, ms, percentile, printTable } from './figures.mjs'

const KEYSTROKES = 400
const MANY = 1000
const TYPED = ['1', ' ', '{', '}', '|', ',', '/', '"', '\n']

/** The same text with one character more, at places spread over the file. */
const typed = (text, i) => {
  const offset = (i * 7919) % text.length
  return text.slice(0, offset) + TYPED[i % TYPED.length] + text.slice(offset)
}

const timed = work => {
  const begin = performance.now()
  work()
  return performance.now() - begin
}

export async function benchRaw(files) {
  const { rawTree } = await loadFrontEnd()
  const rows = files.map(path => {
    const text = readFileSync(path, 'utf8')
    const cold = Array.from({ length: 20 }, (_, i) => timed(() => rawTree({ uri: `${path}#${i}`, text })))
    const samples = Array.from({ length: KEYSTROKES }, (_, i) => {
      rawTree({ uri: path, text })
      const next = typed(text, i)
      return timed(() => rawTree({ uri: path, text: next }))
    })
    const before = process.memoryUsage.rss()
    for (let i = 0; i < MANY; i++) rawTree({ uri: path, text: typed(text, i % 50) })
    const grown = (process.memoryUsage.rss() - before) / 2 ** 20
    return [path.split('/').at(-1), ms(median(cold)), ms(median(samples)), ms(percentile(samples, 0.95)), ms(grown)]
  })
  const head = ['file', 'cold ms', 'keystroke median ms', 'p95 ms', `RSS MiB more after ${MANY}`]
  printTable('Syntax tree of the text as typed', head, rows)
}
