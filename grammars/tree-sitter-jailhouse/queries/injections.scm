; The value of a macro is C of its own.
((preproc_arg) @injection.content
  (#set! injection.language "jailhouse"))

((comment) @injection.content
  (#set! injection.language "comment"))
