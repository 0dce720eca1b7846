/**
 * parser.c and scanner.c → tree-sitter-jailhouse.wasm, as web-tree-sitter loads it.
 * clang and wasm-ld are WebAssembly themselves (npm's @yowasp/clang), so every machine makes the same bytes.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { runLLVM } from '@yowasp/clang'

const folder = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const compiler = 'clang --target=wasm32-wasip1 -Os -fPIC -fvisibility=hidden -I src -c'.split(' ')
const linker = 'wasm-ld -shared --experimental-pic --no-entry --allow-undefined --strip-all'.split(' ')
const silent = { fetchProgress() {} }

/** A folder as the file system in memory that runLLVM works on: a name is bytes, or names again. */
const load = at =>
  Object.fromEntries(
    readdirSync(at, { withFileTypes: true }).map(entry => {
      const inside = path.join(at, entry.name)
      return [entry.name, entry.isDirectory() ? load(inside) : readFileSync(inside)]
    }),
  )

let files = { src: load(path.join(folder, 'src')) }
for (const unit of ['parser', 'scanner'])
  files = await runLLVM([...compiler, `src/${unit}.c`, '-o', `${unit}.o`], files, silent)
const outcome = ['--export=tree_sitter_jailhouse', 'parser.o', 'scanner.o', '-o', 'out.wasm']
files = await runLLVM([...linker, ...outcome], files, silent)
writeFileSync(path.join(folder, 'tree-sitter-jailhouse.wasm'), files['out.wasm'])
