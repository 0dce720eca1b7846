import { packTar, unpackTar } from 'modern-tar'
import { FDT_MAGIC, readFlattened } from './tree/flattened.ts'
import { descendants } from './tree/node.ts'

/** Facts without what tells one machine from others of its kind. */

/** Properties that boot loaders fill in, by their names. */
const PERSONAL =
  /^(serial-number|local-mac-address|mac-address|local-bd-address|board-serial|asset-tag|kaslr-seed|rng-seed)$/
const HIDDEN_LINE = /serial number|\buuid\b|\bhostname\b|([0-9a-f]{2}:){5}[0-9a-f]{2}/i

/** A tarball, a tree or a text, with such properties and lines blanked; what is of no known kind stays as it is. */
export async function scrub(bytes: Uint8Array): Promise<Uint8Array> {
  if (isTar(bytes)) return scrubTar(bytes)
  if (isTree(bytes)) return scrubTree(bytes)
  return bytes.includes(0) ? bytes : scrubText(bytes)
}

const isTar = (bytes: Uint8Array): boolean => [...'ustar'].every((letter, i) => bytes[257 + i] === letter.charCodeAt(0))

const isTree = (bytes: Uint8Array): boolean =>
  4 <= bytes.length && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) === FDT_MAGIC

async function scrubTar(bytes: Uint8Array): Promise<Uint8Array> {
  const entries = await unpackTar(bytes)
  const scrubbed = entries.map(({ header, data }) => {
    const isText = /(dmesg|interrupts|cmdline)$/.test(header.name)
    if (!data || !(isText || isTree(data))) return { header, ...(data && { data }) }
    const body = isTree(data) ? scrubTree(data) : scrubText(data)
    return { header: { ...header, size: body.length }, data: new Uint8Array(body) }
  })
  return packTar(scrubbed)
}

/** In place: lengths stay, so every offset of the tree does. */
function scrubTree(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice()
  const { root } = readFlattened(copy)
  if (!root) return copy
  for (const node of descendants(root))
    for (const { name, bytes: value } of node.properties.values()) if (PERSONAL.test(name)) value.fill(0)
  return copy
}

function scrubText(bytes: Uint8Array): Uint8Array {
  const lines = new TextDecoder().decode(bytes).split('\n')
  return new TextEncoder().encode(lines.map(line => (HIDDEN_LINE.test(line) ? '' : line)).join('\n'))
}
