import type { Hypervisor } from '../../../src/machine/hypervisor.ts'
import type { PvuDevice, Tlb } from '../../../src/machine/iommu/pvu-device.ts'
import { pvuState, tiPvu } from '../../../src/machine/iommu/ti-pvu.ts'

const TLB_WINDOW = 0x1000n

/** A 32-bit write to a register behind the driver's back: the chain words of the TLBs and the enable registers. */
export function poke(hv: Hypervisor, addr: bigint, value: number): void {
  const before = pvuState(hv)
  const { iommu_units } = hv.scenario.root.platform_info
  const devices = before.devices.map((device): PvuDevice => {
    const unit = iommu_units[device.unit]
    if (!unit) return device
    const offset = addr - unit.tipvu.tlb_base
    if (0n <= offset && offset < BigInt(unit.tipvu.tlb_size)) return pokeTlb(device, offset, value)
    return addr - unit.base === 16n ? { ...device, enable: value & 1 } : device
  })
  hv.units.set(tiPvu, { ...before, devices })
}

function pokeTlb(device: PvuDevice, offset: bigint, value: number): PvuDevice {
  const n = Number(offset / TLB_WINDOW)
  const tlb = device.tlbs[n]
  if (!tlb || offset % TLB_WINDOW !== 0n) return device
  const chain: Partial<Tlb> = {
    enabled: (value & 0x80000000) !== 0,
    loggingDisabled: (value & 0x40000000) !== 0,
    chain: value & 0xfff,
  }
  return { ...device, tlbs: device.tlbs.with(n, { ...tlb, ...chain }) }
}
