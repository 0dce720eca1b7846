// What VS Code shows of a pair beside squiggles, hovers and fixes, whatever serves it: status bar, hints, lenses, pages
// and the map. Each row is a check and stands in the table of docs/editors/vscode.md.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fixtures } from './k3-dma.mjs'
import {
  bringToFront,
  frameSaying,
  goTo,
  goToLine,
  hoverSays,
  lens,
  middleOfMark,
  openFile,
  pressUntil,
  runCommand,
  shownText,
  shows,
  tipSays,
  until,
  WAIT,
} from './workbench.mjs'

const ROOT = 'dma-swapped/k3-demo.c'
const INMATE = 'dma-swapped/k3-demo-linux.c'
const STATUS = '[id$="jailhouseWarden.root"]'

const textShows = (page, words) => until(`"${words}" in the text`, async () => (await shownText(page)).includes(words))

/** Puts the cursor behind some words of a line of a file in front, from 1. */
async function goBehind(page, path, line, words) {
  const text = readFileSync(join(fixtures, path), 'utf8').split('\n')[line - 1]
  const before = text.slice(0, text.indexOf(words) + words.length)
  await goTo(page, { line, column: before.replaceAll('\t', '    ').length + 1 })
}

/** Rows of `[what, check]`; each check leaves the workbench as the next expects it. */
export const views = [
  [
    'status bar: the root and why',
    async ({ page }) => {
      await openFile(page, INMATE)
      await shows(page, STATUS, 'root: k3-demo.c')
      await tipSays(page, STATUS, 'because its name begins with "k3-demo-"')
    },
  ],
  [
    'inlay hints',
    async ({ page }) => {
      await goToLine(page, 40)
      await textShows(page, '/* RAM */ {[2] 1.5 GiB')
      await textShows(page, 'MMIO(0x02810000, 0x1000)[0] 4 KiB,')
    },
  ],
  ['breadcrumbs', ({ page }) => shows(page, '.monaco-breadcrumbs', '[2] RAM')],
  [
    'outline',
    async ({ page }) => {
      await runCommand(page, 'Explorer: Focus on Outline View')
      for (const words of ['k3-demo-linux', 'mem_regions']) await shows(page, '.outline-pane .monaco-list-row', words)
      await bringToFront(page, 'k3-demo-linux.c')
    },
  ],
  [
    'semantic colours',
    async ({ page }) => {
      await goBehind(page, INMATE, 36, 'JAI')
      await runCommand(page, 'Developer: Inspect Editor Tokens and Scopes')
      await shows(page, '.token-inspect-widget', /semantic token type\s*enumMember/)
      await page.keyboard.press('Escape')
    },
  ],
  [
    'signature help',
    async ({ page }) => {
      await goBehind(page, INMATE, 30, 'MMIO(')
      const help = page.locator('.parameter-hints-widget.visible', { hasText: 'MMIO(start, length)' })
      // Whatever changes in the editor while it asks, such as hints that arrive, makes it drop the answer.
      await pressUntil(page, 'Control+Shift+Space', help)
      await page.keyboard.press('Escape')
      await page.locator('.parameter-hints-widget.visible').waitFor({ state: 'hidden', ...WAIT })
    },
  ],
  [
    'completion of a whole element, its places filled in by Tab',
    async ({ page }) => {
      await goBehind(page, INMATE, 44, '},')
      await page.keyboard.press('Control+Enter')
      await page.locator('.tab.active.dirty').waitFor(WAIT)
      const proposal = '.suggest-widget .monaco-list-row'
      await pressUntil(page, 'Control+Space', page.locator(proposal, { hasText: 'MMIO region' }).first())
      // What comes before depends on how many proposals could be tried in the time of a menu.
      await until('it is in focus', async () => {
        if (await page.locator(`${proposal}.focused`, { hasText: 'MMIO region' }).isVisible()) return true
        await page.keyboard.press('ArrowDown')
        return false
      })
      await page.keyboard.press('Tab')
      await textShows(page, '/* device */')
      await page.keyboard.type('0x12340000')
      await page.keyboard.press('Tab')
      await page.keyboard.type('0x5000')
      for (const words of ['.phys_start = 0x12340000', '.virt_start = 0x12340000', '.size = 0x5000'])
        await textShows(page, words)
      await page.keyboard.press('Escape')
      await runCommand(page, 'File: Revert File')
      await page.locator('.tab.active:not(.dirty)').waitFor(WAIT)
    },
  ],
  [
    'saving the .cell',
    async ({ page, folder }) => {
      const cell = join(folder, INMATE.replace(/\.c$/, '.cell'))
      await goToLine(page, 17)
      await runCommand(page, 'Jailhouse Warden: Save .cell File')
      await until('the name is proposed', async () =>
        (await page.locator('.quick-input-box input').inputValue()).endsWith('k3-demo-linux.cell'),
      )
      await page.keyboard.press('Enter')
      await until('the file is there', () => existsSync(cell) && readFileSync(cell).length > 0)
      const bytes = readFileSync(cell)
      if (bytes.toString('latin1', 0, 5) !== 'JHCLL') throw new Error(`it begins with ${bytes.subarray(0, 8)}`)
      await lens(page, `${bytes.length} bytes`).waitFor(WAIT)
    },
  ],
  [
    'choosing the root from the status bar',
    async ({ page, folder }) => {
      const project = join(folder, 'jailhouse.json')
      await page.locator(STATUS).click()
      await shows(page, '.quick-input-title', 'Root Cell of k3-demo-linux.c')
      await shows(page, '.quick-input-list .monaco-list-row.focused', 'k3-demo.c')
      await page.keyboard.press('Enter')
      await until(
        'the choice is kept',
        () => existsSync(project) && readFileSync(project, 'utf8').includes(`"${ROOT}"`),
      )
      await page.locator('.quick-input-widget').waitFor({ state: 'hidden', ...WAIT })
      await tipSays(page, STATUS, 'jailhouse.json lists both')
    },
  ],
  [
    'renaming a macro',
    async ({ page }) => {
      await openFile(page, 'x86/pc.c')
      await shows(page, STATUS, 'root cell')
      await goBehind(page, 'x86/pc.c', 6, '#define M')
      const box = page.locator('.rename-box input:focus')
      await pressUntil(page, 'F2', box)
      await box.fill('MEBI', WAIT)
      await page.keyboard.press('Enter')
      await textShows(page, '#define MEBI(n)')
      await textShows(page, '.size = MEBI(6)')
      await runCommand(page, 'File: Revert File')
    },
  ],
  [
    'the page behind the code of a finding',
    async ({ page }) => {
      await openFile(page, ROOT)
      await goToLine(page, 60)
      await page
        .locator('.squiggly-error')
        .first()
        .waitFor({ state: 'attached', ...WAIT })
      await hoverSays(page, () => middleOfMark(page, '.squiggly-error'), 'stays reachable')
      await page.locator('.monaco-hover:visible a.code-link', { hasText: 'JH301' }).first().click()
      await frameSaying(page, 'JH301')
      await bringToFront(page, 'k3-demo.c')
    },
  ],
  [
    'simulation, from its lens',
    async ({ page }) => {
      await goToLine(page, 18)
      await lens(page, 'simulate').click(WAIT)
      await frameSaying(page, 'destroy linux')
    },
  ],
  [
    'a console line explained',
    async ({ page }) => {
      await bringToFront(page, 'k3-demo.c')
      await runCommand(page, 'Jailhouse Warden: Explain Console Output…')
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Type or paste a line' }).first().click(WAIT)
      await page.locator('.quick-input-box input:focus').fill('Unhandled data read at 0x8a0000010(4)', WAIT)
      await page.keyboard.press('Enter')
      const frame = await frameSaying(page, 'at [0x8a0000000, 0x900000000)')
      await frame.locator('a', { hasText: 'k3-demo-linux.c:42' }).first().click(WAIT)
      await page.locator('.tab.active', { hasText: 'k3-demo-linux.c' }).first().waitFor(WAIT)
      await shows(page, '.active-line-number', /^42$/)
    },
  ],
]
