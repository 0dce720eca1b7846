/**
 * C as Jailhouse cell configurations write it: tree-sitter-c, widened where a configuration as typed, before
 * preprocessing, is more than C's own grammar. Node types keep tree-sitter-c's names; the new ones are
 * `attribute_macro`, `partial_expression` and `missing_comma`.
 */
const C = require('tree-sitter-c/grammar')

const { PREC, commaSep1 } = C

/** A directive as the token tree-sitter-c makes of it, so that `#ifdef` is one symbol everywhere. */
const directive = command => alias(new RegExp(`#[ \t]*${command}`), `#${command}`)

/** `#if`, `#ifdef` and their branches around `content`; each use is aliased to tree-sitter-c's own node type. */
function conditional(place, content) {
  const ifLine = ($, command) => seq(directive(command), field('condition', $._preproc_expression), '\n')
  const ifdefLine = ($, ...commands) => seq(choice(...commands.map(directive)), field('name', $.identifier))
  const named = ($, kind) => alias($[kind + place], $[kind])
  const alternative = $ =>
    field(
      'alternative',
      optional(choice(named($, 'preproc_else'), named($, 'preproc_elif'), named($, 'preproc_elifdef'))),
    )
  return {
    [`preproc_if${place}`]: $ => seq(ifLine($, 'if'), content($), alternative($), directive('endif')),
    [`preproc_ifdef${place}`]: $ =>
      seq(ifdefLine($, 'ifdef', 'ifndef'), content($), alternative($), directive('endif')),
    [`preproc_else${place}`]: $ => seq(directive('else'), content($)),
    [`preproc_elif${place}`]: $ => seq(ifLine($, 'elif'), content($), alternative($)),
    [`preproc_elifdef${place}`]: $ => seq(ifdefLine($, 'elifdef', 'elifndef'), content($), alternative($)),
  }
}

/** Any line that begins with `#`, where conditionals take their content from `place`. */
const line = ($, place) =>
  choice(
    $.preproc_include,
    $.preproc_def,
    $.preproc_function_def,
    $.preproc_call,
    alias($[`preproc_if${place}`], $.preproc_if),
    alias($[`preproc_ifdef${place}`], $.preproc_ifdef),
  )

/** Operators that begin no operand: a line starting with one goes on with the expression before the directive. */
const INFIX = [
  ['|', PREC.INCLUSIVE_OR],
  ['^', PREC.EXCLUSIVE_OR],
  ['<<', PREC.SHIFT],
  ['>>', PREC.SHIFT],
  ['/', PREC.MULTIPLY],
  ['%', PREC.MULTIPLY],
]
const BINARY = [...INFIX, ['+', PREC.ADD], ['-', PREC.ADD], ['*', PREC.MULTIPLY], ['&', PREC.BITWISE_AND]]

