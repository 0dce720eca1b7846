; A configuration by its parts: macros, types, the configuration itself, and each of its fields that holds a list.

(preproc_def
  "#define" @context
  name: (identifier) @name) @item

(preproc_function_def
  "#define" @context
  name: (identifier) @name
  parameters: (preproc_params) @context) @item

(struct_specifier
  "struct" @context
  name: (type_identifier) @name
  body: (_)) @item

(union_specifier
  "union" @context
  name: (type_identifier) @name
  body: (_)) @item

(enum_specifier
  "enum" @context
  name: (type_identifier) @name
  body: (_)) @item

(type_definition
  "typedef" @context
  declarator: (type_identifier) @name) @item

(declaration
  declarator: (init_declarator
    declarator: [
      (identifier) @name
      (array_declarator
        declarator: (identifier) @name)
    ])) @item

(initializer_pair
  designator: (field_designator
    (field_identifier) @name)
  value: (initializer_list)) @item

(initializer_pair
  designator: (field_identifier) @name
  value: (initializer_list)) @item
