[
  (translation_unit)
  (function_definition)
  (compound_statement)
  (preproc_function_def)
] @local.scope

(preproc_def
  name: (identifier) @local.definition.macro)
(preproc_function_def
  name: (identifier) @local.definition.macro)
(preproc_params
  (identifier) @local.definition.parameter)
(enumerator
  name: (identifier) @local.definition.constant)
(init_declarator
  declarator: (identifier) @local.definition.var)
(init_declarator
  declarator: (array_declarator
    declarator: (identifier) @local.definition.var))
(parameter_declaration
  declarator: (identifier) @local.definition.parameter)
(struct_specifier
  name: (type_identifier) @local.definition.type
  body: (_))
(field_declaration
  declarator: (field_identifier) @local.definition.field)
(field_declaration
  declarator: (array_declarator
    declarator: (field_identifier) @local.definition.field))

[
  (identifier)
  (type_identifier)
  (field_identifier)
] @local.reference
