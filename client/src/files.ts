import * as vscode from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import {
  type DocumentUri,
  type FileBytes,
  type FileText,
  type FolderList,
  type FolderTree,
  LIST_BELOW,
  LIST_FOLDER,
  LIST_SOURCES,
  READ_BYTES,
  READ_FILE,
} from '../../server/src/lsp/protocol.ts'

/** Lends the server the editor's file systems, virtual ones included. What is not there is `null`. */
export function serveFiles(client: BaseLanguageClient): void {
  client.onRequest(READ_FILE, ({ uri }: DocumentUri) => orNull(() => textOf(vscode.Uri.parse(uri))))
  client.onRequest(READ_BYTES, ({ uri }: DocumentUri) => orNull(() => bytesOf(vscode.Uri.parse(uri))))
  client.onRequest(LIST_SOURCES, ({ uri }: DocumentUri) => orNull(() => sourcesBelow(vscode.Uri.parse(uri))))
  client.onRequest(LIST_BELOW, ({ uri }: DocumentUri) => orNull(() => filesBelow(vscode.Uri.parse(uri))))
  client.onRequest(LIST_FOLDER, ({ uri }: DocumentUri) => orNull(() => filesIn(vscode.Uri.parse(uri))))
}

const textOf = async (uri: vscode.Uri): Promise<FileText> => ({
  text: new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)),
})

/** A workspace with more C files is no workspace of configurations. */
const MAX_SOURCES = 50_000

const MAX_CHUNK = 0x8000

async function bytesOf(uri: vscode.Uri): Promise<FileBytes> {
  const bytes = await vscode.workspace.fs.readFile(uri)
  let text = ''
  for (let at = 0; at < bytes.length; at += MAX_CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + MAX_CHUNK))
  return { base64: btoa(text) }
}

async function filesIn(folder: vscode.Uri): Promise<FolderList> {
  const entries = await vscode.workspace.fs.readDirectory(folder)
  const files = entries.filter(([, type]) => (type & vscode.FileType.Directory) === 0)
  return { uris: files.map(([name]) => vscode.Uri.joinPath(folder, name).toString()) }
}

async function sourcesBelow(folder: vscode.Uri): Promise<FolderList> {
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, '**/*.c'), undefined, MAX_SOURCES)
  return { uris: found.map(uri => uri.toString()) }
}

/** A collector's folder has some hundred files; one with many more is no folder of facts. */
const MAX_FACTS = 5_000

async function filesBelow(folder: vscode.Uri): Promise<FolderTree> {
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, '**/*'), null, MAX_FACTS)
  const start = folder.path.endsWith('/') ? folder.path : `${folder.path}/`
  const files = found.map(uri => ({ path: uri.path.slice(start.length), uri: uri.toString() }))
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) }
}

async function orNull<Answer>(read: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await read()
  } catch {
    return null
  }
}
