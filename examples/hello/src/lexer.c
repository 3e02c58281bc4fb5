#include "lexer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void lexer_init(struct lexer *lexer, const char *text)
{
    lexer->text = text;
    lexer->position = 0;
}

static int is_digit(char c)
{
    return isdigit((unsigned char)c);
}

static int is_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_';
}

static size_t digits(const char *text)
{
    size_t n = 0;
    while (is_digit(text[n]))
        n++;
    return n;
}

/* Digits with an optional fraction and exponent. strtod alone would take hexadecimal, "inf" and "nan" too. */
static size_t number_length(const char *text)
{
    size_t whole = digits(text);
    size_t length = whole;
    if (text[length] == '.') {
        size_t fraction = digits(text + length + 1);
        if (whole + fraction == 0)
            return 0;
        length += 1 + fraction;
    } else if (whole == 0) {
        return 0;
    }
    if (text[length] == 'e' || text[length] == 'E') {
        size_t sign = text[length + 1] == '+' || text[length + 1] == '-';
        size_t exponent = digits(text + length + 1 + sign);
        if (exponent > 0)
            length += 1 + sign + exponent;
    }
    return length;
}

static size_t name_length(const char *text)
{
    size_t n = 0;
    if (!is_name_start(text[0]))
        return 0;
    while (is_name_start(text[n]) || is_digit(text[n]))
        n++;
    return n;
}

struct token lexer_next(struct lexer *lexer)
{
    struct token token = {TOKEN_END, 0, 0, 0.0, '\0'};
    const char *here;

    while (isspace((unsigned char)lexer->text[lexer->position]))
        lexer->position++;
    here = lexer->text + lexer->position;
    token.start = lexer->position;
    if (*here == '\0')
        return token;
    if ((token.length = number_length(here)) > 0) {
        token.kind = TOKEN_NUMBER;
        token.number = strtod(here, NULL);
    } else if ((token.length = name_length(here)) > 0) {
        token.kind = TOKEN_NAME;
    } else {
        token.length = 1;
        token.kind = strchr("+-*/%^(),=", *here) ? TOKEN_SYMBOL : TOKEN_UNKNOWN;
        token.symbol = *here;
    }
    lexer->position += token.length;
    return token;
}
