#!/usr/bin/env node
import { type Connection, createConnection, ProposedFeatures } from 'vscode-languageserver/node'
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

// Nobody listens any more, though nobody said so.
process.stdout.on('error', () => process.exit(1))

serve(process.argv.includes('--stdio') ? standardConnection() : createConnection(ProposedFeatures.all), {
  files: client => byScheme('file', disk, client),
  base: 'file:///',
  now: new ProcessorTime().now,
})

/** Over standard input and output, where what is no message is left out and logged once. */
function standardConnection(): Connection {
  let isLogged = false
  const frames = new Frames(words => {
    if (!isLogged) logError(connection, words)
    isLogged = true
  })
  const connection = createConnection(ProposedFeatures.all, process.stdin.pipe(frames), process.stdout)
  return connection
}
