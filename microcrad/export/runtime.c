/* The runtime of an exported program: scalar nodes, the chain rule, and reference counts kept by hand.
 *
 * Who owns what: a new node has one reference, which belongs to whoever created it. Each operand slot of a new
 * node holds one reference to its operand. value_retain takes one more, value_release gives one back; at zero
 * the node is freed, and its slots release their operands in turn.
 *
 * Freed nodes stay in quarantine until main ends, so that every touch of one is noticed: it prints
 * "use after free LINE" or "double free LINE", with the program's line, and aborts. (A mark inside memory that
 * was really freed could not be trusted: compilers drop the write, and malloc hands the block out again.)
 * With -DREAL_FREE, nodes are freed at once and nothing is checked; that is for -fsanitize=address, which then
 * stops at the same lines. That build does not print what the names mean, as looking at them might touch
 * freed memory.
 *
 * Compile with: cc -std=c99 -ffp-contract=off FILE.c -lm
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Value Value;

struct Value {
    int ref_count;         /* how many references to this node there are */
    int n_prevs;           /* how many operand slots it has: 0, 1 or 2 */
    double data;           /* the number */
    double extra_data;     /* the operation's parameter, such as the exponent */
    Value *prev[2];        /* the operands in slot order; x*x has x twice */
    int op_code;           /* which operation computed it */
    unsigned magic;        /* LIVE, or FREED once the count has reached zero */
    double grad;           /* the slope of the last root with respect to this node */

    int retains;           /* auto ownership: how many of the program's own retains are not given back yet */
    int visited;           /* a walk over the graph has come by */
    int slot;              /* the slot that the walk looks at next */
    Value *link;           /* the next node of a walk, or in quarantine */
    Value *older, *newer;  /* its neighbours in the list of live nodes */
};

#define LIVE 0x56414C55u  /* the letters VALU */
#define FREED 0xDEADDEADu

int line;           /* the program's line that is running */
Value *newest;      /* all live nodes, newest first */
Value *quarantine;  /* all freed ones */
int live_count;

void stop(const char *why)
{
    fflush(stdout);
    fprintf(stderr, "%s %d\n", why, line);
    abort();
}

/* Every access through a name or a slot passes here. */
Value *value_check(Value *v)
{
#ifndef REAL_FREE
    if (v->magic != LIVE)
        stop("use after free");
#endif
    return v;
}

/* Keeps the compiler from computing a result itself: its pow and tanh may round differently from libm's. */
double opaque(double x)
{
    volatile double seen = x;
    return seen;
}

double number_power(double x, double k) { return pow(opaque(x), opaque(k)); }
double number_max(double x, double y) { return x < y ? y : x; }
double number_min(double x, double y) { return y < x ? y : x; }

double number_round(double x, double digits)
{
    char text[64];
    if (!(fabs(x) < 1e22)) return x;  /* It is whole, or not finite. */
    snprintf(text, sizeof text, "%.*f", (int)digits, x);
    return strtod(text, NULL);
}

Value *value_make(int op_code, Value *a, Value *b, double k);

/* --- generated from the table of operations --- */
enum { OP_LEAF, OP_ADD, OP_MUL, OP_POW, OP_EXP, OP_LOG, OP_RELU, OP_TANH, OP_SIN, OP_COS, OP_LEAKY_RELU };

double value_forward(int op_code, double a, double b, double k)
{
    switch (op_code) {
    case OP_LEAF: return a;
    case OP_ADD: return a + b;
    case OP_MUL: return a * b;
    case OP_POW: return pow(a, k);
    case OP_EXP: return exp(a);
    case OP_LOG: return log(a);
    case OP_RELU: return a < 0.0 ? 0.0 : a;
    case OP_TANH: return tanh(a);
    case OP_SIN: return sin(a);
    case OP_COS: return cos(a);
    case OP_LEAKY_RELU: return a < 0.0 ? 0.01 * a : a;
    }
    return NAN;  /* There is no other operation. */
}

/* The derivative of the result with respect to each slot. */
void value_differentiate(int op_code, double a, double b, double k, double out,
                         double local[2])
{
    switch (op_code) {
    case OP_ADD: local[0] = 1.0; local[1] = 1.0; break;
    case OP_MUL: local[0] = b; local[1] = a; break;
    case OP_POW: local[0] = k == 0.0 ? 0.0 : k * pow(a, k - 1.0); break;
    case OP_EXP: local[0] = out; break;
    case OP_LOG: local[0] = 1.0 / a; break;
    case OP_RELU: local[0] = 0.0 < out ? 1.0 : 0.0; break;
    case OP_TANH: local[0] = 1.0 - out * out; break;
    case OP_SIN: local[0] = cos(a); break;
    case OP_COS: local[0] = -sin(a); break;
    case OP_LEAKY_RELU: local[0] = 0.0 < out ? 1.0 : 0.01; break;
    }
}

