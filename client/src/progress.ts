import * as vscode from 'vscode'

/** What is done sooner needs no word. */
const PROGRESS_DELAY_MS = 500

/** Says in the status bar that somebody's command is being worked on, once it has taken a while. */
export async function withProgress<Answer>(work: Promise<Answer>): Promise<Answer> {
  const progress = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Jailhouse Warden is working') }
  const show = () =>
    void vscode.window.withProgress(progress, () =>
      work.then(
        () => undefined,
        () => undefined,
      ),
    )
  const timer = setTimeout(show, PROGRESS_DELAY_MS)
  try {
    return await work
  } finally {
    clearTimeout(timer)
  }
}
