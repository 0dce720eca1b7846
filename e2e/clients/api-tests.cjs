// Runs inside VS Code's web extension host, on the K3 demo, through the `vscode` API alone.
const vscode = require('vscode')

const folder = () => vscode.workspace.workspaceFolders[0].uri
const file = path => vscode.Uri.joinPath(folder(), path)

async function until(what, test) {
  for (let tries = 0; tries < 300; tries++) {
    const result = await test()
    if (result) return result
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`never: ${what}`)
}

const ours = (uri, severity) =>
  vscode.languages.getDiagnostics(uri).filter(d => d.source === 'jailhouse-warden' && d.severity === severity)

const saying = (uri, severity, words) => ours(uri, severity).find(({ message }) => message.includes(words))

async function open(path) {
  const document = await vscode.workspace.openTextDocument(file(path))
  await vscode.window.showTextDocument(document)
  return document
}

const { Error: ERROR, Warning: WARNING } = vscode.DiagnosticSeverity
let root, inmate

/** Asks again where the menu has no such fix yet: a warning of the version before may still stand while its file is read anew. */
async function fix(document, diagnostic, title) {
  const { edit } = await until(`fix "${title}"`, async () => {
    const actions = await vscode.commands.executeCommand(
      'vscode.executeCodeActionProvider',
      document.uri,
      diagnostic.range,
      vscode.CodeActionKind.QuickFix.value,
      20,
    )
    return actions?.find(action => action.title.includes(title) && action.edit)
  })
  await vscode.workspace.applyEdit(edit)
}

const checks = [
  [
    'the root has an error on its flag, with a code and a page',
    async () => {
      root = await open('dma-swapped/k3-demo.c')
      const found = await until('error', () => saying(root.uri, ERROR, 'stays reachable'))
      if (root.getText(found.range) !== 'JAILHOUSE_MEM_DMA') throw new Error(`on ${root.getText(found.range)}`)
      if (!/^JH3\d\d$/.test(`${found.code?.value ?? found.code}`)) throw new Error(`code ${JSON.stringify(found.code)}`)
    },
  ],
  [
    'the error names the region of the inmate',
    async () => {
      const [found] = ours(root.uri, ERROR)
      const related = (found.relatedInformation ?? []).map(info => info.location.uri.path)
      if (!related.some(path => path.endsWith('k3-demo-linux.c'))) throw new Error(`related: ${related}`)
    },
  ],
  [
    'the hover on the region shows the stages',
    async () => {
      const at = root.positionAt(root.getText().indexOf('0x8a0000000') + 3)
      const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', root.uri, at)
      const text = hovers.flatMap(hover => hover.contents.map(content => content.value)).join('\n')
      for (const word of ['enable', 'create', 'shutdown', 'linux'])
        if (!text.includes(word)) throw new Error(`no "${word}" in ${text}`)
    },
  ],
  [
    'the fix takes the flag away, and the error with it',
    async () => {
      await fix(root, ours(root.uri, ERROR)[0], 'Remove JAILHOUSE_MEM_DMA')
      await until('no error', () => ours(root.uri, ERROR).length === 0)
    },
  ],
  [
    'the inmate has a warning, whose fix adds the flag',
    async () => {
      inmate = await open('dma-swapped/k3-demo-linux.c')
      const says = () => saying(inmate.uri, WARNING, 'is not mapped')
      const found = await until('warning', says)
      await fix(inmate, found, 'Add JAILHOUSE_MEM_DMA')
      await until('no warning', () => !says())
    },
  ],
  [
    'both files are saved',
    async () => {
      await vscode.workspace.saveAll()
      if (root.isDirty || inmate.isDirty) throw new Error('still dirty')
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(root.uri))
      if (text !== root.getText()) throw new Error('other text on the file system')
    },
  ],
  [
    'the settled pair has neither errors nor warnings',
    async () => {
      const left = [root, inmate].flatMap(({ uri }) => [...ours(uri, ERROR), ...ours(uri, WARNING)])
      if (left.length > 0) throw new Error(left.map(d => d.message).join('\n'))
    },
  ],
  [
    'a C file that is no configuration shows nothing',
    async () => {
      const document = await vscode.workspace.openTextDocument({
        language: 'c',
        content: 'int main(void) { return 0; }\n',
      })
      await vscode.window.showTextDocument(document)
      await new Promise(resolve => setTimeout(resolve, 500))
      const found = vscode.languages.getDiagnostics(document.uri).filter(d => d.source === 'jailhouse-warden')
      if (found.length > 0) throw new Error(found[0].message)
    },
  ],
]

exports.run = async () => {
  console.log(`1..${checks.length}`)
  for (const [title, check] of checks)
    try {
      await check()
      console.log(`ok - ${title}`)
    } catch (error) {
      console.log(`not ok - ${title}\n# ${error.message}`)
      throw error
    }
}
