// The facts of a board in the real editor: what they say in status bar and hover, and the commands that write from them.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadCore } from '../scripts/load-core.mjs'
import {
  bringToFront,
  goTo,
  hoverSays,
  isThere,
  lens,
  middleOfWord,
  openFile,
  runCommand,
  shownText,
  shows,
  tipSays,
  until,
  WAIT,
} from './workbench.mjs'

const FACTS = '[id$="jailhouseWarden.facts"]'
const ROOT_OF = '[id$="jailhouseWarden.root"]'
const input = page => page.locator('.quick-input-box input:focus')
const rows = (page, hasText) => page.locator('.quick-input-list .monaco-list-row', { hasText }).first()

/** Where a picker is on the page, with some of the editor behind it. */
const PICKER = { x: 320, y: 0, width: 922, height: 320 }

/** A root made from the tree of QEMU's arm64 `virt`, an inmate of it, and the tree beside them. */
async function writeBoard(folder) {
  const core = await loadCore(
    'src/ide/generate/root.ts',
    'src/ide/generate/cell.ts',
    'src/platform/facts.ts',
    'src/platform/read-platform.ts',
    'test/platform/machines.ts',
  )
  const bytes = core.virtTree(0x40000000n)
  const platform = core.readPlatform(await core.openFile({ uri: 'file:///virt.dtb', bytes }))
  const root = { uri: 'file:///virt.c', text: core.newRoot(platform, { name: 'virt' }).text }
  const project = {
    lookup: () => 'absent',
    list: () => [],
    settings: core.defaultSettings,
    pins: new Map(),
    known: [root],
    facts: () => 'pending',
  }
  const { config } = core.analyze(root, project)
  const cell = core.newCell(config, [], platform, { name: 'linux', kind: 'linux', devices: [] })
  const board = join(folder, 'board')
  mkdirSync(board, { recursive: true })
  writeFileSync(join(board, 'virt.dtb'), bytes)
  writeFileSync(join(board, 'virt.c'), root.text)
  writeFileSync(join(board, 'virt-linux.c'), cell.text)
  copyFileSync(join(board, 'virt.dtb'), join(folder, 'facts.dtb'))
}

/** Line of a word in the file in front, from 1, by the editor's own search. */
async function goToWord(page, words) {
  await page.keyboard.press('Control+F')
  await page.locator('.find-widget.visible textarea').first().fill(words, WAIT)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await until(`"${words}" in sight`, async () => (await shownText(page)).includes(words))
}

const textShows = (page, words) => until(`"${words}" in the text`, async () => (await shownText(page)).includes(words))

/** Enters what an input box asks for; the box of files may have yet to write its own words, or to look at these. */
async function answer(page, title, words, next) {
  await shows(page, '.quick-input-widget', title)
  await until(`"${words}" is taken`, async () => {
    if ((await input(page).inputValue(WAIT)) !== words) await input(page).fill(words, WAIT)
    // Nothing on the page tells when it has looked.
    await page.waitForTimeout(500)
    await page.keyboard.press('Enter')
    return isThere(next)
  })
}

/** Rows of `[what, check]`, in the order in which they follow each other. */
export const boardViews = [
  [
    'status bar: the facts in use',
    async ({ page, folder, reload }) => {
      await writeBoard(folder)
      await reload({})
      await openFile(page, 'board/virt.c')
      await shows(page, FACTS, 'virt.dtb')
      await tipSays(page, FACTS, 'virt')
    },
  ],
  [
    'hover: the devices of a region',
    async ({ page, picture }) => {
      await goToWord(page, '.phys_start = 0x9000000')
      await hoverSays(page, () => middleOfWord(page, '0x9000000', '.phys_start = 0x9000000'), 'pl011@9000000')
      await picture('board-hover')
    },
  ],
  [
    'Give Device to Cell…: regions and interrupts in one edit',
    async ({ page, picture }) => {
      await openFile(page, 'board/virt-linux.c')
      await goTo(page, { line: 1 })
      await runCommand(page, 'Jailhouse Warden: Give Device to Cell…')
      await rows(page, 'pl031@9010000').waitFor(WAIT)
      await picture('board-devices', PICKER)
      await input(page).fill('pl031', WAIT)
      await rows(page, 'pl031@9010000').waitFor(WAIT)
      await page.keyboard.press('Enter')
      await textShows(page, '.phys_start = 0x9010000')
      await picture('board-given')
      await page.locator('.tab.active.dirty').waitFor(WAIT)
      await page.keyboard.press('Control+S')
    },
  ],
  [
    'New Inmate of This Root…: asks, and opens the cell and its tree',
    async ({ page, picture }) => {
      await bringToFront(page, 'virt.c')
      await runCommand(page, 'Jailhouse Warden: New Inmate of This Root…')
      await rows(page, 'Zephyr').waitFor(WAIT)
      await picture('board-new-cell')
      await page.keyboard.press('Enter')
      await shows(page, '.quick-input-widget', 'Name of the cell')
      await page.keyboard.press('Enter')
      for (const title of ['Its CPUs', 'Its RAM', 'Devices it gets']) {
        await page.locator(`.quick-input-box input[placeholder^="${title}"]`).waitFor(WAIT)
        await page.keyboard.press('Enter')
      }
      await textShows(page, 'struct jailhouse_cell_desc')
      await page.locator('.tab.active.dirty', { hasText: 'virt-bare-metal.c' }).waitFor(WAIT)
      await shows(page, ROOT_OF, 'root: virt.c')
      await lens(page, 'no findings').waitFor(WAIT)
      await picture('board-cell-made')
      await page.keyboard.press('Control+S')
      await page.locator('.tab.active:not(.dirty)', { hasText: 'virt-bare-metal.c' }).waitFor(WAIT)
      await shows(page, ROOT_OF, 'root: virt.c')
    },
  ],
  [
    'New Root Cell…: asks for facts and a name, and opens the root',
    async ({ page, folder, picture }) => {
      await runCommand(page, 'Jailhouse Warden: New Root Cell…')
      const box = page.locator('.quick-input-widget', { hasText: 'Name of the cell' }).first()
      await answer(page, 'Facts of the Machine', join(folder, 'facts.dtb'), box)
      await answer(page, 'Name of the cell', 'my-board', page.locator('.tab.active.dirty', { hasText: 'my-board.c' }))
      await textShows(page, 'struct jailhouse_system')
      await picture('board-root-made')
    },
  ],
]
