#!/usr/bin/env node
import { type Connection, createConnection, ProposedFeatures } from 'vscode-languageserver/node'
import { disk } from './files/disk.ts'
import { byScheme } from './files/file-reader.ts'
import { type Fault, Frames } from './frames.ts'
import { logError } from './log.ts'
import { hasFreeHeap, runWithOwnHeap } from './own-heap.ts'
import { noNullParams } from './params.ts'
import { serve } from './server.ts'
import { ProcessorTime } from './time/processor-time.ts'

// createConnection reads --stdio, --node-ipc, --socket=PORT and --pipe=NAME, and ends the process with its parent.
if (!process.argv.slice(2).some(argument => /^--(stdio|node-ipc|socket|pipe)\b/.test(argument))) {
  process.stderr.write('usage: jailhouse-warden-server --stdio | --node-ipc | --socket=PORT | --pipe=NAME\n')
  process.exit(2)
}

const isStandard = process.argv.includes('--stdio')
const options = { messageStrategy: noNullParams }

function start(): void {
  // Nobody listens any more, though nobody said so.
  process.stdout.on('error', () => process.exit(1))
  serve(isStandard ? standardConnection() : createConnection(ProposedFeatures.all, options), {
    files: client => byScheme('file', disk, client),
    base: 'file:///',
    now: new ProcessorTime().now,
  })
}

/** Over standard input and output, where what is no message is left out, and each kind of it logged once. */
function standardConnection(): Connection {
  const logged = new Set<string>()
  const complain = (words: string) => {
    if (!logged.has(words)) logError(connection, words)
    logged.add(words)
  }
  const refuse = ({ code, what }: Fault) => {
    const answer = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message: `this is ${what}` } })
    process.stdout.write(`Content-Length: ${answer.length}\r\n\r\n${answer}`)
  }
  const frames = new Frames(complain, refuse)
  const connection = createConnection(ProposedFeatures.all, process.stdin.pipe(frames), process.stdout, options)
  return connection
}

if (isStandard && hasFreeHeap(process.execArgv, process.env.NODE_OPTIONS)) runWithOwnHeap(start)
else start()
