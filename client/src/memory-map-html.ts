import type { MemoryMap } from '../../server/src/lsp/protocol.ts'

/** A page without scripts: radio buttons choose the stage, the style sheet shows it. */
export const memoryMapHtml = (maps: readonly MemoryMap[]): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Memory map</title>
<style>${STYLE}${maps.flatMap(({ stages }, map) => stages.map((_, stage) => shown(map, stage))).join('')}</style>
</head>
<body>
${maps.map(section).join('\n') || '<p>No root cell is known for this file, so there is nothing to show.</p>'}
</body>
</html>`

const STYLE = `
body { font-family: var(--vscode-font-family); color: var(--vscode-foreground); padding: 0 .8em 2em; }
input { position: absolute; opacity: 0; }
label { display: inline-block; padding: .2em .7em; margin: 0 .3em .3em 0; border: 1px solid var(--vscode-panel-border); border-radius: .3em; cursor: pointer; }
input:checked + label { background: var(--vscode-button-background); color: var(--vscode-button-foreground); outline: 2px solid var(--vscode-contrastActiveBorder, transparent); }
input:focus-visible + label { outline: 2px solid var(--vscode-focusBorder); }
.stage { display: none; }
table { border-collapse: collapse; margin: .8em 0; }
th { text-align: left; font-weight: normal; padding: .2em .4em; vertical-align: bottom; }
tr.through th { padding-bottom: 0; font-weight: bold; }
td { padding: .15em .4em; border-top: 1px solid var(--vscode-panel-border); vertical-align: top; }
td.address, td.regions { white-space: nowrap; font-family: var(--vscode-editor-font-family); }
th.lane { max-width: 8em; overflow-wrap: break-word; padding: .2em .3em; }
td.lane { padding: .15em .2em; min-width: 2.5em; border-left: 1px solid var(--vscode-panel-border); }
svg { display: block; width: 100%; }
svg.key { display: inline-block; width: 1em; height: 1em; margin: 0 .4em 0 .8em; vertical-align: -.15em; }
.cpu { fill: var(--vscode-charts-blue); stroke: var(--vscode-charts-blue); }
.dma { fill: var(--vscode-charts-yellow); stroke: var(--vscode-charts-yellow); }
.whole { fill-opacity: .75; }
.part { fill-opacity: .15; stroke-dasharray: 4; }
.failure { color: var(--vscode-errorForeground); }
`

const shown = (map: number, stage: number): string =>
  `#s${map}-${stage}:checked ~ .stage.n${stage} { display: block; }\n`

function section(map: MemoryMap, index: number): string {
  const first = stageWhileRunning(map)
  return `<section>
<h2>${escaped(map.title)}</h2>
${map.stages.map((stage, i) => radio(stage, index, i, i === first)).join('\n')}
${map.stages.map((_, i) => stageTable(map, i)).join('\n')}
<p>reached by${key('cpu', 'whole')}CPUs${key('dma', 'whole')}devices${key('dma', 'part')}only a part</p>
</section>`
}

/** What one wants to see first: the cells that run, or else the hypervisor that does. */
const stageWhileRunning = ({ stages }: MemoryMap): number =>
  Math.max(
    0,
    stages.findLastIndex(({ command, failure }) => command.startsWith('start ') && !failure),
  )

function radio(
  { command, failure }: MemoryMap['stages'][number],
  map: number,
  stage: number,
  isChosen: boolean,
): string {
  const id = `s${map}-${stage}`
  const marks = failure === undefined ? '' : ' class="failure"'
  return `<input type="radio" name="m${map}" id="${id}"${isChosen ? ' checked' : ''}><label for="${id}"${marks}>${escaped(command)}</label>`
}

const key = (kind: string, extent: string): string =>
  `<svg class="key" role="presentation"><rect class="${kind} ${extent}" width="100%" height="100%"/></svg>`

function stageTable({ areas, lanes, stages }: MemoryMap, index: number): string {
  const stage = stages[index]!
  const failure = stage.failure ? `<p class="failure">${escaped(stage.failure)}</p>` : ''
  const rows = areas.map(area => {
    const bars = lanes.map((lane, i) => `<td class="lane">${bar(area, lane, stage.reach[i]!)}</td>`).join('')
    const regions = area.regions.map(escaped).join('<br>')
    return `<tr><td class="address">${area.start}<br>${area.size}</td><td class="regions">${regions}</td>${bars}</tr>`
  })
  return `<div class="stage n${index}">${failure}<table>${head(lanes)}${rows.join('')}</table></div>`
}

/** Lanes that go through the same thing stand under its name. */
function head(lanes: readonly Lane[]): string {
  const kinds = [...new Set(lanes.map(({ through }) => through))]
  const widths = kinds.map(kind => lanes.filter(({ through }) => through === kind).length)
  const over = kinds.map((kind, i) => `<th colspan="${widths[i]}">${escaped(kind)}</th>`).join('')
  const cells = lanes.map(({ cell }) => `<th class="lane">${escaped(cell)}</th>`).join('')
  return `<tr class="through"><th></th><th></th>${over}</tr><tr><th>memory</th><th>regions</th>${cells}</tr>`
}

type Area = MemoryMap['areas'][number]
type Lane = MemoryMap['lanes'][number]
type Reach = MemoryMap['stages'][number]['reach'][number]

/** A bar as high as the area is large, on a logarithmic scale; pale and dashed where only a part is reached. */
function bar({ number, start, end, magnitude }: Area, { cell, through }: Lane, { whole, part }: Reach): string {
  const height = Math.max(28, magnitude * 2 - 10)
  const isWhole = whole.includes(number)
  if (!isWhole && !part.includes(number)) return `<svg height="${height}" role="presentation"></svg>`
  const what = `${cell}, ${through}: ${isWhole ? '' : 'part of '}[${start}, ${end})`
  const kind = `${through === 'CPUs' ? 'cpu' : 'dma'} ${isWhole ? 'whole' : 'part'}`
  return `<svg height="${height}" role="img"><title>${escaped(what)}</title><rect class="${kind}" width="100%" height="100%"/></svg>`
}

/** Names come from the user's files. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, letter => `&#${letter.charCodeAt(0)};`)
