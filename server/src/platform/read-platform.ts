import type { Architecture } from '../config/model.ts'
import { contains, overlap, type Range, rangeOf } from '../config/ranges.ts'
import { memoizeAll } from '../text/memo.ts'
import { count } from '../text/words.ts'
import { type Draft, newDraft } from './draft.ts'
import type { Facts } from './facts.ts'
import type {
  Board,
  Claim,
  Cpu,
  Device,
  Iommu,
  Memory,
  Parameter,
  PciFunction,
  PhysicalBits,
  Platform,
  Problem,
  Reservation,
  Source,
  Uart,
} from './model.ts'
import { allClaims, isReserved, SYSTEM_RAM } from './read/iomem.ts'
import { pciAddress, pciFunction } from './read/pci-space.ts'
import { readMember } from './read-member.ts'

/** What all facts together say of one machine. Of two sources of the same thing the live one counts. */
export const readPlatform = memoizeAll((first: Facts, ...rest: Facts[]): Platform => {
  const draft = newDraft()
  for (const facts of [first, ...rest]) {
    for (const message of facts.problems)
      draft.problems.push({ source: { uri: facts.uri, name: facts.name, provenance: 'live' }, message })
    for (const member of facts.members) readMember(member, draft)
  }
  return merge(draft)
})

const RANK: Readonly<Record<Source['provenance'], number>> = { live: 0, static: 1, artefact: 2 }

const byTrust = (a: { readonly source: Source }, b: { readonly source: Source }): number =>
  RANK[a.source.provenance] - RANK[b.source.provenance]

function merge(draft: Draft): Platform {
  const boards = draft.boards.filter(({ source }) => source.provenance !== 'artefact').toSorted(byTrust)
  const board = boards[0]
  const claimed = draft.claims[0]
  const ports = draft.ports[0]
  const interruptsInUse = draft.interrupts.flat()
  const commandLine = draft.commandLines[0] ?? bootargsOf(board)
  const spiCount = Number(draft.log.find(({ about }) => about === 'spis')?.value)
  const architecture = draft.architecture ?? architectureOf(board)
  const ram = claimed && ramOf(claimed)
  const firmwareRam = firmwareRamOf(draft, board)
  const pci = pciOf(draft)
  const cpus = cpusOf(draft, board)
  const machine = machineOf(draft)
  const physicalBits = draft.physicalBits ?? physicalBitsOf(board)
  return {
    sources: draft.sources,
    problems: [...briefly(draft.problems), ...contradictions(draft, boards)],
    ...(machine && { machine }),
    ...(architecture && { architecture }),
    ...((draft.date ?? draft.kernel) !== undefined && {
      taken: {
        ...(draft.date !== undefined && { date: draft.date }),
        ...(draft.kernel !== undefined && { kernel: draft.kernel }),
      },
    }),
    isJailhouseEnabled:
      draft.isJailhouseEnabled || draft.problems.some(({ isTakenWithJailhouse }) => isTakenWithJailhouse),
    ...(board && { board }),
    cellTrees: draft.boards.filter(({ source }) => source.provenance === 'artefact'),
    ...(ram && { ram }),
    ...(firmwareRam && { firmwareRam }),
    reserved: [...draft.reservations, ...(board?.reserved ?? []), ...(claimed ? reservedIn(claimed) : [])],
    ...(claimed && { claimed }),
    ...(ports && { ports }),
    devices: withDrivers(board?.devices ?? [], draft),
    ...(board?.gic && { gic: board.gic }),
    uarts: [...(board?.uarts ?? []), ...draft.uarts, ...(board ? [] : ttyUarts(draft))],
    ...(cpus && { cpus }),
    ...(physicalBits && { physicalBits }),
    pciHosts: board?.pciHosts ?? [],
    ...(pci && { pci }),
    iommus: [...(board?.iommus ?? []), ...sizedByClaims(draft.iommus, claimed)],
    firmwareRegions: draft.firmwareRegions,
    ...(draft.seen.has('apic') && { ioapics: draft.ioapics }),
    ...(draft.seen.has('mcfg') && { mmconfig: draft.mmconfig }),
    ...(draft.interrupts.length > 0 && { interruptsInUse }),
    dynamicInterrupts: board?.dynamicInterrupts ?? [],
    ...(spiCount > 0 && { spiCount }),
    ...(commandLine && { commandLine }),
    log: draft.log,
    ...(draft.kernelOptions.size > 0 && { kernelOptions: draft.kernelOptions }),
  }
}

