// node scripts/compare-preprocessor.mjs TREE [--history]
// Compares the tokens of every configuration in a Jailhouse tree with those of `gcc -E`; with --history, of every
// version of every configuration its git history has, each with the headers of its own commit.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [tree, ...flags] = process.argv.slice(2)
if (!tree) throw new Error('usage: compare-preprocessor.mjs TREE [--history]')

const { outputFiles } = await build({
  stdin: {
    contents: `export { preprocess } from './server/src/c/preprocess/preprocess.ts'; export { lexFile } from './server/src/c/preprocess/lex.ts'`,
    resolveDir: process.cwd(),
  },
  bundle: true,
  format: 'esm',
  write: false,
})
const { preprocess, lexFile } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`
)

const systemDirs = spawnSync('gcc', ['-E', '-v', '-x', 'c', '/dev/null'], { encoding: 'utf8' })
  .stderr.split('search starts here:\n')
  .at(-1)
  .split('End of search list')[0]
  .trim()
  .split(/\s+/)

/** Headers of this machine ask which one it is; the preprocessor claims none by itself. */
const architecture = execFileSync('gcc', ['-dM', '-E', '-x', 'c', '/dev/null'], { encoding: 'utf8' })
const defines = Object.fromEntries(
  [...architecture.matchAll(/#define (__(?:x86_64|aarch64|i386|arm|riscv)__) (.*)/g)].map(([, name, value]) => [
    name,
    value,
  ]),
)

const files = new Map()
const look = uri => {
  const path = new URL(uri).pathname
  if (!files.has(uri)) files.set(uri, existsSync(path) ? { uri, text: readFileSync(path, 'utf8') } : 'absent')
  return files.get(uri)
}

const includeDirs = (root, file) => {
  const [arch] = /(?<=configs\/)(x86|arm64|arm)(?=\/)/.exec(file) ?? ['x86']
  const own = [`hypervisor/arch/${arch}/include`, 'hypervisor/include', 'include'].map(dir => join(root, dir))
  return own.filter(dir => existsSync(dir))
}

/** The first difference between gcc's tokens and ours, or undefined. */
function compare(root, file) {
  const dirs = includeDirs(root, file)
  const gcc = spawnSync('gcc', ['-E', '-P', ...dirs.flatMap(dir => ['-I', dir]), join(root, file)], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const lexed = lexFile({ uri: 'gcc', text: gcc.stdout })
  const theirs = lexed.tokens.filter((_, index) => !lexed.directives.some(d => d.first <= index && index < d.end))
  const uri = pathToFileURL(join(root, file)).href
  const options = { includeDirs: [...dirs, ...systemDirs].map(dir => `file://${dir}`), defines, forceIncludes: [] }
  const { tokens, problems } = preprocess(look(uri), options, look)
  const at = Array.from({ length: Math.max(tokens.length, theirs.length) }, (_, index) => index).find(
    index => tokens[index]?.text !== theirs[index]?.text,
  )
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (at !== undefined) return `token ${at} is ${tokens[at]?.text}, gcc says ${theirs[at]?.text}`
  if (errors.length > 0 !== gcc.status > 0)
    return `gcc exits with ${gcc.status}; problems: ${errors.map(e => e.message)}`
  return undefined
}

let total = 0
let equal = 0
function report(name, difference) {
  total++
  if (difference === undefined) equal++
  else console.log(`${name}: ${difference}`)
}

const git = (...args) => execFileSync('git', ['-C', tree, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })

/** Each commit with the configurations it brought, no version twice. */
function* history() {
  const seen = new Set()
  for (const entry of git('log', '--format=@%H', '--raw', '--no-abbrev', '--no-renames', '--', 'configs').split('@')) {
    const [commit, ...changes] = entry.trim().split('\n')
    const brought = changes.flatMap(line => {
      const [, , , blob, , path = ''] = line.split(/\s/)
      if (!path.endsWith('.c') || /^0+$/.test(blob) || seen.has(blob + path)) return []
      seen.add(blob + path)
      return [path]
    })
    if (brought.length > 0) yield [commit, brought]
  }
}

if (flags.includes('--history')) {
  const root = mkdtempSync(join(tmpdir(), 'preprocessor-'))
  for (const [commit, paths] of history()) {
    files.clear()
    rmSync(root, { recursive: true })
    const folders = git('ls-tree', '--name-only', commit, 'include', 'configs', 'hypervisor').trim().split('\n')
    const script = 'mkdir "$1" && git -C "$2" archive "$3" $4 | tar -x -C "$1"'
    execFileSync('sh', ['-c', script, 'sh', root, tree, commit, folders.join(' ')])
    for (const path of paths) report(`${commit.slice(0, 10)} ${path}`, compare(root, path))
  }
  rmSync(root, { recursive: true })
} else {
  const paths = readdirSync(join(tree, 'configs'), { recursive: true }).filter(path => path.endsWith('.c'))
  for (const path of paths.sort()) report(path, compare(tree, join('configs', path)))
}
console.log(`${equal} of ${total} equal`)
process.exitCode = equal === total ? 0 : 1
