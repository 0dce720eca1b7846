import { english, joined, message, type Words } from '../text/message.ts'
import { runs } from '../text/number-list.ts'
import { hex } from '../text/words.ts'

/** A device as an IOMMU knows it: by the number of its stream, or by a name such as `device 00:1f.2`. */
export interface NamedDevice {
  readonly device: string
  readonly streamId?: number
}

const MAX_DEVICES = 4

const DEVICE = /^device /

/** `streams 0-3, 15`, `devices 00:01.0, 00:02.0 and 5 more`: each once, however many units know it. */
export const deviceWords = (devices: readonly NamedDevice[]): string => english(deviceMessage(devices))

export function deviceMessage(devices: readonly NamedDevice[]): Words {
  const ids = devices.flatMap(({ streamId }) => streamId ?? [])
  const streams = [...new Set(ids)].toSorted((a, b) => a - b)
  const names = [...new Set(devices.filter(({ streamId }) => streamId === undefined).map(({ device }) => device))]
  const plain = names.filter(name => DEVICE.test(name)).map(name => name.replace(DEVICE, ''))
  const others = names.filter(name => !DEVICE.test(name))
  const rest = Math.max(0, plain.length - MAX_DEVICES) + Math.max(0, others.length - MAX_DEVICES)
  const parts = [
    streams.length === 1 && message('stream {0}', idWords(`${streams[0]}`)),
    streams.length > 1 && message('streams {0}', idWords(runs(streams, '-', ', '))),
    plain.length === 1 && message('device {0}', plain[0]!),
    plain.length > 1 && message('devices {0}', plain.slice(0, MAX_DEVICES).join(', ')),
    ...others.slice(0, MAX_DEVICES).map(groupMessage),
    rest > 0 && message('and {0} more', rest),
  ]
  return joined(parts, ', ')
}

/** Small ids as they are counted, others as they are written. */
const idWords = (numbers: string): string =>
  numbers.replace(/\d+/g, digits => (Number(digits) < 0x100 ? digits : hex(Number(digits))))

const IN_BLOCK = /^streams (\S+) to (\S+) that no cell lists$/

/** Devices that an IOMMU knows together. */
function groupMessage(device: string): Words {
  const [, first, last] = IN_BLOCK.exec(device) ?? []
  if (first !== undefined && last !== undefined) return message('streams {0} to {1} that no cell lists', first, last)
  switch (device) {
    case 'streams that no cell lists':
      return message('streams that no cell lists')
    case 'all other streams':
      return message('all other streams')
    case 'all other devices':
      return message('all other devices')
    case 'every device':
      return message('every device')
    default:
      return device
  }
}

/** `PVU` of `PVU IOMMU`. */
export const shortDriver = (driver: string): string => driver.replace(/ IOMMU$/, '').replace(/^ARM /, '')
