import { type ConstantDoc, constantsOf, type FieldDoc, fieldsOf } from './doc.ts'

export const pciFields: readonly FieldDoc[] = [
  ...fieldsOf('jailhouse_pci_device', [
    {
      field: 'type',
      type: '__u8',
      brief: 'Physical device, bridge, or shared memory device',
      detail:
        'One of JAILHOUSE_PCI_TYPE_*. 0 is taken for a physical device at bdf, so an entry left empty takes 00:00.0 from the root cell.',
      follows: 'hypervisor/pci.c:pci_cell_init',
    },
    {
      field: 'iommu',
      type: '__u8',
      brief: 'Index of the IOMMU unit that serves the device',
      detail:
        "x86 only: index into platform_info.iommu_units. AMD: the unit that translates for the device. Intel: the unit through which Linux remaps the device's interrupts; with the wrong one, MSIs of the root cell never arrive.",
      follows: 'hypervisor/arch/x86/amd_iommu.c:iommu_add_pci_device, hypervisor/arch/x86/pci.c:pci_get_x86_msi_vector',
    },
    {
      field: 'domain',
      type: '__u16',
      brief: 'PCI domain in Linux',
      detail:
        'The hypervisor finds devices by bdf alone; only handing a device back to the root cell compares the domain too. For ivshmem devices of the root cell on a virtual host it must equal pci_domain.',
      follows: 'hypervisor/pci.c:pci_return_device_to_root_cell, driver/pci.c:jailhouse_pci_add_device',
    },
    {
      field: 'bdf',
      type: '__u16',
      brief: 'Bus, device and function number',
      detail:
        'bus << 8 | device << 3 | function. ivshmem devices of equal bdf in different cells are connected with one another; the slot must be unused by hardware, and on a virtual host the bus is 0.',
      follows: 'hypervisor/pci.c:pci_get_assigned_device, hypervisor/ivshmem.c:ivshmem_init',
    },
    {
      field: 'bar_mask',
      type: '__u32[6]',
      brief: 'Bits of each base address register that can be written',
      detail:
        '~(size - 1) for each BAR, 0 if there is none; a 64-bit BAR takes two entries, low half first. For physical devices BARs are shadows that support size probing; the hardware BARs are never changed. For ivshmem use JAILHOUSE_IVSHMEM_BAR_MASK_*.',
      follows: 'hypervisor/pci.c:pci_cfg_write_moderate, hypervisor/ivshmem.c:ivshmem_write_command',
    },
    {
      field: 'caps_start',
      type: '__u16',
      brief: "Index of the device's first capability in pci_caps",
      detail: 'Nothing checks caps_start + num_caps against num_pci_caps.',
      follows: 'hypervisor/pci.c:pci_find_capability',
    },
    {
      field: 'num_caps',
      type: '__u16',
      brief: 'Number of capabilities',
      detail:
        'Configuration space outside of the standard header and of these capabilities can be read and not written.',
      follows: 'hypervisor/pci.c:pci_find_capability',
    },
    {
      field: 'num_msi_vectors',
      type: '__u8',
      brief: 'Largest number of MSI vectors the device may enable',
      detail:
        '0, or a power of two up to 32. On Intel that many remapping entries are reserved; with 0 the device cannot enable MSI.',
      follows: 'hypervisor/arch/x86/vtd.c:iommu_add_pci_device',
    },
    {
      field: 'msi_64bits',
      type: '__u8 : 1',
      brief: 'The MSI capability holds a 64-bit address',
      detail: 'Then its length is 14 bytes, else 10; 10 more if maskable. A whole byte before late revision 10.',
      follows: 'hypervisor/arch/x86/pci.c:arch_pci_update_msi',
    },
    {
      field: 'msi_maskable',
      type: '__u8 : 1',
      brief: 'The MSI capability has mask bits for each vector',
      detail: 'Tells the hypervisor where the mask register lies.',
      since: 10,
      follows: 'hypervisor/arch/x86/pci.c:arch_pci_set_suppress_msi',
    },
    {
      field: 'num_msix_vectors',
      type: '__u16',
      brief: 'Number of MSI-X vectors',
      detail:
        'Size of the MSI-X table. An ivshmem device has at most 16 (-EINVAL); with 0 it signals through INTx on ARM, and not at all on x86.',
      follows: 'hypervisor/pci.c:pci_add_physical_device, hypervisor/ivshmem.c:ivshmem_init',
    },
    {
      field: 'msix_region_size',
      type: '__u16',
      brief: 'Size of the MSI-X table region in bytes',
      detail: 'A multiple of 4 KiB that holds 16 bytes for each vector. Physical devices only.',
      follows: 'hypervisor/pci.c:pci_add_physical_device',
    },
    {
      field: 'msix_address',
      type: '__u64',
      brief: 'Physical address of the MSI-X table',
      detail:
        'Page aligned. The region is trapped, so no memory region may cover it. Must not be 0 if the device has an MSI-X capability with vectors. Physical devices only.',
      follows: 'hypervisor/pci.c:pci_add_physical_device',
    },
    {
      field: 'shmem_regions_start',
      type: '__u32',
      brief: "Index of the ivshmem device's first memory region",
      detail:
        'From there in mem_regions: state table, common read/write section (size 0 if absent), then one output section for each peer. All must be contiguous in guest addresses. JAILHOUSE_SHMEM_NET_REGIONS stands for four regions.',
      since: 12,
      follows: 'hypervisor/ivshmem.c:ivshmem_init',
    },
    {
      field: 'shmem_dev_id',
      type: '__u8',
      brief: 'Number of this endpoint of the shared memory link',
      detail:
        '0 to shmem_peers - 1, different in every cell on the link (-EBUSY otherwise). The endpoint may write output section shmem_dev_id.',
      since: 12,
      follows: 'hypervisor/ivshmem.c:ivshmem_init',
    },
    {
      field: 'shmem_peers',
      type: '__u8',
      brief: 'Number of endpoints of the shared memory link',
      detail: '2 to 12, the same in every cell on the link. There is one output section for each.',
      since: 12,
      follows: 'hypervisor/ivshmem.c:ivshmem_init',
    },
    {
      field: 'shmem_region',
      type: '__u32',
      brief: "Index of the ivshmem device's memory region",
      detail:
        'ivshmem version 1: one region shared by two cells. Replaced by shmem_regions_start, shmem_dev_id and shmem_peers within revision 12.',
      until: 12,
    },
    {
      field: 'shmem_protocol',
      type: '__u16',
      brief: 'Protocol spoken over the shared memory',
      detail:
        'One of JAILHOUSE_SHMEM_PROTO_*; shown to the guest as PCI class and interface, so that the right driver binds. Not interpreted by the hypervisor.',
      follows: 'hypervisor/ivshmem.c:ivshmem_reset',
    },
    { field: 'padding', type: '__u8[2]', brief: 'Unused', detail: 'Fills the descriptor up to 56 bytes.', until: 12 },
  ]),
  ...fieldsOf('jailhouse_pci_capability', [
    {
      field: 'id',
      type: '__u16',
      brief: 'Kind of capability',
      detail: 'PCI_CAP_ID_*, or PCI_EXT_CAP_ID_* | JAILHOUSE_PCI_EXT_CAP for one in extended configuration space.',
      follows: 'hypervisor/pci.c:pci_find_capability',
    },
    {
      field: 'start',
      type: '__u16',
      brief: 'Offset in configuration space',
      detail: '',
      follows: 'hypervisor/pci.c:pci_find_capability',
    },
    {
      field: 'len',
      type: '__u16',
      brief: 'Length in bytes',
      detail: 'Writes behind it are refused.',
      follows: 'hypervisor/pci.c:pci_cfg_write_moderate',
    },
    {
      field: 'flags',
      type: '__u16',
      brief: 'Whether the cell may write the capability',
      detail: '0 or JAILHOUSE_PCICAPS_WRITE. A write that is not allowed parks the CPU.',
      follows: 'hypervisor/pci.c:pci_cfg_write_moderate',
    },
  ]),
]

