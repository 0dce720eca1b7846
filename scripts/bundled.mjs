// Bundles a module of the core and imports it, so that a script can run what is written in TypeScript.
import { build } from 'esbuild'

export async function bundled(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    loader: { '.wasm': 'binary', '.h': 'text', '.md': 'text' },
    mainFields: ['module', 'main'],
    external: ['node:*', 'fs/promises', 'module', 'url', 'path'],
    logLevel: 'error',
  })
  const source = Buffer.from(outputFiles[0].contents).toString('base64')
  return import(`data:text/javascript;base64,${source}`)
}
