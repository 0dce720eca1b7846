// Writes docs/features.md from the capabilities of the server.
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const folder = mkdtempSync(join(tmpdir(), 'features-'))
const outfile = join(folder, 'method-table.mjs')
await build({
  entryPoints: ['server/src/lsp/method-table.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  loader: { '.wasm': 'binary', '.h': 'text', '.md': 'text' },
  logLevel: 'warning',
})
const { methodTable } = await import(pathToFileURL(outfile).href)
rmSync(folder, { recursive: true })
await writeFile('docs/features.md', methodTable())
