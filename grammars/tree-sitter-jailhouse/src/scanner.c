#include "tree_sitter/parser.h"

/**
 * One zero-width token: `missing_comma`, where an item of an initializer list ends and the next one begins with
 * no comma between them. Without it, `.flags = FLAGS` over `.size = 1` reads as the expression `FLAGS.size = 1`.
 */
enum TokenType { MISSING_COMMA, ERROR_RECOVERY };

static bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v'; }

static bool is_word(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c > 127;
}

static void skip_blanks(TSLexer *lexer) {
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, false);
}

/** Past `[...]` on one line, brackets inside included. */
static bool skip_subscript(TSLexer *lexer) {
  unsigned depth = 0;
  do {
    if (lexer->eof(lexer) || lexer->lookahead == '\n' || lexer->lookahead == ';') return false;
    if (lexer->lookahead == '[') depth++;
    if (lexer->lookahead == ']') depth--;
    lexer->advance(lexer, false);
  } while (depth > 0);
  return true;
}

/** Past `.name`. */
static bool skip_field(TSLexer *lexer) {
  lexer->advance(lexer, false);
  skip_blanks(lexer);
  if (!is_word(lexer->lookahead) || (lexer->lookahead >= '0' && lexer->lookahead <= '9')) return false;
  while (is_word(lexer->lookahead)) lexer->advance(lexer, false);
  return true;
}

/** `.a.b[1] =` and not `==`: only a designator is followed by an assignment's sign in an initializer. */
static bool at_designation(TSLexer *lexer) {
  if (lexer->lookahead != '.' && lexer->lookahead != '[') return false;
  while (lexer->lookahead == '.' || lexer->lookahead == '[') {
    bool skipped = lexer->lookahead == '.' ? skip_field(lexer) : skip_subscript(lexer);
    if (!skipped) return false;
    skip_blanks(lexer);
  }
  if (lexer->lookahead != '=') return false;
  lexer->advance(lexer, false);
  return lexer->lookahead != '=';
}

void *tree_sitter_jailhouse_external_scanner_create(void) { return NULL; }
void tree_sitter_jailhouse_external_scanner_destroy(void *payload) {}
unsigned tree_sitter_jailhouse_external_scanner_serialize(void *payload, char *buffer) { return 0; }
void tree_sitter_jailhouse_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {}

bool tree_sitter_jailhouse_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  if (valid[ERROR_RECOVERY] || !valid[MISSING_COMMA]) return false;
  lexer->mark_end(lexer);
  skip_blanks(lexer);
  lexer->result_symbol = MISSING_COMMA;
  if (lexer->lookahead == '{') return true;
  return at_designation(lexer);
}
