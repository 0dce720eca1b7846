// In each worker of the tests: which mutant is switched on, and which are met.
import { appendFileSync, readFileSync } from 'node:fs'
import { afterAll } from 'vitest'

const active = Number(readFileSync(process.env.MUTANT_FILE, 'utf8'))
const met = new Set()
globalThis.isMutant = id => {
  met.add(id)
  return id === active
}
afterAll(() => {
  if (active < 0) appendFileSync(process.env.MET_FILE, `${JSON.stringify([...met])}\n`)
})
