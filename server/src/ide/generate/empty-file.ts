import { analyze, type FactsProject } from '../../analyze.ts'
import { chooseRoot } from '../../config/choose-root.ts'
import type { MissingFiles } from '../../config/project.ts'
import { fileAt, filesIn } from '../../config/project.ts'
import type { Facts } from '../../platform/facts.ts'
import { readPlatform } from '../../platform/read-platform.ts'
import { proveNewFile } from '../../repair/new-file.ts'
import { factsBeside } from '../../scenarios.ts'
import type { SourceFile } from '../../text/source-file.ts'
import { folderOf, nameOf } from '../../text/uri.ts'
import { newCell } from './cell.ts'
import { cellsBeside } from './given.ts'
import { newRoot } from './root.ts'
import { rootSkeleton } from './skeleton.ts'

/**
 * What an empty file beside configurations may become: a root, or an inmate of the root that its name says; each is
 * analysed there first, and has no error.
 */

export interface WholeFile {
  readonly label: string
  readonly detail: string
  readonly text: string
  /** Of an inmate. */
  readonly root?: SourceFile
}

export interface WholeFiles {
  readonly offers: readonly WholeFile[]
  readonly missing: { readonly files: string[]; readonly folders: string[]; readonly facts: string[] }
}

/** Nothing is offered in folders without configurations: an empty C file there is somebody else's. */
export function wholeFilesFor(file: SourceFile, project: FactsProject): WholeFiles {
  const missing = { files: new Set<string>(), folders: new Set<string>(), facts: new Set<string>() }
  const offers = [...inmates(file, project, missing), ...roots(file, project, missing)].filter(offer => {
    const proof = proveNewFile({ file: { uri: file.uri, text: offer.text }, ...offer }, project)
    for (const kind of ['files', 'folders', 'facts'] as const)
      for (const uri of proof.missing[kind]) missing[kind].add(uri)
    return proof.refusal === undefined
  })
  return {
    offers,
    missing: { files: [...missing.files], folders: [...missing.folders], facts: [...missing.facts] },
  }
}

type Missing = MissingFiles & { readonly facts: Set<string> }

function inmates(file: SourceFile, project: FactsProject, missing: Missing): readonly WholeFile[] {
  const choice = chooseRoot(file, project, missing)
  const main = choice && fileAt(choice.uri, project, missing)
  if (!main) return []
  const analysis = analyze(main, project)
  for (const uri of analysis.missing.files) missing.files.add(uri)
  for (const uri of analysis.missing.folders) missing.folders.add(uri)
  for (const uri of analysis.missing.facts) missing.facts.add(uri)
  const { config, simulations } = analysis
  if (config?.kind !== 'system') return []
  const platform = simulations.find(each => each.platform)?.platform
  return KINDS.flatMap(({ kind, words }) => {
    const made = newCell(config, cellsBeside(analysis), platform, { name: stemOf(file), kind, devices: [] })
    if ('missing' in made) return []
    return { label: `New inmate: ${words}`, detail: `an inmate of ${nameOf(main.uri)}`, text: made.text, root: main }
  })
}

const KINDS = [
  { kind: 'bare-metal', words: 'bare metal' },
  { kind: 'linux', words: 'Linux' },
  { kind: 'zephyr', words: 'Zephyr' },
] as const

/** From facts that lie beside the file under its name; else what every root has, with the values left open. */
function roots(file: SourceFile, project: FactsProject, missing: Missing): readonly WholeFile[] {
  const folder = folderOf(file.uri)
  const isAmongConfigurations = filesIn(folder, project, missing).some(uri => uri.endsWith('.c') && uri !== file.uri)
  const { uris } = factsBeside(file, project, missing)
  const found = uris.map(uri => project.facts?.(uri) ?? 'pending')
  for (const [i, uri] of uris.entries()) if (found[i] === 'pending') missing.facts.add(uri)
  const [first, ...rest] = found.filter((facts): facts is Facts => facts !== 'pending')
  const made = first && newRoot(readPlatform(first, ...rest), { name: stemOf(file) })
  if (made && !('missing' in made))
    return [{ label: 'New root cell', detail: `from ${uris.map(nameOf).join(', ')}`, text: made.text }]
  if (!isAmongConfigurations && uris.length === 0) return []
  return [{ label: 'New root cell', detail: 'a skeleton for an ARM64 board', text: rootSkeleton(stemOf(file)) }]
}

const stemOf = ({ uri }: SourceFile): string => nameOf(uri).replace(/\.c$/, '').slice(0, 31)
