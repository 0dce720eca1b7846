// Writes docs/rules/ from the pages of the rules in server/src/rules.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

const { outputFiles } = await build({
  entryPoints: ['server/src/ide/docs/rule-pages.ts'],
  bundle: true,
  write: false,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  loader: { '.wasm': 'binary', '.h': 'text', '.md': 'text' },
  external: ['node:*', 'fs/promises', 'module', 'url', 'path'],
  logLevel: 'error',
})
const source = Buffer.from(outputFiles[0].contents).toString('base64')
const { ruleDocs } = await import(`data:text/javascript;base64,${source}`)

await rm('docs/rules', { recursive: true, force: true })
await mkdir('docs/rules', { recursive: true })
for (const [file, text] of ruleDocs()) await writeFile(`docs/rules/${file}`, text)
