import type { Analysis } from '../../analyze.ts'
import { asStruct } from '../../c/unit.ts'
import { hex } from '../../rules/places.ts'
import { type CellView, cellView } from './cell-view.ts'
import type { Context } from './context.ts'
import { freeValues } from './free.ts'
import { idsOnLink, type OpenLink, openLinks, slotText } from './free-pci.ts'
import type { Completion } from './items.ts'
import { type Begin, TEMPLATES, type Template } from './templates.ts'

type Elements = Extract<Context, { kind: 'element' }>

/** Whole elements as people write them, begun with what is free in this system; macros of the file that may make some. */
export function elements(analysis: Analysis, context: Elements): readonly Completion[] {
  const tag = asStruct(context.of.element)?.tag ?? ''
  const { macros } = analysis.unit
  const templates = TEMPLATES[tag]?.(beginnings(analysis, context, tag)) ?? []
  const known = templates.filter(({ macro }) => !macro || macros.has(macro))
  return [...known, ...ownMacros(analysis)].map(({ label, detail, insert, macro }, order) => ({
    label,
    detail,
    insert,
    kind: macro ? 'macro' : 'snippet',
    ...(macro && { about: { constant: macro } }),
    at: context.at,
    isSnippet: true,
    order,
  }))
}

function beginnings(analysis: Analysis, { path }: Elements, tag: string): Begin {
  const view = cellView(analysis)
  const link = view && openLinks(view, path.steps[1])[0]
  const known: Readonly<Record<string, string>> = {
    ...(view?.own.architecture === 'x86' && { comm_start: '0x00100000' }),
    ...(view && link && linkValues(view, link)),
  }
  return (field, usual) => {
    const [free] = freeValues(analysis, { ...path, struct: tag, field: [field], steps: [...path.steps, field] })
    return known[field] ?? free?.text ?? usual
  }
}

/** What an end of a link has to have in common with the other, or different from it. */
function linkValues(view: CellView, { cell, device }: OpenLink): Readonly<Record<string, string>> {
  const table = cell.mem_regions.find(({ index }) => index === device.shmem_regions_start)
  const [id] = idsOnLink(view, device.bdf)
  return {
    bdf: slotText(device.bdf),
    shmem_peers: String(device.shmem_peers),
    ...(id && { shmem_dev_id: id.text }),
    ...(table && { link_start: hex(table.phys_start) }),
  }
}

/** Function-like macros the file itself defines: tables of regions are often made by one. */
const ownMacros = ({ unit }: Analysis): readonly Template[] =>
  [...unit.macros.values()]
    .filter(({ span: at, parameters }) => at?.file === unit.main && parameters)
    .map(({ name, parameters = [], body }) => ({
      label: name,
      detail: body,
      insert: `${name}(${parameters.map((parameter, i) => `\${${i + 1}:${parameter}}`).join(', ')}),$0`,
      macro: name,
    }))
