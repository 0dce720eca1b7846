import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

/** The meaning of esbuild's loaders: a .wasm import is its bytes; a .h or .md import is its text. */
const assets = {
  name: 'assets',
  enforce: 'pre' as const,
  load(id: string) {
    if (id.endsWith('.wasm'))
      return `export default Uint8Array.from(Buffer.from(${JSON.stringify(readFileSync(id).toString('base64'))}, 'base64'))`
    if (id.endsWith('.h') || id.endsWith('.md')) return `export default ${JSON.stringify(readFileSync(id, 'utf8'))}`
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
