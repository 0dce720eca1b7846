// Completion and hover over stdio: is the member that stands there offered at each `.`, as the file is and with the rest of
// its line not typed yet? This server beside clangd, the same positions of the same files.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { serverArguments } from './edits.mjs'
import { has, median, ms, percentile, printTable } from './figures.mjs'
import { LspClient } from './lsp-client.mjs'

/** Positions asked as the file is, and of those how many with the rest of the line taken out. */
const POSITIONS = 2000
const HALF_TYPED = 200

/** Every `.member` of a designator outside of comments. */
function dotsOf(path) {
  const text = readFileSync(path, 'utf8')
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|^[ \t]*#.*(?:\\\n.*)*/gm, words => words.replace(/[^\n]/g, ' '))
  return [...code.matchAll(/(?<=[\s{,])\.(\w+)(?=\s*[=.[])/g)].map(({ index, 1: member }) => ({ path, index, member }))
}

const evenly = (all, count) =>
  all.length <= count ? all : Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)])

const positionOf = (text, offset) => ({
  line: text.slice(0, offset).split('\n').length - 1,
  character: offset - text.lastIndexOf('\n', offset - 1) - 1,
})

/** Whether the member is offered, and how long the answer took. */
async function offers(client, uri, position, member) {
  const begin = performance.now()
  const answer = await client.request('textDocument/completion', { textDocument: { uri }, position })
  const took = performance.now() - begin
  const items = Array.isArray(answer) ? answer : (answer?.items ?? [])
  return { found: items.some(({ label }) => label.trim().replace(/^[.•]/, '') === member), took }
}

async function measure(name, command, args, tree, samples, options) {
  const client = new LspClient(command, args)
  await client.initialize(tree, options)
  const whole = []
  const half = []
  const hovers = []
  const stride = Math.max(1, Math.floor(samples.length / HALF_TYPED))
  for (const path of new Set(samples.map(sample => sample.path))) {
    const { uri, text } = client.open(path)
    await client.diagnostics(uri)
    for (const [i, sample] of samples.entries()) {
      if (sample.path !== path) continue
      const start = positionOf(text, sample.index + 1)
      whole.push(await offers(client, uri, start, sample.member))
      const begin = performance.now()
      await client.request('textDocument/hover', {
        textDocument: { uri },
        position: { ...start, character: start.character + 1 },
      })
      hovers.push(performance.now() - begin)
      if (i % stride === 0) half.push(await halfTyped(client, uri, text, sample, start))
    }
    client.close(uri)
  }
  await client.stop()
  const share = answers => `${answers.filter(({ found }) => found).length}/${answers.length}`
  const times = [...whole, ...half].map(({ took }) => took)
  return [
    name,
    share(whole),
    share(half),
    ms(median(times)),
    ms(percentile(times, 0.95)),
    ms(median(hovers)),
    ms(percentile(hovers, 0.95)),
  ]
}

/** The rest of the line goes, and comes back. */
async function halfTyped(client, uri, text, { index, member }, start) {
  const rest = /^.*/.exec(text.slice(index + 1))[0]
  const end = { ...start, character: start.character + rest.length }
  client.change(uri, { start, end }, '')
  const answer = await offers(client, uri, start, member)
  client.change(uri, { start, end: start }, rest)
  return answer
}

/** `folders`: of configurations, whose positions are sampled evenly. */
export async function benchCompletion(tree, folders) {
  const paths = folders.flatMap(folder =>
    readdirSync(folder)
      .filter(name => name.endsWith('.c'))
      .map(name => join(folder, name)),
  )
  const samples = evenly(paths.flatMap(dotsOf), POSITIONS)
  const flags = ['include', 'hypervisor/include', 'hypervisor/arch/x86/include'].map(dir => `-I${join(tree, dir)}`)
  const rows = [await measure('jailhouse-warden', process.execPath, serverArguments, tree, samples, {})]
  if (has('clangd'))
    rows.push(await measure('clangd', 'clangd', ['--log=error'], tree, samples, { fallbackFlags: [...flags, '-xc'] }))
  const head = ['server', 'offered', 'half-typed', 'completion ms', 'p95 ms', 'hover ms', 'p95 ms']
  printTable(`The member at each of ${samples.length} dots in ${paths.length} files`, head, rows)
}
