// Editors that are programs of the machine: Neovim, Emacs and Helix, as clients of the server over stdio.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { here } from '../install.mjs'
import { addressPlace, assertFixed, fixtures, flagsLine, mistakes, STAGE, workspaceIn } from '../k3-dma.mjs'

const script = name => join(here, 'clients', name)

async function drive(name, report, { data, server }, command, more = () => ({})) {
  const since = performance.now()
  const folder = workspaceIn(join(data, 'work'))
  const pair = mistakes.map(mistake => {
    const text = readFileSync(join(fixtures, mistake.file), 'utf8')
    const { line, column } = addressPlace(text)
    const path = join(folder, mistake.file)
    return { ...mistake, path, line: flagsLine(text), address: { line, column }, stage: STAGE }
  })
  const recorded = [process.execPath, join(here, 'record.mjs'), join(data, 'initialize.json'), ...server]
  const [program, ...args] = command
  const { stdout, stderr, error, signal } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, SERVER: JSON.stringify(recorded), MISTAKES: JSON.stringify(pair), ...more(pair, recorded) },
  })
  report.tap(name, [stdout, stderr, error ?? '', signal ?? ''].join('\n'), since)
  await report.steps(
    name,
    mistakes.map(mistake => [
      `${mistake.file} on disk has the right flags and nothing else changed`,
      () => assertFixed(mistake, readFileSync(join(folder, mistake.file), 'utf8')),
    ]),
  )
}

export const neovim = (name, program) => (report, context) =>
  drive(name, report, context, [...program, '--headless', '-u', 'NONE', '-n', '-c', `luafile ${script('neovim.lua')}`])

export const emacs = (name, program) => (report, context) =>
  drive(name, report, context, [...program, '-Q', '--batch', '-l', script('eglot.el')])

const helixConfig = ([command, ...args]) => `[language-server.jailhouse-warden]
command = ${JSON.stringify(command)}
args = ${JSON.stringify(args)}

[[language]]
name = "c"
language-servers = ["jailhouse-warden"]
`

const helixDefaults = `[editor]
end-of-line-diagnostics = "hint"
[editor.inline-diagnostics]
cursor-line = "hint"
`

export const helix = (name, program) => (report, context) =>
  drive(name, report, context, ['sh', script('helix.sh')], (pair, server) => {
    const config = join(context.data, 'config')
    mkdirSync(join(config, 'helix'), { recursive: true })
    writeFileSync(join(config, 'helix', 'languages.toml'), helixConfig(server))
    writeFileSync(join(config, 'helix', 'config.toml'), helixDefaults)
    return {
      HX: program.join(' '),
      CONFIG: config,
      PAIR: pair
        .map(({ path, line, address, says, stage, fix }) =>
          [path, line, `${address.line}:${address.column}`, says, stage, fix].join('\t'),
        )
        .join('\n'),
    }
  })
