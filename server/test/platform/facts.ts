import { openFile } from '../../src/platform/facts.ts'
import type { Platform } from '../../src/platform/model.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'

/** Facts by their texts or bytes, as files named by the keys. */
export async function platformOfFiles(files: Readonly<Record<string, string | Uint8Array>>): Promise<Platform> {
  const [first, ...rest] = await Promise.all(
    Object.entries(files).map(([name, content]) =>
      openFile({
        uri: `file:///facts/${name}`,
        bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
      }),
    ),
  )
  if (!first) throw new Error('no facts')
  return readPlatform(first, ...rest)
}

/** A small flattened tree: nodes as `{ name: value | node }`, values as cells, strings or nothing. */
export type Plain = { readonly [name: string]: Plain | readonly number[] | string | true }

export function flatten(root: Plain): Uint8Array {
  const structure: number[] = []
  const strings: number[] = []
  const offsets = new Map<string, number>()
  const word = (value: number, into = structure) =>
    into.push((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff)
  const pad = () => {
    while (structure.length % 4) structure.push(0)
  }
  const text = (value: string, into: number[]) => into.push(...[...value].map(c => c.charCodeAt(0)), 0)
  const offsetOf = (name: string): number => {
    const known = offsets.get(name) ?? strings.length
    if (!offsets.has(name)) text(name, strings)
    offsets.set(name, known)
    return known
  }
  const node = (name: string, value: Plain): void => {
    word(1)
    text(name, structure)
    pad()
    for (const [key, inner] of Object.entries(value)) {
      const bytes: number[] = []
      if (inner === true) bytes.length = 0
      else if (typeof inner === 'string') text(inner, bytes)
      else if (Array.isArray(inner)) for (const cell of inner as readonly number[]) word(cell, bytes)
      else continue
      word(3)
      word(bytes.length)
      word(offsetOf(key))
      structure.push(...bytes)
      pad()
    }
    for (const [key, inner] of Object.entries(value))
      if (typeof inner === 'object' && !Array.isArray(inner)) node(key, inner as Plain)
    word(2)
  }
  node('', root)
  word(9)
  const header: number[] = []
  const [reserved, start] = [40, 56]
  const stringsAt = start + structure.length
  const total = stringsAt + strings.length
  for (const each of [0xd00dfeed, total, start, stringsAt, reserved, 17, 16, 0, strings.length, structure.length])
    word(each, header)
  return Uint8Array.from([...header, ...new Array<number>(16).fill(0), ...structure, ...strings])
}
