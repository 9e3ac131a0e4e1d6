/* SPDX-License-Identifier: MIT
 *
 * The upper tail of t is half an incomplete beta function (Abramowitz and Stegun 1964, 26.7.1 and
 * 26.5.8), computed from its continued fraction by Lentz's algorithm. The quantile is found by
 * Newton's method from below. The tail is convex, so no step overshoots.
 */
#include "config.h"

#include "evaluate/student.h"

#include <assert.h>
#include <float.h>
#include <math.h>

enum { TERMS = 20000, STEPS = 1000 };

static double away_from_zero(double value)
{
    return fabs(value) < 1e-300 ? 1e-300 : value;
}

/* I_x(a, b) for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b)
{
    double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), result = d;
    for (int m = 1; m < TERMS; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / away_from_zero(1 + even * d);
        c = away_from_zero(1 + even / c);
        result *= d * c;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / away_from_zero(1 + odd * d);
        c = away_from_zero(1 + odd / c);
        double factor = d * c;
        result *= factor;
        if (fabs(factor - 1) < DBL_EPSILON)
            break;
    }
    double scale = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x);
    return exp(scale) * result / a;
}

static double incomplete_beta(double x, double a, double b)
{
    if (x < (a + 1) / (a + b + 2))
        return beta_fraction(x, a, b);
    return 1 - beta_fraction(1 - x, b, a);
}

/* The probability that t is above `t` > 0. */
static double tail(double t, double degrees)
{
    double below = t * t / (degrees + t * t); /* 1 - x, computed without losing a small t */
    if (below < 1.5 / (degrees / 2 + 2.5))
        return 0.5 - 0.5 * beta_fraction(below, 0.5, degrees / 2);
    return 0.5 * incomplete_beta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

static double density(double t, double degrees)
{
    double scale = lgamma((degrees + 1) / 2) - lgamma(degrees / 2) - log(degrees * M_PI) / 2;
    return exp(scale - (degrees + 1) / 2 * log1p(t * t / degrees));
}

double student_quantile(double probability, double degrees)
{
    assert(probability >= 0.5 && probability < 1 && degrees > 0);
    double above = 1 - probability, t = 0, missing = 0.5 - above;
    for (int i = 0; i < STEPS && missing > 0; i++) {
        double step = missing / density(t, degrees);
        t += step;
        missing = step > 4 * DBL_EPSILON * t ? tail(t, degrees) - above : 0;
    }
    return t;
}

/* Abramowitz and Stegun 1964, 26.7.3 and 26.7.4: a finite sum in the angle atan(t / sqrt(degrees)).
 * Far out its terms cancel, so the continued fraction is used there. */
double student_outside(double t, unsigned degrees)
{
    double cosine = degrees / (degrees + t * t), root = sqrt(cosine);
    double sine = t / sqrt(degrees + t * t), term, sum;
    if (degrees == 1)
        return 2 / M_PI * atan2(1, t);
    if (degrees == 2)
        return 2 / ((2 + t * t) + t * sqrt(2 + t * t));
    if (degrees > 200 || cosine < 0.05)
        return 2 * tail(t, degrees);
    term = sum = degrees % 2 ? root : 1;
    for (unsigned i = degrees % 2 ? 3 : 2; i < degrees; i += 2)
        sum += term *= cosine * (i - 1) / i;
    double outside = 1 - sine * sum;
    if (degrees % 2)
        outside = 1 - 2 / M_PI * (atan(t / sqrt(degrees)) + sine * sum);
    return outside > 1e-3 ? outside : 2 * tail(t, degrees);
}
