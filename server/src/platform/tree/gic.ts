import { type Range, rangeOf } from '../../config/ranges.ts'
import type { Gic, Source } from '../model.ts'
import { windowsOf } from './addresses.ts'
import { interruptsOf, isGic } from './interrupts.ts'
import { isCompatible, isEnabled, number, type TreeIndex, type TreeNode } from './node.ts'

/** What `create_vpci_of_overlay` looks for. */
const KNOWN_TO_DRIVER: readonly string[] = ['arm,cortex-a15-gic', 'arm,cortex-a7-gic', 'arm,gic-400', 'arm,gic-v3']

/** A CPU interface of this size repeats its page; Linux and Jailhouse use the copies that lie together. */
const ALIASED_SIZE = 0x20000n
const ALIAS = 0xf000n

/** Where a CPU interface is really used. */
export const withAlias = ({ start, end }: Range): Range =>
  end - start === ALIASED_SIZE ? rangeOf(start + ALIAS, 0x2000n) : { start, end }

/** The first enabled GIC of a tree. */
export function gicOf(index: TreeIndex, source: Source): Gic | undefined {
  const node = index.nodes.find(node => isGic(node) && isEnabled(node))
  return node && readGic(node, index, source)
}

function readGic(node: TreeNode, index: TreeIndex, source: Source): Gic | undefined {
  const ranges = windowsOf(node).map(({ range }) => range)
  const [gicd, ...rest] = ranges
  if (!gicd) return undefined
  const isV3 = isCompatible(node, ['arm,gic-v3'])
  const regions = isV3 ? Math.min(number(node, '#redistributor-regions') ?? 1, rest.length) : 0
  const [gicc, gich, gicv] = rest.slice(regions)
  const own = interruptsOf(node, index)[0]
  return {
    source,
    ...(node.span && { span: node.span }),
    path: node.path,
    version: isV3 ? 3 : 2,
    gicd,
    gicr: rest.slice(0, regions),
    ...(gicc && { gicc }),
    ...(gich && { gich }),
    ...(gicv && { gicv }),
    ...(own?.kind === 'gic' && { maintenance: own.id }),
    isKnownToDriver: isCompatible(node, KNOWN_TO_DRIVER),
  }
}
