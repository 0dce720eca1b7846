import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { defineConfig } from 'vitest/config'

async function bundled(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'iife',
    loader: { '.css': 'text' },
  })
  return outputFiles[0]!.text
}

/** The meaning of esbuild's loaders: a .wasm import is its bytes; a .h or .md import is its text. */
const assets = {
  name: 'assets',
  enforce: 'pre' as const,
  // Under another name, since vitest leaves style sheets out.
  resolveId(id: string, importer = '') {
    if (id.endsWith('?bundle')) return `${join(dirname(importer), id.replace('?bundle', ''))}.bundled`
    return id.endsWith('.css') ? `${join(dirname(importer), id)}.text` : undefined
  },
  async load(id: string) {
    if (id.endsWith('.bundled')) return `export default ${JSON.stringify(await bundled(id.replace('.bundled', '')))}`
    if (id.endsWith('.css.text'))
      return `export default ${JSON.stringify(readFileSync(id.replace('.text', ''), 'utf8'))}`
    if (id.endsWith('.wasm'))
      return `export default Uint8Array.from(Buffer.from(${JSON.stringify(readFileSync(id).toString('base64'))}, 'base64'))`
    if (/\.(h|md)$/.test(id)) return `export default ${JSON.stringify(readFileSync(id, 'utf8'))}`
    return undefined
  },
}

const here = (path: string) => new URL(path, import.meta.url).pathname

export default defineConfig({
  plugins: [assets],
  define: { JAILHOUSE_WARDEN_VERSION: '"0.0.0-test"' },
  resolve: {
    alias: {
      vscode: here('./client/test/vscode.mock.ts'),
      // Its exports hide it from node, where its caller is tested with a client of the test's own.
      'vscode-languageclient/browser': here('./node_modules/vscode-languageclient/lib/browser/main.js'),
    },
  },
  test: {
    include: ['{client,server}/test/**/*.test.ts'],
    // Nothing here measures time: a slow machine is no failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    server: {
      deps: { inline: [/web-tree-sitter/, /tree-sitter-devicetree/, /vscode-languageclient/, /jsonc-parser/] },
    },
  },
})
