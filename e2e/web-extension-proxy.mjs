// Runs an extension in the web extension host of a VS Code that code-server serves: a proxy in front of it serves the
// extension's folder and names it in the page's configuration. An extension installed on the server can start no
// worker, and a page answered by the browser driver's own interception may open no socket to loopback.
import { readFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { connect } from 'node:net'
import { extname, join, normalize } from 'node:path'

const types = { '.json': 'application/json', '.js': 'text/javascript' }
const decode = text => text.replace(/&quot;/g, '"').replace(/&amp;/g, '&')
const encode = text => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;')

function withExtension(html, port) {
  return html.replace(/(id="vscode-workbench-web-configuration" data-settings=")([^"]*)"/, (_, head, data) => {
    const configuration = JSON.parse(decode(data))
    configuration.additionalBuiltinExtensions = [
      { scheme: 'http', authority: `127.0.0.1:${port}`, path: '/__extension' },
    ]
    return `${head}${encode(JSON.stringify(configuration))}"`
  })
}

function serveFile(folder, path, response) {
  try {
    const bytes = readFileSync(join(folder, normalize(decodeURIComponent(path))))
    response.writeHead(200, {
      'content-type': types[extname(path)] ?? 'text/plain',
      'access-control-allow-origin': '*',
    })
    response.end(bytes)
  } catch {
    response.writeHead(404).end()
  }
}

function servePage(answer, response, port) {
  const chunks = []
  answer.on('data', chunk => chunks.push(chunk))
  answer.on('end', () => {
    const { 'content-length': _, etag: __, ...headers } = answer.headers
    response.writeHead(200, headers)
    response.end(withExtension(Buffer.concat(chunks).toString('utf8'), port))
  })
}

/** Answers the port to open instead of `target`. */
export async function startProxy(target, extensionFolder) {
  const proxy = createServer((incoming, response) => {
    const { pathname } = new URL(incoming.url, 'http://localhost')
    if (pathname.startsWith('/__extension/'))
      return serveFile(extensionFolder, pathname.slice('/__extension/'.length), response)
    const headers = { ...incoming.headers }
    if (pathname === '/') delete headers['accept-encoding']
    const options = { host: '127.0.0.1', port: target, path: incoming.url, method: incoming.method, headers }
    const outgoing = request(options, answer => {
      if (pathname === '/' && answer.statusCode === 200) return servePage(answer, response, proxy.address().port)
      response.writeHead(answer.statusCode, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.writeHead(502).end())
    incoming.pipe(outgoing)
  })
  proxy.on('upgrade', (incoming, socket, head) => {
    const upstream = connect(target, '127.0.0.1', () => {
      const lines = incoming.rawHeaders.map((text, i) => (i % 2 ? `${text}\r\n` : `${text}: `)).join('')
      upstream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines}\r\n`)
      upstream.write(head)
      socket.pipe(upstream).pipe(socket)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
  })
  await new Promise(resolve => proxy.listen(0, '127.0.0.1', resolve))
  return {
    port: proxy.address().port,
    stop() {
      proxy.close()
      proxy.closeAllConnections()
    },
  }
}
