/** What is read of files that come from elsewhere; beyond, one problem says so and the rest is read. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024
export const MAX_MEMBERS = 20_000
export const MAX_MEMBER_BYTES = 16 * 1024 * 1024
export const MAX_NODES = 50_000
export const MAX_DEPTH = 64
export const MAX_LINES = 200_000
