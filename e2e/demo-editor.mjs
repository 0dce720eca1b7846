// A real VS Code in the browser with the extension and the fixtures, until Ctrl-C.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { folderUrl, startCodeServer } from './code-server.mjs'
import { here, install } from './install.mjs'
import { workspaceIn } from './k3-dma.mjs'

const help = 'The findings without an editor: npm run demo'

function fail(error) {
  console.error(`The editor cannot be started here: ${error.message}\n${help}`)
  process.exit(1)
}

/** Asks the desktop for its browser; without a desktop the address is for the person to open. */
function openInBrowser(url) {
  const desktop = process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY
  const opener = process.platform === 'darwin' ? 'open' : desktop && 'xdg-open'
  if (opener) spawn(opener, [url], { stdio: 'ignore', detached: true }).on('error', () => {})
}

export async function demoEditor(vsix) {
  try {
    install()
  } catch (error) {
    fail(error)
  }
  const data = join(here, '.run', 'demo')
  const folder = workspaceIn(join(data, 'test-fixtures'))
  const server = await startCodeServer({ data, vsix, more: { 'git.enabled': false } }).catch(fail)
  const url = folderUrl(server.port, folder)
  openInBrowser(url)
  console.log(`
VS Code is at

    ${url}

Open dma-kept/k3-demo.c and look at JAILHOUSE_MEM_DMA in the region at 0x8a0000000: the squiggle, the hover, the fix.
The files are copies; save as you like. Only this machine can reach the address. Ctrl-C stops it.`)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await server.stop()
  console.log('stopped')
}
