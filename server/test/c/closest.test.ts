import { expect, test } from 'vitest'
import { closest } from '../../src/c/recover/closest.ts'

const FLAGS = ['JAILHOUSE_MEM_READ', 'JAILHOUSE_MEM_WRITE', 'JAILHOUSE_MEM_EXECUTE', 'JAILHOUSE_MEM_DMA']

test('a slip of the keyboard has a nearest name', () => {
  expect(closest('JAILHOUSE_MEM_RAED', FLAGS)).toEqual(['JAILHOUSE_MEM_READ'])
  expect(closest('JAILHUOSE_MEM_DMA', FLAGS)[0]).toBe('JAILHOUSE_MEM_DMA')
  expect(closest('phys_strat', ['phys_start', 'virt_start'])[0]).toBe('phys_start')
})

test('a name that only begins as others do has none', () => {
  expect(closest('JAILHOUSE_MEM_UNCACHED', FLAGS)).toEqual([])
  expect(closest('JAILHOUSE_MEM_NC', FLAGS)).toEqual([])
})
