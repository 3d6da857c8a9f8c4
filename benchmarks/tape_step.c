/* micrograd's demo step, a node at a time: what benchmarks/tape.py compiles after the runtime of the C export
 * and the arrays `points`, `labels` and `weights` with their sizes SAMPLES and PARAMETERS. */
#include <string.h>
#include <time.h>

#define WIDEST 16

static const int sizes[] = {2, 16, 16, 1};
static Value *parameters[PARAMETERS];

/* The result takes the place of a temporary, which is released. */
static Value *instead(Value *result, Value *temporary)
{
    value_release(temporary);
    return result;
}

static Value *sum(Value *a, Value *b)
{
    Value *result = instead(value_add(a, b), a);
    value_release(b);
    return result;
}

static Value *times(double number, Value *a)
{
    Value *leaf = value_create(number);
    Value *result = instead(value_mul(leaf, a), leaf);
    value_release(a);
    return result;
}

static Value *score(const double *point)
{
    Value *x[WIDEST], *y[WIDEST];
    int next = 0;
    for (int i = 0; i < sizes[0]; i++)
        x[i] = value_create(point[i]);
    for (int layer = 0; layer < 3; layer++) {
        for (int neuron = 0; neuron < sizes[layer + 1]; neuron++) {
            Value *activation = value_retain(parameters[next + sizes[layer]]);
            for (int i = 0; i < sizes[layer]; i++)
                activation = sum(activation, value_mul(parameters[next + i], x[i]));
            next += sizes[layer] + 1;
            y[neuron] = layer == 2 ? activation : instead(value_relu(activation), activation);
        }
        for (int i = 0; i < sizes[layer]; i++)
            value_release(x[i]);
        memcpy(x, y, sizeof x);
    }
    return x[0];
}

static double step(void)
{
    Value *loss = value_create(0.0), *penalty = value_create(0.0);
    for (int i = 0; i < SAMPLES; i++) {
        Value *margin = sum(value_create(1.0), times(-labels[i], score(points[i])));
        loss = sum(loss, instead(value_relu(margin), margin));
    }
    for (int i = 0; i < PARAMETERS; i++) {
        penalty = sum(penalty, value_mul(parameters[i], parameters[i]));
        parameters[i]->grad = 0.0;
    }
    loss = sum(times(1.0 / SAMPLES, loss), times(1e-4, penalty));
    value_backward(loss);
    double total = loss->data;
    value_release(loss);
    return total;
}

/* Prints the best milliseconds of some steps, the loss, and the sum of the gradient. */
int main(void)
{
    double best = 1e9, loss = 0.0, slope = 0.0;
    for (int i = 0; i < PARAMETERS; i++)
        parameters[i] = value_create(weights[i]);
    for (int round = 0; round < 10; round++) {
        struct timespec start, end;
        clock_gettime(CLOCK_MONOTONIC, &start);
        loss = step();
        clock_gettime(CLOCK_MONOTONIC, &end);
        double taken = (end.tv_sec - start.tv_sec) * 1e3 + (end.tv_nsec - start.tv_nsec) / 1e6;
        best = taken < best ? taken : best;
    }
    for (int i = 0; i < PARAMETERS; i++)
        slope += parameters[i]->grad;
    printf("%.17g %.17g %.17g\n", best, loss, slope);
    return 0;
}
