declare module '*.wasm' {
  const bytes: Uint8Array
  export default bytes
}
declare module '*.h' {
  const text: string
  export default text
}
declare module '*.md' {
  const text: string
  export default text
}
declare module '*.css' {
  const text: string
  export default text
}
/** What a module of the client bundles to. */
declare module '*?bundle' {
  const text: string
  export default text
}
/** From package.json, put in by the bundler. */
declare const JAILHOUSE_WARDEN_VERSION: string
