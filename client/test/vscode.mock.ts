import { vi } from 'vitest'

/** As much of the editor as the client touches; tests look at what was done to it. */

type Listener = (event: never) => unknown

const listeners = new Map<string, Listener[]>()
const event = (name: string) => (listener: Listener) => {
  listeners.set(name, [...(listeners.get(name) ?? []), listener])
  return { dispose() {} }
}
/** A new editor, in which no extension listens yet. */
export const nobodyListens = (): void => listeners.clear()

/** Lets an event of the editor happen. */
export const happen = (name: string, what: unknown): void => {
  for (const listener of listeners.get(name) ?? []) listener(what as never)
}

export class Uri {
  readonly scheme: string
  readonly path: string
  readonly query: string
  constructor(scheme: string, path: string, query = '') {
    this.scheme = scheme
    this.path = path
    this.query = query
  }
  with({ scheme = this.scheme, path }: { scheme?: string; path: string }): Uri {
    return new Uri(scheme, path)
  }
  get fsPath(): string {
    return this.path
  }
  toString(): string {
    return `${this.scheme}:${this.scheme === 'file' ? '//' : ''}${this.path}`
  }
  static parse(text: string): Uri {
    const [, scheme = '', path = ''] = /^([\w-]+):(?:\/\/)?(.*)$/.exec(text) ?? []
    return new Uri(scheme, path)
  }
  static from({ scheme, path, query }: { scheme: string; path: string; query?: string }): Uri {
    return new Uri(scheme, path, query)
  }
  static joinPath({ scheme, path }: Uri, ...more: string[]): Uri {
    return new Uri(scheme, [path.replace(/\/$/, ''), ...more].join('/'))
  }
}

export class EventEmitter<What> {
  readonly #listeners: ((what: What) => unknown)[] = []
  readonly event = (listener: (what: What) => unknown) => {
    this.#listeners.push(listener)
    return { dispose() {} }
  }
  fire(what: What): void {
    for (const listener of this.#listeners) listener(what)
  }
  dispose() {}
}

export class Position {
  readonly line: number
  readonly character: number
  constructor(line: number, character: number) {
    this.line = line
    this.character = character
  }
}

export class WorkspaceEdit {
  readonly inserted: [uri: Uri, text: string][] = []
  insert(uri: Uri, _at: Position, text: string): void {
    this.inserted.push([uri, text])
  }
}

/** The virtual disk: path to text. */
export const disk = new Map<string, string>()
export const settings = new Map<string, unknown>()
export const registered = new Map<string, (...given: unknown[]) => unknown>()
export const statusBarItem = {
  name: '',
  text: '',
  tooltip: '',
  command: '',
  show: vi.fn(),
  hide: vi.fn(),
  dispose: vi.fn(),
}

export const factsItem = { ...statusBarItem, show: vi.fn(), hide: vi.fn() }

export const StatusBarAlignment = { Left: 1, Right: 2 }
export const FileType = { File: 1, Directory: 2 }
export const ConfigurationTarget = { Global: 1, Workspace: 2 }
export const ViewColumn = { One: 1, Beside: -2 }
export const env = { language: 'en', clipboard: { writeText: vi.fn(), readText: vi.fn(async () => '') } }
export const l10n = {
  bundle: undefined as undefined | Record<string, string>,
  t: (words: string, ...values: unknown[]) => words.replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)])),
}
export class RelativePattern {
  readonly given: readonly unknown[]
  constructor(...given: unknown[]) {
    this.given = given
  }
}
export class Range {
  readonly given: readonly number[]
  constructor(...given: number[]) {
    this.given = given
  }
}

/** Providers of the trees that were made. */
export const trees: unknown[] = []
export const DiagnosticSeverity = { Error: 0, Warning: 1 }
export const ProgressLocation = { Window: 10 }
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 }
export class TreeItem {
  readonly label: string
  readonly collapsibleState: number
  constructor(label: string, collapsibleState: number) {
    this.label = label
    this.collapsibleState = collapsibleState
  }
}
export class ThemeIcon {
  readonly id: string
  constructor(id: string) {
    this.id = id
  }
}
export class MarkdownString {
  value = ''
  appendText(text: string) {
    this.value += text
  }
  appendMarkdown(text: string) {
    this.value += text
  }
}

