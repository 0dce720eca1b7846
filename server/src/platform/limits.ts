/** What is read of files that come from elsewhere; beyond, one problem says so and the rest is read. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024
export const MAX_MEMBERS = 20_000
export const MAX_MEMBER_BYTES = 16 * 1024 * 1024
/** What is read below a folder; somebody may name `/`. */
export interface FolderLimits {
  /** Files and folders. */
  readonly entries: number
  /** Of all files together. */
  readonly bytes: number
  /** How long they are read, in milliseconds. */
  readonly ms: number
}

export const FOLDER_LIMITS: FolderLimits = { entries: MAX_MEMBERS, bytes: 64 * 1024 * 1024, ms: 3000 }
export const MAX_NODES = 50_000
export const MAX_DEPTH = 64
/** Parentheses inside each other in a value of a tree's source. */
export const MAX_PARENTHESES = 200
export const MAX_LINES = 200_000
