/** C11's keywords, those of later revisions, gcc's own, and what directives reserve. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  ...['auto', 'break', 'case', 'char', 'const', 'continue', 'default', 'do', 'double', 'else', 'enum', 'extern'],
  ...['float', 'for', 'goto', 'if', 'inline', 'int', 'long', 'register', 'restrict', 'return', 'short', 'signed'],
  ...['sizeof', 'static', 'struct', 'switch', 'typedef', 'union', 'unsigned', 'void', 'volatile', 'while'],
  ...['_Alignas', '_Alignof', '_Atomic', '_Bool', '_Complex', '_Generic', '_Imaginary', '_Noreturn'],
  ...['_Static_assert', '_Thread_local', 'alignas', 'alignof', 'bool', 'constexpr', 'false', 'nullptr'],
  ...['static_assert', 'thread_local', 'true', 'typeof', 'typeof_unqual', 'asm', '__asm__', '__attribute__'],
  ...['__extension__', '__inline', '__inline__', '__typeof__', 'defined', '__has_include', '__VA_ARGS__'],
])

/** Whether a text is one name by C's rules, letters of ASCII only. */
export const isIdentifier = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text)
