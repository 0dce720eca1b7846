import { memoize } from '../../text/memo.ts'
import type { SourceFile } from '../../text/source-file.ts'
import type { CompileOptions } from '../unit.ts'
import { lexFile } from './lex.ts'
import { definitionOf, type MacroDefinition } from './macro.ts'

/**
 * What gcc defines on every 64-bit Linux target: language, sizes, limits and byte order. No architecture is claimed
 * (`__aarch64__`, `__x86_64__`): configurations are cross-compiled, and only the settings know for what.
 */
const everywhere = `
__STDC__ 1
__STDC_HOSTED__ 1
__STDC_VERSION__ 201710L
__GNUC__ 12
__GNUC_MINOR__ 2
__GNUC_PATCHLEVEL__ 0
__GNUC_STDC_INLINE__ 1
__VERSION__ "12.2.0"
__OPTIMIZE__ 1
__ELF__ 1
__LP64__ 1
_LP64 1
__gnu_linux__ 1
__linux__ 1
__linux 1
linux 1
__unix__ 1
__unix 1
unix 1
__CHAR_BIT__ 8
__ORDER_LITTLE_ENDIAN__ 1234
__ORDER_BIG_ENDIAN__ 4321
__ORDER_PDP_ENDIAN__ 3412
__BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__
__FLOAT_WORD_ORDER__ __ORDER_LITTLE_ENDIAN__
__BIGGEST_ALIGNMENT__ 16
__SIZEOF_SHORT__ 2
__SIZEOF_INT__ 4
__SIZEOF_LONG__ 8
__SIZEOF_LONG_LONG__ 8
__SIZEOF_INT128__ 16
__SIZEOF_POINTER__ 8
__SIZEOF_SIZE_T__ 8
__SIZEOF_PTRDIFF_T__ 8
__SIZEOF_WCHAR_T__ 4
__SIZEOF_WINT_T__ 4
__SIZEOF_FLOAT__ 4
__SIZEOF_DOUBLE__ 8
__SIZEOF_LONG_DOUBLE__ 16
__SCHAR_MAX__ 0x7f
__SHRT_MAX__ 0x7fff
__INT_MAX__ 0x7fffffff
__LONG_MAX__ 0x7fffffffffffffffL
__LONG_LONG_MAX__ 0x7fffffffffffffffLL
__WCHAR_MAX__ 0x7fffffff
__WCHAR_MIN__ (-__WCHAR_MAX__ - 1)
__SIZE_MAX__ 0xffffffffffffffffUL
__PTRDIFF_MAX__ 0x7fffffffffffffffL
__INTMAX_MAX__ 0x7fffffffffffffffL
__UINTMAX_MAX__ 0xffffffffffffffffUL
__INTPTR_MAX__ 0x7fffffffffffffffL
__UINTPTR_MAX__ 0xffffffffffffffffUL
__INT8_MAX__ 0x7f
__INT16_MAX__ 0x7fff
__INT32_MAX__ 0x7fffffff
__INT64_MAX__ 0x7fffffffffffffffL
__UINT8_MAX__ 0xff
__UINT16_MAX__ 0xffff
__UINT32_MAX__ 0xffffffffU
__UINT64_MAX__ 0xffffffffffffffffUL
__SIZE_TYPE__ long unsigned int
__PTRDIFF_TYPE__ long int
__WCHAR_TYPE__ int
__WINT_TYPE__ unsigned int
__INTMAX_TYPE__ long int
__UINTMAX_TYPE__ long unsigned int
__INTPTR_TYPE__ long int
__UINTPTR_TYPE__ long unsigned int
__INT8_TYPE__ signed char
__INT16_TYPE__ short int
__INT32_TYPE__ int
__INT64_TYPE__ long int
__UINT8_TYPE__ unsigned char
__UINT16_TYPE__ short unsigned int
__UINT32_TYPE__ unsigned int
__UINT64_TYPE__ long unsigned int
__INT8_C(c) c
__INT16_C(c) c
__INT32_C(c) c
__INT64_C(c) c ## L
__UINT8_C(c) c
__UINT16_C(c) c
__UINT32_C(c) c ## U
__UINT64_C(c) c ## UL
__INTMAX_C(c) c ## L
__UINTMAX_C(c) c ## UL
__DATE__ "??? ?? ????"
__TIME__ "??:??:??"
__TIMESTAMP__ "??? ??? ?? ??:??:?? ????"
`

const dynamic: readonly (readonly [string, NonNullable<MacroDefinition['dynamic']>])[] = [
  ['__LINE__', 'line'],
  ['__FILE__', 'file'],
  ['__BASE_FILE__', 'base-file'],
  ['__COUNTER__', 'counter'],
  ['__INCLUDE_LEVEL__', 'include-level'],
]

/** The macros that stand before the first line is read: the predefined ones and those of `-D`. */
export function macrosAtStart(options: CompileOptions): ReadonlyMap<string, MacroDefinition> {
  const commandLine = Object.entries(options.defines).map(([name, value]) => `${name} ${value}`)
  const definitions = [
    ...dynamic.map(([name, kind]) => ({ ...unplaced(name), dynamic: kind })),
    ...(options.dialect === 'devicetree' ? [] : definitionsIn(predefined)),
    ...definitionsIn({ uri: 'builtin:command-line', text: defineLines(commandLine) }),
  ]
  return new Map(definitions.map(macro => [macro.name, macro]))
}

/** One `#define` a line; a newline in a value would begin something else. */
const defineLines = (lines: readonly string[]): string =>
  lines.map(line => `#define ${line.replace(/[\r\n]+/g, ' ')}\n`).join('')

const unplaced = (name: string): MacroDefinition => ({
  name,
  parameters: undefined,
  body: '',
  span: undefined,
  variadic: false,
  parts: [],
})

const definitionsIn = memoize((file: SourceFile): readonly MacroDefinition[] =>
  lexFile(file).directives.flatMap(directive => {
    const { macro } = definitionOf(directive)
    return macro ? [{ ...macro, span: undefined }] : []
  }),
)

const predefined: SourceFile = { uri: 'builtin:predefined', text: defineLines(everywhere.trim().split('\n')) }
