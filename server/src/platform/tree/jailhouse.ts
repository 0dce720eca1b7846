import { memoize } from '../../text/memo.ts'
import { cell, child, has, isCompatible, string, type TreeNode } from './node.ts'

/** What Jailhouse itself has in device trees. */

const isVirtualHost = (node: TreeNode): boolean =>
  isCompatible(node, ['pci-host-ecam-generic']) && cell(node.properties.get('bus-range'), 1) === 0

/**
 * The host that the driver adds to the tree of the running root: `driver/vpci_template.dts` names it so wherever it is,
 * while the name of any other node begins with the address in its `reg`.
 */
export const addedHost = ({ children }: TreeNode): TreeNode | undefined =>
  children.find(node => node.name === 'pci@0' && has(node, 'linux,pci-domain') && isVirtualHost(node))

/** The tree as it is before `jailhouse enable`. */
export const withoutAddedHost = memoize((root: TreeNode): TreeNode => {
  const added = addedHost(root)
  return added ? { ...root, children: root.children.filter(node => node !== added) } : root
})

/** Made for a cell: it says so, or has the virtual host and no memory, which `jailhouse cell linux` fills in. */
export const isMadeForCell = (root: TreeNode): boolean =>
  child(root, 'hypervisor') !== undefined ||
  (root.children.some(isVirtualHost) && !root.children.some(node => string(node, 'device_type') === 'memory'))
