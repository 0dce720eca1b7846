// Builds every bundle into dist/: the client for node and browser, the server for node and worker, and the CLI.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build, context } from 'esbuild'
import { notices } from './scripts/notices.mjs'

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
  metafile: true,
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
/** The page of the system map: a classic script that runs in the editor's webview and inside files of their own. */
const webview = { ...browser, format: 'iife', minify: true, loader: { '.css': 'text' } }
/** A file of the command line carries the page's script: `?bundle` is the text of what a module bundles to. */
const bundleText = {
  name: 'bundle-text',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\?bundle$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace('?bundle', '')),
      namespace: 'bundle-text',
    }))
    onLoad({ filter: /./, namespace: 'bundle-text' }, async ({ path }) => {
      const { outputFiles } = await build({ ...webview, sourcemap: false, entryPoints: [path], write: false })
      return { contents: outputFiles[0].text, loader: 'text' }
    })
  },
}

/** The demo of the walkthrough is a fixture with the mistake that the walkthrough finds and repairs. */
function writeDemo() {
  mkdirSync('dist/demo', { recursive: true })
  copyFileSync('test-fixtures/k3-dma/k3-demo-linux.c', 'dist/demo/k3-demo-linux.c')
  const root = readFileSync('test-fixtures/k3-dma/k3-demo.c', 'utf8')
  const [before, reserved] = root.split('RAM reserved for the Linux inmate: no DMA here')
  const [comment, rest] = [before.indexOf(' *\n * The RAM that inmates'), before.indexOf(' */', before.indexOf(' *\n'))]
  const mistaken = reserved.replace('JAILHOUSE_MEM_LOADABLE', 'JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_LOADABLE')
  const words = `${before.slice(0, comment)}${before.slice(rest)}RAM reserved for the Linux inmate${mistaken}`
  writeFileSync('dist/demo/k3-demo.c', words)
}
writeDemo()
mkdirSync('dist/webview', { recursive: true })
for (const name of ['map.css', 'panel.css', 'blocks.css'])
  copyFileSync(`client/src/webview/${name}`, `dist/webview/${name}`)

const bundles = [
  { ...node, entryPoints: { 'client/extension.node': 'client/src/extension.node.ts' }, external: ['vscode'] },
  {
    ...browser,
    entryPoints: { 'client/extension.browser': 'client/src/extension.browser.ts' },
    external: ['vscode'],
  },
  { ...node, entryPoints: { 'server/node': 'server/src/lsp/node.ts' }, plugins: [wasmBeside] },
  {
    ...node,
    entryPoints: { 'server/cli': 'server/src/cli/main.ts' },
    loader: { ...common.loader, '.css': 'text' },
    plugins: [bundleText],
  },
  { ...webview, entryPoints: { 'webview/main': 'client/src/webview/main.ts' } },
  // A worker is a classic script: iife.
  { ...browser, format: 'iife', entryPoints: { 'server/browser': 'server/src/lsp/browser.ts' } },
]

/** Says for the editor's task once when files are read and once when all bundles are there. */
async function watchAll() {
  console.log('[build started]')
  const progress = progressOf(bundles.length)
  const contexts = await Promise.all(
    bundles.map(options =>
      context({ ...options, logLevel: 'silent', plugins: [...(options.plugins ?? []), progress()] }),
    ),
  )
  await Promise.all(contexts.map(each => each.watch()))
}

/** A plugin for each of the bundles, all of which are being built at first. */
function progressOf(count) {
  let building = count
  return () => {
    let isFirst = true
    return {
      name: 'progress',
      setup({ onStart, onEnd }) {
        onStart(() => {
          if (!isFirst && building++ === 0) console.log('[build started]')
          isFirst = false
        })
        onEnd(({ errors, warnings }) => {
          for (const message of warnings) printMessage('▲ [WARNING]', message)
          for (const message of errors) printMessage('✘ [ERROR]', message)
          if (--building === 0) console.log('[build finished]')
        })
      },
    }
  }
}

/** In two lines, as problem matchers read them: esbuild's own have an empty one between. */
function printMessage(severity, { text, location }) {
  console.error(`${severity} ${text}`)
  if (location) console.error(`    ${location.file}:${location.line}:${location.column + 1}:`)
}

async function buildAll() {
  const built = await Promise.all(bundles.map(options => build(options)))
  writeFileSync('dist/THIRD-PARTY-NOTICES.txt', notices(built.map(({ metafile }) => metafile)))
}

await (process.argv.includes('--watch') ? watchAll() : buildAll())
