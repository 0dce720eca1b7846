// Plays every recorded run of a folder through the simulation: node scripts/vectors.mjs FOLDER [--optional]
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [folder, option] = process.argv.slice(2)
if (!folder) {
  console.error('usage: npm run vectors -- FOLDER')
  process.exit(2)
}
const scratch = mkdtempSync(join(tmpdir(), 'vectors-'))
const outfile = join(scratch, 'report.mjs')
await build({
  entryPoints: [join(import.meta.dirname, '../server/test/machine/vectors/report-all.ts')],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  loader: { '.wasm': 'binary', '.h': 'text' },
  logLevel: 'warning',
})
const { reportAll } = await import(pathToFileURL(outfile).href)
rmSync(scratch, { recursive: true })
const recorded = readdirSync(folder)
  .filter(name => name.endsWith('.json'))
  .sort()
  .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')))
const { lines, failed } = await reportAll(recorded, option === '--optional')
console.log(lines.join('\n'))
process.exitCode = failed > 0 ? 1 : 0
