import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll } from 'vitest'

/** The server as a client starts it: one file, made before the tests of a file and taken away behind them. */
export function bundledServer(): string {
  const folder = mkdtempSync(join(tmpdir(), 'warden-process-'))
  const outfile = join(folder, 'node.cjs')
  beforeAll(async () => {
    await build({
      entryPoints: [join(import.meta.dirname, '../../src/lsp/node.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'es2022',
      loader: { '.wasm': 'binary', '.h': 'text', '.md': 'text' },
      define: { JAILHOUSE_WARDEN_VERSION: '"0.0.0-test"', 'import.meta.url': '"file:///"' },
      logLevel: 'error',
    })
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  return outfile
}