Value *value_add(Value *a, Value *b) { return value_make(OP_ADD, a, b, 0.0); }
Value *value_mul(Value *a, Value *b) { return value_make(OP_MUL, a, b, 0.0); }
Value *value_pow(Value *a, double k) { return value_make(OP_POW, a, NULL, k); }
Value *value_exp(Value *a) { return value_make(OP_EXP, a, NULL, 0.0); }
Value *value_log(Value *a) { return value_make(OP_LOG, a, NULL, 0.0); }
Value *value_relu(Value *a) { return value_make(OP_RELU, a, NULL, 0.0); }
Value *value_tanh(Value *a) { return value_make(OP_TANH, a, NULL, 0.0); }
Value *value_sin(Value *a) { return value_make(OP_SIN, a, NULL, 0.0); }
Value *value_cos(Value *a) { return value_make(OP_COS, a, NULL, 0.0); }
Value *value_leaky_relu(Value *a) { return value_make(OP_LEAKY_RELU, a, NULL, 0.0); }
/* --- end of what is generated --- */

/* --- making nodes --- */

/* A new node with one reference, the caller's; each slot takes a reference of its own. */
Value *value_make(int op_code, Value *a, Value *b, double k)
{
    double x = a ? opaque(value_check(a)->data) : 0.0;
    double y = b ? opaque(value_check(b)->data) : 0.0;
    Value *v = malloc(sizeof *v);
    if (!v)
        stop("out of memory");
    *v = (Value){.ref_count = 1, .prev = {a, b}, .op_code = op_code, .magic = LIVE, .extra_data = k};
    v->n_prevs = (a != NULL) + (b != NULL);
    v->data = value_forward(op_code, x, y, opaque(k));
    for (int slot = 0; slot < v->n_prevs; slot++)
        v->prev[slot]->ref_count++;
    v->older = newest;
    if (newest)
        newest->newer = v;
    newest = v;
    live_count++;
    return v;
}

Value *value_create(double data)
{
    Value *v = value_make(OP_LEAF, NULL, NULL, 0.0);
    v->data = data;
    return v;
}

/* --- references --- */

Value *value_retain(Value *v)
{
    value_check(v)->ref_count++;
    return v;
}

/* The node is dead: take it out of the list of live nodes. */
static void bury(Value *v)
{
    v->magic = FREED;
    if (v->newer)
        v->newer->older = v->older;
    else
        newest = v->older;
    if (v->older)
        v->older->newer = v->newer;
    live_count--;
}

static void dispose(Value *v)
{
#ifdef REAL_FREE
    free(v);
#else
    v->link = quarantine;
    quarantine = v;
#endif
}

/* Gives one reference back. The cascade is a loop, not a recursion: the dying wait in a list, deepest first,
 * each until its last slot has released its operand. */
void value_release(Value *v)
{
    Value *dying = NULL;
    while (v) {
#ifndef REAL_FREE
        if (v->magic != LIVE)
            stop("double free");
#endif
        if (--v->ref_count == 0) {
            bury(v);
            v->slot = 0;
            v->link = dying;
            dying = v;
        }
        while (dying && dying->slot == dying->n_prevs) {
            Value *dead = dying;
            dying = dying->link;
            dispose(dead);
        }
        v = dying ? dying->prev[dying->slot++] : NULL;
    }
}

/* --- operations made of others: what they create on the way, they release --- */

Value *value_neg(Value *a)
{
    Value *minus_one = value_create(-1.0);
    Value *result = value_mul(a, minus_one);
    value_release(minus_one);
    return result;
}

Value *value_sub(Value *a, Value *b)
{
    Value *negated = value_neg(b);
    Value *result = value_add(a, negated);
    value_release(negated);
    return result;
}

Value *value_div(Value *a, Value *b)
{
    Value *inverse = value_pow(b, -1.0);
    Value *result = value_mul(a, inverse);
    value_release(inverse);
    return result;
}

Value *value_sqrt(Value *a) { return value_pow(a, 0.5); }

/* a to the power of another node: exp(b * log(a)). */
Value *value_pow_value(Value *a, Value *b)
{
    Value *logarithm = value_log(a);
    Value *product = value_mul(b, logarithm);
    Value *result = value_exp(product);
    value_release(product);
    value_release(logarithm);
    return result;
}

