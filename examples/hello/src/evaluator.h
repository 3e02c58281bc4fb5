/* The evaluator: a tree becomes a number. */
#ifndef EVALUATOR_H
#define EVALUATOR_H

#include "parser.h"

#define CALC_VARIABLES 64

struct calc {
    struct {
        char name[CALC_NAME];
        double value;
    } variable[CALC_VARIABLES];
    int count;
};

/* A calculator that knows pi and e. */
void calc_init(struct calc *calc);

/* Returns 0 and the result, or -1 and the error. A result is always a finite number. */
int calc_evaluate(struct calc *calc, const char *text, double *result, struct calc_error *error);

#endif
