/** Functions that gcc 12 has built in, and that headers ask for: of those in the C library it knows the name alone too. */
const BUILTIN: ReadonlySet<string> = new Set(
  `add_overflow add_overflow_p alloca alloca_with_align assume_aligned bswap16 bswap32 bswap64 bswap128 choose_expr
   classify_type clear_padding clrsb clrsbl clrsbll clz clzl clzll constant_p convertvector cpu_init cpu_is
   cpu_supports ctz ctzl ctzll dynamic_object_size expect expect_with_probability extract_return_addr frame_address
   frob_return_addr has_attribute huge_val huge_valf inf inff isfinite isinf isnan isnormal
   mul_overflow mul_overflow_p nan nanf object_size offsetof parity parityl parityll popcount popcountl popcountll
   prefetch return_address shuffle shufflevector signbit speculation_safe_value sub_overflow sub_overflow_p trap
   types_compatible_p unreachable va_copy va_end va_start uadd_overflow uaddl_overflow uaddll_overflow
   usub_overflow usubl_overflow usubll_overflow umul_overflow umull_overflow umulll_overflow sadd_overflow
   saddl_overflow saddll_overflow ssub_overflow ssubl_overflow ssubll_overflow smul_overflow smull_overflow
   smulll_overflow`.split(/\s+/),
)
const LIBRARY: ReadonlySet<string> = new Set(
  `abort abs calloc ceil exit fabs ffs ffsl ffsll floor fprintf free labs llabs malloc memchr memcmp memcpy memmove
   mempcpy memset printf puts realloc round snprintf sprintf sqrt stpcpy strcasecmp strcat strchr strcmp strcpy strcspn
   strdup strlen strncasecmp strncat strncmp strncpy strndup strnlen strpbrk strrchr strspn strstr vprintf vsnprintf`.split(
    /\s+/,
  ),
)
const ATOMIC =
  /^__(?:sync_synchronize|sync_(?:fetch_and_(?:add|and|nand|or|sub|xor)|(?:add|and|nand|or|sub|xor)_and_fetch|lock_(?:test_and_set|release)|(?:bool|val)_compare_and_swap)|atomic_(?:fetch_(?:add|and|nand|or|sub|xor)|(?:add|and|nand|or|sub|xor)_fetch|(?:load|store|exchange|compare_exchange)(?:_n)?|test_and_set|clear|thread_fence|signal_fence|always_lock_free|is_lock_free))$/

/** What `__has_builtin` answers. */
export function isBuiltin(name: string): boolean {
  const inner = /^__builtin_(\w+)$/.exec(name)?.[1]
  return inner === undefined ? LIBRARY.has(name) || ATOMIC.test(name) : BUILTIN.has(inner) || LIBRARY.has(inner)
}
