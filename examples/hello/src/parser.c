#include "parser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lexer.h"

/* Deeper nesting is refused before it can exhaust the stack. */
#define DEEPEST 200

struct parser {
    struct lexer lexer;
    struct token token; /* the next one, not yet taken */
    struct calc_error *error;
    int depth;
};

static struct node *parse_sum(struct parser *parser);
static struct node *parse_unary(struct parser *parser);

static void advance(struct parser *parser)
{
    parser->token = lexer_next(&parser->lexer);
}

static int at(const struct parser *parser, char symbol)
{
    return parser->token.kind == TOKEN_SYMBOL && parser->token.symbol == symbol;
}

/* Frees what was parsed so far, and is the NULL that its caller returns. */
static struct node *fail(struct parser *parser, size_t start, const char *message, struct node *partial)
{
    node_free(partial);
    parser->error->start = start;
    snprintf(parser->error->message, CALC_MESSAGE, "%s", message);
    return NULL;
}

static struct node *fail_expecting(struct parser *parser, const char *expected, struct node *partial)
{
    const struct token *token = &parser->token;
    char message[CALC_MESSAGE];

    if (token->kind == TOKEN_END)
        snprintf(message, sizeof message, "expected %s, but the text ends", expected);
    else
        snprintf(message, sizeof message, "expected %s, not '%.*s'", expected, token->length < 20 ? (int)token->length : 20,
                 parser->lexer.text + token->start);
    return fail(parser, token->start, message, partial);
}

static struct node *new_node(struct parser *parser, enum node_kind kind, size_t start)
{
    struct node *node = calloc(1, sizeof *node);

    if (node == NULL)
        return fail(parser, start, "out of memory", NULL);
    node->kind = kind;
    node->start = start;
    return node;
}

static int copy_name(struct parser *parser, char *name)
{
    const struct token *token = &parser->token;

    if (token->length >= CALC_NAME)
        return 0;
    memcpy(name, parser->lexer.text + token->start, token->length);
    name[token->length] = '\0';
    return 1;
}

static struct node *parse_arguments(struct parser *parser, struct node *call)
{
    call->kind = NODE_CALL;
    advance(parser);
    while (!at(parser, ')')) {
        struct node *argument;
        if (call->count == CALC_ARGUMENTS)
            return fail(parser, parser->token.start, "too many arguments", call);
        if ((argument = parse_sum(parser)) == NULL) {
            node_free(call);
            return NULL;
        }
        call->operand[call->count++] = argument;
        if (at(parser, ','))
            advance(parser);
        else if (!at(parser, ')'))
            return fail_expecting(parser, "',' or ')'", call);
    }
    advance(parser);
    return call;
}

static struct node *parse_name(struct parser *parser)
{
    struct node *node = new_node(parser, NODE_VARIABLE, parser->token.start);

    if (node == NULL)
        return NULL;
    if (!copy_name(parser, node->name))
        return fail(parser, node->start, "this name is too long", node);
    advance(parser);
    return at(parser, '(') ? parse_arguments(parser, node) : node;
}

static struct node *parse_primary(struct parser *parser)
{
    struct node *node;

    if (parser->token.kind == TOKEN_NUMBER) {
        if ((node = new_node(parser, NODE_NUMBER, parser->token.start)) != NULL) {
            node->number = parser->token.number;
            advance(parser);
        }
        return node;
    }
    if (parser->token.kind == TOKEN_NAME)
        return parse_name(parser);
    if (!at(parser, '('))
        return fail_expecting(parser, "a number, a name or '('", NULL);
    advance(parser);
    if ((node = parse_sum(parser)) == NULL)
        return NULL;
    if (!at(parser, ')'))
        return fail_expecting(parser, "')'", node);
    advance(parser);
    return node;
}

/* An operator with its left side parsed and its right side still to come; takes over the left side. */
static struct node *parse_right(struct parser *parser, struct node *left, struct node *(*side)(struct parser *))
{
    struct node *node = new_node(parser, NODE_BINARY, parser->token.start);

    if (node == NULL) {
        node_free(left);
        return NULL;
    }
    node->operator = parser->token.symbol;
    node->operand[node->count++] = left;
    advance(parser);
    if ((node->operand[node->count] = side(parser)) == NULL) {
        node_free(node);
        return NULL;
    }
    node->count++;
    return node;
}

static struct node *parse_power(struct parser *parser)
{
    struct node *node = parse_primary(parser);

    return node != NULL && at(parser, '^') ? parse_right(parser, node, parse_unary) : node;
}

static struct node *parse_unary_nested(struct parser *parser)
{
    struct node *node;

    if (at(parser, '+')) {
        advance(parser);
        return parse_unary(parser);
    }
    if (!at(parser, '-'))
        return parse_power(parser);
    if ((node = new_node(parser, NODE_NEGATE, parser->token.start)) == NULL)
        return NULL;
    advance(parser);
    if ((node->operand[0] = parse_unary(parser)) == NULL) {
        node_free(node);
        return NULL;
    }
    node->count = 1;
    return node;
}

/* Every way to nest leads through here. */
static struct node *parse_unary(struct parser *parser)
{
    struct node *node;

    if (parser->depth == DEEPEST)
        return fail(parser, parser->token.start, "nested too deeply", NULL);
    parser->depth++;
    node = parse_unary_nested(parser);
    parser->depth--;
    return node;
}

static struct node *parse_product(struct parser *parser)
{
    struct node *node = parse_unary(parser);

    while (node != NULL && (at(parser, '*') || at(parser, '/') || at(parser, '%')))
        node = parse_right(parser, node, parse_unary);
    return node;
}

static struct node *parse_sum(struct parser *parser)
{
    struct node *node = parse_product(parser);

    while (node != NULL && (at(parser, '+') || at(parser, '-')))
        node = parse_right(parser, node, parse_product);
    return node;
}

static struct node *parse_assignment(struct parser *parser, struct node *target)
{
    target->kind = NODE_ASSIGN;
    advance(parser);
    if ((target->operand[0] = parse_sum(parser)) == NULL) {
        node_free(target);
        return NULL;
    }
    target->count = 1;
    return target;
}

struct node *parse(const char *text, struct calc_error *error)
{
    struct parser parser;
    struct node *node;

    lexer_init(&parser.lexer, text);
    parser.error = error;
    parser.depth = 0;
    advance(&parser);
    node = parse_sum(&parser);
    if (node != NULL && node->kind == NODE_VARIABLE && at(&parser, '='))
        node = parse_assignment(&parser, node);
    if (node != NULL && parser.token.kind != TOKEN_END)
        return fail_expecting(&parser, "an operator", node);
    return node;
}

void node_free(struct node *node)
{
    int i;

    if (node == NULL)
        return;
    for (i = 0; i < node->count; i++)
        node_free(node->operand[i]);
    free(node);
}
