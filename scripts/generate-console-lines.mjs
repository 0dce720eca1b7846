// Writes docs/console-lines.md from the lines known in server/src/ide/explain.
import { writeFile } from 'node:fs/promises'
import { bundled } from './bundled.mjs'

const { consoleLinesPage } = await bundled('server/src/ide/docs/console-lines.ts')
await writeFile('docs/console-lines.md', consoleLinesPage())
