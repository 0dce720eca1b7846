import { type FSWatcher, watch as watchFolder } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { count } from '../text/words.ts'
import { type ExitCode, UsageError } from './command.ts'
import { type Files, foldersBelow, isFolder, uriOf } from './files.ts'
import type { Terminal } from './terminal.ts'

interface Watched {
  readonly files: Files
  readonly operands: readonly string[]
  readonly terminal: Terminal
  check(): Promise<ExitCode>
}

/** Saving writes a file in several steps. */
const REST_MS = 80

/** Checks, and again whenever something that was read changes or a configuration is added. Never ends by itself. */
export async function watch({ files, operands, terminal, check }: Watched): Promise<never> {
  const changes = new Changes()
  for (;;) {
    changes.follow(files.asked.files, foldersOf(files.asked, operands, terminal.cwd))
    terminal.clear?.()
    terminal.err(`[${clock()}] checking\n`)
    await checked(check, terminal)
    changes.follow(files.asked.files, foldersOf(files.asked, operands, terminal.cwd))
    terminal.err(`[${clock()}] watching ${count(files.asked.files.size, 'file')} for changes\n`)
    files.forget(await changes.next())
  }
}

/** What makes no sense now may make sense after the next change, such as a file that is gone for a moment. */
async function checked(check: () => Promise<ExitCode>, { err }: Terminal): Promise<void> {
  try {
    await check()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    err(`jailhouse-warden: ${error.message}\n`)
  }
}

const clock = (): string => new Date().toTimeString().slice(0, 8)

/** Files are watched through their folders: editors put a new file into the place of the old one. */
function foldersOf(asked: Files['asked'], operands: readonly string[], cwd: string): readonly string[] {
  const named = operands.map(operand => resolve(cwd, operand))
  const read = [...asked.files].filter(uri => uri.startsWith('file:')).map(uri => dirname(fileURLToPath(uri)))
  const listed = [...asked.folders].filter(uri => uri.startsWith('file:')).map(uri => resolve(fileURLToPath(uri)))
  const below = named.flatMap(path => (isFolder(path) ? foldersBelow(path) : [dirname(path)]))
  return [...new Set([...read, ...listed, ...below])].filter(isFolder)
}

/** Changes of files that matter: those that were asked for, and every C file, which may be a configuration now. */
class Changes {
  readonly #changed = new Set<string>()
  #asked: ReadonlySet<string> = new Set()
  #watchers: readonly FSWatcher[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #resume: () => void = () => undefined

  /** All anew each time: of a folder that was deleted and is there again nothing would be heard otherwise. */
  follow(asked: ReadonlySet<string>, folders: readonly string[]): void {
    this.#asked = asked
    const before = this.#watchers
    this.#watchers = folders.flatMap(folder => this.#listenTo(folder))
    for (const each of before) each.close()
  }

  /** The files that changed since the last time, once nothing changes for a while. */
  async next(): Promise<readonly string[]> {
    if (this.#changed.size === 0)
      await new Promise<void>(resolve => {
        this.#resume = resolve
      })
    clearTimeout(this.#timer)
    const changed = [...this.#changed]
    this.#changed.clear()
    return changed
  }

  #listenTo(folder: string): readonly FSWatcher[] {
    try {
      const watcher = watchFolder(folder, (_, name) => this.#notice(folder, name))
      watcher.on('error', () => watcher.close())
      return [watcher]
    } catch {
      return []
    }
  }

  #notice(folder: string, name: string | null): void {
    const uri = uriOf(name === null ? folder : join(folder, name))
    if (name !== null && !this.#asked.has(uri) && !uri.endsWith('.c')) return
    this.#changed.add(uri)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#resume(), REST_MS)
  }
}
