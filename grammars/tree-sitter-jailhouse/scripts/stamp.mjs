import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'

export const STAMP = 'tree-sitter-jailhouse.sha256'

/** What the parser is made of, in the order of its making: each file is out of date when one before it changed. */
const CHAIN = [
  'package-lock.json',
  'grammar.js',
  'src/grammar.json',
  'src/node-types.json',
  'src/tree_sitter/parser.h',
  'src/parser.c',
  'src/scanner.c',
  'tree-sitter-jailhouse.wasm',
]

const sha256 = file => createHash('sha256').update(readFileSync(file)).digest('hex')

/** The stamp in the format of `sha256sum`, so that `sha256sum -c` checks it as well. */
export const stampOf = folder => CHAIN.map(file => `${sha256(path.join(folder, file))}  ${file}\n`).join('')
