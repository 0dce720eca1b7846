import type { CellConfig } from '../../config/model.ts'
import { overlap, virt } from '../../config/ranges.ts'
import { fixes } from '../../edit/change.ts'
import type { Board, Device } from '../../platform/model.ts'
import { hex, listed } from '../../text/words.ts'
import type { BoardRule, BoardSubject } from '../rule.ts'
import { giving } from './give-device.ts'
import { neededWindows } from './subject.ts'
import page from './tree-device-not-granted.md'
import { atFact, regionSeenAt, treeDevices, treesOf } from './trees.ts'
import { atArray, basis } from './words.ts'

/** Addresses of a cell's tree are those the cell sees: `virt_start`. */
export const treeDeviceNotGranted: BoardRule = {
  kind: 'board',
  code: 'JH950',
  id: 'tree-device-not-granted',
  title: 'Device tree of a cell with a foreign device',
  severity: 'warning',
  constraints: [],
  complete: ['mem_regions'],
  page,
  *check(subject) {
    for (const { cell, tree } of treesOf(subject))
      for (const device of treeDevices(tree)) {
        const [first, ...more] = neededWindows(device)
          .filter(({ range }) => !regionSeenAt(cell, range.start) && !isWithoutSize(cell, range.start))
          .filter(({ range }) => !isMailbox(device, tree) || !cell.mem_regions.some(each => overlap(virt(each), range)))
          .map(({ range }) => range.start)
        if (first === undefined) continue
        yield {
          span: atFact(device, cell, 'mem_regions'),
          headline: `${device.name} is enabled, but ${addressUnlessNamed(device, first)}in no region of "${cell.name}"`,
          notes: [
            `its driver stops the cell: "Unhandled data read at ${hex(first)}"`,
            ...(more.length > 0 ? [`nor ${more.length === 1 ? 'is' : 'are'} ${listed(more.map(hex), 6)}`] : []),
            basis(device),
          ],
          help: `disable the node, or add a region at ${hex(first)}`,
          ...(device.span && {
            related: [{ span: atArray(cell, 'mem_regions'), text: `regions of "${cell.name}"` }],
          }),
          key: `${cell.name} ${hex(first)}`,
          ...fixes(giving(cell, subject.scenario.root, onBoard(subject, first), subject.platform)),
        }
      }
  },
}

/** A region of size 0 that begins there is charged itself. */
const isWithoutSize = (cell: CellConfig, address: bigint): boolean =>
  cell.mem_regions.some(({ size, virt_start }) => size === 0n && virt_start === address)

/** Divided by pages: a cell has those of its threads, and the driver touches no other. */
const isMailbox = ({ path }: Device, { nodes }: Board): boolean =>
  nodes.byPath.get(path)?.properties.has('#mbox-cells') ?? false

/** A node's name says where it begins. */
const addressUnlessNamed = ({ name }: Device, address: bigint): string =>
  name.endsWith(`@${address.toString(16)}`) ? '' : `${hex(address)} is `

/** The machine's own device at an address of a cell's tree. */
const onBoard = ({ platform }: BoardSubject, address: bigint) =>
  platform.devices.find(({ windows }) => windows.some(({ range }) => range.start === address))
