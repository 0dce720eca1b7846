(struct_specifier
  name: (type_identifier) @name
  body: (_)) @definition.class

(union_specifier
  name: (type_identifier) @name
  body: (_)) @definition.class

(enum_specifier
  name: (type_identifier) @name
  body: (_)) @definition.type

(type_definition
  declarator: (type_identifier) @name) @definition.type

(enumerator
  name: (identifier) @name) @definition.constant

(preproc_def
  name: (identifier) @name) @definition.macro

(preproc_function_def
  name: (identifier) @name) @definition.macro

(function_declarator
  declarator: (identifier) @name) @definition.function

(init_declarator
  declarator: [
    (identifier) @name
    (array_declarator
      declarator: (identifier) @name)
  ]) @definition.variable

(call_expression
  function: (identifier) @name) @reference.call
