import { byWord } from '../../text/by-word.ts'
import { json } from './json.ts'
import type { Format } from './report.ts'
import { sarif } from './sarif.ts'
import { github, gitlab, junit } from './services.ts'
import { gcc, text } from './text.ts'

/** By the word `--format` takes. */
export const formats = byWord<Format>({ text, gcc, json, sarif, junit, github, gitlab })
