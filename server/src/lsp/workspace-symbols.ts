import type { SymbolInformation } from 'vscode-languageserver'
import { isConfigFile, readConfig } from '../analyze.ts'
import { fileAt, filesIn, type Project, type Wanted } from '../config/project.ts'
import { flattened, symbols } from '../ide/symbols.ts'
import type { SourceFile } from '../text/source-file.ts'
import { folderOf } from '../text/uri.ts'
import { toLocation } from './convert.ts'
import type { Session } from './session.ts'
import { SYMBOL_KIND } from './shapes.ts'

/** Files of one folder that are read for symbols at most; more are no folder of configurations. */
const MOST_FILES = 500

/** Symbols of the configurations in the folders of open ones whose words hold what is asked for, addresses included. */
export async function symbolsMatching(session: Session, query: string): Promise<SymbolInformation[]> {
  await session.ready
  const folders = new Set(session.configurations().map(({ file }) => folderOf(file.uri)))
  const outlined = [...folders].map(folder => session.workspace.complete(folder, project => outlines(project, folder)))
  const found = (await Promise.all(outlined)).flatMap(({ found }) => found)
  const words = query.toLowerCase()
  return found
    .filter(({ name, detail }) => `${name} ${detail}`.toLowerCase().includes(words))
    .map(({ name, detail, kind, range, container }) => ({
      name: detail ? `${name} ${detail}` : name,
      kind: SYMBOL_KIND[kind],
      location: { ...toLocation(range, session.abilities.encoding), uri: session.spelling(range.file.uri) },
      ...(container && { containerName: container }),
    }))
}

function outlines(project: Project, folder: string) {
  const wanted: Wanted = { files: new Set(), folders: new Set() }
  const found = filesIn(folder, project, wanted)
    .filter(uri => uri.endsWith('.c'))
    .slice(0, MOST_FILES)
    .map(uri => fileAt(uri, project, wanted))
    .filter((file): file is SourceFile => file !== undefined && isConfigFile(file))
    .flatMap(file => {
      const read = readConfig(file, project)
      for (const uri of read.wanted.files) wanted.files.add(uri)
      for (const uri of read.wanted.folders) wanted.folders.add(uri)
      return [...flattened(symbols(read))]
    })
  return { found, wanted: { files: [...wanted.files], folders: [...wanted.folders] } }
}
