/* The lexer: text becomes tokens, one at a time. */
#ifndef LEXER_H
#define LEXER_H

#include <stddef.h>

enum token_kind { TOKEN_NUMBER, TOKEN_NAME, TOKEN_SYMBOL, TOKEN_END, TOKEN_UNKNOWN };

struct token {
    enum token_kind kind;
    size_t start;  /* offset in the text */
    size_t length; /* in bytes; 0 at the end of the text */
    double number; /* of a TOKEN_NUMBER */
    char symbol;   /* of a TOKEN_SYMBOL: one of + - * / % ^ ( ) , = */
};

struct lexer {
    const char *text;
    size_t position;
};

void lexer_init(struct lexer *lexer, const char *text);

/* At the end of the text, and ever after, the token is TOKEN_END. */
struct token lexer_next(struct lexer *lexer);

#endif
