import { type Analysis, analyze, type FactsProject } from '../analyze.ts'
import type { Facts } from '../platform/facts.ts'
import { isRepairedByReserving } from '../rules/board/reservation.ts'
import type { Finding } from '../rules/rule.ts'
import type { SourceFile } from '../text/source-file.ts'
import { folderOf } from '../text/uri.ts'
import { isComplaint, surplus } from './proof.ts'

/** A configuration that is not written yet: where it will stand, the root it is made for, and its device tree. */
export interface NewConfiguration {
  readonly file: SourceFile
  readonly root?: SourceFile
  readonly tree?: Facts
}

export interface NewFileProof {
  /** Why it is not to be written: it does not compile, Jailhouse refuses it, or isolation is lost with it. */
  readonly refusal?: string
  /** What else would be found, in any file. */
  readonly warnings: readonly string[]
  /** What nobody has looked at yet. */
  readonly missing: Analysis['missing']
}

/**
 * Analyses a new file in memory, as it would stand beside others: what is found with it and not without, in it, in its
 * device tree and in its root. What is to be reserved outside of the configurations does not count.
 */
export function proveNewFile({ file, root, tree }: NewConfiguration, project: FactsProject): NewFileProof {
  const own = root && analyze(root, project)
  const uris = own?.simulations.find(({ factsUris }) => factsUris)?.factsUris ?? project.settings.platform ?? []
  const choice = root && { uri: root.uri, by: 'comment' as const, reason: 'it is made for it' }
  const { findings, missing } = analyze(file, withNewFile(file, tree ? withTree(tree, uris, project) : project), choice)
  const news = surplus((own?.findings ?? []).filter(counts), findings.filter(counts))
  const error = news.find(({ severity }) => severity === 'error')
  return {
    ...(error && { refusal: `it would have an error: ${wordsOf(error)}` }),
    warnings: news.filter(({ severity }) => severity === 'warning').map(wordsOf),
    missing,
  }
}

const counts = (finding: Finding): boolean => isComplaint(finding) && !isRepairedByReserving(finding)

const wordsOf = ({ rule, headline }: Finding): string => `${headline} [${rule.code} ${rule.id}]`

const withNewFile = (file: SourceFile, project: FactsProject): FactsProject => ({
  ...project,
  lookup: uri => (uri === file.uri ? file : project.lookup(uri)),
  list: folder => {
    const known = project.list(folder)
    return known === 'pending' || folder !== folderOf(file.uri) ? known : [...new Set([...known, file.uri])]
  },
})

/** The tree beside the other facts of the machine. */
const withTree = (tree: Facts, uris: readonly string[], project: FactsProject): FactsProject => ({
  ...project,
  settings: { ...project.settings, platform: [...uris, tree.uri] },
  facts: uri => (uri === tree.uri ? tree : (project.facts?.(uri) ?? 'pending')),
})
