// The licences of what the bundles hold of others, as each of them wants it said.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Compiled into the parsers that lie beside the bundles, so that no bundle names them. */
const IN_PARSERS = ['tree-sitter-devicetree', 'web-tree-sitter']

/** Our grammar extends it; it is installed with the grammar's own tools alone. Its licence has the words of ours. */
const TREE_SITTER_C = 'Copyright (c) 2014 Max Brunsfeld'

/** Folders of the packages that files of a build come from. */
const foldersOf = metafiles =>
  metafiles
    .flatMap(({ inputs }) => Object.keys(inputs))
    .flatMap(path => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])

/** Name, version, kind and text of each licence, in the order of names. */
export function notices(metafiles) {
  const folders = [...new Set([...foldersOf(metafiles), ...IN_PARSERS.map(name => join('node_modules', name))])]
  const texts = folders.filter(existsSync).map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find(each => /^(licen[cs]e|copying)/i.test(each))
    if (!file) throw new Error(`${name} comes without the text of its licence`)
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
  })
  const ours = readFileSync('LICENSE', 'utf8').trim()
  texts.push(`tree-sitter-c (MIT)\n\n${ours.replace(/^Copyright .*$/m, TREE_SITTER_C)}\n`)
  const rule = `\n${'-'.repeat(80)}\n\n`
  return `Jailhouse Warden contains code of others, under these licences.\n${rule}${texts.toSorted().join(rule)}`
}
