// Bundles modules of the server with its grammar and loads them: what the sweeps over trees stand on.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const ALWAYS = ['src/analyze.ts', 'src/c/parse/grammar.ts', 'src/config/project.ts']

/** Everything that `analyze.ts`, the project and these modules below `server/` export, the grammar loaded. */
export async function loadCore(...modules) {
  const folder = mkdtempSync(join(tmpdir(), 'core-'))
  const outfile = join(folder, 'core.mjs')
  await build({
    stdin: {
      contents: [...ALWAYS, ...modules].map(name => `export * from '../server/${name}'`).join('\n'),
      resolveDir: import.meta.dirname,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    loader: { '.wasm': 'binary', '.h': 'text', '.md': 'text' },
    logLevel: 'warning',
  })
  const core = await import(pathToFileURL(outfile).href)
  rmSync(folder, { recursive: true })
  await core.loadGrammar()
  return core
}
