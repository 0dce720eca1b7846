import { spawn } from 'node:child_process'

/** What VS Code's client starts the server with (`client/src/server-flags.json`): a heap is as large as it may be. */
export const HEAP_FLAGS: readonly string[] = ['--max-semi-space-size=4', '--max-old-space-size=512']

/** Whether nobody has chosen how large the heap may be, nor debugs the process. */
export const hasFreeHeap = (given: readonly string[], options = ''): boolean =>
  ![...given, options].some(flag => /--(?:max[-_](?:semi|old)[-_]space[-_]size|inspect)/.test(flag))

/**
 * Runs the server in a process with these flags, on the same input and output, and ends as it does. V8 takes the size of
 * its heap only as it starts.
 */
export function runWithOwnHeap(): void {
  // In front: a signal that comes before anybody listens would leave the child behind.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  const child = spawn(process.execPath, [...process.execArgv, ...HEAP_FLAGS, ...process.argv.slice(1)], {
    stdio: 'inherit',
  })
  child.on('error', error => {
    process.stderr.write(`jailhouse-warden-server: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', status => process.exit(status ?? 1))
}
