import type { FactsProject } from '../../src/analyze.ts'
import { defaultSettings } from '../../src/config/project.ts'
import type { Facts } from '../../src/platform/facts.ts'
import type { SourceFile } from '../../src/text/source-file.ts'

/** Configurations by their names in one folder, beside facts that are given for all. */
export function projectOf(texts: Readonly<Record<string, string>>, facts: readonly Facts[]) {
  const files = new Map(
    Object.entries(texts).map(([name, text]): [string, SourceFile] => {
      const uri = `file:///made/${name}`
      return [uri, { uri, text }]
    }),
  )
  const byUri = new Map(facts.map(each => [each.uri, each]))
  const project: FactsProject = {
    lookup: uri => files.get(uri) ?? 'absent',
    list: folder => [...files.keys()].filter(uri => uri.startsWith(folder)),
    settings: { ...defaultSettings, platform: [...byUri.keys()] },
    pins: new Map(),
    known: [...files.values()],
    facts: uri => byUri.get(uri) ?? 'pending',
  }
  const file = (name: string): SourceFile => {
    const found = files.get(`file:///made/${name}`)
    if (!found) throw new Error(`no ${name}`)
    return found
  }
  return { project, file }
}
