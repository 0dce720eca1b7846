// Stands between an editor and the server, and keeps the first thing each says: what the editor can do, and what the
// server offered to it.
//   node record.mjs LOG COMMAND…
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'

const [log, command, ...args] = process.argv.slice(2)
const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
const messages = {}

/** Keeps the first message that has `part`, from a stream of `Content-Length` messages. */
function listen(stream, part) {
  let bytes = Buffer.alloc(0)
  stream.on('data', chunk => {
    if (messages[part]) return
    bytes = Buffer.concat([bytes, chunk])
    const head = bytes.indexOf('\r\n\r\n')
    const length = Number(/Content-Length: (\d+)/i.exec(bytes.toString('latin1', 0, head))?.[1])
    if (head < 0 || bytes.length < head + 4 + length) return
    messages[part] = JSON.parse(bytes.toString('utf8', head + 4, head + 4 + length))[part]
    if (messages.params && messages.result) writeFileSync(log, JSON.stringify(messages))
  })
}

listen(process.stdin, 'params')
listen(server.stdout, 'result')
process.stdin.pipe(server.stdin)
server.stdout.pipe(process.stdout)
server.on('exit', code => process.exit(code ?? 1))
