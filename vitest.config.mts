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

export default defineConfig({
  plugins: [assets],
  define: { JAILHOUSE_WARDEN_VERSION: '"0.0.0-test"' },
  resolve: { alias: { vscode: new URL('./client/test/vscode.mock.ts', import.meta.url).pathname } },
  test: {
    include: ['{client,server}/test/**/*.test.ts'],
    server: { deps: { inline: [/web-tree-sitter/, /vscode-languageclient/] } },
  },
})
