/* calc: evaluates arithmetic. See doc/calc.1. */
#include <stdio.h>
#include <string.h>

#include "evaluator.h"

#define LONGEST_LINE 4096

enum { SUCCESS = 0, FAILURE = 1, USAGE = 2 };

static int evaluate(struct calc *calc, const char *text, int line)
{
    struct calc_error error;
    double result;

    if (calc_evaluate(calc, text, &result, &error) != 0) {
        fprintf(stderr, "calc: %d:%lu: %s\n", line, (unsigned long)error.start + 1, error.message);
        return FAILURE;
    }
    printf("%.15g\n", result == 0 ? 0.0 : result); /* no -0 */
    return SUCCESS;
}

static int evaluate_lines(struct calc *calc, FILE *input)
{
    char line[LONGEST_LINE];
    int status = SUCCESS;
    int number = 0;

    while (fgets(line, sizeof line, input) != NULL) {
        number++;
        if (strchr(line, '\n') == NULL && !feof(input)) {
            fprintf(stderr, "calc: line %d is longer than %d bytes\n", number, LONGEST_LINE - 2);
            return FAILURE;
        }
        line[strcspn(line, "\r\n")] = '\0';
        if (line[strspn(line, " \t")] != '\0' && evaluate(calc, line, number) != SUCCESS)
            status = FAILURE;
    }
    if (ferror(input)) {
        fprintf(stderr, "calc: cannot read the input\n");
        return FAILURE;
    }
    return status;
}

int main(int argc, char **argv)
{
    struct calc calc;
    int status = SUCCESS;
    int i = 1;

    if (argc > 1 && strcmp(argv[1], "--") == 0)
        i = 2;
    else if (argc > 1 && strncmp(argv[1], "--", 2) == 0) {
        fprintf(stderr, "usage: calc [--] [EXPRESSION...]\n");
        return strcmp(argv[1], "--help") == 0 ? SUCCESS : USAGE;
    }
    calc_init(&calc);
    if (i == argc)
        status = evaluate_lines(&calc, stdin);
    for (; i < argc; i++)
        if (evaluate(&calc, argv[i], i) != SUCCESS)
            status = FAILURE;
    if (fflush(stdout) != 0) {
        fprintf(stderr, "calc: cannot write the output\n");
        return FAILURE;
    }
    return status;
}
