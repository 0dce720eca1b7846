// A current VS Code with the packaged extension: on the server side as on a desktop, and in the web extension host
// with the language server in a web worker.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { boardViews } from '../board-views.mjs'
import { openPage } from '../browser.mjs'
import { folderUrl, startCodeServer, writeSettings } from '../code-server.mjs'
import { workspaceIn } from '../k3-dma.mjs'
import { germanViews, mapViews } from '../map-views.mjs'
import { views } from '../views.mjs'
import { pairSteps } from '../vscode.mjs'
import { startProxy } from '../web-extension-proxy.mjs'

/** Where the editor is on the page: what the documentation shows. */
const EDITOR = { x: 353, y: 37, width: 922, height: 640 }

/** Hovers and menus fade in; a picture waits for them. */
async function picture(page, path, clip) {
  await page.waitForTimeout(300)
  await page.screenshot({ path, ...(clip && { clip }) })
}

/** Loads the page anew under other settings: no file watcher sees what is written beside the editor. */
async function reload(page, data, settings) {
  writeSettings(data, settings)
  await page.reload({ waitUntil: 'domcontentloaded' })
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 })
}

/** Opens VS Code in a browser and takes the steps that `stepsOf` makes of page, folder and camera. */
async function drive(name, stepsOf, report, { data, vsix, extension, pictures, web, german }) {
  const folder = workspaceIn(join(data, 'work'))
  const shots = pictures ?? join(data, 'pictures')
  mkdirSync(shots, { recursive: true })
  let server, proxy, browser
  const passed = await report.steps(name, [
    [
      'VS Code opens the folder',
      async () => {
        server = await startCodeServer({ data, vsix: web ? undefined : vsix })
        if (web) proxy = await startProxy(server.port, extension)
        browser = await openPage()
        if (german) await browser.page.addInitScript(inGerman)
        await browser.page.goto(folderUrl(proxy?.port ?? server.port, folder), { waitUntil: 'domcontentloaded' })
        await browser.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 })
      },
    ],
    ...stepsOf({
      page: () => browser.page,
      folder,
      reload: settings => reload(browser.page, data, settings),
      picture: (title, clip = EDITOR) => picture(browser.page, join(shots, `${title}.png`), pictures && clip),
    }),
  ])
  if (!passed) {
    await browser?.page.screenshot({ path: join(shots, 'failure.png') }).catch(() => {})
    console.log(`${browser?.log() ?? ''}\n${server?.log() ?? ''}`.slice(-4000).replace(/^/gm, '    '))
  }
  await browser?.close()
  proxy?.stop()
  await server?.stop()
}

/** The workbench asks no server for its language: this is where it reads it. */
const inGerman = () => {
  globalThis._VSCODE_NLS_LANGUAGE = 'de'
}

const fixing = ({ page, folder, picture }) =>
  pairSteps({ page, picture, saved: file => readFileSync(join(folder, file), 'utf8') })

const looking =
  rows =>
  ({ page, ...more }) =>
    rows.map(([what, check]) => [what, () => check({ page: page(), ...more })])

const viewing = looking(views)
const mapping = looking(mapViews)
const reading = looking(germanViews)
const boarding = looking(boardViews)

const inWorker = context => ({ ...context, pictures: undefined, web: true })
const noPictures = context => ({ ...context, pictures: undefined })

export const desktop = (report, context) => drive('vscode', fixing, report, context)
export const web = (report, context) => drive('vscode-web-worker', fixing, report, inWorker(context))
export const desktopViews = (report, context) => drive('vscode-views', viewing, report, noPictures(context))
export const webViews = (report, context) => drive('vscode-web-worker-views', viewing, report, inWorker(context))
export const map = (report, context) => drive('vscode-map', mapping, report, noPictures(context))
export const german = (report, context) =>
  drive('vscode-german', reading, report, { ...noPictures(context), german: true })
export const webMap = (report, context) => drive('vscode-web-worker-map', mapping, report, inWorker(context))
export const board = (report, context) => drive('vscode-board', boarding, report, context)
