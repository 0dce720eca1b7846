// Writes docs/reference/ from the field reference in server/src/config/reference.
import { mkdir, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

const { outputFiles } = await build({
  entryPoints: ['server/src/config/reference/pages.ts'],
  bundle: true,
  format: 'esm',
  loader: { '.h': 'text' },
  write: false,
})
const source = Buffer.from(outputFiles[0].text).toString('base64')
const { referencePages } = await import(`data:text/javascript;base64,${source}`)

await mkdir('docs/reference', { recursive: true })
for (const [file, text] of referencePages()) await writeFile(`docs/reference/${file}`, text)
