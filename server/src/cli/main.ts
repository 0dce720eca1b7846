#!/usr/bin/env node
import { run } from './run.ts'
import { supportsColours, type Terminal } from './terminal.ts'

// A reader that has seen enough closes the pipe: that is no fault.
process.stdout.on('error', error => process.exit((error as NodeJS.ErrnoException).code === 'EPIPE' ? 0 : 2))

const terminal: Terminal = {
  cwd: process.cwd(),
  colours: supportsColours(process.stdout.isTTY === true, process.env),
  out: text => process.stdout.write(text),
  err: text => process.stderr.write(text),
  ...(process.stdout.isTTY && { clear: () => process.stdout.write('\x1b[2J\x1b[3J\x1b[H') }),
}

run(process.argv.slice(2), terminal).then(
  status => {
    process.exitCode = status
  },
  error => {
    terminal.err(`jailhouse-warden: internal error: ${error instanceof Error ? error.stack : String(error)}\n`)
    process.exitCode = 2
  },
)
