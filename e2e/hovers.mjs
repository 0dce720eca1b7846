// Opens root cells and inmates of a tree of Jailhouse in a real VS Code, asks for the hover of every region and measures
// it: all of it must be seen in the 250 px that VS Code gives one. Prints a line a file.
//   node e2e/hovers.mjs TREE [FILE…] [--vsix FILE] [--each N] [--pictures FOLDER]
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openPage } from './browser.mjs'
import { folderUrl, startCodeServer } from './code-server.mjs'
import { here, install } from './install.mjs'
import { goTo, hoverSize, until, WAIT } from './workbench.mjs'

const FILES = [
  'arm64/k3-j721e-evm.c',
  'arm64/k3-j721e-evm-linux-demo.c',
  'arm64/k3-j7200-evm.c',
  'arm64/k3-j7200-evm-linux-demo.c',
  'arm64/zynqmp-zcu102.c',
  'arm64/zynqmp-zcu102-linux-demo.c',
  'arm64/imx8mp.c',
  'arm64/imx8mp-linux-demo.c',
  'x86/qemu-x86.c',
  'x86/linux-x86-demo.c',
]
const HIGHEST = 250
const isCut = ({ height, shown, all }) => HIGHEST < height || shown < all

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    vsix: { type: 'string', default: join(here, '..', 'jailhouse-warden.vsix') },
    each: { type: 'string', default: '1' },
    pictures: { type: 'string' },
  },
})
const [tree = '', ...chosen] = positionals

/** Lines of a file, from 1, that say where a region begins. */
const regionLines = path =>
  readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, index) => (/\.phys_start\s*=/.test(line) ? [index + 1] : []))

async function openByName(page, name) {
  await page.keyboard.press('Control+P')
  await page.locator('.quick-input-box input:focus').fill(name, WAIT)
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: name }).first().waitFor(WAIT)
  await page.keyboard.press('Enter')
  await page.locator('.tab.active', { hasText: name }).waitFor(WAIT)
  await page.locator('.view-lines .view-line').first().click(WAIT)
}

/** The hover of what stands behind the sign of equality in a line. */
async function measure(page, line, column) {
  await page.keyboard.press('Escape')
  await goTo(page, { line, column })
  await page.keyboard.press('Control+K')
  await page.keyboard.press('Control+I')
  await page.locator('.monaco-hover:visible').first().waitFor(WAIT)
  return hoverSize(page)
}

install()
const data = join(here, '.run', 'hovers')
rmSync(data, { recursive: true, force: true })
mkdirSync(data, { recursive: true })
const server = await startCodeServer({ data, vsix: resolve(values.vsix) })
const { page, close } = await openPage()
let misfits = 0
try {
  await page.goto(folderUrl(server.port, resolve(tree)), { waitUntil: 'domcontentloaded' })
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 })
  for (const file of chosen.length > 0 ? chosen : FILES) {
    const path = join(tree, 'configs', file)
    const lines = regionLines(path).filter((_, index) => index % Number(values.each) === 0)
    await openByName(page, basename(file))
    await until('lenses', async () => (await page.locator('.codelens-decoration').count()) > 0)
    const sizes = []
    for (const line of lines) {
      const column = readFileSync(path, 'utf8').split('\n')[line - 1].replaceAll('\t', '    ').indexOf('=') + 4
      const size = await measure(page, line, column)
      sizes.push({ line, ...size })
      if (values.pictures && (sizes.length === 1 || isCut(size)))
        await page.screenshot({ path: join(values.pictures, `${basename(file, '.c')}-${line}.png`) })
    }
    const hidden = sizes.filter(isCut)
    const highest = Math.max(...sizes.map(({ all }) => all))
    misfits += hidden.length
    const list = hidden.map(({ line, all }) => ` line ${line}: ${all} px`).join(',')
    console.log(`${file}: ${sizes.length} hovers, highest ${highest} px, ${hidden.length} do not fit${list}`)
  }
} finally {
  await close()
  await server.stop()
}
process.exitCode = misfits > 0 ? 1 : 0
