import type { Analysis } from '../../analyze.ts'
import { designatedIn } from '../../c/raw/tokens.ts'
import { asStruct } from '../../c/unit.ts'
import type { StructType } from '../../c/values/types.ts'
import { knowsNames } from '../../edit/macros.ts'
import { hex } from '../../text/words.ts'
import { type CellView, cellView } from './cell-view.ts'
import type { Context } from './context.ts'
import { freeValues } from './free.ts'
import { freeDevices, freeRam, freeVirtual } from './free-memory.ts'
import { idsOnLink, type OpenLink, openLinks, slotText } from './free-pci.ts'
import { type Completion, withoutTabStops } from './items.ts'
import { roomFor } from './room.ts'
import { type Begin, TEMPLATES, type Template } from './templates.ts'

type Elements = Extract<Context, { kind: 'element' }>

/** Whole elements as people write them, begun with what is free in this system; macros of the file that may make some. */
export function elements(analysis: Analysis, context: Elements): readonly Completion[] {
  const struct = asStruct(context.of.element)
  const view = cellView(analysis)
  const templates = TEMPLATES[struct?.tag ?? '']?.(beginnings(analysis, context, struct?.tag ?? '')) ?? []
  const fitting = templates.filter(
    template => struct && isKnown(analysis, struct, template) && (!template.fits || (view && template.fits(view))),
  )
  const offered = [...fitting.map(template => ({ makes: 1, ...template })), ...ownMacros(analysis)]
  return offered.flatMap(({ label, detail, insert, macro, makes }, order) => {
    const elsewhere = makes === undefined ? [] : roomFor(analysis, context.path, context.at, makes)
    if (!elsewhere) return []
    const about = macro === undefined ? {} : { about: { constant: macro } }
    const kind = macro ? 'macro' : 'snippet'
    return [{ label, detail, insert, kind, ...about, at: context.at, isSnippet: true, order, elsewhere }] as const
  })
}

/** Whether the header in use declares every field and constant of a template. */
function isKnown({ unit }: Analysis, struct: StructType, { insert, macro }: Template): boolean {
  const text = withoutTabStops(insert)
  if (macro !== undefined && !unit.macros.has(macro)) return false
  return knowsNames(unit.main, text) && designatedIn(text).every(name => hasMember(struct, name))
}

const hasMember = (struct: StructType, name: string): boolean =>
  struct.members.some(member => {
    const inner = asStruct(member.type)
    return member.name === name || (inner !== undefined && hasMember(inner, name))
  })

function beginnings(analysis: Analysis, { path }: Elements, tag: string): Begin {
  const view = cellView(analysis)
  const link = view && openLinks(view, path.steps[1])[0]
  const known: Readonly<Record<string, string>> = {
    ...(view && { comm_start: hex(freeVirtual(view, view.own.architecture === 'x86' ? 0x100000n : 0x80000000n)) }),
    ...(view && mmioValues(view)),
    ...(view && ramValues(view)),
    ...(view && link && linkValues(view, link)),
  }
  return (field, usual) => {
    const [free] = freeValues(analysis, { ...path, struct: tag, field: [field], steps: [...path.steps, field] })
    return known[field] ?? free?.text ?? usual
  }
}

/** Registers of the root that no cell has yet. */
function mmioValues(view: CellView): Readonly<Record<string, string>> {
  const [region] = freeDevices(view)
  return region ? { mmio_start: hex(region.phys_start), mmio_size: hex(region.size) } : {}
}

/** Memory of the root that no cell has yet, within what is free there. */
function ramValues(view: CellView): Readonly<Record<string, string>> {
  const range = freeRam(view)
  return range ? { ram_start: hex(range.start), ram_size: hex(range.end - range.start) } : {}
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
