import type { SourceFile } from './source-file.ts'

/** How long whoever asked waits. The core asks before each stage, and tells how long each takes. */
export interface Time {
  isOver(): boolean
  /** Nobody asks again: what there was no time for stays away. */
  readonly isAskedOnce?: boolean
  measured<Answer>(stage: string, file: SourceFile, make: () => Answer): Answer
}

export const endless: Time = { isOver: () => false, measured: (_stage, _file, make) => make() }
