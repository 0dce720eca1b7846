/**
 * How wide words come out, by the letters of a wide font: nobody measures here, and words that are cut a letter early
 * are better than words that run into the next lane.
 */

/** Parts of the font's size. */
const WIDTHS: readonly (readonly [string, number])[] = [
  ["ijl|' ", 0.32],
  ['.,:;!()[]{}/\\-`ftrI"', 0.42],
  ['mW@%—…', 1],
  ['MNQw#&+=<>~', 0.86],
  ['ABCDEFGHJKLOPRSTUVXYZ', 0.72],
]

const USUAL = 0.64

/** From here on letters are as wide as they are high. */
const FIRST_WIDE = '\u1100'

const widthOfLetter = (letter: string): number =>
  letter < FIRST_WIDE ? (WIDTHS.find(([letters]) => letters.includes(letter))?.[1] ?? USUAL) : 1

/** Pixels at a size of the font. */
export const textWidth = (words: string, size: number): number =>
  size * [...words].reduce((sum, letter) => sum + widthOfLetter(letter), 0)

/** As many letters as fit. */
export function truncated(words: string, width: number, size: number): string {
  if (textWidth(words, size) <= width) return words
  const letters = [...words]
  let left = width - textWidth('…', size)
  const end = letters.findIndex(letter => {
    left -= size * widthOfLetter(letter)
    return left < 0
  })
  return `${letters.slice(0, Math.max(0, end)).join('').trimEnd()}…`
}

/** The words in lines no wider than that; a word that is wider alone is cut. */
export function wrapped(words: string, width: number, size: number): readonly string[] {
  const lines: string[] = []
  for (const word of words.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer
    else lines.push(truncated(word, width, size))
  }
  return lines
}
