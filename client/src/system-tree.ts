import * as vscode from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import { SYSTEM_TREE, type SystemTree, type TreeNode, type TreeNodeKind } from '../../server/src/lsp/protocol.ts'
import { localized } from './localized.ts'

const VIEW = 'jailhouseWarden.systems'

/** Let typing rest before the tree is asked for anew. */
const REST_MS = 250

/** The systems of open files in the activity bar. Nothing is asked while nobody sees it. */
export class SystemTreeView implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #client: BaseLanguageClient
  readonly #changed = new vscode.EventEmitter<undefined>()
  readonly onDidChangeTreeData = this.#changed.event
  readonly #view: vscode.TreeView<TreeNode>
  readonly #disposables: readonly vscode.Disposable[]
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(client: BaseLanguageClient, analyzed: vscode.Event<string>) {
    this.#client = client
    this.#view = vscode.window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: true })
    const refresh = () => this.#refresh()
    this.#disposables = [
      this.#view,
      this.#changed,
      analyzed(refresh),
      this.#view.onDidChangeVisibility(refresh),
      vscode.workspace.onDidCloseTextDocument(refresh),
    ]
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node) return [...node.children]
    if (!this.#client.isRunning()) return []
    const tree = await this.#client.sendRequest<SystemTree>(SYSTEM_TREE, {}).catch(() => undefined)
    return [...(tree?.nodes ?? [])]
  }

  getTreeItem({ id, kind, place, children, ...words }: TreeNode): vscode.TreeItem {
    const [label, detail, why] = [words.label, words.detail ?? '', words.why ?? ''].map(localized) as [
      string,
      string,
      string,
    ]
    const item = new vscode.TreeItem(label, stateOf(kind, children.length))
    item.id = id
    item.contextValue = kind
    if (detail) item.description = detail
    item.tooltip = [label, detail, why].filter(Boolean).join('\n')
    const icon = ICONS[kind]
    if (icon) item.iconPath = new vscode.ThemeIcon(icon)
    if (place) {
      const { start } = place.range
      const selection = new vscode.Range(start.line, start.character, start.line, start.character)
      const target = [vscode.Uri.parse(place.uri), { selection, preserveFocus: true }]
      item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: target }
    }
    return item
  }

  dispose(): void {
    clearTimeout(this.#timer)
    for (const each of this.#disposables) each.dispose()
  }

  #refresh(): void {
    clearTimeout(this.#timer)
    if (this.#view.visible) this.#timer = setTimeout(() => this.#changed.fire(undefined), REST_MS)
  }
}

/** Systems and their cells are open at first, lists are not. */
function stateOf(kind: TreeNodeKind, children: number): vscode.TreeItemCollapsibleState {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState
  if (children === 0) return None
  return kind === 'root' || kind === 'orphan' ? Expanded : Collapsed
}

const ICONS: Readonly<Partial<Record<TreeNodeKind, string>>> = {
  root: 'server',
  inmate: 'vm',
  orphan: 'question',
  region: 'symbol-array',
  cpu: 'chip',
  interrupt: 'zap',
  device: 'circuit-board',
  link: 'link',
  stream: 'arrow-swap',
  port: 'plug',
  free: 'pass',
}
