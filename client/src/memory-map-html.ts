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
body { font-family: var(--vscode-font-family); color: var(--vscode-foreground); padding: 0 1em 2em; }
input { position: absolute; opacity: 0; }
label { display: inline-block; padding: .2em .7em; margin: 0 .3em .3em 0; border: 1px solid var(--vscode-panel-border); border-radius: .3em; cursor: pointer; }
input:checked + label { background: var(--vscode-button-background); color: var(--vscode-button-foreground); }
input:focus-visible + label { outline: 1px solid var(--vscode-focusBorder); }
.stage { display: none; }
table { border-collapse: collapse; margin-top: .8em; }
th { text-align: left; font-weight: normal; padding: .2em .8em; vertical-align: bottom; }
td { padding: 0 .8em; border-top: 1px solid var(--vscode-panel-border); white-space: nowrap; }
td.address { font-family: var(--vscode-editor-font-family); vertical-align: top; }
td.lane { padding: 0; min-width: 7em; border-left: 1px solid var(--vscode-panel-border); }
svg { display: block; width: 100%; }
.cpu { fill: var(--vscode-charts-blue); }
.dma { fill: var(--vscode-charts-orange); }
.failure { color: var(--vscode-errorForeground); }
`

const shown = (map: number, stage: number): string =>
  `#s${map}-${stage}:checked ~ .stage.n${stage} { display: block; }\n`

const section = (map: MemoryMap, index: number): string => `<section>
<h2>${escaped(map.title)}</h2>
${map.stages.map((stage, i) => radio(stage.command, index, i)).join('\n')}
${map.stages.map((_, i) => stageTable(map, i)).join('\n')}
</section>`

const radio = (command: string, map: number, stage: number): string =>
  `<input type="radio" name="m${map}" id="s${map}-${stage}"${stage === 0 ? ' checked' : ''}><label for="s${map}-${stage}">${escaped(command)}</label>`

function stageTable({ areas, lanes, stages }: MemoryMap, index: number): string {
  const stage = stages[index]!
  const head = lanes.map(({ cell, through }) => `<th>${escaped(cell)}<br>${escaped(through)}</th>`).join('')
  const failure = stage.failure ? `<p class="failure">${escaped(stage.failure)}</p>` : ''
  const rows = areas.map(area => {
    const cells = lanes.map((lane, i) => `<td class="lane">${bar(area, lane, stage.reach[i]!)}</td>`).join('')
    const place = `${area.start}<br>${area.size}`
    return `<tr><td class="address">${place}</td>${cells}<td>${area.regions.map(escaped).join('<br>')}</td></tr>`
  })
  return `<div class="stage n${index}">${failure}<table><tr><th>memory</th>${head}<th>regions</th></tr>${rows.join('')}</table></div>`
}

type Area = MemoryMap['areas'][number]
type Lane = MemoryMap['lanes'][number]
type Reach = MemoryMap['stages'][number]['reach'][number]

/** A bar as high as the area is large, on a logarithmic scale; hatched where only a part is reached. */
function bar({ number, start, end, magnitude }: Area, { cell, through }: Lane, { whole, part }: Reach): string {
  const height = Math.max(28, magnitude * 2 - 10)
  const isWhole = whole.includes(number)
  if (!isWhole && !part.includes(number)) return `<svg height="${height}" role="presentation"></svg>`
  const what = `${cell}, ${through}: ${isWhole ? '' : 'part of '}[${start}, ${end})`
  const shade = isWhole ? '0.75' : '0.3'
  const kind = through === 'CPUs' ? 'cpu' : 'dma'
  return `<svg height="${height}" role="img"><title>${escaped(what)}</title><rect class="${kind}" width="100%" height="100%" fill-opacity="${shade}"/></svg>`
}

/** Names come from the user's files. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, letter => `&#${letter.charCodeAt(0)};`)
