/* The parser: tokens become a tree. */
#ifndef PARSER_H
#define PARSER_H

#include <stddef.h>

#define CALC_MESSAGE 96
#define CALC_NAME 32
#define CALC_ARGUMENTS 8

enum node_kind { NODE_NUMBER, NODE_VARIABLE, NODE_NEGATE, NODE_BINARY, NODE_CALL, NODE_ASSIGN };

struct node {
    enum node_kind kind;
    size_t start;         /* offset in the text, for messages */
    double number;        /* of a NODE_NUMBER */
    char operator;        /* of a NODE_BINARY: one of + - * / % ^ */
    char name[CALC_NAME]; /* of a variable, call or assignment */
    int count;            /* how many operands there are */
    struct node *operand[CALC_ARGUMENTS];
};

struct calc_error {
    size_t start; /* offset in the text */
    char message[CALC_MESSAGE];
};

/*
 * statement: NAME '=' sum | sum
 * sum:       product (('+' | '-') product)*
 * product:   unary (('*' | '/' | '%') unary)*
 * unary:     ('+' | '-') unary | power
 * power:     primary ('^' unary)?
 * primary:   NUMBER | NAME | NAME '(' (sum (',' sum)*)? ')' | '(' sum ')'
 *
 * Returns NULL and fills in the error if the text is no statement. The caller frees the tree.
 */
struct node *parse(const char *text, struct calc_error *error);

void node_free(struct node *node);

#endif
