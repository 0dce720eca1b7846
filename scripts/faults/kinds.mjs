// The faults that are planted, each as people make them: `[pattern, replacement]`, or a function that answers the edits
// one may make in a text.
import { arrayLists, elementsOf } from './elements.mjs'

const HEX = '0x[0-9a-fA-F]+'

/** Another digit where the address differs most: the first but one, or the one of its page. */
const digitAt = (word, index) => {
  const digit = Number.parseInt(word[index], 16)
  return word.slice(0, index) + ((digit + 1) % 16).toString(16) + word.slice(index + 1)
}
const otherDigit = word => digitAt(word, word.length > 4 ? 3 : word.length - 1)
const ofField = (field, change, value = HEX) => [
  new RegExp(`\\.${field} =\\s+${value}`, 'g'),
  match => match.replace(new RegExp(`${value}$`), change),
]
const lost = (name, value = '[^,{}]+') => [new RegExp(`\\.${name} =\\s+${value},`, 'g'), '']
const flagLost = (flag, after = '(?!\\w)') => [
  new RegExp(`JAILHOUSE_MEM_${flag} \\|\\s+|\\s*\\| JAILHOUSE_MEM_${flag}${after}`, 'g'),
  '',
]

/** An element of an array that goes or comes, with the number the array is declared with. */
function resized(text, name, offset, length, inserted, by) {
  const declared = new RegExp(`\\b${name}\\[(\\d+)\\]`).exec(text)
  if (!declared) return []
  const count = `${name}[${Number(declared[1]) + by}]`
  return [
    {
      offset,
      text:
        text.slice(0, declared.index) +
        count +
        text.slice(declared.index + declared[0].length, offset) +
        inserted +
        text.slice(offset + length),
    },
  ]
}

const regionsWith = (text, flag) =>
  elementsOf(text, 'mem_regions').filter(({ start, end }) => flag.test(text.slice(start, end)))

const without = flag => text =>
  regionsWith(text, flag).flatMap(({ start, next }) => resized(text, 'mem_regions', start, next - start, '', -1))

const swapped = (text, a, b) => ({
  offset: a.start,
  text:
    text.slice(0, a.start) +
    text.slice(b.start, b.end) +
    text.slice(a.end, b.start) +
    text.slice(a.start, a.end) +
    text.slice(b.end),
})

export const KINDS = {
  '|| for |': [/(JAILHOUSE_MEM_\w+) \|/g, '$1 ||'],
  'flag lost': [/JAILHOUSE_MEM_\w+ \|\s+/g, ''],
  'console flag as memory flag': [/JAILHOUSE_MEM_(READ|IO|DMA|EXECUTE)(?!_|\w)/g, 'JAILHOUSE_CON_ACCESS_MMIO'],
  'memory flag as cell flag': [/JAILHOUSE_CELL_\w+/g, 'JAILHOUSE_MEM_READ'],
  'memory flag as console flag': [/JAILHOUSE_CON_(?!TYPE)\w+/g, 'JAILHOUSE_MEM_WRITE'],
  'size off by a page': [/(\.size = 0x\w+)/g, '$1 - 0x1000'],
  'address off by a byte': [/(\.phys_start = 0x\w+)/g, '$1 + 1'],
  'address beyond the page': [/(\.virt_start = 0x\w+)/g, '$1 + 0x800'],
  'end for size': [/(\.phys_start = (0x\w+),\s*\.virt_start = 0x\w+,\s*\.size = )(0x\w+)/g, '$1$2 + $3'],
  'phys for virt': [/\.phys_start = (0x\w+),(\s*)\.virt_start = (?!\1)(0x\w+)/g, '.phys_start = $3,$2.virt_start = $1'],
  'count one less': [/(\.num_\w+ = ARRAY_SIZE\([\w.]+\))/g, '$1 - 1'],
  'count one more': [/(\.num_\w+ = ARRAY_SIZE\([\w.]+\))/g, '$1 + 1'],
  'peers as many as the number of the device': [/\.shmem_peers = \d+/g, '.shmem_peers = 0'],
  'number of the device beyond the peers': [/\.shmem_dev_id = \d+/g, '.shmem_dev_id = 9'],
  'section of another region': [/(\.shmem_regions_start = \d+)/g, '$1 + 1'],
  'other bdf': [/(\.bdf = \d+ << 3)/g, '$1 | 7'],
  'console type lost': [/\.type = JAILHOUSE_CON_TYPE_\w+,/g, ''],
  'pin base unaligned': [/(\.pin_base = \d+)/g, '$1 + 1'],
  'irqchip elsewhere': [/(\.address = 0x\w+,\s*\.pin_base)/g, match => match.replace(/0x\w+/, '0xdead0000')],
  'field misspelled': [/\.(phys_star)t\b/g, '.$1'],
  'constant misspelled': [/JAILHOUSE_MEM_WRITE/g, 'JAILHOUSE_MEM_WIRTE'],
  'comma lost': [/(\.virt_start = 0x\w+),/g, '$1'],
}

