// The system map and the tree in the real editor: opened, used by mouse and keyboard, looked at by axe.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { here } from './install.mjs'
import { bringToFront, frameSaying, goToLine, lens, openFile, runCommand, shows, until, WAIT } from './workbench.mjs'

const axe = join(here, 'node_modules', 'axe-core', 'axe.min.js')

const ROOT = 'dma-swapped/k3-demo.c'

const mapFrame = page => frameSaying(page, 'Lifecycle', 'svg.map')

/** The map's own text of a region: what a screen reader says. */
const region = (map, words) => map.locator(`g.box[aria-label*="${words}"]`).first()

/** The line the cursor stands in, wherever the focus is. */
const cursorLine = page => page.locator('.monaco-editor .line-numbers.active-line-number').first().innerText()

/** Presses a key on the slider and waits for the stage it leads to. */
async function pressStage(map, key, title) {
  await map.locator('[data-action="stage-slider"]').press(key)
  await map.locator('output', { hasText: title }).waitFor(WAIT)
}

/** Everything axe knows of, on the page as it is. */
async function assertAccessible(map) {
  await map.evaluate(readFileSync(axe, 'utf8'))
  const violations = await map.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document.body)
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(', ')}`)
  })
  if (violations.length > 0) throw new Error(violations.join('\n'))
}

const THEMES = ['Dark Modern', 'Light Modern', 'Default High Contrast', 'Default High Contrast Light']

/** Presses the button of a format and takes the file that is proposed. */
async function saveAs(page, folder, format, isRight) {
  const map = await mapFrame(page)
  const written = () => readdirSync(folder).find(name => name.endsWith(`.${format}`))
  await map.locator(`[data-action="${format}"]`).click(WAIT)
  const box = page.locator('.quick-input-box input')
  await until('a name is proposed', async () => (await box.inputValue().catch(() => '')).endsWith(`.${format}`))
  await box.press('Enter')
  await until('the file is there', () => written() && readFileSync(join(folder, written())).length > 0)
  if (!isRight(readFileSync(join(folder, written())))) throw new Error(`${written()} is no ${format}`)
}

/** Rows of `[what, check]`, in the order in which they follow each other. */
export const mapViews = [
  [
    'system map, from its lens, with the loss of isolation in red',
    async ({ page }) => {
      await openFile(page, ROOT)
      await goToLine(page, 18)
      await lens(page, 'show map').click(WAIT)
      const map = await mapFrame(page)
      await map.locator('.losses .loss.error text', { hasText: 'JH301' }).first().waitFor(WAIT)
    },
  ],
  [
    'system map: stages by arrow keys and by name',
    async ({ page }) => {
      const map = await mapFrame(page)
      await pressStage(map, 'Home', 'after enable')
      await map
        .locator('.losses .loss.error')
        .first()
        .waitFor({ state: 'detached', ...WAIT })
      await pressStage(map, 'ArrowRight', 'after create')
      await map.locator('.losses .loss.error').first().waitFor(WAIT)
      await pressStage(map, 'End', 'after disable')
      await map.locator('[data-stage="1"]').first().click()
      await map.locator('.change').first().waitFor(WAIT)
    },
  ],
  [
    'system map: a region leads to its text by mouse and by keyboard',
    async ({ page }) => {
      const map = await mapFrame(page)
      await region(map, 'k3-demo: RAM, first bank').click()
      await until('line 29', async () => (await cursorLine(page)) === '29')
      await map.locator('g.box.selected').press('ArrowDown')
      await map.locator('g.box:focus').press('Enter')
      await until('another line', async () => (await cursorLine(page)) !== '29')
    },
  ],
  [
    'system map: the cursor leads to its region',
    async ({ page }) => {
      const map = await mapFrame(page)
      await bringToFront(page, 'k3-demo.c')
      await goToLine(page, 31)
      await map.locator('g.box.selected[aria-label*="RAM, first bank"]').waitFor(WAIT)
    },
  ],
  [
    'system map: who reaches an address, and other commands',
    async ({ page }) => {
      const map = await mapFrame(page)
      await map.locator('[data-action="query"]').fill('0x8a0000000')
      await map.locator('h2', { hasText: 'Who reaches 0x8a0000000' }).waitFor(WAIT)
      await map.locator('[role="status"] li', { hasText: 'k3-demo-linux, CPUs' }).waitFor(WAIT)
      await map.locator('[data-action="query"]').fill('')
      const commands = map.locator('[data-action="commands"]')
      await commands.fill('enable create create')
      await commands.press('Enter')
      await map.locator('tr .failed', { hasText: 'EEXIST' }).waitFor(WAIT)
      await map.locator('[data-stage="2"]').first().click()
      await map.locator('[data-stage="2"].failed[aria-pressed="true"]').waitFor(WAIT)
      await assertAccessible(map)
      await commands.fill('')
      await commands.press('Enter')
      await map.locator('[data-stage="6"]').first().waitFor(WAIT)
    },
  ],
  [
    'system map: live while typing',
    async ({ page }) => {
      const map = await mapFrame(page)
      await map.locator('[data-stage="1"]').first().click()
      await bringToFront(page, 'k3-demo.c')
      await runCommand(page, 'Jailhouse Warden: Fix All Auto-fixable Problems')
      await map
        .locator('.losses .loss.error')
        .first()
        .waitFor({ state: 'detached', ...WAIT })
      await runCommand(page, 'File: Revert File')
      await map.locator('.losses .loss.error').first().waitFor(WAIT)
    },
  ],
  [
    'system map: saved as SVG and as PNG',
    async ({ page, folder }) => {
      await saveAs(page, folder, 'svg', bytes => bytes.toString('utf8', 0, 4) === '<svg')
      await saveAs(page, folder, 'png', bytes => bytes.toString('latin1', 1, 4) === 'PNG')
    },
  ],
  [
    'system map: there again after the server was started again',
    async ({ page }) => {
      await runCommand(page, 'Jailhouse Warden: Restart Server')
      const map = await mapFrame(page)
      await map.locator('.losses .loss.error').first().waitFor(WAIT)
    },
  ],
  [
    'systems in the activity bar',
    async ({ page }) => {
      await page.locator('.activitybar .action-label[aria-label*="Jailhouse"]').first().click(WAIT)
      await shows(page, '.pane-body .monaco-list-row', 'k3-demo-linux')
      await shows(page, '.pane-body .monaco-list-row', 'what no inmate takes')
      await runCommand(page, 'View: Show Explorer')
    },
  ],
  [
    'system map: names end in their regions, and the legend is seen without scrolling',
    async ({ page }) => {
      const map = await mapFrame(page)
      const [beyond, legend] = await map.evaluate(() => {
        const edges = [...document.querySelectorAll('svg.map .boxes .box > rect')].map(box =>
          box.getBoundingClientRect(),
        )
        const names = [...document.querySelectorAll('svg.map .labels .name')]
        const isBeyond = name => {
          const { left, right, top } = name.getBoundingClientRect()
          const own = edges.find(box => box.left <= left && left < box.right && box.top <= top + 4 && top < box.bottom)
          return !own || own.right < right
        }
        return [
          names.filter(isBeyond).map(({ textContent }) => textContent),
          document.querySelector('.legend').getBoundingClientRect().bottom <= innerHeight,
        ]
      })
      if (beyond.length > 0 || !legend) throw new Error(`beyond: ${beyond.join(', ')}; legend: ${legend}`)
    },
  ],
  ...THEMES.map(theme => [
    `system map: there again in ${theme}, and axe finds nothing in it nor in its table`,
    async ({ page, reload, picture }) => {
      await reload({ 'workbench.colorTheme': theme })
      const map = await mapFrame(page)
      await map.locator('.losses .loss.error').first().waitFor(WAIT)
      await picture(`map-${theme.toLowerCase().replaceAll(' ', '-')}`)
      await assertAccessible(map)
      await map.locator('[data-action="table"]').click()
      await map.locator('table.regions').waitFor(WAIT)
      await assertAccessible(map)
    },
  ]),
  [
    'system map: a file opened while it has the focus stands beside it, and is what a reload shows',
    async ({ page }) => {
      const map = await frameSaying(page, 'Lifecycle', 'table.regions')
      await map.locator('[data-action="table"]').click()
      await runCommand(page, 'View: Show Explorer')
      await map.locator('[data-action="stage-slider"]').focus()
      await openFile(page, 'x86/pc.c')
      await page.locator('.tab', { hasText: 'Map of pc.c' }).waitFor(WAIT)
      await until('another map', async () => !(await (await mapFrame(page)).content()).includes('first bank'))
      await runCommand(page, 'Developer: Reload Window')
      await page.locator('.tab', { hasText: 'Map of pc.c' }).waitFor(WAIT)
      if ((await (await mapFrame(page)).content()).includes('first bank')) throw new Error('the older map')
    },
  ],
]

/** The same in an editor whose language is German. */
export const germanViews = [
  [
    'views, lenses and status bar in German',
    async ({ page }) => {
      await openFile(page, ROOT)
      await goToLine(page, 18)
      await shows(page, '[id$="jailhouseWarden.root"]', 'Root-Zelle k3-demo')
      await lens(page, 'Karte zeigen').click(WAIT)
      await frameSaying(page, 'Seitenvorrat', 'svg.map')
      await frameSaying(page, 'k3-demo (Stream 2) kann', 'svg.map')
      await page.locator('.activitybar .action-label[aria-label*="Jailhouse"]').first().click(WAIT)
      await shows(page, '.pane-body .monaco-list-row', 'was kein Gast belegt')
    },
  ],
]
