// The pair every editor is shown: DMA flags the wrong way round, one mistake in each file.
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { here } from './install.mjs'

export const fixtures = join(here, '..', 'test-fixtures')
export const ROOT = 'dma-swapped/k3-demo.c'
export const INMATE = 'dma-swapped/k3-demo-linux.c'
export const SHARED = '0x8a0000000'

/** What a person must see in each of the two files, and what the fix must make of the region's flags. */
export const mistakes = [
  {
    file: ROOT,
    severity: 'error',
    says: 'stays reachable',
    fix: 'Remove JAILHOUSE_MEM_DMA',
    flags: 'READ WRITE EXECUTE LOADABLE',
  },
  {
    file: INMATE,
    severity: 'warning',
    says: 'is not mapped',
    fix: 'Add JAILHOUSE_MEM_DMA',
    flags: 'READ WRITE EXECUTE DMA LOADABLE',
  },
]

/** A fresh copy of the fixtures in which an editor may save. */
export function workspaceIn(folder) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(fixtures, folder, { recursive: true })
  return folder
}

const lines = text => text.split('\n')
const start = text => lines(text).findIndex(line => line.includes(`.phys_start = ${SHARED}`))

/** Where the shared region's address is written, from 1: the hover there is the region's. */
export function addressPlace(text) {
  const line = start(text)
  return { line: line + 1, column: lines(text)[line].indexOf(SHARED) + 1 }
}

/** A word of that hover and of no diagnostic: one of the stages in its table. */
export const STAGE = 'shutdown'

/** The line of the shared region's `.flags`, from 1. */
export function flagsLine(text) {
  const from = start(text)
  return lines(text).findIndex((line, i) => i > from && line.includes('.flags')) + 1
}

/** The flags of the shared region without their common prefix, in the order they are written. */
export function flagsOf(text) {
  const [flags] = /\.flags\s*=[^,]*/.exec(lines(text).slice(start(text)).join('\n')) ?? ['']
  return [...flags.matchAll(/JAILHOUSE_MEM_(\w+)/g)].map(([, flag]) => flag)
}

const sorted = words => [...words].sort().join(' ')

/** Throws unless the region has exactly these flags and nothing else of the file was touched. */
export function assertFixed({ file, flags }, text) {
  const original = readFileSync(join(fixtures, file), 'utf8')
  const rest = content =>
    content.replace(flagsOf(content).join('|'), '').replace(/\s*\|?\s*JAILHOUSE_MEM_DMA\b|\s+/g, '')
  if (sorted(flagsOf(text)) !== sorted(flags.split(' '))) throw new Error(`${file}: flags are ${flagsOf(text)}`)
  if (rest(text) !== rest(original)) throw new Error(`${file}: more than the flags has changed\n${text}`)
}