export const window = {
  activeTextEditor: undefined as undefined | { document: unknown; selection: unknown },
  createStatusBarItem: (id: string) => (id.endsWith('.facts') ? factsItem : statusBarItem),
  visibleTextEditors: [] as unknown[],
  onDidChangeActiveTextEditor: event('activeEditor'),
  onDidChangeTextEditorSelection: event('selection'),
  createTreeView: vi.fn((_: string, options: { treeDataProvider: unknown }) => {
    trees.push(options.treeDataProvider)
    return { visible: true, onDidChangeVisibility: event('tree'), dispose() {} }
  }),
  setStatusBarMessage: vi.fn(),
  withProgress: vi.fn((_: unknown, act: () => unknown) => act()),
  registerWebviewPanelSerializer: vi.fn(() => ({ dispose() {} })),
  showTextDocument: vi.fn(),
  showQuickPick: vi.fn(),
  showInformationMessage: vi.fn(),
  showErrorMessage: vi.fn(),
  showWarningMessage: vi.fn(),
  showInputBox: vi.fn(),
  showSaveDialog: vi.fn(),
  showOpenDialog: vi.fn(),
  createWebviewPanel: vi.fn(),
}

export const workspace = {
  textDocuments: [] as unknown[],
  workspaceFolders: [{ uri: Uri.parse('file:///ws') }] as { uri: Uri }[],
  onDidOpenTextDocument: event('open'),
  onDidSaveTextDocument: event('save'),
  onDidChangeTextDocument: event('change'),
  onDidCloseTextDocument: event('close'),
  onDidChangeConfiguration: event('configuration'),
  registerTextDocumentContentProvider: vi.fn((_scheme: string, _provider: unknown) => ({ dispose() {} })),
  openTextDocument: vi.fn(async (uri: Uri) => ({ uri, save: vi.fn() })),
  findFiles: vi.fn(async (): Promise<Uri[]> => []),
  getWorkspaceFolder: ({ path }: Uri) => (path.startsWith('/ws/') ? workspace.workspaceFolders[0] : undefined),
  asRelativePath: ({ path }: Uri) => path.replace(/^\/ws\//, ''),
  getConfiguration: () => ({
    get: (name: string, otherwise: unknown) => settings.get(name) ?? otherwise,
    update: async (name: string, value: unknown) => settings.set(name, value),
  }),
  applyEdit: vi.fn(),
  fs: {
    async readFile({ path }: Uri) {
      const text = disk.get(path)
      if (text === undefined) throw new Error('not there')
      return new TextEncoder().encode(text)
    },
    async readDirectory({ path }: Uri) {
      const inside = [...disk.keys()].filter(name => name.startsWith(path)).map(name => name.slice(path.length))
      if (inside.length === 0) throw new Error('not there')
      return [...new Set(inside.map(name => name.replace(/\/.*/, '/')))].map(name =>
        name.endsWith('/') ? [name.slice(0, -1), FileType.Directory] : [name, FileType.File],
      )
    },
    writeFile: vi.fn(),
    copy: vi.fn(),
    isWritableFileSystem: (scheme: string) => (scheme === 'file' ? true : scheme === 'git' ? false : undefined),
  },
}

export const commands = {
  registerCommand: (name: string, act: (...given: unknown[]) => unknown) => {
    registered.set(name, act)
    return { dispose() {} }
  },
  executeCommand: vi.fn(),
}

export const TaskGroup = { Build: 'build' }
export class ProcessExecution {
  readonly given: readonly unknown[]
  constructor(...given: unknown[]) {
    this.given = given
  }
}
export class Task {
  readonly given: readonly unknown[]
  group: unknown
  isBackground = false
  constructor(...given: unknown[]) {
    this.given = given
  }
}
export const tasks = { registerTaskProvider: vi.fn((_type: string, _provider: unknown) => ({ dispose() {} })) }

export const languageStatusItem = { name: '', text: '', command: undefined as unknown, dispose() {} }
export const languages = {
  getDiagnostics: vi.fn((): unknown[] => []),
  getLanguages: async () => ['c', 'plaintext'],
  createLanguageStatusItem: () => languageStatusItem,
  onDidChangeDiagnostics: event('diagnostics'),
}

/** What an extension remembers. */
export function globalState() {
  const known = new Map<string, unknown>()
  return { get: (key: string) => known.get(key), update: async (key: string, value: unknown) => known.set(key, value) }
}
