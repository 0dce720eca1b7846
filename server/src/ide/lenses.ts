import { type Analysis, sectionsOf } from '../analyze.ts'
import type { Unit } from '../c/unit.ts'
import { emitObjects } from '../c/values/emit.ts'
import { PCI_TYPE_IVSHMEM } from '../config/constants.ts'
import { type CellConfig, type Config, cellOf } from '../config/model.ts'
import { at, isOfCell, noSpan } from '../config/places.ts'
import { message, type Words } from '../text/message.ts'
import { primarySpan } from '../text/origin.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import { nameOf } from '../text/uri.ts'
import { peersOf } from './link-peers.ts'

/** What can be switched on and off. */
export const LENS_KINDS = ['cell', 'peers'] as const
export type LensKind = (typeof LENS_KINDS)[number]

/** The command a click on a lens runs; the shells know how. */
export type LensCommand =
  | { readonly name: 'selectRoot' | 'showFindings' | 'simulate' | 'showMemoryMap' | 'saveCell' }
  | { readonly name: 'showPlaces'; readonly spans: readonly Span[] }

/** A line above a span of the text. */
export interface Lens {
  readonly span: Span
  readonly title: Words
  readonly command: LensCommand
  /** Whether the title is worth showing to a client that lacks the command. */
  readonly isInformative: boolean
}

export function lenses(analysis: Analysis, kinds: ReadonlySet<LensKind>): readonly Lens[] {
  const { findings, unit } = analysis
  const found = sectionsOf(analysis).flatMap(({ config, ...section }) =>
    config
      ? LENS_KINDS.filter(kind => kinds.has(kind)).flatMap(kind => providers[kind]({ ...section, findings }, config))
      : [],
  )
  return found.filter(lens => lens.span.file === unit.main)
}

/** A configuration of the file, with what is found in all of it. */
type Section = Omit<Analysis, 'config'>

const providers: Readonly<Record<LensKind, (section: Section, config: Config) => readonly Lens[]>> = {
  cell: cellLenses,
  peers: peerLenses,
}

/** On the cell's name: its root, its findings, what can be seen of it, its bytes. */
function cellLenses(section: Section, config: Config): readonly Lens[] {
  const { unit, findings, simulations } = section
  const cell = cellOf(config)
  const place = nameAt(unit, cell)
  const lens = (title: Words, name: Exclude<LensCommand['name'], 'showPlaces'>, isInformative = true): Lens => ({
    span: place,
    title,
    command: { name },
    isInformative,
  })
  const hasCase = simulations.length > 0
  const bytes = cell.extent ? undefined : emitObjects(unit.objects)?.length
  const own = findings.filter(({ span }) => isOfCell(span, cell))
  return [
    lens(rootWords(section, config), 'selectRoot'),
    lens(findingMessage({ findings: own }, unit.main), 'showFindings'),
    ...(hasCase
      ? [lens(message('simulate'), 'simulate', false), lens(message('show map'), 'showMemoryMap', false)]
      : []),
    ...(bytes === undefined ? [] : [lens(message('{0} bytes', bytes), 'saveCell')]),
  ]
}

function nameAt(unit: Unit, cell: CellConfig): Span {
  const written = at(cell, 'name')
  const object = unit.objects.find(({ value }) => value === cell.whole)
  return written === noSpan && object ? primarySpan(object.nameAt) : written
}

function rootWords({ root, simulations }: Section, config: Config): Words {
  if (config.kind === 'cell') return root ? message('root: {0}', nameOf(root.uri)) : message('no root cell')
  const cells = [...new Set(simulations.flatMap(({ scenario }) => scenario.cells.map(({ name }) => name)))]
  return cells.length > 0 ? message('root of {0}', cells.join(', ')) : message('root cell without inmates')
}

/** As many as the list of problems shows: hints are none. */
export function findingMessage({ findings }: Pick<Analysis, 'findings'>, file: SourceFile): Words {
  const own = findings.filter(({ span, severity }) => span.file === file && severity !== 'hint')
  if (own.length === 0) return message('no findings')
  return own.length === 1 ? message('1 finding') : message('{0} findings', own.length)
}

/** On each shared-memory device: who is on the other side. */
function peerLenses({ simulations }: Section, config: Config): readonly Lens[] {
  const cell = cellOf(config)
  return cell.pci_devices
    .filter(({ type }) => type === PCI_TYPE_IVSHMEM)
    .flatMap(device => {
      const peers = peersOf(simulations, cell, device)
      const names = peers.map(peer => `${peer.cell.name} pci_devices[${peer.device.index}]`)
      const places = peers.map(peer => at(peer.device))
      if (simulations.length === 0) return []
      return {
        span: at(device),
        title: names.length > 0 ? message('peer: {0}', names.join(', ')) : message('no peer'),
        command: { name: 'showPlaces' as const, spans: places },
        isInformative: true,
      }
    })
}
