import { PCI_TYPE_DEVICE, SHMEM_PROTO_VETH } from '../../config/constants.ts'
import type { CellConfig, PciDevice } from '../../config/model.ts'
import { hex } from '../../text/words.ts'
import type { CellView } from './cell-view.ts'
import { domains, freeBdf, slotText } from './free-pci.ts'
import { missingDevice, ownLink } from './open-sections.ts'
import type { Template } from './template.ts'

/** Devices as people write them: the end of a link whose memory is there, and what the root may hand over. */
export const pciTemplates = (view: CellView): readonly Template[] => [...linkEnd(view), ...physicalDevice(view)]

interface LinkEnd extends Pick<PciDevice, 'domain' | 'bdf'> {
  readonly start: number
  readonly id: number
  readonly peers: number
  readonly isNet: boolean
  readonly detail: string
}

function linkEnd(view: CellView): readonly Template[] {
  const end = otherEnd(view) ?? firstEnd(view)
  if (!end) return []
  return [
    {
      label: 'ivshmem device',
      detail: end.detail,
      insert: `/* \${6:peer} */ {
\t.type = JAILHOUSE_PCI_TYPE_IVSHMEM,
\t.domain = \${1:${end.domain}},
\t.bdf = \${2:${slotText(end.bdf)}},
\t.bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX,
\t.shmem_regions_start = \${3:${end.start}},
\t.shmem_dev_id = \${4:${end.id}},
\t.shmem_peers = \${5:${end.peers}},
\t.shmem_protocol = JAILHOUSE_SHMEM_PROTO_${end.isNet ? 'VETH' : 'UNDEFINED'},
},$0`,
    },
  ]
}

/** The end of a link that another cell has begun, over the memory this cell has for it. */
function otherEnd(view: CellView): LinkEnd | undefined {
  const link = missingDevice(view)
  if (!link) return undefined
  const { peer, device, start, id } = link
  const { domain, bdf, shmem_peers: peers, shmem_protocol } = device
  return {
    domain,
    bdf,
    start,
    id,
    peers,
    isNet: shmem_protocol === SHMEM_PROTO_VETH,
    detail: `shared memory with ${peer.name}`,
  }
}

/** The first end of a new link, over regions that look like one. */
function firstEnd(view: CellView): LinkEnd | undefined {
  const link = ownLink(view.own)
  const bdf = freeBdf(view)
  if (!link || bdf === undefined) return undefined
  const domain = Number(domains(view)[0]?.text ?? 0)
  const isNet = view.own.mem_regions.some(({ index, size }) => index === link.start + 1 && size === 0n)
  return { ...link, domain, bdf, peers: 2, isNet, detail: 'shared memory with a peer' }
}

/** Of an inmate a device of the root that nobody else has; of a root a slot that is free. */
function physicalDevice(view: CellView): readonly Template[] {
  const device = view.own.isRoot || !view.root ? newDevice(view) : deviceOfRoot(view)
  if (!device) return []
  return [
    {
      label: 'PCI device',
      detail: 'a physical device',
      insert: `/* \${4:device} */ {
\t.type = JAILHOUSE_PCI_TYPE_DEVICE,${device.iommu ? `\n\t.iommu = \${1:${device.iommu}},` : ''}
\t.domain = \${2:${hex(device.domain)}},
\t.bdf = \${3:${hex(device.bdf)}},
\t.caps_start = 0,
\t.num_caps = 0,
},$0`,
    },
  ]
}

type NewDevice = Pick<PciDevice, 'iommu' | 'domain' | 'bdf'>

/** Behind a virtual host there are no physical devices. */
function newDevice(view: CellView): NewDevice | undefined {
  const bdf = view.root?.platform_info.pci_is_virtual ? undefined : freeBdf(view)
  return bdf === undefined ? undefined : { iommu: 0, domain: 0, bdf }
}

function deviceOfRoot({ own, root, others }: CellView): NewDevice | undefined {
  const inmates = [own, ...others.filter(cell => !cell.isRoot)]
  return (root?.root_cell.pci_devices ?? []).find(
    device => device.type === PCI_TYPE_DEVICE && !inmates.some(cell => hasDevice(cell, device)),
  )
}

const hasDevice = ({ pci_devices }: CellConfig, { domain, bdf }: PciDevice): boolean =>
  pci_devices.some(device => device.domain === domain && device.bdf === bdf)
