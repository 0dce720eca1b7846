import { markup } from './drawing/element.ts'
import { picture } from './drawing/picture.ts'
import type { View } from './drawing/view.ts'
import mapStyle from './map.css'

/** The picture as a file of its own: with the style, and with the editor's colours as they are now. */
export function svgFile(view: View): string {
  const { svg } = picture({ ...view, window: undefined })
  const style = `${mapStyle}\n:root { ${colours()} }\nsvg.map { background: ${value('--bg')} }`
  const text = markup(svg)
  const end = text.indexOf('>') + 1
  return `${text.slice(0, end)}<style>${style}</style>${text.slice(end)}`
}

const COLOURS = ['fg', 'bg', 'dim', 'line', 'focus', 'cpu', 'dma', 'free', 'hyper', 'error', 'warning', 'info']

const value = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/** The fonts of the editor may not be where the file is looked at. */
const colours = (): string =>
  [...COLOURS.map(name => `--${name}: ${value(`--${name}`)};`), '--sans: sans-serif;', '--mono: monospace;'].join(' ')

/** Twice the size in pixels, so that text stays sharp. */
const SCALE = 2

/** Larger pictures are no canvas. */
const MAX_SIDE = 16_000

export async function pngOf(view: View): Promise<string> {
  const { width, height } = picture({ ...view, window: undefined })
  const scale = Math.min(SCALE, MAX_SIDE / height, MAX_SIDE / width)
  const image = new Image()
  image.src = `data:image/svg+xml;base64,${base64(svgFile(view))}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/png').replace(/^[^,]*,/, '')
}

export const base64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), byte => String.fromCharCode(byte)).join(''))
