#include "tree_sitter/parser.h"

/**
 * MISSING_COMMA: no characters, where an item of an initializer list ends and the next one begins with no comma
 * between them. Without it, `.flags = FLAGS` over `.size = 1` reads as the assignment `FLAGS.size = 1`.
 * LINE_END: the end of a directive's line, or of the file.
 * ERROR_RECOVERY: in no rule, so it is valid only while the parser looks for a way out of an error.
 */
enum TokenType { MISSING_COMMA, LINE_END, ERROR_RECOVERY };

static bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

static bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }

static bool is_word(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$' || c > 127;
}

static void pass(TSLexer *lexer) { lexer->advance(lexer, false); }

static void pass_space(TSLexer *lexer) {
  while (is_blank(lexer->lookahead) || lexer->lookahead == '\n') pass(lexer);
}

/** Past `.name`. */
static bool pass_field(TSLexer *lexer) {
  pass(lexer);
  pass_space(lexer);
  if (!is_word(lexer->lookahead) || is_digit(lexer->lookahead)) return false;
  while (is_word(lexer->lookahead)) pass(lexer);
  return true;
}

/** Past `[...]`, with the brackets inside it, if it closes on its line. */
static bool pass_subscript(TSLexer *lexer) {
  unsigned depth = 0;
  do {
    if (lexer->eof(lexer) || lexer->lookahead == '\n') return false;
    if (lexer->lookahead == '[') depth++;
    if (lexer->lookahead == ']') depth--;
    pass(lexer);
  } while (depth > 0);
  return true;
}

/** At `.a.b[1] =` but not at `.a ==`: in a list of constants only a designator is assigned to. */
static bool at_designation(TSLexer *lexer) {
  bool designated = false;
  while (lexer->lookahead == '.' || lexer->lookahead == '[') {
    designated = lexer->lookahead == '.' ? pass_field(lexer) : pass_subscript(lexer);
    if (!designated) return false;
    pass_space(lexer);
  }
  if (!designated || lexer->lookahead != '=') return false;
  pass(lexer);
  return lexer->lookahead != '=';
}

static bool scan_line_end(TSLexer *lexer) {
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);
  lexer->result_symbol = LINE_END;
  if (lexer->lookahead == '\n') {
    pass(lexer);
    lexer->mark_end(lexer);
    return true;
  }
  return lexer->eof(lexer);
}

static bool scan_missing_comma(TSLexer *lexer) {
  lexer->mark_end(lexer);
  lexer->result_symbol = MISSING_COMMA;
  pass_space(lexer);
  return lexer->lookahead == '{' || at_designation(lexer);
}

void *tree_sitter_jailhouse_external_scanner_create(void) { return 0; }

void tree_sitter_jailhouse_external_scanner_destroy(void *payload) { (void)payload; }

unsigned tree_sitter_jailhouse_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}

void tree_sitter_jailhouse_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

bool tree_sitter_jailhouse_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  if (valid[ERROR_RECOVERY]) return false;
  if (valid[LINE_END]) return scan_line_end(lexer);
  return valid[MISSING_COMMA] && scan_missing_comma(lexer);
}