module.exports = grammar(C, {
  name: 'jailhouse',

  externals: $ => [$.missing_comma, $._line_end, $._error_recovery],

  conflicts: ($, conflicts) => [
    ...conflicts,
    [$._declarator, $.attribute_macro],
    [$._field_declarator, $.attribute_macro],
  ],

  rules: {
    // Initializers. Directives stand between any two items; they may cut an item behind `=` or at an operator,
    // and the comma at a cut stands on either side of it, or on none. `missing_comma` has no characters: it marks
    // two items without a comma between them, legal only where a macro's expansion ends in one.

    initializer_list: $ =>
      seq('{', choice(optional($._items), seq(optional($._items_before_line), $._items_from_line)), '}'),
    _items_before_line: $ => choice($._items, $._cut_items),
    _items_from_line: $ =>
      seq(
        line($, '_in_initializer_list'),
        optional(choice($._resumed_items, seq(optional($._resumed_items_before_line), $._items_from_line))),
      ),
    _resumed_items_before_line: $ => choice($._resumed_items, $._resumed_cut_items),
    _branch_items: $ =>
      choice(
        $._resumed_items_before_line,
        seq(optional($._resumed_items_before_line), line($, '_in_initializer_list'), optional($._branch_items)),
      ),
    ...conditional('_in_initializer_list', $ => optional($._branch_items)),

    _item: $ => choice($.initializer_pair, $.expression, $.initializer_list),
    _comma: $ => choice(',', $.missing_comma),
    _run: $ => repeat1(seq($._item, $._comma)),
    _items: $ => choice($._run, seq(optional($._run), $._item)),
    _resumed_items: $ =>
      choice(
        ',',
        seq(optional(','), $._items),
        seq(alias($.cut_after, $.partial_expression), optional(seq(',', optional($._items)))),
      ),
    _cut_items: $ => seq(optional($._run), $._cut_item),
    _resumed_cut_items: $ => seq(optional(seq(optional(alias($.cut_after, $.partial_expression)), ',')), $._cut_items),

    _cut_item: $ => choice(alias($.cut_pair, $.initializer_pair), alias($.cut_before, $.partial_expression)),
    cut_pair: $ => seq($._designation, '=', optional(field('value', alias($.cut_before, $.partial_expression)))),
    cut_before: $ =>
      choice(
        ...BINARY.map(([operator, precedence]) =>
          prec.left(precedence, seq(field('left', $.expression), field('operator', operator))),
        ),
      ),
    cut_after: $ =>
      choice(
        ...INFIX.map(([operator, precedence]) =>
          prec.left(precedence, seq(field('operator', operator), field('right', $.expression))),
        ),
      ),
    initializer_pair: $ =>
      choice(
        seq($._designation, '=', field('value', choice($.expression, $.initializer_list))),
        seq(field('designator', $._field_identifier), ':', field('value', choice($.expression, $.initializer_list))),
      ),
    _designation: $ =>
      repeat1(field('designator', choice($.subscript_designator, $.field_designator, $.subscript_range_designator))),

    // Attributes: a macro between a type and its declarator, and GNU's attributes behind the declarator.

    declaration: $ => seq($._declaration_specifiers, repeat($.attribute_macro), commaSep1($._declared), ';'),
    _declared: $ =>
      choice(
        field(
          'declarator',
          choice(
            seq(optional($.ms_call_modifier), $._declaration_declarator, optional($.gnu_asm_expression)),
            $.init_declarator,
          ),
        ),
        seq(field('declarator', $._declarator), repeat1($.attribute_specifier)),
      ),
    field_declaration: $ =>
      seq(
        $._declaration_specifiers,
        repeat($.attribute_macro),
        optional($._field_declaration_declarator),
        optional($.attribute_specifier),
        ';',
      ),
    attribute_macro: $ =>
      choice(
        prec(-1, field('name', $.identifier)),
        prec.dynamic(-1, seq(field('name', $.identifier), field('arguments', $.argument_list))),
      ),
    init_declarator: $ =>
      seq(
        field('declarator', $._declarator),
        repeat($.attribute_specifier),
        '=',
        field('value', choice($.initializer_list, $.expression)),
      ),

    // Bodies of structs, unions and enumerations

    _field_declaration_list_item: ($, item) => choice(item, $.preproc_include),
    enumerator_list: $ => seq('{', optional($._enumerators), optional($._enumerators_from_line), '}'),
    _enumerators: $ => seq(commaSep1($.enumerator), optional(',')),
    _enumerators_from_line: $ => repeat1(seq(line($, '_in_enumerator_list'), optional($._resumed_enumerators))),
    _resumed_enumerators: $ => choice(',', seq(optional(','), $._enumerators)),
    ...conditional('_in_enumerator_list', $ =>
      seq(optional($._resumed_enumerators), optional($._enumerators_from_line)),
    ),

    // Macros: arguments may be empty or designated, and a lone `#` is a directive.

    argument_list: $ => seq('(', optional($._argument), repeat(seq(',', optional($._argument))), ')'),
    _argument: $ => choice($.expression, $.compound_statement, alias($.designated_argument, $.initializer_pair)),
    designated_argument: $ => seq($._designation, '=', field('value', choice($.expression, $.initializer_list))),
    preproc_directive: _ => /#[ \t]*([a-zA-Z0-9]\w*)?/,

    // A directive ends with its line or with the file; blanks and comments before that end are no part of its value.

    preproc_include: $ =>
      seq(
        directive('include'),
        field(
          'path',
          choice(
            $.string_literal,
            $.system_lib_string,
            $.identifier,
            alias($.preproc_call_expression, $.call_expression),
          ),
        ),
        $._line_end,
      ),
    preproc_def: $ =>
      seq(directive('define'), field('name', $.identifier), field('value', optional($.preproc_arg)), $._line_end),
    preproc_function_def: $ =>
      seq(
        directive('define'),
        field('name', $.identifier),
        field('parameters', $.preproc_params),
        field('value', optional($.preproc_arg)),
        $._line_end,
      ),
    preproc_call: $ =>
      seq(field('directive', $.preproc_directive), field('argument', optional($.preproc_arg)), $._line_end),
    preproc_arg: _ => {
      const literal = choice(/"([^"\\\n]|\\.)*"/, /'([^'\\\n]|\\.)*'/)
      const continuation = /\\\r?\n/
      const start = choice(literal, /[^\s/]/, /\/[^*/\s\\]/)
      const rest = choice(start, continuation, /\/[ \t]/, seq('/', continuation))
      return token(prec(-1, seq(start, repeat(seq(/[ \t\f\v]*/, rest)))))
    },
  },
})
