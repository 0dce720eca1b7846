// Builds every bundle into dist/: the client for node and browser, the server for node and worker, and the CLI.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
const minify = process.argv.includes('--minify')
const common = {
  bundle: true,
  minify,
  sourcemap: minify ? false : 'linked',
  target: 'es2022',
  logLevel: 'warning',
  // Bytes of the two wasm modules and the text of the built-in headers and rule pages travel inside the bundles.
  loader: { '.wasm': 'binary', '.h': 'text', '.md': 'text' },
  define: { JAILHOUSE_WARDEN_VERSION: JSON.stringify(version) },
  outdir: 'dist',
}
// web-tree-sitter calls createRequire(import.meta.url); a CommonJS bundle has no import.meta, so it is given one.
const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  define: { ...common.define, 'import.meta.url': 'import_meta_url' },
  banner: { js: "const import_meta_url = require('node:url').pathToFileURL(__filename).href;" },
}
/** The server lives long: what is inlined stays in memory as source, as base64 and as bytes, so it reads its wasm once. */
const wasmBeside = {
  name: 'wasm-beside',
  setup({ onLoad }) {
    onLoad({ filter: /\.wasm$/ }, ({ path }) => {
      const name = basename(path)
      mkdirSync('dist/server', { recursive: true })
      copyFileSync(path, join('dist/server', name))
      const contents = `import { readFileSync } from 'node:fs'
        import { join } from 'node:path'
        export default readFileSync(join(__dirname, ${JSON.stringify(name)}))`
      return { contents, resolveDir: '.' }
    })
  },
}
const browser = { ...common, platform: 'browser', format: 'cjs' }

await Promise.all([
  build({ ...node, entryPoints: { 'client/extension.node': 'client/src/extension.node.ts' }, external: ['vscode'] }),
  build({
    ...browser,
    entryPoints: { 'client/extension.browser': 'client/src/extension.browser.ts' },
    external: ['vscode'],
  }),
  build({ ...node, entryPoints: { 'server/node': 'server/src/lsp/node.ts' }, plugins: [wasmBeside] }),
  build({ ...node, entryPoints: { 'server/cli': 'server/src/cli/main.ts' } }),
  // A worker is a classic script: iife.
  build({ ...browser, format: 'iife', entryPoints: { 'server/browser': 'server/src/lsp/browser.ts' } }),
])
