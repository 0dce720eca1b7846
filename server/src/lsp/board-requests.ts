import type { Connection, Range, WorkspaceEdit } from 'vscode-languageserver'
import type { FactsProject } from '../analyze.ts'
import { newCell } from '../ide/generate/cell.ts'
import type { NewCell } from '../ide/generate/cell-plan.ts'
import { choicesFor, deviceDetail } from '../ide/generate/choices.ts'
import { cellsBeside, memoryIn, sizeIn } from '../ide/generate/given.ts'
import { newRoot } from '../ide/generate/root.ts'
import { boardCell, givableDevices } from '../ide/refactor/board.ts'
import { rememberFacts } from '../ide/remember-facts.ts'
import { type Facts, openTreeSource } from '../platform/facts.ts'
import { readPlatform } from '../platform/read-platform.ts'
import { type NewConfiguration, proveNewFile } from '../repair/new-file.ts'
import { prove } from '../repair/proof.ts'
import { giveDevice, partsText } from '../rules/board/give-device.ts'
import { reservationsFor } from '../rules/board/reservation.ts'
import { canonicalUri, encodedSegment, folderOf, nameOf } from '../text/uri.ts'
import type { WrapHandler } from './handler.ts'
import { listIn, textIn } from './params.ts'
import { toRange } from './position-encoding.ts'
import {
  type AssignedSpi,
  CELL_CHOICES,
  type CellChoices,
  CHOOSE_FACTS,
  type ChooseFactsParams,
  DEVICES,
  type DocumentUri,
  GIVE_DEVICE,
  type GivableDevice,
  type GiveDeviceParams,
  NEW_CELL,
  NEW_ROOT,
  type NewCellParams,
  type NewFiles,
  type NewRootParams,
  RESERVATIONS,
  type ReservationText,
} from './protocol.ts'
import type { AnalyzedDocument, Session } from './session.ts'
import { projectEdit, toWorkspaceEdit } from './to-protocol.ts'

/** Requests that rest on the machine: devices for a cell, memory to reserve, new configurations. */
export function registerBoardRequests(connection: Connection, wrapHandler: WrapHandler): void {
  connection.onRequest(
    CHOOSE_FACTS,
    wrapHandler((session, params: ChooseFactsParams) => factsEdit(params, session)),
  )
  connection.onRequest(
    DEVICES,
    wrapHandler(async (session, { uri }: DocumentUri) => devicesFor(await session.analyze(uri))),
  )
  connection.onRequest(
    GIVE_DEVICE,
    wrapHandler((session, params: GiveDeviceParams) => givenDevice(params, session)),
  )
  connection.onRequest(
    RESERVATIONS,
    wrapHandler(async (session, { uri }: DocumentUri) => reservationsIn(await session.analyze(uri))),
  )
  connection.onRequest(
    NEW_ROOT,
    wrapHandler((session, params: NewRootParams) => rootFrom(params, session)),
  )
  connection.onRequest(
    CELL_CHOICES,
    wrapHandler(async (session, { uri }: DocumentUri) => choicesIn(await session.analyze(uri))),
  )
  connection.onRequest(
    NEW_CELL,
    wrapHandler(async (session, params: NewCellParams) => cellFrom(params, await session.analyze(params.uri), session)),
  )
}

/** `jailhouse.json` with the facts of the root at hand, or of the root of the cell at hand. */
async function factsEdit({ uri, facts }: ChooseFactsParams, session: Session): Promise<WorkspaceEdit | null> {
  const answer = await session.analyze(uri)
  const root = answer?.analysis.simulations[0]?.scenario.root.file
  if (!root) return null
  const folder = session.folderOf(root.uri)
  const canonical = listIn({ facts }, 'facts').map(canonicalUri)
  const changed = await session.workspace.query(uri, project => rememberFacts(root, canonical, folder, project))
  return projectEdit(changed, session)
}

function devicesFor(answer: AnalyzedDocument | undefined): readonly GivableDevice[] {
  const stand = answer && boardCell(answer.analysis)
  if (!stand) return []
  return givableDevices(stand).map(({ device, lacking }) => ({
    path: device.path,
    name: device.name,
    lacking: partsText(lacking),
    detail: deviceDetail(device),
  }))
}

