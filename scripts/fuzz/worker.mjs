// Runs inputs by their seeds and tells the parent what it found; the parent ends it when one takes too long.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { loadCore } from './core.mjs'
import { factSamples, kinds, seedFolders, temporaryFolder } from './inputs.mjs'
import { Random } from './random.mjs'

const { tree, only } = JSON.parse(process.argv[2])
const core = await loadCore()
const [folders, samples, folder] = [seedFolders(tree), factSamples(), temporaryFolder()]
const hasCompiler = ['gcc', 'objcopy', 'nm'].every(tool => spawnSync(tool, ['--version']).status === 0)
const drawn = Object.entries(kinds).flatMap(([name, [run, weight]]) =>
  only && only !== name ? [] : Array.from({ length: weight }, () => [name, run]),
)

process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
process.on('disconnect', () => process.exit())
process.on('message', async ({ seed }) => {
  const random = new Random(seed)
  const [kind, run] = random.one(drawn)
  process.send({ begun: kind })
  const faults = []
  try {
    // Without a compiler a seed stays the input that it is elsewhere.
    if (kind !== 'frontEnd' || hasCompiler)
      await run({ core, random, folders, samples, folder, found: words => faults.push(words) })
  } catch (error) {
    faults.push(error.stack)
  }
  process.send({ ended: { kind, faults } })
})
process.send({ ready: true })
