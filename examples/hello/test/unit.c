/* Unit tests of the lexer, the parser and the evaluator. Prints one line a test, in the Test Anything Protocol. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../src/evaluator.h"
#include "../src/lexer.h"

static int tests;
static int failures;

static void check(int condition, const char *name)
{
    tests++;
    if (!condition)
        failures++;
    printf("%s %d - %s\n", condition ? "ok" : "not ok", tests, name);
}

static enum token_kind first_kind(const char *text)
{
    struct lexer lexer;

    lexer_init(&lexer, text);
    return lexer_next(&lexer).kind;
}

static void test_lexer(void)
{
    struct lexer lexer;
    struct token token;

    lexer_init(&lexer, "  12.5e1+x_1 ");
    token = lexer_next(&lexer);
    check(token.kind == TOKEN_NUMBER && token.number == 125 && token.start == 2, "a number has a value and a place");
    token = lexer_next(&lexer);
    check(token.kind == TOKEN_SYMBOL && token.symbol == '+', "an operator is a symbol");
    token = lexer_next(&lexer);
    check(token.kind == TOKEN_NAME && token.length == 3, "a name may hold digits and underscores");
    check(lexer_next(&lexer).kind == TOKEN_END, "blanks at the end are no token");
    check(lexer_next(&lexer).kind == TOKEN_END, "the end stays the end");
    check(first_kind("") == TOKEN_END, "an empty text is at its end");
    check(first_kind(".5") == TOKEN_NUMBER, "a number may begin with its point");
    check(first_kind(".") == TOKEN_UNKNOWN, "a point alone is no number");
    check(first_kind("$") == TOKEN_UNKNOWN, "other characters are unknown");
    lexer_init(&lexer, "0x10");
    token = lexer_next(&lexer);
    check(token.length == 1, "hexadecimal is not read");
    lexer_init(&lexer, "2e");
    token = lexer_next(&lexer);
    check(token.length == 1, "an exponent needs digits");
}

static void test_parser(void)
{
    struct calc_error error;
    struct node *node = parse("1 + 2 * 3", &error);

    check(node != NULL && node->operator == '+', "the loosest operator is the root");
    check(node != NULL && node->operand[1]->operator == '*', "multiplication binds tighter than addition");
    node_free(node);
    node = parse("max(1, 2, 3)", &error);
    check(node != NULL && node->kind == NODE_CALL && node->count == 3, "a call has its arguments");
    node_free(node);
    node = parse("x = 1", &error);
    check(node != NULL && node->kind == NODE_ASSIGN, "a name and '=' assign");
    node_free(node);
    node = parse("1 = 2", &error);
    check(node == NULL && error.start == 2, "an error knows its place");
    node_free(node);
}

static int is(const char *text, double expected)
{
    struct calc calc;
    struct calc_error error;
    double result = 0;

    calc_init(&calc);
    return calc_evaluate(&calc, text, &result, &error) == 0 && fabs(result - expected) < 1e-12;
}

static int fails(const char *text, const char *message)
{
    struct calc calc;
    struct calc_error error;
    double result;

    calc_init(&calc);
    return calc_evaluate(&calc, text, &result, &error) != 0 && strstr(error.message, message) != NULL;
}

static void test_evaluator(void)
{
    struct calc calc;
    struct calc_error error;
    double result = 0;
    char deep[1000];

    check(is("2 - 3 - 4", -5), "subtraction goes from left to right");
    check(is("2 ^ 3 ^ 2", 512), "powers go from right to left");
    check(is("-2 ^ 2", -4), "a power binds tighter than a sign");
    check(is("2 ^ -1", 0.5), "an exponent may have a sign");
    check(is("7 % 4 * 2", 6), "remainder and multiplication bind alike");
    check(is("max(1, sqrt(16), 3) + min(5)", 9), "functions nest");
    check(is("2 * pi", 6.283185307179586), "pi is known");
    calc_init(&calc);
    check(calc_evaluate(&calc, "x = 6", &result, &error) == 0 && calc_evaluate(&calc, "x * 7", &result, &error) == 0 &&
              result == 42,
          "a variable keeps its value");
    check(fails("1 / 0", "division by zero"), "division by zero is an error");
    check(fails("1 % 0", "division by zero"), "so is its remainder");
    check(fails("sqrt(-1)", "no real result"), "a root of a negative number is an error");
    check(fails("10 ^ 400", "finite"), "an overflow is an error");
    check(fails("1e999", "too large"), "a literal may be too large");
    check(fails("y", "unknown variable y"), "a variable must be known");
    check(fails("sin(1)", "unknown function sin"), "a function must be known");
    check(fails("abs(1, 2)", "takes one argument"), "arguments are counted");
    memset(deep, '(', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    check(fails(deep, "nested too deeply"), "nesting has a limit");
    memset(deep, '-', sizeof deep - 1);
    check(fails(deep, "nested too deeply"), "so have signs");
}

int main(void)
{
    test_lexer();
    test_parser();
    test_evaluator();
    printf("1..%d\n", tests);
    return failures == 0 ? 0 : 1;
}
