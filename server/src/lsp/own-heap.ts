import { spawn } from 'node:child_process'

/** What VS Code's client starts the server with (`client/src/server-flags.json`): a heap is as large as it may be. */
export const HEAP_FLAGS: readonly string[] = ['--max-semi-space-size=4', '--max-old-space-size=512']

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Whether nobody has chosen how large the heap may be, nor debugs the process. */
export const hasFreeHeap = (given: readonly string[], options = ''): boolean =>
  ![...given, options].some(flag => /--(?:max[-_](?:semi|old)[-_]space[-_]size|inspect)/.test(flag))

/**
 * Runs the server in a process with these flags, on the same input and output, and ends as it does. V8 takes the size of
 * its heap only as it starts. `start` serves in this process where no other can be made.
 */
export function runWithOwnHeap(start: () => void): void {
  // In front: a signal that comes before anybody listens would leave the child behind.
  const passOn = (signal: NodeJS.Signals) => void child.kill(signal)
  for (const signal of SIGNALS) process.on(signal, passOn)
  const child = spawn(process.execPath, [...process.execArgv, ...HEAP_FLAGS, ...process.argv.slice(1)], {
    stdio: 'inherit',
  })
  child.on('error', () => {
    for (const signal of SIGNALS) process.off(signal, passOn)
    start()
  })
  child.on('exit', status => process.exit(status ?? 1))
}