/** All parts of a device in one edit, tried before it is handed out. */
async function givenDevice(
  { uri, device: path }: GiveDeviceParams,
  session: Session,
): Promise<AssignedSpi<WorkspaceEdit, Range>> {
  const answer = await session.analyze(uri)
  if (!answer) return { reason: session.reasonForNothing(uri) }
  const stand = boardCell(answer.analysis)
  const device = stand?.platform.devices.find(each => each.path === path)
  if (!stand || !device) return { reason: 'no facts of the machine tell of this device' }
  const change = giveDevice(stand.cell, stand.root, device, stand.platform)
  if (!change) return { reason: 'the arrays of this cell cannot be edited for it' }
  const proof = prove([], change.edits, session.trialProject(answer))
  if (proof.kind === 'refuted') return { reason: proof.reason }
  const [shown] = change.edits.toSorted((a, b) => b.text.length - a.text.length)
  return {
    edit: toWorkspaceEdit(change.edits, session),
    ...(shown && { range: toRange({ ...shown.span, end: shown.span.start }, session.capabilities.encoding) }),
  }
}

function reservationsIn(answer: AnalyzedDocument | undefined): readonly ReservationText[] {
  const simulations = answer?.analysis.simulations ?? []
  const [first] = simulations
  if (!answer || !first) return []
  const { platform } = simulations.find(each => each.platform) ?? {}
  return reservationsFor(first.scenario.root, cellsBeside(answer.analysis), platform)
}

async function rootFrom({ facts: uris, name, memory }: NewRootParams, session: Session): Promise<NewFiles> {
  const place = memory === undefined ? undefined : memoryIn(memory)
  if (memory !== undefined && !place) return { missing: `a place in memory: "${memory}" is none` }
  const canonical = listIn({ facts: uris }, 'facts').map(canonicalUri)
  const { opened } = await session.workspace.query(canonical[0] ?? '', project => {
    const found = canonical.map(uri => project.facts?.(uri) ?? 'pending')
    const pending = canonical.filter((_, i) => found[i] === 'pending')
    return {
      opened: found.filter((facts): facts is Facts => facts !== 'pending'),
      missing: { files: [], folders: [], facts: pending },
    }
  })
  const [first, ...rest] = opened
  if (!first) return { missing: 'facts of the machine' }
  const made = newRoot(readPlatform(first, ...rest), { name, ...(place && { memory: place }) })
  if ('missing' in made) return { ...made, isMemoryMissing: made.missing.startsWith('RAM') }
  const file = { uri: `${folderOf(canonical[0]!)}${encodedSegment(name)}.c`, text: made.text }
  return proven(made, { file }, session, project => ({
    ...project,
    settings: { ...project.settings, platform: canonical },
  }))
}

/** New files after they were analysed where they will stand. */
async function proven(
  made: NewCell,
  configuration: NewConfiguration,
  session: Session,
  within: (project: FactsProject) => FactsProject = project => project,
): Promise<NewFiles> {
  const { uri } = configuration.file
  const tree = made.tree === undefined ? {} : { tree: await openTreeSource(uri.replace(/\.c$/, '.dts'), made.tree) }
  const { refusal, warnings } = await session.workspace.query(uri, project =>
    proveNewFile({ ...configuration, ...tree }, within(project)),
  )
  return refusal === undefined ? { ...made, notes: [...made.notes, ...warnings] } : { reason: refusal }
}

function choicesIn(answer: AnalyzedDocument | undefined): CellChoices | null {
  const config = answer?.analysis.config
  if (!answer || config?.kind !== 'system') return null
  const platform = answer.analysis.simulations.find(each => each.platform)?.platform
  return { root: nameOf(answer.document.file.uri), ...choicesFor(config, cellsBeside(answer.analysis), platform) }
}

async function cellFrom(
  params: NewCellParams,
  answer: AnalyzedDocument | undefined,
  session: Session,
): Promise<NewFiles> {
  const config = answer?.analysis.config
  if (!answer || config?.kind !== 'system') return { missing: 'a root cell' }
  const platform = answer.analysis.simulations.find(each => each.platform)?.platform
  const size = params.size === undefined ? undefined : sizeIn(params.size)
  const memory = params.memory === undefined ? undefined : memoryIn(params.memory)
  if (params.memory !== undefined && !memory) return { missing: `a place in memory: "${params.memory}" is none` }
  const cpus = listIn(params, 'cpus')
  const made = newCell(config, cellsBeside(answer.analysis), platform, {
    name: textIn(params, 'name'),
    kind: params.kind,
    devices: listIn(params, 'devices'),
    ...(cpus.length > 0 && { cpus }),
    ...(size !== undefined && { size }),
    ...(memory && { memory }),
  })
  if ('missing' in made) return { ...made, isMemoryMissing: made.missing.startsWith('memory') }
  const root = answer.document.file
  const file = { uri: root.uri.replace(/(\.c)?$/, `-${encodedSegment(params.name)}.c`), text: made.text }
  return proven(made, { file, root }, session)
}