/* 1 / (1 + exp(-a)) */
Value *value_sigmoid(Value *a)
{
    Value *negated = value_neg(a);
    Value *exponential = value_exp(negated);
    Value *one = value_create(1.0);
    Value *denominator = value_add(one, exponential);
    value_release(one);
    Value *numerator = value_create(1.0);
    Value *result = value_div(numerator, denominator);
    value_release(numerator);
    value_release(denominator);
    value_release(exponential);
    value_release(negated);
    return result;
}

/* --- the chain rule --- */

/* All nodes that root depends on, users before operands: the reverse of a depth-first post-order, slot 0
 * first. `link` is first the way back to the root, then the next node of the result. */
static Value *topological_order(Value *root)
{
    Value *order = NULL, *path = value_check(root);
    root->visited = 1;
    root->slot = 0;
    root->link = NULL;
    while (path) {
        Value *v = path;
        if (v->slot == v->n_prevs) {
            path = v->link;
            v->link = order;
            order = v;
            continue;
        }
        Value *operand = value_check(v->prev[v->slot++]);
        if (!operand->visited) {
            operand->visited = 1;
            operand->slot = 0;
            operand->link = path;
            path = operand;
        }
    }
    return order;
}

/* Adds the slope of root with respect to each node it depends on to that node's grad. */
void value_backward(Value *root)
{
    Value *order = topological_order(root);
    root->grad = 1.0;
    for (Value *v = order; v; v = v->link) {
        double a = v->n_prevs > 0 ? opaque(v->prev[0]->data) : 0.0;
        double b = v->n_prevs > 1 ? opaque(v->prev[1]->data) : 0.0;
        double local[2] = {0.0, 0.0};
        value_differentiate(v->op_code, a, b, opaque(v->extra_data), opaque(v->data), local);
        for (int slot = 0; slot < v->n_prevs; slot++)
            v->prev[slot]->grad += local[slot] * v->grad;
        v->visited = 0;
    }
}

void value_zero_grad(void)
{
    for (Value *v = newest; v; v = v->older)
        v->grad = 0.0;
}

/* --- what a program does with its names --- */

double value_data(Value *v) { return value_check(v)->data; }
double value_grad(Value *v) { return value_check(v)->grad; }
void value_set_data(Value *v, double x) { value_check(v)->data = x; }
void value_set_grad(Value *v, double x) { value_check(v)->grad = x; }

void name_needed(Value *name)
{
    if (!name)
        stop("no value");
}

/* Auto ownership: the name takes over the reference of its new node (or NULL), then lets the old one go. */
void name_set(Value **name, Value *v)
{
    Value *old = *name;
    *name = v;
    if (old)
        value_release(old);
}

/* Auto ownership: the program may give back only what it has retained itself. */
void program_retain(Value *v) { value_retain(v)->retains++; }

void program_release(Value *v)
{
    if (value_check(v)->retains == 0)
        stop("not retained");
    v->retains--;
    value_release(v);
}

double uniform(double low, double high, double draw) { return low + (high - low) * draw; }

/* --- printing --- */

static void put(double x)
{
    if (isnan(x))
        fputs("nan", stdout);  /* printf shows its sign, which means nothing. */
    else
        printf("%.17g", x);
}

void print_number(const char *text, double x)
{
    printf("print %s = ", text);
    put(x);
    puts("");
}

/* What a `print` of texts and numbers says, a piece at a time. */
void print_text(const char *text) { fputs(text, stdout); }

void print_plain(const char *format, double x)
{
    if (isnan(x))
        fputs("nan", stdout);
    else
        printf(format, x);
}

void print_value(const char *text, Value *v)
{
    double data = value_check(v)->data;  /* Nothing is printed of a freed node. */
    printf("print %s = ", text);
    put(data);
    fputs(" grad ", stdout);
    put(v->grad);
    puts("");
}

/* The name's node at the end: `name data grad ref_count`, or `name freed`. */
void name_show(const char *name, Value *v)
{
#ifdef REAL_FREE
    (void)name, (void)v;
#else
    if (!v)
        return;
    if (v->magic != LIVE) {
        printf("%s freed\n", name);
        return;
    }
    printf("%s ", name);
    put(v->data);
    fputs(" ", stdout);
    put(v->grad);
    printf(" %d\n", v->ref_count);
#endif
}

/* Prints the number of live nodes and empties the quarantine: what malloc has given and not got back from
 * here on is leaked. */
int program_end(void)
{
    printf("live %d\n", live_count);
    while (quarantine) {
        Value *dead = quarantine;
        quarantine = dead->link;
        free(dead);
    }
    return 0;
}
