// What a person does in VS Code with the founding pair, whatever serves it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addressPlace, assertFixed, fixtures, flagsOf, mistakes, SHARED, STAGE } from './founding-pair.mjs'

const WAIT = { timeout: 60_000 }
/** The bulb that tells of a preferred fix. */
const BULB = '.lightBulbWidget.codicon-lightbulb-autofix:visible'

async function openFile(page, path) {
  const [folder, name] = path.split('/')
  const row = text => page.locator('.explorer-folders-view .monaco-list-row', { hasText: new RegExp(`^${text}$`) })
  await row(folder).waitFor(WAIT)
  if ((await row(folder).getAttribute('aria-expanded')) !== 'true') await row(folder).click()
  await row(name).waitFor(WAIT)
  await row(name).dblclick()
  await page.locator('.tab.active', { hasText: name }).waitFor(WAIT)
  await page.locator('.view-lines .view-line').first().click(WAIT)
}

async function goToLine(page, line) {
  await page.locator('.monaco-editor.focused').first().waitFor(WAIT)
  await page.keyboard.press('Control+G')
  await page.locator('.quick-input-widget:visible').waitFor(WAIT)
  await page.keyboard.type(`${line}`)
  await page.keyboard.press('Enter')
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden', ...WAIT })
}

async function until(what, test) {
  const end = Date.now() + WAIT.timeout
  while (Date.now() < end) {
    if (await test()) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`never: ${what}`)
}

/** Where something is once it stays there: lenses and hints push text about while they arrive. */
async function settled(what, measure) {
  let before
  await until(`${what} stays where it is`, async () => {
    const now = JSON.stringify(await measure())
    const stays = now !== 'null' && now === before
    before = now
    if (!stays) await new Promise(resolve => setTimeout(resolve, 400))
    return stays
  })
  return JSON.parse(before)
}

/** The middle of the squiggle: the text's own spans change while colours arrive. */
const middleOf = locator =>
  settled('squiggle', async () => {
    const box = await locator.boundingBox().catch(() => null)
    return box && [box.x + box.width / 2, box.y + box.height / 2]
  })

const squiggle = (page, severity) => page.locator(`.squiggly-${severity}`).first()

/** The visible text of the editor's lines; its spaces are no-break spaces. */
const shownText = async page =>
  (await page.locator('.view-lines .view-line').allInnerTexts()).join('\n').replaceAll('\u00a0', ' ')

/** Chooses from the open menu by keyboard: older versions block the mouse while it is open. */
async function choose(page, title) {
  const focused = page.locator('.action-widget .monaco-list-row.focused')
  await until(`"${title}" in focus`, async () => {
    if ((await focused.innerText()).includes(title)) return true
    await page.keyboard.press('ArrowDown')
  })
  await page.keyboard.press('Enter')
}

/** The middle of a word in the line that contains it, wherever colours have cut the line into spans. */
const middleOfWord = (page, word) => settled(word, () => page.evaluate(wordOnPage, word))

function wordOnPage(sought) {
  const line = [...document.querySelectorAll('.view-lines .view-line')].find(({ textContent }) =>
    textContent.replaceAll('\u00a0', ' ').includes(`.phys_start = ${sought}`),
  )
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT)
  while (walker.nextNode() && !walker.currentNode.data.includes(sought));
  const range = document.createRange()
  range.selectNode(walker.currentNode)
  const { x, y, width, height } = range.getBoundingClientRect()
  return [x + width / 2, y + height / 2]
}

/**
 * Waits for a hover that says `word`, at a place the mouse comes to from elsewhere. A hover that comes up while
 * findings change is dropped until the mouse moves again, so it does.
 */
async function hoverSays(page, place, word) {
  const hover = page.locator('.monaco-hover:visible', { hasText: word }).first()
  await until(`a hover that says "${word}"`, async () => {
    const [x, y] = await place()
    await page.mouse.move(x - 200, y - 120)
    await page.mouse.move(x, y, { steps: 5 })
    return hover.waitFor({ timeout: 5_000 }).then(
      () => true,
      () => false,
    )
  })
}

/**
 * The checks, in order, as `[title, action]`. `page` answers the browser page once it is open; `saved` reads a file of
 * the workspace back, where it is on a disk; `picture` takes a screenshot.
 */
export function pairSteps({ page, saved, picture = async () => {} }) {
  return mistakes.flatMap(mistake => {
    const { file, severity, fix } = mistake
    const { line } = addressPlace(readFileSync(join(fixtures, file), 'utf8'))
    const mark = () => middleOf(squiggle(page(), severity))
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
          await hoverSays(page(), () => middleOfWord(page(), SHARED), STAGE)
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
