import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createRegistryFromGrammars } from 'vscode-tmgrammar-test/dist/common/index.js'

/** The grammar as the editor loads it: injected into C, of which comments and strings are enough here. */
const [contributed] = JSON.parse(readFileSync('package.json', 'utf8')).contributes.grammars
const host = {
  scopeName: 'source.c',
  patterns: [
    { name: 'comment.block.c', begin: '/\\*', end: '\\*/' },
    { name: 'string.quoted.double.c', begin: '"', end: '"' },
  ],
}
const registry = createRegistryFromGrammars([
  { grammar: { scopeName: 'source.c', path: 'c.json' }, content: JSON.stringify(host) },
  { grammar: contributed, content: readFileSync(contributed.path, 'utf8') },
])
const c = await registry.loadGrammar('source.c')

/** Each word of a line that our grammar names, with the name. */
function named(line: string): Record<string, string> {
  const { tokens } = c!.tokenizeLine(line, null)
  return Object.fromEntries(
    tokens.flatMap(({ startIndex, endIndex, scopes }) => {
      const ours = scopes.filter(scope => scope.endsWith('.jailhouse') && !/^(punctuation|meta)/.test(scope))
      return ours.length > 0 ? [[line.slice(startIndex, endIndex), ours.join(' ')]] : []
    }),
  )
}

const field = 'variable.other.property.jailhouse'
const flag = 'constant.other.flag.jailhouse'
const type = 'entity.name.type.jailhouse'

test.each<[string, Record<string, string>]>([
  ['.phys_start = 0x80000000,', { phys_start: field }],
  ['.tipvu.tlb_base = 0x36000000,', { tipvu: field, tlb_base: field }],
  ['.iommu_units[0].base = 1,', { iommu_units: field, base: field }],
  [
    '.num_irqchips = ARRAY_SIZE(config.irqchips),',
    { num_irqchips: field, ARRAY_SIZE: 'support.function.macro.jailhouse' },
  ],
  [
    '.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_DMA,',
    { flags: field, JAILHOUSE_MEM_READ: flag, JAILHOUSE_MEM_DMA: flag },
  ],
  ['.type = JAILHOUSE_IOMMU_PVU,', { type: field, JAILHOUSE_IOMMU_PVU: 'constant.other.jailhouse' }],
  ['JAILHOUSE_SHMEM_NET_REGIONS(0x70000000, 1),', { JAILHOUSE_SHMEM_NET_REGIONS: 'support.function.macro.jailhouse' }],
  ['struct jailhouse_memory mem_regions[11];', { jailhouse_memory: type }],
  ['union jailhouse_stream_id stream_ids[2];', { jailhouse_stream_id: type }],
  ['if (config.size == 4) return a.b;', {}],
  ['/* .size = JAILHOUSE_MEM_DMA */', {}],
  ['.name = "JAILHOUSE_MEM_DMA",', { name: field }],
])('%s', (line, expected) => {
  expect(named(line)).toEqual(expected)
})
