/** Built-in headers live under this scheme; editors show them as read-only documents. */
export const BUILTIN = 'jailhouse-warden-builtin:'

export const isBuiltin = (uri: string): boolean => uri.startsWith(BUILTIN)
