#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { parentPort, Worker } from 'node:worker_threads'
import { run } from './run.ts'
import { supportsColours, type Terminal } from './terminal.ts'
import { serve } from './threads.ts'

/** A reader that has seen enough closes the pipe: that is no fault. */
const isClosed = (error: Error): boolean => (error as NodeJS.ErrnoException).code === 'EPIPE'

const terminal: Terminal = {
  cwd: process.cwd(),
  colours: supportsColours(process.stdout.isTTY === true, process.env),
  out: text => process.stdout.write(text),
  err: text => process.stderr.write(text),
  ...(!process.stdout.isTTY && { outBytes: bytes => process.stdout.write(bytes) }),
  ...(process.stdout.isTTY && { clear: () => process.stdout.write('\x1b[2J\x1b[3J\x1b[H') }),
  ...(process.stderr.isTTY && { progress: (words = '') => process.stderr.write(`\r${words}\x1b[K`) }),
  startThread: () => new Worker(fileURLToPath(import.meta.url)),
}

/** This V8 optimizes after a fraction of a second what a run executes no longer than that: half of all time goes there. */
function optimizeLater(): void {
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=1000000')
}

function begin(): void {
  optimizeLater()
  process.stdout.on('error', error => process.exit(isClosed(error) ? 0 : 2))
  run(process.argv.slice(2), terminal).then(
    status => {
      process.exitCode = status
    },
    error => {
      terminal.err(`jailhouse-warden: internal error: ${error instanceof Error ? error.stack : String(error)}\n`)
      process.exitCode = 2
    },
  )
}

if (parentPort) serve(parentPort)
else begin()
