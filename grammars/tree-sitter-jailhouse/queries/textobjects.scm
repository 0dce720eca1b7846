; An entry is one item of a list: a region, an interrupt controller, a `.field = value`.

[
  (initializer_list
    (initializer_list) @entry.around)
  (preproc_if
    (initializer_list) @entry.around)
  (preproc_ifdef
    (initializer_list) @entry.around)
  (preproc_elif
    (initializer_list) @entry.around)
  (preproc_elifdef
    (initializer_list) @entry.around)
  (preproc_else
    (initializer_list) @entry.around)
]

(initializer_pair
  value: (_) @entry.inside) @entry.around

(struct_specifier
  body: (_) @class.inside) @class.around

(enum_specifier
  body: (_) @class.inside) @class.around

(function_definition
  body: (_) @function.inside) @function.around

(argument_list
  (_) @parameter.inside)

(comment) @comment.inside
(comment)+ @comment.around
