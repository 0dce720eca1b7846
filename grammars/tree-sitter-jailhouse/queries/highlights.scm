; Capture names as Neovim and Helix know them. Where two patterns capture a node, the later one holds.

(identifier) @variable
(field_identifier) @property
(type_identifier) @type
(primitive_type) @type.builtin
(sized_type_specifier) @type.builtin
(statement_identifier) @label

((identifier) @constant
  (#match? @constant "^_*[A-Z][A-Z0-9_]*$"))

((identifier) @constant.builtin
  (#match? @constant.builtin "^JAILHOUSE_[A-Z0-9_]+$"))

(call_expression
  function: (identifier) @function.call)
(initializer_list
  (call_expression
    function: (identifier) @constant.macro))
(function_declarator
  declarator: (identifier) @function)

(attribute_macro
  name: (identifier) @attribute)
(attribute_specifier
  (argument_list
    (identifier) @attribute))

(number_literal) @number
(char_literal) @character
(string_literal) @string
(system_lib_string) @string
(escape_sequence) @string.escape
[
  (true)
  (false)
] @boolean
(null) @constant.builtin
(comment) @comment

[
  "const"
  "enum"
  "extern"
  "inline"
  "static"
  "struct"
  "typedef"
  "union"
  "volatile"
] @keyword

[
  "break"
  "case"
  "continue"
  "default"
  "do"
  "else"
  "for"
  "if"
  "return"
  "switch"
  "while"
] @keyword

[
  "sizeof"
  "offsetof"
  "defined"
] @keyword.operator

[
  "__attribute__"
  "__attribute"
] @attribute

[
  "#define"
  "#elif"
  "#elifdef"
  "#elifndef"
  "#else"
  "#endif"
  "#if"
  "#ifdef"
  "#ifndef"
  "#include"
  (preproc_directive)
] @keyword.directive

(preproc_def
  name: (identifier) @constant.macro)
(preproc_function_def
  name: (identifier) @function.macro)
(preproc_params
  (identifier) @variable.parameter)
(preproc_defined
  (identifier) @constant.macro)
(preproc_ifdef
  name: (identifier) @constant.macro)
(preproc_elifdef
  name: (identifier) @constant.macro)

[
  "="
  "+"
  "-"
  "*"
  "/"
  "%"
  "|"
  "&"
  "^"
  "~"
  "!"
  "<<"
  ">>"
  "<"
  ">"
  "<="
  ">="
  "=="
  "!="
  "&&"
  "||"
  "->"
  "..."
] @operator

[
  "."
  ","
  ":"
  ";"
] @punctuation.delimiter

[
  "("
  ")"
  "["
  "]"
  "{"
  "}"
] @punctuation.bracket
