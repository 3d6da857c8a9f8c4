/* micrograd's demo step written by hand for this one network: what benchmarks/tape.py compiles with
 * -O3 -march=native after the arrays `points` and `labels` with SAMPLES, as the limit of what can be had.
 * Parameters lie as the library has them: a row a neuron, its weights and then its bias. */

#define HIDDEN 16
#define STRENGTH 1e-4

static const double *first, *second, *last;

/* The loss; `gradient` has room for all 337 parameters. */
double demo_step(const double *weights, double *gradient)
{
    double total = 0, h1[HIDDEN], h2[HIDDEN], d1[HIDDEN];
    double *g1 = gradient, *g2 = g1 + HIDDEN * 3, *g3 = g2 + HIDDEN * (HIDDEN + 1);
    first = weights;
    second = first + HIDDEN * 3;
    last = second + HIDDEN * (HIDDEN + 1);
    for (int i = 0; i < 337; i++)
        gradient[i] = 2 * STRENGTH * weights[i];
    for (int s = 0; s < SAMPLES; s++) {
        const double x = points[s][0], y = points[s][1];
        double score = last[HIDDEN];
        for (int i = 0; i < HIDDEN; i++) {
            double sum = first[3 * i] * x + first[3 * i + 1] * y + first[3 * i + 2];
            h1[i] = sum > 0 ? sum : 0;
        }
        for (int i = 0; i < HIDDEN; i++) {
            const double *w = second + i * (HIDDEN + 1);
            double sum = w[HIDDEN];
            for (int j = 0; j < HIDDEN; j++)
                sum += w[j] * h1[j];
            h2[i] = sum > 0 ? sum : 0;
            score += last[i] * h2[i];
        }
        double margin = 1 - labels[s] * score;
        if (margin <= 0)
            continue;
        total += margin;
        double up = -labels[s] / SAMPLES;
        for (int j = 0; j < HIDDEN; j++)
            d1[j] = 0;
        for (int i = 0; i < HIDDEN; i++) {
            const double *w = second + i * (HIDDEN + 1);
            double *g = g2 + i * (HIDDEN + 1), d = h2[i] > 0 ? up * last[i] : 0;
            g3[i] += up * h2[i];
            for (int j = 0; j < HIDDEN; j++) {
                g[j] += d * h1[j];
                d1[j] += d * w[j];
            }
            g[HIDDEN] += d;
        }
        g3[HIDDEN] += up;
        for (int i = 0; i < HIDDEN; i++) {
            double d = h1[i] > 0 ? d1[i] : 0;
            g1[3 * i] += d * x;
            g1[3 * i + 1] += d * y;
            g1[3 * i + 2] += d;
        }
    }
    double squares = 0;
    for (int i = 0; i < 337; i++)
        squares += weights[i] * weights[i];
    return total / SAMPLES + STRENGTH * squares;
}

/* So many steps, each at a rate of its own. */
void descend(double *weights, const double *rates, int steps)
{
    double gradient[337];
    for (int k = 0; k < steps; k++) {
        demo_step(weights, gradient);
        for (int i = 0; i < 337; i++)
            weights[i] -= rates[k] * gradient[i];
    }
}
