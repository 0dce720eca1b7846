// Bundles the core, a whole session over streams, and the command line, and loads them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const ENTRY = [
  'src/analyze.ts',
  'src/c/parse/grammar.ts',
  'src/c/read-unit.ts',
  'src/c/values/emit.ts',
  'src/cli/run.ts',
  'src/config/project.ts',
  'src/ide/explain/explain-line.ts',
  'src/platform/facts.ts',
  'src/platform/read-platform.ts',
  'test/ide/mutations.ts',
  'test/lsp/editor.ts',
]

/** The page of the map is not looked at: its script may be empty. */
const noBundles = {
  name: 'no-bundles',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\?bundle$/ }, ({ path }) => ({ path, namespace: 'no-bundles' }))
    onLoad({ filter: /./, namespace: 'no-bundles' }, () => ({ contents: '', loader: 'text' }))
  },
}

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
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __dirname = '.';",
    },
    define: { JAILHOUSE_WARDEN_VERSION: '"fuzz"' },
    loader: { '.wasm': 'binary', '.h': 'text', '.md': 'text', '.css': 'text' },
    plugins: [noBundles],
    logLevel: 'warning',
  })
  const core = await import(pathToFileURL(outfile).href)
  rmSync(folder, { recursive: true })
  await core.loadGrammar()
  return core
}
