import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { markup } from '../../../client/src/webview/drawing/element.ts'
import { picture } from '../../../client/src/webview/drawing/picture.ts'
import bundle from '../../../client/src/webview/main.ts?bundle'
import mapStyle from '../../../client/src/webview/map.css'
import { page } from '../../../client/src/webview/page.ts'
import panelStyle from '../../../client/src/webview/panel.css'
import { stageWhileRunning } from '../../../client/src/webview/state.ts'
import type { Simulation } from '../analyze.ts'
import { gravest, losingIn } from '../ide/views/answer.ts'
import type { SystemMap, SystemMapAnswer } from '../ide/views/model.ts'
import { plainPlace } from '../ide/views/place.ts'
import { systemMap } from '../ide/views/system-map.ts'
import type { Finding } from '../rules/rule.ts'
import { english } from '../text/message.ts'
import { UsageError } from './command.ts'
import { pathsOf, writeFile } from './files.ts'
import type { Terminal } from './terminal.ts'

export interface MapFileOptions {
  readonly stage?: string | undefined
  readonly registers?: boolean | undefined
}

/** Writes the system map into a file, by the very code that draws it in the editor. */
export function mapFile(
  simulations: readonly Simulation[],
  findings: readonly Finding[],
  output: string,
  options: MapFileOptions,
  terminal: Pick<Terminal, 'cwd' | 'err'>,
): 0 {
  const ordered = gravestFirst(simulations, findings)
  const maps = ordered.map(simulation => systemMap(simulation, findings, plainPlace))
  const [first, ...others] = maps
  if (!first) throw new UsageError('nothing to draw')
  const isPage = /\.html?$/i.test(output)
  if (!isPage && !/\.svg$/i.test(output)) throw new UsageError(`-o: "${output}" ends neither in .html nor in .svg`)
  if (!isPage && others.length > 0)
    terminal.err(
      `drawn is ${english(first.title)}; name an inmate for another, or write an .html file, which has all\n`,
    )
  const inputs = simulations.flatMap(({ scenario: { root, cells } }) =>
    pathsOf([root, ...cells].map(cell => cell.file)),
  )
  writeFile(resolve(terminal.cwd, output), isPage ? htmlFile(maps, losingIn(ordered)) : svgFile(first, options), inputs)
  return 0
}

/** As the editor opens the map: on the system whose isolation is lost. */
function gravestFirst(simulations: readonly Simulation[], findings: readonly Finding[]): readonly Simulation[] {
  const first = gravest(simulations, findings)
  return [...simulations.slice(first, first + 1), ...simulations.filter((_, index) => index !== first)]
}

const WIDTH = 1100

function svgFile(map: SystemMap, { stage, registers = false }: MapFileOptions): string {
  const view = { map, stage: stageNamed(map, stage), width: WIDTH, zoom: 1, showDevices: registers, isGuest: false }
  const text = markup(picture(view).svg)
  const end = text.indexOf('>') + 1
  return `${text.slice(0, end)}<style>${mapStyle}</style>${text.slice(end)}\n`
}

function stageNamed({ stages }: SystemMap, name: string | undefined): number {
  if (name === undefined) return stageWhileRunning(stages)
  const found = stages.findIndex(({ title, verb }) => title === name || verb === name)
  if (found < 0) throw new UsageError(`--stage: "${name}" is none of ${stages.map(({ title }) => title).join(', ')}`)
  return found
}

/** Nothing in the script ends the element it stands in. */
const script = bundle.replaceAll('</script', '<\\/script')

/** Everything is inside: the policy lets in this script and this style by their hashes, and nothing from elsewhere. */
function htmlFile(maps: readonly SystemMap[], losing: readonly number[]): string {
  const style = `${mapStyle}${panelStyle}`
  const alternatives = maps.map(({ title }) => title)
  const answers = maps.map((map, chosen): SystemMapAnswer => ({ alternatives, losing, chosen, map: withoutPaths(map) }))
  return page({
    title: english(maps[0]!.title),
    language: 'en',
    policy: `default-src 'none'; script-src '${hash(script)}'; style-src '${hash(style)}'; img-src data: blob:`,
    styles: `<style>${style}</style>`,
    script: `<script>${script}</script>`,
    data: { answers },
  })
}

const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

/** A file that is passed on does not tell where on this machine the sources lie. */
const withoutPaths = (map: SystemMap): SystemMap =>
  JSON.parse(JSON.stringify(map, (key, value: unknown) => (key === 'place' ? undefined : value)))
