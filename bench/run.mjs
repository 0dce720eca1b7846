// npm run bench -- TREE     TREE: a checkout of Jailhouse. Without one only the bundled fixtures are measured.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { benchCompletion } from './completion.mjs'
import { benchEdits } from './edits.mjs'
import { benchMachine } from './machine.mjs'
import { benchMap } from './map.mjs'
import { benchMemory } from './memory.mjs'
import { benchRaw } from './raw.mjs'
import { benchTree } from './tree.mjs'
import { benchWorkspace } from './workspace.mjs'

const fixtures = new URL('../test-fixtures/k3-dma/', import.meta.url).pathname
const tree = process.argv[2] && resolve(process.argv[2])

const inConfigs = name => join(tree, 'configs', name)

/** The largest root configuration that has an inmate by its name, with the largest such inmate. */
function largestPair(folder) {
  const size = name => statSync(join(folder, name)).size
  const names = readdirSync(folder).filter(name => name.endsWith('.c'))
  const largestFirst = names.toSorted((a, b) => size(b) - size(a))
  for (const root of largestFirst) {
    const cell = largestFirst.find(name => name.startsWith(`${root.slice(0, -2)}-`))
    if (cell) return [join(folder, root), join(folder, cell)]
  }
  return largestFirst.slice(0, 2).map(name => join(folder, name))
}

/** The board with the most memory regions. */
const J721E = tree ? ['arm64/k3-j721e-evm.c', 'arm64/k3-j721e-evm-linux-demo.c'].map(inConfigs) : []

await benchEdits(fixtures, largestPair(fixtures))
await benchWorkspace(fixtures)
if (tree && existsSync(join(tree, 'configs'))) {
  await benchEdits(tree, J721E)
  await benchEdits(tree, largestPair(join(tree, 'configs/arm64')))
  await benchEdits(tree, [join(tree, 'configs/x86/f2a88xm-hd3.c')])
  await benchCompletion(
    tree,
    ['arm', 'arm64', 'x86'].map(arch => join(tree, 'configs', arch)),
  )
  await benchMemory(tree, largestPair(join(tree, 'configs/arm64')))
  await benchMap(tree, [
    ['k3-j721e', J721E],
    ['qemu-x86', ['x86/qemu-x86.c'].map(inConfigs)],
  ])
  benchTree(tree)
  await benchRaw(
    ['x86/f2a88xm-hd3.c', 'x86/imb-a180.c', 'arm64/k3-j721e-evm.c'].map(name => join(tree, 'configs', name)),
  )
}
await benchMachine(
  tree && existsSync(join(tree, 'configs')) ? ['arm64', 'x86'].map(arch => join(tree, 'configs', arch)) : [fixtures],
)
