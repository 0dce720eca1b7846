// Bundles the C front end for scripts and loads it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const ENTRY = [
  'c/read-unit.ts',
  'c/parse/grammar.ts',
  'c/values/emit.ts',
  'c/values/field-at.ts',
  'c/raw/tree.ts',
  'text/source-file.ts',
]
  .map(name => `export * from '../server/src/${name}'`)
  .join('\n')

/** Everything the front end exports, its grammar loaded. */
export async function loadFrontEnd() {
  const folder = mkdtempSync(join(tmpdir(), 'front-end-'))
  const outfile = join(folder, 'front-end.mjs')
  await build({
    stdin: { contents: ENTRY, resolveDir: import.meta.dirname, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    loader: { '.wasm': 'binary', '.h': 'text' },
    logLevel: 'warning',
  })
  const frontEnd = await import(pathToFileURL(outfile).href)
  rmSync(folder, { recursive: true })
  await frontEnd.loadGrammar()
  return frontEnd
}
