import { namesWith } from '../c/raw/tokens.ts'
import { memoize } from '../text/memo.ts'
import { message } from '../text/message.ts'
import type { SourceFile } from '../text/source-file.ts'
import { nameOf } from '../text/uri.ts'
import type { NameMatch } from './root-by-name.ts'

const PREFIX = 'JAILHOUSE_SHMEM_PROTO_'

/** The protocols of shared-memory links that a text names: a glance, not an analysis. */
const protocolsOf = memoize((file: SourceFile): readonly string[] => {
  if (!file.text.includes(PREFIX)) return []
  return namesWith(file, PREFIX)
})

/**
 * The root that a cell's links fit. Ends of another protocol are refused (`ivshmem_init`), so where the root whose name
 * fits best names no protocol of the cell, the variant of the board that names them all is meant: `x-veth` and not `x`
 * for an `x-linux-demo` with JAILHOUSE_SHMEM_PROTO_VETH. None where several variants do.
 */
export function byProtocol(
  cell: SourceFile,
  best: NameMatch,
  matches: readonly NameMatch[],
  rootAt: (uri: string) => SourceFile | undefined,
): NameMatch | undefined {
  const own = protocolsOf(cell)
  const root = rootAt(best.uri)
  const isByVariant = best.variant.length > 0
  if (isByVariant || !root || own.length === 0 || protocolsOf(root).some(name => own.includes(name))) return best
  const [variant, another] = matches.filter(({ uri, board, isWhole }) => {
    const file = !isWhole && board === best.board ? rootAt(uri) : undefined
    const known = file ? protocolsOf(file) : []
    return own.every(name => known.includes(name))
  })
  if (!variant) return best
  if (another) return undefined
  return {
    ...variant,
    reason: message('of the roots of its board, only {0} names {1}', nameOf(variant.uri), own.join(', ')),
  }
}
