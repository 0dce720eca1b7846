// Writes schemas/jailhouse.schema.json from the catalogue of rules.
import { mkdir, writeFile } from 'node:fs/promises'
import { bundled } from './bundled.mjs'

const { projectSchemaText } = await bundled('server/src/ide/docs/project-schema.ts')
await mkdir('schemas', { recursive: true })
await writeFile('schemas/jailhouse.schema.json', projectSchemaText())
