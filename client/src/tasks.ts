import * as vscode from 'vscode'

const TYPE = 'jailhouse-warden'

/** What stands in `tasks.json`. */
interface CheckDefinition extends vscode.TaskDefinition {
  /** Files or folders; the workspace folder unless said. */
  readonly paths?: readonly string[]
  readonly watch?: boolean
  /** Further options of `jailhouse-warden check`. */
  readonly args?: readonly string[]
}

/** Tasks that check a whole workspace folder by the command line that travels with the extension. */
export function registerTasks({ extensionUri }: vscode.ExtensionContext): vscode.Disposable {
  const program = vscode.Uri.joinPath(extensionUri, 'dist', 'server', 'cli.js').fsPath
  return vscode.tasks.registerTaskProvider(TYPE, {
    provideTasks: () =>
      (vscode.workspace.workspaceFolders ?? [])
        .filter(({ uri }) => uri.scheme === 'file')
        .flatMap(folder => [
          taskOf({ type: TYPE }, folder, program),
          taskOf({ type: TYPE, watch: true }, folder, program),
        ]),
    resolveTask: ({ definition, scope }) =>
      typeof scope === 'object' ? taskOf(definition as CheckDefinition, scope, program) : undefined,
  })
}

function taskOf(definition: CheckDefinition, folder: vscode.WorkspaceFolder, program: string): vscode.Task {
  const { paths = ['.'], watch = false, args = [] } = definition
  const all = [program, 'check', '--format', 'gcc', ...(watch ? ['--watch'] : []), ...args, ...paths]
  // The editor's own program runs the command line: nobody needs to have Node.js.
  const env = { ELECTRON_RUN_AS_NODE: '1' }
  const execution = new vscode.ProcessExecution(process.execPath, all, { cwd: folder.uri.fsPath, env })
  const [name, matcher] = watch
    ? [vscode.l10n.t('check and watch'), '$jailhouse-warden-watch']
    : [vscode.l10n.t('check'), '$jailhouse-warden']
  const task = new vscode.Task(definition, folder, name, 'Jailhouse Warden', execution, matcher)
  task.group = vscode.TaskGroup.Build
  task.isBackground = watch
  return task
}
