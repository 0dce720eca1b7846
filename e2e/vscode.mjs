// What a person does in VS Code with the K3 demo, whatever serves it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addressPlace, assertFixed, fixtures, flagsOf, mistakes, SHARED, STAGE } from './k3-dma.mjs'
import {
  choose,
  goToLine,
  hoverFits,
  hoverSays,
  middleOfMark,
  middleOfWord,
  openFile,
  shownText,
  until,
  WAIT,
} from './workbench.mjs'

/** The bulb that tells of a preferred fix. */
const BULB = '.lightBulbWidget.codicon-lightbulb-autofix:visible'

const markOf = severity => `.squiggly-${severity}`
const squiggle = (page, severity) => page.locator(markOf(severity)).first()

/**
 * The checks, in order, as `[title, action]`. `page` answers the browser page once it is open; `saved` reads a file of
 * the workspace back, where it is on a disk; `picture` takes a screenshot.
 */
export function pairSteps({ page, saved, picture = async () => {} }) {
  return mistakes.flatMap(mistake => {
    const { file, severity, fix } = mistake
    const { line } = addressPlace(readFileSync(join(fixtures, file), 'utf8'))
    const mark = () => middleOfMark(page(), markOf(severity))
    return [
      [
        `${file} shows a squiggle (${severity})`,
        async () => {
          await openFile(page(), file)
          await goToLine(page(), line + 1)
          await squiggle(page(), severity).waitFor({ state: 'attached', ...WAIT })
          await picture(`${severity}-squiggle`)
        },
      ],
      [
        `${file}: the hover says what is wrong`,
        async () => {
          await hoverSays(page(), mark, mistake.says)
          await picture(`${severity}-message`)
        },
      ],
      [
        `${file}: the hover on the region shows the stages`,
        async () => {
          await page().keyboard.press('Escape')
          await hoverSays(page(), () => middleOfWord(page(), SHARED, `.phys_start = ${SHARED}`), STAGE)
          await hoverFits(page(), STAGE)
          await picture(`${severity}-hover`)
        },
      ],
      [
        `${file}: the fix is offered`,
        async () => {
          await page().keyboard.press('Escape')
          // The cursor's own look-up of actions, 250 ms after it moved, would cancel one that is asked for before it:
          // its bulb tells when it is over. Where the cursor is now, nothing is wrong.
          await page()
            .locator(BULB)
            .first()
            .waitFor({ state: 'detached', ...WAIT })
          await page().mouse.click(...(await mark()))
          await page().locator(BULB).first().waitFor(WAIT)
          await page().keyboard.press('Control+.')
          await page().locator('.action-widget .monaco-list-row', { hasText: fix }).first().waitFor(WAIT)
          await picture(`${severity}-fix`)
        },
      ],
      [
        `${file}: the fix is applied and the squiggle goes`,
        async () => {
          await choose(page(), fix)
          await squiggle(page(), severity).waitFor({ state: 'detached', ...WAIT })
          // A hint may stand right behind the last flag.
          const flags = flagsOf(await shownText(page()))
          if (flags.some(flag => flag.startsWith('DMA')) !== mistake.flags.includes('DMA'))
            throw new Error(`flags are ${flags}`)
          await picture(`${severity}-fixed`)
        },
      ],
      [
        `${file}: the fix is saved`,
        async () => {
          await page().keyboard.press('Control+S')
          await page().locator('.tab.active:not(.dirty)').waitFor(WAIT)
          if (!saved) return
          await until('saved', () => saved(file) !== readFileSync(join(fixtures, file), 'utf8'))
          assertFixed(mistake, saved(file))
        },
      ],
    ]
  })
}
