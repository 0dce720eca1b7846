// Bundles the whole core with what asks it everything, and loads it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const ENTRY = [
  'src/analyze.ts',
  'src/c/parse/grammar.ts',
  'src/c/values/emit.ts',
  'src/config/project.ts',
  'src/ide/explain/explain-line.ts',
  'src/ide/project-problems.ts',
  'src/platform/facts.ts',
  'src/repair/repair-until-stable.ts',
  'src/rules/baseline.ts',
  'src/text/source-file.ts',
  'test/ide/mutations.ts',
]

/** Everything these export, the grammar loaded. */
export async function loadCore() {
  const folder = mkdtempSync(join(tmpdir(), 'core-'))
  const outfile = join(folder, 'core.mjs')
  await build({
    stdin: {
      contents: ENTRY.map(name => `export * from '../../server/${name}'`).join('\n'),
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
