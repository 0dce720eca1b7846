// Debian's Chromium, kept off every network but loopback.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const candidates = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP *.localhost 127.0.0.1 , MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost',
]

export async function openPage(viewport = { width: 1280, height: 800 }) {
  const executablePath = candidates.find(path => path && existsSync(path))
  if (!executablePath) throw new Error('no Chromium: install one, or name it in CHROMIUM')
  const browser = await chromium.launch({ executablePath, headless: true, args: flags })
  const page = await browser.newPage({ viewport })
  const log = []
  page.on('console', message => log.push(`[page ${message.type()}] ${message.text().slice(0, 400)}`))
  return { page, log: () => log.join('\n'), close: () => browser.close() }
}
