// Plays every recorded run of a folder through the simulation: node scripts/vectors.mjs FOLDER [--optional]
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const [folder, option] = process.argv.slice(2)
if (!folder) {
  console.error('usage: npm run vectors -- FOLDER')
  process.exit(2)
}
const { outputFiles } = await build({
  entryPoints: [join(import.meta.dirname, '../server/test/machine/vectors/report.ts')],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
})
const { report } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
)
const vectors = readdirSync(folder)
  .filter(name => name.endsWith('.json'))
  .sort()
  .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')))
const { lines, failed } = report(vectors, option === '--optional')
console.log(lines.join('\n'))
process.exitCode = failed > 0 ? 1 : 0
