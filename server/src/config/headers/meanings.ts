/**
 * What a revision changed in the meaning of a configuration, beside the layout: how the header in use is asked for it, and
 * what holds under headers with and without it. The model and the machine follow this table; a field that a header does
 * not have is undefined in the model, never 0.
 */
export interface Meaning {
  readonly subject: string
  /** The member that a header with the newer meaning declares, as `struct.member`. */
  readonly sign: `jailhouse_${string}.${string}`
  /** The first layout that has it. */
  readonly since: string
  readonly before: string
  readonly now: string
}

const meaning = (subject: string, sign: Meaning['sign'], since: string, before: string, now: string): Meaning => ({
  subject,
  sign,
  since,
  before,
  now,
})

/** Newest first. */
export const meanings: readonly Meaning[] = [
  meaning(
    'architecture',
    'jailhouse_cell_desc.architecture',
    '14',
    'follows from platform description, interrupt controllers, consoles and ports; of an inmate the root’s; the folder’s last',
    'the field; 0 is x86',
  ),
  meaning(
    'IOMMU units',
    'jailhouse_iommu.amd',
    '12c',
    'members of an AMD unit stand beside those of all units, as amd_bdf',
    'each kind of unit has a struct of its own',
  ),
  meaning(
    'shared memory',
    'jailhouse_pci_device.shmem_peers',
    '12b',
    'one region of read and write access, two ends by order of creation; other memory or protocol is refused with -EINVAL, a third end with -EBUSY',
    'state table, common section and one output section a peer; ends by shmem_dev_id, up to 12; nothing is compared',
  ),
  meaning(
    'stream ids',
    'jailhouse_cell_desc.num_stream_ids',
    '12a',
    'no streams: devices behind an IOMMU of ARM belong to no cell',
    'the listed streams are the cell’s',
  ),
  meaning(
    'type of an IOMMU unit',
    'jailhouse_iommu.type',
    '11b',
    'AMD for a unit that is a PCI device, else VT-d',
    'the field',
  ),
  meaning(
    'I/O ports',
    'jailhouse_cell_desc.num_pio_regions',
    '11a',
    'a bitmap, in which a 0 bit opens its port',
    'a list of ranges; everything else traps',
  ),
  meaning(
    'console of a cell',
    'jailhouse_cell_desc.console',
    '10a',
    'the UART is built into the inmate',
    'the communication region describes it',
  ),
  meaning(
    'type of a console',
    'jailhouse_console.type',
    '9b',
    'part of its flags',
    'a field of its own; the console of the hypervisor may be shown to cells by flags of system and cell',
  ),
  meaning('flags of the system', 'jailhouse_system.flags', '9b', 'none', 'JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE'),
  meaning(
    'timeout of messages',
    'jailhouse_cell_desc.msg_reply_timeout',
    '7',
    'the hypervisor waits without end for a reply',
    'so many rounds, then the cell has failed',
  ),
  meaning(
    'first instruction',
    'jailhouse_cell_desc.cpu_reset_address',
    '5',
    'at 0 on ARM, at the entry of a BIOS on x86',
    'at cpu_reset_address',
  ),
  meaning(
    'revision',
    'jailhouse_cell_desc.revision',
    '1',
    'nothing but the signature is compared',
    'the driver refuses a configuration of another revision',
  ),
]
