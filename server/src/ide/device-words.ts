import { runs } from '../text/number-list.ts'

/** A device as an IOMMU knows it: by the number of its stream, or by a name such as `device 00:1f.2`. */
export interface NamedDevice {
  readonly device: string
  readonly streamId?: number
}

const MAX_DEVICES = 4

const DEVICE = /^device /

/** `streams 0-3, 15`, `devices 00:01.0, 00:02.0 and 5 more`: each once, however many units know it. */
export function deviceWords(devices: readonly NamedDevice[]): string {
  const ids = devices.flatMap(({ streamId }) => streamId ?? [])
  const streams = [...new Set(ids)].toSorted((a, b) => a - b)
  const names = [...new Set(devices.filter(({ streamId }) => streamId === undefined).map(({ device }) => device))]
  const plain = names.filter(name => DEVICE.test(name)).map(name => name.replace(DEVICE, ''))
  const others = names.filter(name => !DEVICE.test(name))
  const rest = Math.max(0, plain.length - MAX_DEVICES) + Math.max(0, others.length - MAX_DEVICES)
  return [
    streams.length > 0 && `${streams.length === 1 ? 'stream' : 'streams'} ${runs(streams, '-', ', ')}`,
    plain.length > 0 && `${plain.length === 1 ? 'device' : 'devices'} ${plain.slice(0, MAX_DEVICES).join(', ')}`,
    ...others.slice(0, MAX_DEVICES),
    rest > 0 && `and ${rest} more`,
  ]
    .filter(Boolean)
    .join(', ')
}

/** `PVU` of `PVU IOMMU`. */
export const shortDriver = (driver: string): string => driver.replace(/ IOMMU$/, '').replace(/^ARM /, '')
