/**
 * What is drawn, as plain values: a browser mounts them, the command line writes them. Text from the user's files is
 * never markup: it is text or an attribute here, and escaped in one place, `markup`.
 */

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

export interface Element {
  readonly tag: string
  readonly attributes: Attributes
  readonly children: readonly Node[]
}

export type Node = Element | string

/** Children that are false or undefined are left out, so that a condition can stand in their place. */
export type Child = Node | false | undefined | readonly Child[]

export const el = (tag: string, attributes: Attributes = {}, ...children: readonly Child[]): Element => ({
  tag,
  attributes,
  children: flat(children),
})

const flat = (children: readonly Child[]): readonly Node[] =>
  children.flatMap((child): readonly Node[] => {
    if (child === false || child === undefined) return []
    return Array.isArray(child) ? flat(child) : [child as Node]
  })

/** Elements without an end tag in HTML; in SVG there are none. */
const VOID = new Set(['input', 'br', 'meta', 'link'])

/** The text of an element, for files. */
export function markup(node: Node): string {
  if (typeof node === 'string') return escaped(node)
  const { tag, attributes, children } = node
  const words = Object.entries(attributes)
    .filter(([name, value]) => value !== undefined && value !== false && name !== 'key')
    .map(([name, value]) => ` ${name}="${value === true ? '' : escaped(String(value))}"`)
  const head = `<${tag}${words.join('')}>`
  return VOID.has(tag) ? head : `${head}${children.map(markup).join('')}</${tag}>`
}

/** Characters that XML does not have, as files may hold them, become a replacement character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

const escaped = (text: string): string =>
  text.replace(UNPRINTABLE, '\ufffd').replace(/[&<>"']/g, letter => `&#${letter.charCodeAt(0)};`)