/** What users made in the configurations they asked about. */
export const MORE_KINDS = {
  'digit of phys_start': ofField('phys_start', otherDigit),
  'digit of virt_start': ofField('virt_start', otherDigit),
  'digit of size': ofField('size', otherDigit),
  'phys_start a digit short': ofField('phys_start', word => word.replace(/0$/, '')),
  'phys_start a digit long': ofField('phys_start', '$&0'),
  'size a digit short': ofField('size', word => word.replace(/0$/, '')),
  'size a digit long': ofField('size', '$&0'),
  'size decimal': ofField('size', word => word.slice(2), '0x\\d+'),
  'phys_start decimal': ofField('phys_start', word => word.slice(2), '0x[1-9]\\d+'),
  'size in KiB': ofField('size', '$& / 1024'),
  'size in MiB for KiB': ofField('size', '$& * 1024'),
  'phys_start lost': lost('phys_start'),
  'virt_start lost': lost('virt_start'),
  'size lost': lost('size'),
  'flags lost': lost('flags'),
  'region twice': text =>
    elementsOf(text, 'mem_regions').flatMap(({ start, end }) =>
      text[start] === '{' ? resized(text, 'mem_regions', end, 0, `, ${text.slice(start, end)}`, 1) : [],
    ),
  'communication region forgotten': without(/COMM_REGION/),
  'RAM of the inmate forgotten': without(/LOADABLE/),
  'region forgotten': without(/phys_start/),
  'regions of a link swapped': text => {
    const regions = elementsOf(text, 'mem_regions')
    return [...text.matchAll(/\.shmem_regions_start = (\d+)/g)].flatMap(([, digits]) => {
      const [a, b] = regions.slice(Number(digits))
      return a && b && text[a.start] === '{' && text[b.start] === '{' && a.end < b.start ? [swapped(text, a, b)] : []
    })
  },
  'declared one more': [
    /\b(mem_regions|irqchips|pci_devices|pio_regions|pci_caps)\[(\d+)\]/g,
    m => m.replace(/\d+/, d => +d + 1),
  ],
  'declared one less': [
    /\b(mem_regions|irqchips|pci_devices|pio_regions|pci_caps)\[([2-9]|\d\d+)\]/g,
    m => m.replace(/\d+/, d => d - 1),
  ],
  'cpus of nobody': [/(\.cpus = \{\s*)(0x\w+|0b\w+)/g, '$10x100000'],
  'cpus none': [/(\.cpus = \{\s*)(0x\w+|0b\w+)/g, '$10'],
  'cpus with the boot CPU': text =>
    text.includes('struct jailhouse_cell_desc') ? edits(text, /(\.cpus = \{\s*)(0x\w+|0b\w+)/g, '$1$2 | 1') : [],
  'num_memory_regions lost': lost('num_memory_regions'),
  'num_irqchips lost': lost('num_irqchips'),
  'num_pci_devices lost': lost('num_pci_devices'),
  'num_pci_caps lost': lost('num_pci_caps'),
  'num_stream_ids lost': lost('num_stream_ids'),
  'cpu_set_size lost': lost('cpu_set_size'),
  'count of another array': [
    /(\.num_(?:irqchips|pci_devices|pci_caps|pio_regions) = ARRAY_SIZE\(config\.)\w+/g,
    '$1mem_regions',
  ],
  'pin_base the next': [/(\.pin_base = \d+)/g, '$1 + 32'],
  'pin_base lost': lost('pin_base'),
  'pin_bitmap shifted': [/(\.pin_bitmap = \{\s*)([^{},]*<<[^{},]*)/g, '$1($2) << 1'],
  'irqchip digit': [/\.address = 0x\w+(?=,\s*\.(?:pin_base|id))/g, match => match.replace(/0x\w+$/, otherDigit)],
  'ioapic id': ofField('id', '0xff01', '0xff00'),
  'vpci_irq_base one more': [/\.vpci_irq_base = [^,]+/g, '$& + 1'],
  'vpci_irq_base other': [/\.vpci_irq_base = [^,]+/g, '$& + 20'],
  'vpci_irq_base an SPI too far': [/\.vpci_irq_base = [^,]+/g, '$& + 32'],
  'vpci_irq_base lost': lost('vpci_irq_base'),
  'console another type': [/JAILHOUSE_CON_TYPE_(?!8250)\w+/g, 'JAILHOUSE_CON_TYPE_8250'],
  'console address digit': [
    /\.address = 0x\w+(?=,\s*(?:\.size|\.type|\.flags|\/\*))/g,
    match => match.replace(/0x\w+$/, otherDigit),
  ],
  'console as ports': [/JAILHOUSE_CON_ACCESS_MMIO/g, 'JAILHOUSE_CON_ACCESS_PIO'],
  'loadable lost': flagLost('LOADABLE'),
  'rootshared lost': flagLost('ROOTSHARED'),
  'execute lost': flagLost('EXECUTE'),
  'dma lost': flagLost('DMA'),
  'write lost': flagLost('WRITE'),
  'width lost': flagLost('IO_(?:8|16|32|64)'),
  'comm flag lost': flagLost('COMM_REGION'),
  'io lost': flagLost('IO'),
  'write too many': [
    /\.flags = JAILHOUSE_MEM_READ(\s*\| JAILHOUSE_MEM_ROOTSHARED|\s*),/g,
    '.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE$1,',
  ],
  '| lost': [/(JAILHOUSE_MEM_\w+) \|/g, '$1'],
  ', for |': [/(JAILHOUSE_MEM_\w+) \|/g, '$1,'],
  'hypervisor memory too small': text =>
    edits(text, /(\.hypervisor_memory = \{\s*\.phys_start = \w+,\s*\.size =\s+)0x\w+/g, '$10x10000'),
  'hypervisor memory too large': text =>
    edits(text, /(\.hypervisor_memory = \{\s*\.phys_start = \w+,\s*\.size =\s+0x\w+)/g, '$1 * 16'),
  'hypervisor memory elsewhere': text =>
    edits(text, /(\.hypervisor_memory = \{\s*\.phys_start = )(0x\w+)/g, (_m, a, b) => a + otherDigit(b)),
  'domain other': [/\.domain = \w+/g, '$& + 1'],
  'domain lost': lost('domain'),
  'bdf next device': [/(\.bdf = \d+ << 3)/g, match => match.replace(/\d+/, d => Number(d) + 1)],
  'bdf digit': ofField('bdf', otherDigit),
  'bdf lost': lost('bdf'),
  'pci type': [/JAILHOUSE_PCI_TYPE_IVSHMEM/g, 'JAILHOUSE_PCI_TYPE_DEVICE'],
  'bar_mask other': [/JAILHOUSE_IVSHMEM_BAR_MASK_INTX\b/g, 'JAILHOUSE_IVSHMEM_BAR_MASK_MSIX'],
  'bar_mask lost': lost('bar_mask', 'JAILHOUSE_\\w+'),
  'dev_id of the other end': [/\.shmem_dev_id = (\d+)/g, match => match.replace(/\d+$/, d => (d === '0' ? 1 : d - 1))],
  'dev_id lost': lost('shmem_dev_id', '[1-9]'),
  'peers one more': [/\.shmem_peers = \d+/g, '$& + 1'],
  'peers one less': [/\.shmem_peers = \d+/g, '$& - 1'],
  'peers lost': lost('shmem_peers'),
  'protocol other': [/JAILHOUSE_SHMEM_PROTO_VETH/g, 'JAILHOUSE_SHMEM_PROTO_UNDEFINED'],
  'regions_start one less': [/\.shmem_regions_start = [1-9]\d*/g, '$& - 1'],
  'regions_start lost': lost('shmem_regions_start', '[1-9]\\d*'),
  'net regions of the other end': [/(JAILHOUSE_SHMEM_NET_REGIONS\(\w+, )([01])/g, (_m, a, b) => a + (1 - b)],
  'net regions elsewhere': [/(JAILHOUSE_SHMEM_NET_REGIONS\()(0x\w+)/g, (_m, a, b) => a + otherDigit(b)],
  'caps_start one more': [/\.caps_start = \d+/g, '$& + 1'],
  'num_caps one more': [/\.num_caps = [1-9]\d*/g, '$& + 1'],
  'num_caps lost': lost('num_caps', '[1-9]\\d*'),
  'msix address digit': ofField('msix_address', otherDigit),
  'iommu other': [/\.iommu = \d+/g, '$& + 1'],
  'mmconfig base digit': ofField('pci_mmconfig_base', otherDigit),
  'mmconfig end_bus': [/\.pci_mmconfig_end_bus = \w+/g, '.pci_mmconfig_end_bus = 0xff'],
  'mmconfig lost': lost('pci_mmconfig_base'),
  'virtual lost': lost('pci_is_virtual'),
  gic_version: [/\.gic_version = \d/g, match => match.replace(/\d/, d => 5 - d)],
  'gicd digit': ofField('gicd_base', otherDigit),
  'gicr digit': ofField('gicr_base', otherDigit),
  'gicd lost': lost('gicd_base'),
  'gicr lost': lost('gicr_base'),
  'gicv lost': lost('gicv_base'),
  'gich lost': lost('gich_base'),
  'gicc lost': lost('gicc_base'),
  'maintenance_irq lost': lost('maintenance_irq'),
  'iommu type lost': lost('type', 'JAILHOUSE_IOMMU_\\w+'),
  'iommu base digit': [/(\.type = JAILHOUSE_IOMMU_\w+,\s*\.base = )(0x\w+)/g, (_m, a, b) => a + otherDigit(b)],
  'iommu size lost': [/(\.type = JAILHOUSE_IOMMU_\w+,\s*\.base = \w+,\s*)\.size = \w+,/g, '$1'],
  'cell signature': [/JAILHOUSE_CELL_DESC_SIGNATURE/g, 'JAILHOUSE_SYSTEM_SIGNATURE'],
  'system signature': [/JAILHOUSE_SYSTEM_SIGNATURE/g, 'JAILHOUSE_CELL_DESC_SIGNATURE'],
  'revision old': [/\.revision = JAILHOUSE_CONFIG_REVISION/g, '.revision = 3'],
  'revision lost': lost('revision'),
  'signature lost': lost('signature'),
  'name lost': lost('name'),
  'name too long': [/(\.name = ")[^"]+/g, '$1a-cell-with-a-name-that-is-too-long'],
  'architecture other': [/JAILHOUSE_(ARM64|X86)\b/g, 'JAILHOUSE_ARM'],
  'architecture lost': lost('architecture'),
  'packed lost': [/__attribute__\(\(packed\)\)/g, ''],
  'arrays in another order': [/(\t__u64 cpus\[\d+\];\n)(\t[^\n]*\n)/g, '$2$1'],
  'comma lost behind a region': [/(JAILHOUSE_MEM_\w+,?\s*\}),(?=\s*(?:\/\*[^*]*\*\/\s*)?\{)/g, '$1'],
  'brace lost': [/\.size =\s+\w+,\s*\.flags =[^{}]*\}(?=,\s*(?:\/\*[^*]*\*\/\s*)?\{)/g, match => match.slice(0, -1)],
  'brace too many': [/\.size =\s+\w+,\s*\.flags =[^{}]*\}(?=,\s*(?:\/\*[^*]*\*\/\s*)?\{)/g, '$&}'],
  'semicolon lost': [/\};\s*$/g, '}\n'],
  'include misspelled': [/#include <jailhouse\/cell-config\.h>/g, '#include <jailhouse/cell_config.h>'],
  'stream id twice': text =>
    arrayLists(text, 'stream_ids').flatMap(({ start, end }) =>
      [...text.slice(start, end).matchAll(/0x[0-9a-f]+|\b\d+\b/g)].slice(1, 2).map(({ index, 0: word }) => ({
        offset: start + index,
        text:
          text.slice(0, start + index) +
          /0x[0-9a-f]+|\b\d+\b/.exec(text.slice(start, end))[0] +
          text.slice(start + index + word.length),
      })),
    ),
  'port range elsewhere': [/(PIO_RANGE\()(0x\w+)/g, (_m, a, b) => a + otherDigit(b)],
  'port range empty': [/(PIO_RANGE\(0x\w+, )\w+/g, '$10'],
  'pm_timer lost': lost('pm_timer_address'),
  'vtd limit lost': lost('vtd_interrupt_limit'),
}

export function edits(text, pattern, replacement) {
  return [...text.matchAll(pattern)].map(match => ({
    offset: match.index,
    text:
      text.slice(0, match.index) +
      match[0].replace(new RegExp(pattern.source), replacement) +
      text.slice(match.index + match[0].length),
  }))
}
