#!/usr/bin/env node
import { type Connection, createConnection, ErrorCodes, ProposedFeatures } from 'vscode-languageserver/node'
import { disk } from './files/disk.ts'
import { byScheme } from './files/file-reader.ts'
import { Frames } from './frames.ts'
import { logError } from './log.ts'
import { serve } from './server.ts'
import { ProcessorTime } from './time/processor-time.ts'

// createConnection reads --stdio, --node-ipc, --socket=PORT and --pipe=NAME, and ends the process with its parent.
if (!process.argv.slice(2).some(argument => /^--(stdio|node-ipc|socket|pipe)\b/.test(argument))) {
  process.stderr.write('usage: jailhouse-warden-server --stdio | --node-ipc | --socket=PORT | --pipe=NAME\n')
  process.exit(2)
}

/** The answer to what cannot be read. */
const NO_JSON = JSON.stringify({
  jsonrpc: '2.0',
  id: null,
  error: { code: ErrorCodes.ParseError, message: 'the message cannot be read as JSON' },
})

// Nobody listens any more, though nobody said so.
process.stdout.on('error', () => process.exit(1))

serve(process.argv.includes('--stdio') ? standardConnection() : createConnection(ProposedFeatures.all), {
  files: client => byScheme('file', disk, client),
  base: 'file:///',
  now: new ProcessorTime().now,
})

/** Over standard input and output, where what is no message is left out, and each kind of it logged once. */
function standardConnection(): Connection {
  const logged = new Set<string>()
  const complain = (words: string) => {
    if (!logged.has(words)) logError(connection, words)
    logged.add(words)
  }
  const refuse = () => void process.stdout.write(`Content-Length: ${NO_JSON.length}\r\n\r\n${NO_JSON}`)
  const frames = new Frames(complain, refuse)
  const connection = createConnection(ProposedFeatures.all, process.stdin.pipe(frames), process.stdout)
  return connection
}
