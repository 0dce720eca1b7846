[
  (initializer_list)
  (field_declaration_list)
  (enumerator_list)
  (compound_statement)
  (preproc_if)
  (preproc_ifdef)
  (preproc_elif)
  (preproc_elifdef)
  (preproc_else)
  (preproc_function_def)
  (comment)
] @fold
