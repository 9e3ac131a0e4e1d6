/* SPDX-License-Identifier: MIT
 *
 * Metrics of the order of one task's rows: who is ranked first by the predictions. All but nDCG
 * take a row for relevant or not: its truth is at least a threshold.
 *
 * Ties of predictions are averaged over all orders (McSherry and Najork 2008, "Computing
 * information retrieval performance measures efficiently in the presence of tied scores"). A
 * prediction that is NaN ranks last.
 *
 * A task is degenerate for a metric if every order of its rows has the same value: all rows are
 * relevant, or none is; the cutoff is not below the number of rows; whatever stands at the first
 * ranks of a hit rate, one of it is relevant. Such a task says nothing and belongs in no mean.
 */
#ifndef EVALUATE_RANKING_H
#define EVALUATE_RANKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Name, key, name for users, whether it has a cutoff. n rows, r of them relevant, k the cutoff. */
#define RANKINGS(X)                                                                                \
    /* metric_ndcg (evaluate.h): gain 2^rating - 1, discount log2(rank + 1) */                     \
    X(NDCG, "ndcg", "nDCG", true)                                                                  \
    /* the same with the gain rating, as scikit-learn's ndcg_score has it */                       \
    X(NDCG_LINEAR, "ndcg_linear", "nDCG linear", true)                                             \
    /* pairs of a relevant and another row in the right order, a tie counts half; of r (n - r) */  \
    X(AUC, "auc", "AUC", false)                                                                    \
    /* the mean over relevant rows of the share of relevant rows from the first down to it */      \
    X(MAP, "map", "MAP", false)                                                                    \
    /* 1 / the rank of the first relevant row */                                                   \
    X(MRR, "mrr", "MRR", false)                                                                    \
    /* relevant rows among the first k, divided by k */                                            \
    X(PRECISION, "precision", "precision", true)                                                   \
    /* relevant rows among the first k, divided by r */                                            \
    X(RECALL, "recall", "recall", true)                                                            \
    /* whether any of the first k is relevant */                                                   \
    X(HIT, "hit", "hit", true)

enum ranking_kind {
    RANKING_NONE,
#define X(name, key, shown, cuts) RANKING_##name,
    RANKINGS(X)
#undef X
        RANKING_KIND_COUNT
};

struct ranking_metric {
    enum ranking_kind kind;
    uint32_t cutoff; /* 0 for a kind without one */
    float relevant;  /* the least truth of a relevant row; not used by nDCG */
};

enum { RANKING_TEXT = 24, RANKING_CUTOFF = 5, RANKING_CUTOFF_MOST = 10000 };

/* That kind with the cutoff RANKING_CUTOFF, without a threshold. */
struct ranking_metric ranking_usual(enum ranking_kind kind);
/* Reads "auc", "precision@10", "precision10", or "precision" with the cutoff RANKING_CUTOFF, in
 * letters of any case. Leaves `relevant`. False if it is none of them. */
bool ranking_read(const char *text, struct ranking_metric *ranking);
/* "auc", "precision10" */
char *ranking_key(const struct ranking_metric *ranking, char text[RANKING_TEXT]);
/* "AUC", "precision@10" */
char *ranking_name(const struct ranking_metric *ranking, char text[RANKING_TEXT]);
/* Whether rows are relevant or not for it: so for AUC and all kinds behind it. */
bool ranking_needs_relevant(enum ranking_kind kind);

/* Whether the task is not degenerate. It depends on the truth alone. */
bool ranking_counts(const struct ranking_metric *ranking, const float *truth, size_t count);
/* The metric of a task, expected over the orders of ties; NaN unless ranking_counts. */
double ranking_value(const struct ranking_metric *ranking, const double *predictions,
                     const float *truth, size_t count);

#endif
