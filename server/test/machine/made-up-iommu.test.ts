import { expect, test, vi } from 'vitest'
import type { IommuDriver } from '../../src/machine/hypervisor.ts'
import { desk, root, withGrammar } from '../project.ts'

/** An IOMMU nobody has: its driver, as a file beside the others would hold it. */
const madeUp = vi.hoisted((): IommuDriver => {
  const nothing = () => undefined
  return {
    name: 'Made-up IOMMU',
    type: 9,
    label: 'made-up',
    runsOn: 'arm64',
    registerSize: 0x3000,
    needsDmaFlag: false,
    streamIds: 'number',
    unitFaults: ({ size }) =>
      size % 0x1000 === 0 ? [] : [{ field: 'size', fault: 'has half a page', consequence: 'nobody knows' }],
    windows: ({ base }) => [{ name: 'the made-up queue', base: base + 0x10000n, size: 0x1000 }],
    init: hv => void hv.console.push({ text: 'made-up unit is up', topic: 'progress' }),
    cell_init: nothing,
    cell_exit: nothing,
    map_memory: nothing,
    unmap_memory: nothing,
    config_commit: nothing,
    shutdown: nothing,
    mmio_count_regions: () => 0,
    restricts: () => true,
    contexts: () => [],
  }
})

/** And the line that registers it. */
vi.mock('../../src/machine/iommu/all.ts', async original => {
  const { allDrivers } = await original<typeof import('../../src/machine/iommu/all.ts')>()
  return { allDrivers: [...allDrivers, madeUp] }
})

withGrammar()

/** The unit stands behind the root cell, whose brace it closes. */
const rootWith = (unit: string, region: string) => root(`}, .platform_info.iommu_units = { { ${unit} }`, region)

const analysisOf = (unit: string, region: string) =>
  desk({ 'board.c': rootWith(`.type = 9, ${unit}`, region) }).analyze('board.c')

const codes = (...about: Parameters<typeof analysisOf>) => analysisOf(...about).findings.map(({ rule }) => rule.id)

const RAM =
  '.mem_regions = { { .phys_start = 0x10000000, .virt_start = 0x10000000, .size = 0x1000000, .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_DMA } },'
const OVER_QUEUE = RAM.replaceAll('0x10000000', '0x40010000').replace('0x1000000', '0x1000')
const UNIT = '.base = 0x40000000, .size = 0x4000'

test('an IOMMU is one file and one line: the hypervisor sets it up', () => {
  const [simulation] = analysisOf(UNIT, RAM).simulations
  expect(simulation?.machine.stages[0]?.console.map(({ text }) => text)).toContain('made-up unit is up')
})

test('the rules know its type, the size of its registers, what it makes of the DMA flag, and its windows', () => {
  expect(codes(UNIT, RAM)).not.toContain('iommu-units')
  expect(codes(UNIT, RAM)).not.toContain('iommu-size')
  expect(codes('.base = 0x40000000, .size = 0x2000', RAM)).toContain('iommu-size')
  const halfPage = analysisOf('.base = 0x40000000, .size = 0x4800', RAM).findings
  expect(halfPage.map(({ headline }) => headline)).toContain('IOMMU unit 0 has half a page')
  expect(codes(UNIT, RAM)).toContain('dma-without-effect')
  expect(codes(UNIT, RAM)).toContain('root-streams')
  const messages = analysisOf(UNIT, OVER_QUEUE).findings.map(({ headline }) => headline)
  expect(messages.some(text => text.includes('the made-up queue'))).toBe(true)
})

test('nobody but machine/iommu compares types: the units of the others stay what they were', () => {
  const { findings } = desk({
    'board.c': rootWith('.type = 8, .base = 0x40000000, .size = 0x4000', RAM),
  }).analyze('board.c')
  expect(findings.map(({ rule }) => rule.id)).toContain('iommu-units')
})

test('it tells an architecture that the configuration does not state', () => {
  const text = rootWith(`.type = 9, ${UNIT}`, RAM)
    .replace(/\.architecture = \w+,/, '')
    .replace(/\.platform_info\.arm = .*/, '')
  const choice = desk({ 'board.c': text }).analyze('board.c').config?.architectureChoice
  expect(choice).toMatchObject({ by: 'contents', architecture: 'arm64' })
})
