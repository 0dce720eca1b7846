/**
 * `npm run grammar`: grammar.js → src/parser.c → tree-sitter-jailhouse.wasm → the stamp, and the corpus on the way.
 * Needs a C compiler for the corpus, and tree-sitter 0.26 in PATH or in TREE_SITTER; on Debian it fetches one.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { STAMP, stampOf } from './stamp.mjs'

const folder = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const run = (command, ...words) => execFileSync(command, words, { cwd: folder, stdio: 'inherit' })

function treeSitter() {
  if (process.env.TREE_SITTER) return process.env.TREE_SITTER
  const named = (process.env.PATH ?? '').split(path.delimiter).map(at => path.join(at, 'tree-sitter'))
  const fetched = path.join(folder, '.tools', 'tree-sitter')
  const found = [...named, fetched].find(existsSync)
  if (!found) run('sh', 'scripts/get-tree-sitter-cli.sh', '.tools')
  return found ?? fetched
}

if (!existsSync(path.join(folder, 'node_modules'))) run('npm', 'ci', '--no-audit', '--no-fund')
const generator = treeSitter()
run(generator, 'generate')
run(generator, 'test')
run(process.execPath, 'scripts/build-wasm.mjs')
writeFileSync(path.join(folder, STAMP), stampOf(folder))
