/** The attributes of C that gcc 12 knows on all machines, and those of x86 that headers ask for. */
const KNOWN: ReadonlySet<string> = new Set(
  `access alias aligned alloc_align alloc_size always_inline artificial assume_aligned cleanup cold common const
   constructor copy deprecated designated_init destructor error externally_visible fallthrough flatten format format_arg
   gnu_inline hot ifunc leaf malloc may_alias mode naked no_address_safety_analysis no_icf no_instrument_function
   no_profile_instrument_function no_reorder no_sanitize no_sanitize_address no_sanitize_coverage no_sanitize_thread
   no_sanitize_undefined no_split_stack no_stack_limit no_stack_protector noclone nocommon noinit noinline noipa nonnull
   nonstring noplt noreturn nothrow optimize packed patchable_function_entry persistent pure retain returns_nonnull
   returns_twice scalar_storage_order section sentinel simd stack_protect symver tainted_args target target_clones
   tls_model transparent_union unavailable uninitialized unused used vector_size visibility volatile
   warn_if_not_aligned warn_unused_result warning weak weakref zero_call_used_regs
   cdecl fastcall force_align_arg_pointer gcc_struct indirect_branch function_return interrupt ms_abi ms_struct
   no_caller_saved_registers nocf_check regparm sseregparm stdcall sysv_abi`.split(/\s+/),
)

/** Whether `__attribute__` takes a name, with or without underscores around it. */
export const isKnownAttribute = (name: string): boolean => KNOWN.has(/^__(\w+)__$/.exec(name)?.[1] ?? name)

/** The attributes of C23 that gcc 12 knows, and since which draft. */
const STANDARD: ReadonlyMap<string, number> = new Map([
  ['deprecated', 201904],
  ['fallthrough', 201904],
  ['maybe_unused', 201904],
  ['nodiscard', 202003],
])

/** What `__has_c_attribute` answers for a name without a scope. */
export const standardAttribute = (name: string): number => STANDARD.get(/^__(\w+)__$/.exec(name)?.[1] ?? name) ?? 0
