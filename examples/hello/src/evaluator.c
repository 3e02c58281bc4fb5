#include "evaluator.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double largest(double a, double b)
{
    return a > b ? a : b;
}

static double smallest(double a, double b)
{
    return a < b ? a : b;
}

static const struct {
    const char *name;
    double (*one)(double);          /* takes exactly one argument … */
    double (*many)(double, double); /* … or folds one or more */
} functions[] = {
    {"abs", fabs, NULL},
    {"ceil", ceil, NULL},
    {"floor", floor, NULL},
    {"max", NULL, largest},
    {"min", NULL, smallest},
    {"sqrt", sqrt, NULL},
};

static int fail(struct calc_error *error, const struct node *node, const char *message, const char *name)
{
    error->start = node->start;
    snprintf(error->message, CALC_MESSAGE, message, name);
    return -1;
}

static double *find(struct calc *calc, const char *name)
{
    int i;

    for (i = 0; i < calc->count; i++)
        if (strcmp(calc->variable[i].name, name) == 0)
            return &calc->variable[i].value;
    return NULL;
}

static int set(struct calc *calc, const char *name, double value)
{
    double *known = find(calc, name);

    if (known == NULL) {
        if (calc->count == CALC_VARIABLES)
            return -1;
        strcpy(calc->variable[calc->count].name, name);
        known = &calc->variable[calc->count++].value;
    }
    *known = value;
    return 0;
}

static int apply(const struct node *node, double left, double right, double *result, struct calc_error *error)
{
    switch (node->operator) {
    case '+':
        *result = left + right;
        break;
    case '-':
        *result = left - right;
        break;
    case '*':
        *result = left * right;
        break;
    case '^':
        *result = pow(left, right);
        break;
    default:
        if (right == 0)
            return fail(error, node, "division by zero", "");
        *result = node->operator == '/' ? left / right : fmod(left, right);
    }
    return isfinite(*result) ? 0 : fail(error, node, "the result is not a finite real number", "");
}

static int call(const struct node *node, const double *argument, double *result, struct calc_error *error)
{
    size_t f;
    int i;

    for (f = 0; f < sizeof functions / sizeof functions[0]; f++) {
        if (strcmp(functions[f].name, node->name) != 0)
            continue;
        if (node->count == 0 || (functions[f].one != NULL && node->count > 1))
            return fail(error, node, functions[f].one != NULL ? "%s takes one argument" : "%s takes at least one argument",
                        node->name);
        *result = functions[f].one != NULL ? functions[f].one(argument[0]) : argument[0];
        for (i = 1; i < node->count; i++)
            *result = functions[f].many(*result, argument[i]);
        return isfinite(*result) ? 0 : fail(error, node, "%s has no real result here", node->name);
    }
    return fail(error, node, "unknown function %s", node->name);
}

static int evaluate(struct calc *calc, const struct node *node, double *result, struct calc_error *error)
{
    double operand[CALC_ARGUMENTS] = {0};
    const double *known;
    int i;

    for (i = 0; i < node->count; i++)
        if (evaluate(calc, node->operand[i], &operand[i], error) != 0)
            return -1;
    switch (node->kind) {
    case NODE_NUMBER:
        *result = node->number;
        return isfinite(*result) ? 0 : fail(error, node, "this number is too large", "");
    case NODE_VARIABLE:
        if ((known = find(calc, node->name)) == NULL)
            return fail(error, node, "unknown variable %s", node->name);
        *result = *known;
        return 0;
    case NODE_NEGATE:
        *result = -operand[0];
        return 0;
    case NODE_BINARY:
        return apply(node, operand[0], operand[1], result, error);
    case NODE_CALL:
        return call(node, operand, result, error);
    case NODE_ASSIGN:
        *result = operand[0];
        return set(calc, node->name, *result) == 0 ? 0 : fail(error, node, "too many variables", "");
    }
    return -1;
}

void calc_init(struct calc *calc)
{
    calc->count = 0;
    set(calc, "pi", 3.14159265358979323846);
    set(calc, "e", 2.71828182845904523536);
}

int calc_evaluate(struct calc *calc, const char *text, double *result, struct calc_error *error)
{
    struct node *node = parse(text, error);
    int status;

    if (node == NULL)
        return -1;
    status = evaluate(calc, node, result, error);
    node_free(node);
    return status;
}
