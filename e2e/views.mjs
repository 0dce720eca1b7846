// What VS Code shows of a pair beside squiggles, hovers and fixes, whatever serves it: status bar, hints, lenses, pages
// and the map. Each row is a check and stands in the table of docs/editors/vscode.md.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  bringToFront,
  frameSaying,
  goToLine,
  hoverSays,
  lens,
  middleOfMark,
  openFile,
  runCommand,
  shownText,
  shows,
  until,
  WAIT,
} from './workbench.mjs'

const ROOT = 'dma-swapped/k3-demo.c'
const INMATE = 'dma-swapped/k3-demo-linux.c'
const STATUS = '[id$="jailhouseWarden.root"]'

const textShows = (page, words) => until(`"${words}" in the text`, async () => (await shownText(page)).includes(words))

/** Goes to a place of the file in front, in front of its first character that is no space, and `right` of it. */
async function goTo(page, line, right = 0) {
  await goToLine(page, line)
  await page.keyboard.press('Home')
  for (let i = 0; i < right; i++) await page.keyboard.press('ArrowRight')
}

/** Rows of `[what, check]`; each check leaves the workbench as the next expects it. */
export const views = [
  [
    'status bar: the root and why',
    async ({ page }) => {
      await openFile(page, INMATE)
      await shows(page, STATUS, 'root: k3-demo.c')
      await page.locator(STATUS).hover()
      await shows(page, '.monaco-hover:visible', 'because its name begins with "k3-demo-"')
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
      await goTo(page, 36, 3)
      await runCommand(page, 'Developer: Inspect Editor Tokens and Scopes')
      await shows(page, '.token-inspect-widget', /semantic token type\s*enumMember/)
      await page.keyboard.press('Escape')
    },
  ],
  [
    'signature help',
    async ({ page }) => {
      await goTo(page, 30, 'MMIO('.length)
      await runCommand(page, 'Trigger Parameter Hints')
      await shows(page, '.parameter-hints-widget', 'MMIO(start, length)')
      await page.keyboard.press('Escape')
      await page.locator('.parameter-hints-widget.visible').waitFor({ state: 'hidden', ...WAIT })
    },
  ],
  [
    'completion of a whole element, its places filled in by Tab',
    async ({ page }) => {
      await goTo(page, 44)
      await page.keyboard.press('Control+Enter')
      await page.locator('.tab.active.dirty').waitFor(WAIT)
      await page.keyboard.press('Control+Space')
      await shows(page, '.suggest-widget .monaco-list-row.focused', 'RAM region')
      await page.keyboard.press('Tab')
      await until('a second RAM region', async () => (await shownText(page)).split('/* RAM */').length > 2)
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
      await until('the reason is the choice', async () => {
        await page.mouse.move(400, 300)
        await page.locator(STATUS).hover()
        return page
          .locator('.monaco-hover:visible', { hasText: 'jailhouse.json lists both' })
          .waitFor({ timeout: 2000 })
          .then(
            () => true,
            () => false,
          )
      })
    },
  ],
  [
    'renaming a macro',
    async ({ page }) => {
      await openFile(page, 'x86/pc.c')
      await shows(page, STATUS, 'root cell')
      await goTo(page, 6, '#define M'.length)
      // A key that comes while the editor asks whether there is anything to rename is lost.
      const box = page.locator('.rename-box input:focus')
      await until('the box for the new name', async () => {
        await page.keyboard.press('F2')
        return box.waitFor({ timeout: 5000 }).then(
          () => true,
          () => false,
        )
      })
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
      await lens(page, 'simulate').click(WAIT)
      await frameSaying(page, 'destroy linux')
    },
  ],
  [
    'a console line explained',
    async ({ page }) => {
      await bringToFront(page, 'k3-demo.c')
      await runCommand(page, 'Jailhouse Warden: Explain Console Line')
      await shows(page, '.quick-input-title', 'Explain Console Line')
      await page.locator('.quick-input-box input:focus').fill('Unhandled data read at 0x8a0000010(4)', WAIT)
      await page.keyboard.press('Enter')
      await frameSaying(page, 'region 5 at [0x8a0000000')
    },
  ],
]
