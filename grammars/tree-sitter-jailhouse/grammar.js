/**
 * C as Jailhouse cell configurations write it: tree-sitter-c, and where a configuration goes beyond what
 * tree-sitter-c accepts before preprocessing, a few rules of ours. Node types keep tree-sitter-c's names.
 */
const C = require('tree-sitter-c/grammar')

/** A directive as the token tree-sitter-c makes of it, so that `#ifdef` is one symbol everywhere. */
const directive = (command) => alias(new RegExp(`#[ \t]*${command}`), `#${command}`)

/** A non-empty run of items between two directives: `a, b` or `a, b,`. */
const run = (item) => seq(item, repeat(seq(',', item)), optional(','))

/**
 * The inside of a braced, comma-separated list which directives may cut at any comma.
 * After a directive the comma may come first, for the item before the directive may have left it out.
 */
const cuttable = (item, line, resumed) => seq(optional(run(item)), repeat(seq(line, optional(resumed))))

/** `#if`, `#ifdef`, `#else`, `#elif` and `#elifdef` around `content`, aliased to tree-sitter-c's node types. */
function conditional(suffix, content) {
  const named = ($, kind) => alias($[`_${kind}_${suffix}`], $[kind])
  const alternative = ($) =>
    optional(
      field('alternative', choice(named($, 'preproc_else'), named($, 'preproc_elif'), named($, 'preproc_elifdef'))),
    )
  const ifLine = ($, command) => seq(directive(command), field('condition', $._preproc_expression), '\n')
  const ifdefLine = ($, ...commands) => seq(choice(...commands.map(directive)), field('name', $.identifier))
  return {
    [`_preproc_if_${suffix}`]: ($) => seq(ifLine($, 'if'), content($), alternative($), directive('endif')),
    [`_preproc_ifdef_${suffix}`]: ($) =>
      seq(ifdefLine($, 'ifdef', 'ifndef'), content($), alternative($), directive('endif')),
    [`_preproc_else_${suffix}`]: ($) => seq(directive('else'), content($)),
    [`_preproc_elif_${suffix}`]: ($) => seq(ifLine($, 'elif'), content($), alternative($)),
    [`_preproc_elifdef_${suffix}`]: ($) => seq(ifdefLine($, 'elifdef', 'elifndef'), content($), alternative($)),
  }
}

module.exports = grammar(C, {
  name: 'jailhouse',

  rules: {
    initializer_list: ($) =>
      seq('{', cuttable($._initializer_item, $._initializer_line, $._initializer_rest), '}'),

    _initializer_item: ($) => choice($.initializer_pair, $.expression, $.initializer_list),
    _initializer_rest: ($) => choice(',', seq(optional(','), run($._initializer_item))),
    _initializer_line: ($) =>
      choice(
        $._plain_directive,
        alias($._preproc_if_in_initializer, $.preproc_if),
        alias($._preproc_ifdef_in_initializer, $.preproc_ifdef),
      ),
    ...conditional('in_initializer', ($) =>
      seq(optional($._initializer_rest), repeat(seq($._initializer_line, optional($._initializer_rest)))),
    ),

    _plain_directive: ($) => choice($.preproc_include, $.preproc_def, $.preproc_function_def, $.preproc_call),
  },
})
