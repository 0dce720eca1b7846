// Plays every root cell of an upstream tree with each of its inmates through the whole life of both, on CPUs with 40 and
// with 44 physical address bits, and prints a line for each. Needs JAILHOUSE_TREE, a clone of Jailhouse.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const tree = process.env.JAILHOUSE_TREE
if (!tree) throw new Error('JAILHOUSE_TREE is not set')

const folder = mkdtempSync(join(tmpdir(), 'simulate-tree-'))
const outfile = join(folder, 'sweep.mjs')
await build({
  entryPoints: [join(import.meta.dirname, '../server/test/machine/sweep.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  loader: { '.wasm': 'binary', '.h': 'text' },
  logLevel: 'warning',
})
const { loadGrammar, sweep } = await import(pathToFileURL(outfile).href)
rmSync(folder, { recursive: true })
await loadGrammar()

const configs = join(tree, 'configs')
const folders = readdirSync(configs, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => join(configs, name))
for (const parange of [40, 44]) {
  const lines = sweep(folders, parange)
  const failing = lines.filter(line => line.includes(' | ')).length
  console.log(lines.join('\n'))
  console.log(`PARange ${parange}: ${lines.length} scenarios, ${lines.length - failing} without a refusal\n`)
}
