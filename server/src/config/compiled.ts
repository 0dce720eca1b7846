import type { SourceFile } from '../text/source-file.ts'

/** What compiled configurations begin with; six letters in cells of old revisions. */
const SIGNATURES: readonly string[] = ['JHSYS', 'JHCLL', 'JHCELL']

/** Whether a file is what the compiler made of a configuration, and not its source. */
export const isCompiled = ({ text }: SourceFile): boolean => SIGNATURES.some(signature => text.startsWith(signature))
