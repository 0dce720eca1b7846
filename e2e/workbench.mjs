// What a person's hands and eyes do in VS Code: open a file, go to a line, run a command, read what is shown. Each waits
// for the state it needs; none waits for time to pass.

export const WAIT = { timeout: 60_000 }

export async function openFile(page, path) {
  const [folder, name] = path.split('/')
  const row = text => page.locator('.explorer-folders-view .monaco-list-row', { hasText: new RegExp(`^${text}$`) })
  await row(folder).waitFor(WAIT)
  if ((await row(folder).getAttribute('aria-expanded')) !== 'true') await row(folder).click()
  await row(name).waitFor(WAIT)
  await row(name).dblclick()
  await page.locator('.tab.active', { hasText: name }).waitFor(WAIT)
  await page.locator('.view-lines .view-line').first().click(WAIT)
}

/**
 * Presses a key until what it brings is there. A key that comes while the editor still takes the focus, or asks the
 * server something, is lost; pressed once more these keys do no harm.
 */
export async function pressUntil(page, key, brings) {
  await until(`${key} brings ${brings}`, async () => {
    await page.keyboard.press(key)
    return isThere(brings)
  })
}

/** Whether something comes up before one would try again. */
export const isThere = (locator, timeout = 5_000) =>
  locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  )

const quickInput = page => page.locator('.quick-input-box input:focus')

export const goToLine = (page, line) => goTo(page, { line })

/** Puts the cursor to a place, from 1; columns count as they are seen, with tabs of four. */
export async function goTo(page, { line, column = 1 }) {
  const status = page.locator('[id="status.editor.selection"]', { hasText: `Ln ${line}, Col ${column}` }).first()
  await page.locator('.monaco-editor.focused').first().waitFor(WAIT)
  await until(`the cursor at ${line}:${column}`, async () => {
    await pressUntil(page, 'Control+G', quickInput(page))
    await quickInput(page).fill(`:${line}:${column}`, WAIT)
    await page.keyboard.press('Enter')
    return isThere(status)
  })
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden', ...WAIT })
  await page.locator('.monaco-editor.focused').first().waitFor(WAIT)
}

/** Runs a command from the palette by its whole title. */
export async function runCommand(page, title) {
  const row = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title }).first()
  await pressUntil(page, 'F1', quickInput(page))
  await quickInput(page).fill(`>${title}`, WAIT)
  await row.waitFor(WAIT)
  await page.keyboard.press('Enter')
  await row.waitFor({ state: 'hidden', ...WAIT })
}

export async function until(what, test) {
  const end = Date.now() + WAIT.timeout
  while (Date.now() < end) {
    if (await test()) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`never: ${what}`)
}

/** Where something is once it stays there: lenses and hints push text about while they arrive. */
export async function settled(what, measure) {
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

/** The middle of the first mark in the text, such as a squiggle: the text's own spans change while colours arrive. */
export const middleOfMark = (page, selector) =>
  settled(selector, async () => {
    const box = await page
      .locator(selector)
      .first()
      .boundingBox()
      .catch(() => null)
    return box && [box.x + box.width / 2, box.y + box.height / 2]
  })

/** The visible text of the editor's lines; its spaces are no-break spaces. */
export const shownText = async page =>
  (await page.locator('.view-lines .view-line').allInnerTexts()).join('\n').replaceAll('\u00a0', ' ')

/** Chooses from the open menu by keyboard: older versions block the mouse while it is open. */
export async function choose(page, title) {
  const focused = page.locator('.action-widget .monaco-list-row.focused')
  await until(`"${title}" in focus`, async () => {
    if ((await focused.innerText()).includes(title)) return true
    await page.keyboard.press('ArrowDown')
  })
  await page.keyboard.press('Enter')
}

/** The middle of a word in the first line that has `text`, wherever colours have cut the line into spans. */
export const middleOfWord = (page, word, text = word) => settled(word, () => page.evaluate(wordOnPage, [word, text]))

function wordOnPage([word, text]) {
  const line = [...document.querySelectorAll('.view-lines .view-line')].find(({ textContent }) =>
    textContent.replaceAll('\u00a0', ' ').includes(text),
  )
  if (!line) return null
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT)
  while (walker.nextNode() && !walker.currentNode.data.includes(word));
  if (!walker.currentNode.data?.includes(word)) return null
  const range = document.createRange()
  range.selectNode(walker.currentNode)
  const { x, y, width, height } = range.getBoundingClientRect()
  return [x + width / 2, y + height / 2]
}

/**
 * Waits for a hover that says `word`, at a place the mouse comes to from elsewhere. A hover that comes up while
 * findings change is dropped until the mouse moves again, so it does.
 */
export async function hoverSays(page, place, word) {
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

/** Rests the mouse on something until a hover says some words: one that comes up while the thing is drawn anew is lost. */
export async function tipSays(page, selector, hasText) {
  const tip = page.locator('.monaco-hover:visible', { hasText }).first()
  await until(`a tip that says "${hasText}"`, async () => {
    await page.mouse.move(400, 300)
    await page.locator(selector).hover(WAIT)
    return isThere(tip)
  })
}

/** Waits for something that says some words. */
export const shows = (page, selector, hasText) => page.locator(selector, { hasText }).first().waitFor(WAIT)

export const lens = (page, hasText) => page.locator('.codelens-decoration a', { hasText }).first()

/** The frame of a view that says something; views are pages of their own in frames of the workbench. */
export async function frameSaying(page, words, selector = 'body') {
  let found
  const says = frame =>
    frame.evaluate(
      ([words, selector]) =>
        document.querySelector(selector) !== null && document.body.innerText.toLowerCase().includes(words),
      [words.toLowerCase(), selector],
    )
  await until(`a view that says "${words}"`, async () => {
    for (const frame of page.frames()) if (await says(frame).catch(() => false)) found = frame
    return found
  })
  return found
}

export async function bringToFront(page, name) {
  await page.locator(`.tab[data-resource-name="${name}"]`).first().click(WAIT)
  await page.locator('.monaco-editor.focused').first().waitFor(WAIT)
}

/** Pixels of the hover that is shown: its height, what is seen of its content, and all of that. */
export async function hoverSize(page, word = '') {
  const hover = page.locator('.monaco-hover:visible', { hasText: word }).first()
  return hover.evaluate(element => {
    const content = element.querySelector('.monaco-hover-content')
    return { height: element.offsetHeight, shown: content.clientHeight, all: content.scrollHeight }
  })
}

/** Throws unless the hover that is shown is all to be seen in the 250 px that VS Code gives one. */
export async function hoverFits(page, word) {
  const { height, shown, all } = await hoverSize(page, word)
  if (250 < height || shown < all) throw new Error(`the hover is ${height} px high and shows ${shown} of ${all} px`)
}
