// The machine alone: scenarios through all stages of their life. Called by run.mjs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { median, ms, percentile, printTable } from './figures.mjs'

async function timing() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-machine-'))
  const outfile = join(folder, 'timing.mjs')
  await build({
    entryPoints: [join(import.meta.dirname, '../server/test/machine/timing.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    loader: { '.wasm': 'binary', '.h': 'text' },
    logLevel: 'warning',
  })
  const module = await import(pathToFileURL(outfile).href)
  rmSync(folder, { recursive: true })
  await module.loadGrammar()
  return module
}

/** `folders`: configurations of which the scenario with the most regions is measured. */
export async function benchMachine(folders) {
  const { largestIn, manyRegions, regionsOf, timeBoots } = await timing()
  const largest = folders.map(largestIn).filter(Boolean)
  const made = [1_000, 10_000, 100_000].flatMap(count => [
    { name: `${count} regions side by side`, scenario: manyRegions(count, 0x20000), rounds: count < 100_000 ? 20 : 3 },
    {
      name: `${count} regions half over each other`,
      scenario: manyRegions(count, 0x8000),
      rounds: count < 100_000 ? 20 : 3,
    },
  ])
  const rows = [...largest, ...made].map(({ name, scenario, rounds = 200 }) => {
    const { boot, check } = timeBoots(scenario, rounds)
    const warm = boot.slice(Math.floor(rounds / 4))
    return [name, regionsOf(scenario), ms(boot[0]), ms(median(warm)), ms(percentile(warm, 0.95)), ms(median(check))]
  })
  printTable(
    'The machine through all stages, ms',
    ['scenario', 'regions', 'first', 'median', 'p95', 'residual access'],
    rows,
  )
}
