// The main job on the bundled K3 demo:
//   npm run demo               what is found, and who reaches what at every stage
//   npm run demo -- --editor   the same in a real VS Code, in the browser, on loopback
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checkout, ensureInstalled, npm } from './ensure-installed.mjs'

ensureInstalled()
npm(['run', 'build'], { cwd: checkout })
if (process.argv.includes('--editor')) await showEditor()
else showFindings()

function showFindings() {
  print('The K3 demo as it should be: the root keeps no DMA to the memory it gives away.')
  warden('check', 'test-fixtures/k3-dma')
  print('The typical error: one flag too many in the root cell. A PVU cannot drop a mapping while its cell runs.')
  warden('check', 'test-fixtures/dma-kept')
  print('The same pair, stage by stage: what the CPU reaches, and what devices reach.')
  warden('simulate', 'test-fixtures/dma-kept/k3-demo.c', 'test-fixtures/dma-kept/k3-demo-linux.c')
  print('Next: npm run demo -- --editor opens these files in a real VS Code; npm test runs the tests.')
}

function print(text) {
  console.log(`\n\u2500\u2500 ${text}\n`)
}

/** Runs the command line as a person would, from the checkout; findings are what the demo is about, and no failure. */
function warden(...args) {
  console.log(`$ jailhouse-warden ${args.join(' ')}`)
  const cli = join(checkout, 'dist', 'server', 'cli.js')
  const { status } = spawnSync(process.execPath, [cli, ...args], { cwd: checkout, stdio: 'inherit' })
  if (status !== 0 && status !== 1) process.exit(status ?? 2)
}

async function showEditor() {
  const { demoEditor } = await import('../e2e/demo-editor.mjs')
  npm(['run', 'package'], { cwd: checkout })
  const vsix = join(checkout, 'jailhouse-warden.vsix')
  if (!existsSync(vsix)) throw new Error('the extension was not packaged')
  await demoEditor(vsix)
}
