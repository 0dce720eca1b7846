import * as vscode from 'vscode'

const FILES = ['k3-demo.c', 'k3-demo-linux.c']

/** Opens copies of the bundled demo: a root that keeps DMA access to its inmate's memory. */
export async function openDemo(context: vscode.ExtensionContext): Promise<void> {
  const folder = vscode.Uri.joinPath(context.globalStorageUri, 'k3-demo')
  const bundled = vscode.Uri.joinPath(context.extensionUri, 'dist', 'demo')
  for (const name of FILES)
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(bundled, name), vscode.Uri.joinPath(folder, name), {
      overwrite: true,
    })
  await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, FILES[1]!))
  const root = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, FILES[0]!))
  const at = root.positionAt(root.getText().lastIndexOf('JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_LOADABLE'))
  await vscode.window.showTextDocument(root, { selection: new vscode.Range(at, at) })
}

/** More are not looked through; a search by name finds the others. */
const MAX_FILES = 400

/** Offers the configurations of the workspace; opening one starts everything. */
export async function openConfiguration(): Promise<void> {
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Looking for Jailhouse configurations') },
    configurations,
  )
  if (found.length === 0) {
    const demo = vscode.l10n.t('Open Demo')
    const words = vscode.l10n.t('No Jailhouse cell configuration was found in this workspace.')
    if ((await vscode.window.showInformationMessage(words, demo)) === demo)
      await vscode.commands.executeCommand('jailhouseWarden.openDemo')
    return
  }
  const items = found.map(uri => ({ label: vscode.workspace.asRelativePath(uri), uri }))
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Open Configuration') })
  if (chosen) await vscode.window.showTextDocument(chosen.uri)
}

async function configurations(): Promise<readonly vscode.Uri[]> {
  const inConfigs = await vscode.workspace.findFiles('**/configs/**/*.c', undefined, MAX_FILES)
  const files = inConfigs.length > 0 ? inConfigs : await vscode.workspace.findFiles('**/*.c', undefined, MAX_FILES)
  const are = await Promise.all(files.map(isConfiguration))
  return files.filter((_, i) => are[i]).toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

async function isConfiguration(uri: vscode.Uri): Promise<boolean> {
  const bytes = await vscode.workspace.fs.readFile(uri).then(undefined, () => new Uint8Array())
  return /struct\s+jailhouse_(system|cell_desc)\s/.test(new TextDecoder().decode(bytes.slice(0, 65_536)))
}