const mask = (name: string, brief: string, detail: string, since: number) => ({
  name: `JAILHOUSE_IVSHMEM_BAR_MASK_${name}`,
  brief,
  detail,
  since,
})

export const pciConstants: readonly ConstantDoc[] = [
  ...constantsOf(
    ['jailhouse_pci_device.type'],
    [
      {
        name: 'JAILHOUSE_PCI_TYPE_DEVICE',
        value: '0x1',
        brief: 'Physical device',
        detail: 'Taken from its Linux driver at create and from the root cell; its DMA follows it on x86.',
      },
      {
        name: 'JAILHOUSE_PCI_TYPE_BRIDGE',
        value: '0x2',
        brief: 'Physical bridge',
        detail: 'Its windows cannot be changed. For the root cell.',
      },
      {
        name: 'JAILHOUSE_PCI_TYPE_IVSHMEM',
        value: '0x3',
        brief: 'Virtual shared memory device',
        detail: 'Exists in the hypervisor only and connects cells through shared memory regions and interrupts.',
      },
    ],
  ),
  ...constantsOf(
    ['jailhouse_pci_device.shmem_protocol'],
    [
      { name: 'JAILHOUSE_SHMEM_PROTO_UNDEFINED', value: '0x0000', brief: 'No particular protocol', detail: '' },
      {
        name: 'JAILHOUSE_SHMEM_PROTO_VETH',
        value: '0x0001',
        brief: 'Virtual Ethernet between two peers',
        detail:
          'Two peers, no common read/write section, no or two MSI-X vectors. 0x0100 before ivshmem version 2 (revision 12).',
      },
      {
        name: 'JAILHOUSE_SHMEM_PROTO_CUSTOM',
        value: '0x4000',
        brief: 'First protocol number for own use',
        detail: '0x4000 to 0x7fff. 0x8000 before ivshmem version 2 (revision 12).',
      },
      {
        name: 'JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT',
        value: '0x8000',
        brief: 'Virtio front-end',
        detail: 'Add the virtio device type, VIRTIO_DEV_*.',
        since: 12,
      },
      {
        name: 'JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK',
        value: '0xc000',
        brief: 'Virtio back-end',
        detail: 'Add the virtio device type, VIRTIO_DEV_*.',
        since: 12,
      },
      {
        name: 'VIRTIO_DEV_NET',
        value: '1',
        brief: 'Virtio network device',
        detail: 'To be added to a virtio protocol.',
        since: 12,
      },
      {
        name: 'VIRTIO_DEV_BLOCK',
        value: '2',
        brief: 'Virtio block device',
        detail: 'To be added to a virtio protocol.',
        since: 12,
      },
      {
        name: 'VIRTIO_DEV_CONSOLE',
        value: '3',
        brief: 'Virtio console',
        detail: 'To be added to a virtio protocol.',
        since: 12,
      },
    ],
  ),
  ...constantsOf(
    ['jailhouse_pci_device.bar_mask'],
    [
      mask('INTX', 'BARs of an ivshmem device without MSI-X', 'BAR 0: 4 KiB of registers.', 12),
      mask(
        'MSIX',
        'BARs of an ivshmem device with MSI-X',
        'BAR 0: 4 KiB of registers, BAR 1: the MSI-X table, 4 KiB since the middle of revision 13.',
        12,
      ),
      mask(
        'INTX_64K',
        'BARs of an ivshmem device without MSI-X, for 64 KiB pages',
        'A root Linux with 4 KiB pages finds no room for them on a virtual host.',
        13,
      ),
      mask(
        'MSIX_64K',
        'BARs of an ivshmem device with MSI-X, for 64 KiB pages',
        'A root Linux with 4 KiB pages finds no room for them on a virtual host.',
        13,
      ),
    ],
  ),
  ...constantsOf(
    ['config.mem_regions'],
    [
      {
        name: 'JAILHOUSE_SHMEM_NET_REGIONS',
        brief: 'The four memory regions of a virtual network link: start address, own device id',
        detail:
          '1 MiB in all: state table of 4 KiB at start, an empty read/write section, output sections of 508 KiB at start + 0x1000 (peer 0) and start + 0x80000 (peer 1), the own one writable. Counts as four elements of mem_regions.',
        since: 12,
      },
    ],
  ),
  ...constantsOf(
    ['jailhouse_pci_capability.id'],
    [
      {
        name: 'JAILHOUSE_PCI_EXT_CAP',
        value: '0x8000',
        brief: 'The capability lies in extended configuration space',
        detail: 'To be combined with PCI_EXT_CAP_ID_*.',
      },
    ],
  ),
  ...constantsOf(
    ['jailhouse_pci_capability.flags'],
    [
      {
        name: 'JAILHOUSE_PCICAPS_WRITE',
        value: '0x1',
        brief: 'The cell may write the capability',
        detail: 'Drivers need it for power management, MSI and MSI-X. MSI and MSI-X writes are still moderated.',
      },
    ],
  ),
]
