// Editors that are programs of the machine: Neovim, Emacs and Helix, as clients of the server over stdio.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assertFixed, fixtures, flagsLine, mistakes, workspaceIn } from '../founding-pair.mjs'
import { here } from '../install.mjs'

const script = name => join(here, 'clients', name)

async function drive(name, report, { run, server }, command, more = () => ({})) {
  const since = performance.now()
  const folder = workspaceIn(join(run, name, 'work'))
  const pair = mistakes.map(mistake => ({
    ...mistake,
    path: join(folder, mistake.file),
    line: flagsLine(readFileSync(join(fixtures, mistake.file), 'utf8')),
  }))
  const [program, ...args] = command
  const { stdout, stderr, error, signal } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, SERVER: JSON.stringify(server), MISTAKES: JSON.stringify(pair), ...more(pair) },
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

export const helix = (name, program) => (report, context) => {
  const config = join(context.run, name, 'config')
  mkdirSync(join(config, 'helix'), { recursive: true })
  writeFileSync(join(config, 'helix', 'languages.toml'), helixConfig(context.server))
  writeFileSync(
    join(config, 'helix', 'config.toml'),
    '[editor]\nend-of-line-diagnostics = "hint"\n[editor.inline-diagnostics]\ncursor-line = "hint"\n',
  )
  return drive(name, report, context, ['sh', script('helix.sh')], pair => ({
    HX: program.join(' '),
    CONFIG: config,
    PAIR: pair.map(({ path, line, fix }) => [path, line, 'DMA', fix].join('\t')).join('\n'),
  }))
}

/** The program's command, or nothing where it is not installed. */
export const installed = (...paths) => paths.find(path => existsSync(path))