/** Of one kind of problem a tarball or folder may have thousands. */
const MAX_ALIKE = 5

function briefly(problems: readonly Problem[]): readonly Problem[] {
  const alike = new Map<string, Problem[]>()
  for (const problem of problems) {
    const those = alike.get(problem.message) ?? []
    those.push(problem)
    alike.set(problem.message, those)
  }
  return [...alike.values()].flatMap(all =>
    all.length <= MAX_ALIKE
      ? all
      : all
          .slice(0, MAX_ALIKE)
          .map((each, i) =>
            i < MAX_ALIKE - 1
              ? each
              : { ...each, message: `${each.message}; and ${count(all.length - MAX_ALIKE, 'file')} more` },
          ),
  )
}

function bootargsOf(board: Board | undefined): readonly Parameter[] | undefined {
  if (board?.bootargs === undefined || board.source.provenance !== 'live') return undefined
  return board.bootargs.split(/\s+/).flatMap(word => {
    const equals = word.indexOf('=')
    if (word === '') return []
    const parameter = equals < 0 ? { name: word } : { name: word.slice(0, equals), value: word.slice(equals + 1) }
    return [{ source: board.source, ...parameter }]
  })
}

/** CPUs of 64 bits are named so by their cores; all that Jailhouse runs on of 32 bits are Cortex-A7, A15 and A17. */
function architectureOf(board: Board | undefined): Architecture | undefined {
  const [core] = board?.cpus.flatMap(({ compatible }) => compatible ?? []) ?? []
  if (!board || core === undefined) return undefined
  return /^arm,cortex-a(5|7|8|9|12|15|17)$|^brcm,brahma-b15|^marvell,(pj4|sheeva)|^qcom,krait/.test(core)
    ? 'arm'
    : 'arm64'
}

/** `ID_AA64MMFR0_EL1.PARange` of cores, as far as all of one name have the same. */
const CORE_BITS: ReadonlyMap<string, number> = new Map([
  ['arm,cortex-a35', 40],
  ['arm,cortex-a53', 40],
  ['arm,cortex-a55', 40],
  ['arm,cortex-a57', 44],
  ['arm,cortex-a72', 44],
])

/** The hypervisor takes the least of all CPUs (`get_cpu_parange`). */
function physicalBitsOf(board: Board | undefined): PhysicalBits | undefined {
  const known = (board?.cpus ?? []).flatMap(({ source, compatible = '' }) => {
    const bits = CORE_BITS.get(compatible)
    return bits === undefined ? [] : [{ source, bits, by: compatible }]
  })
  return known.toSorted((a, b) => a.bits - b.bits)[0]
}

const ramOf = (claimed: readonly Claim[]): readonly Memory[] =>
  claimed
    .filter(({ name }) => name === SYSTEM_RAM)
    .map(({ range, source, span }) => ({ range, source, ...(span && { span }) }))

/** Live trees only: in packaged ones the boot loader fills the memory in. */
function firmwareRamOf(draft: Draft, board: Board | undefined): readonly Memory[] | undefined {
  const memmap = [...draft.memmap.values()].flatMap(({ start, end, type, source }) =>
    type === 'System RAM' && start !== undefined && end !== undefined && start <= end
      ? [{ source, range: { start, end: end + 1n } }]
      : [],
  )
  if (memmap.length > 0) return memmap
  if (draft.logRam.length > 0) return draft.logRam
  return board?.source.provenance === 'live' && board.memory.length > 0 ? board.memory : undefined
}

/** First-level reservations; what is reserved inside of System RAM stays busy. */
const reservedIn = (claimed: readonly Claim[]): readonly Reservation[] =>
  claimed
    .filter(({ name }) => isReserved(name))
    .map(({ range, name, source, span }) => ({ range, name, noMap: true, source, ...(span && { span }) }))

function withDrivers(devices: readonly Device[], { bindings }: Draft): readonly Device[] {
  const byNode = new Map(bindings.filter(({ node }) => node !== '').map(({ node, driver }) => [node, driver]))
  return devices.map(device => {
    const driver = byNode.get(device.path)
    return driver === undefined ? device : { ...device, driver: driver || 'none' }
  })
}

function machineOf({ vendor, product, virtualization, sources }: Draft): Platform['machine'] {
  const source = sources.find(({ name }) => name.includes('dmi/id') || name.endsWith('cpuinfo')) ?? sources[0]
  if (!source || (vendor ?? product ?? virtualization) === undefined) return undefined
  return {
    source,
    ...(vendor !== undefined && { vendor }),
    ...(product !== undefined && { product }),
    ...(virtualization !== undefined && { virtualization }),
  }
}

/** By a tree, or by what the machine lists. */
function cpusOf({ cpus }: Draft, board: Board | undefined): readonly Cpu[] | undefined {
  if (board && board.cpus.length > 0) return board.cpus
  if (cpus.size === 0) return undefined
  return [...cpus].toSorted(([a], [b]) => a - b).map(([number, source]) => ({ number, source }))
}

function pciOf(draft: Draft): readonly PciFunction[] | undefined {
  if (!draft.seen.has('pci')) return undefined
  const bindings = new Map(draft.bindings.filter(({ bus }) => bus === 'pci').map(each => [each.device, each]))
  const read = [...draft.pciFolders].flatMap(([name, { config, resource }]) => {
    const address = pciAddress(name)
    const found = address && config && pciFunction(address, config.bytes, resource, config.source)
    if (!found) return []
    const { unit = '', driver } = bindings.get(name) ?? {}
    const [, index] = /^dmar(\d{1,2})$/.exec(unit) ?? []
    return [
      {
        ...found,
        ...(index !== undefined && { unit: Number(index) }),
        ...(driver !== undefined && { driver: driver || 'none' }),
      },
    ]
  })
  return [...read, ...draft.pci].toSorted((a, b) => a.segment - b.segment || a.bdf - b.bdf)
}

const UNIT_CLAIM = /^(?:dmar\d+|amd_iommu)$/

/** The size of a unit is what its driver has claimed; it has no other source. */
const sizedByClaims = (units: readonly Iommu[], claimed: readonly Claim[] | undefined): readonly Iommu[] =>
  units.map(unit => {
    const claim =
      claimed && [...allClaims(claimed)].find(({ name, range }) => UNIT_CLAIM.test(name) && range.start === unit.base)
    return claim ? { ...unit, size: claim.range.end - claim.range.start } : unit
  })

/** Serial ports of a PC: `io_type` 0 is a port, 2 memory. */
function ttyUarts({ ttys }: Draft): readonly Uart[] {
  return [...ttys].flatMap(([name, { source, values }]) => {
    const port = parsed(values.get('port'))
    const base = parsed(values.get('iomem_base'))
    if (!port && !base) return []
    const range: Range = port ? rangeOf(port, 8n) : rangeOf(base ?? 0n, 0x1000n)
    const distance: 1 | 4 = values.get('iomem_reg_shift') === '2' ? 4 : 1
    return [
      {
        source,
        path: `/dev/${name}`,
        name,
        compatible: '',
        // Port 8250 names four ports on every PC; type 0 has nothing behind it.
        enabled: values.get('type') !== '0',
        type: '8250' as const,
        distance,
        range,
        ...(port && { isPort: true as const }),
      },
    ]
  })
}

const parsed = (text: string | undefined): bigint | undefined =>
  text !== undefined && /^(0x[0-9a-f]{1,16}|\d{1,18})$/i.test(text) ? BigInt(text) : undefined

/** Two live sources that exclude each other: the facts are of two machines, or of two boots. */
function contradictions(draft: Draft, boards: readonly Board[]): readonly Problem[] {
  const problems: Problem[] = []
  const [first, second] = boards.filter(({ source }) => source.provenance === 'live')
  if (first && second && first.gic && second.gic && first.gic.gicd.start !== second.gic.gicd.start)
    problems.push({ source: second.source, message: `contradicts ${first.source.name}: another interrupt controller` })
  const [one, other] = draft.claims
  const [own] = one ?? []
  const [foreign] = other ?? []
  if (one && other && foreign && own && !sameRam(one, other))
    problems.push({ source: foreign.source, message: `contradicts ${own.source.name}: System RAM lies elsewhere` })
  return problems
}

const sameRam = (a: readonly Claim[], b: readonly Claim[]): boolean => {
  const [one, other] = [ramOf(a), ramOf(b)]
  return one.every(({ range }) => other.some(each => overlap(each.range, range) || contains(each.range, range)))
}
