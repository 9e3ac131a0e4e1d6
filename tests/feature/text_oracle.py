#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes text_oracle.inc: what scikit-learn's TfidfVectorizer and TruncatedSVD and SciPy's svds make of TEXTS.

    /usr/bin/python3 tests/feature/text_oracle.py > tests/feature/text_oracle.inc

The first TRAINED texts are fitted to. Words are lower-case runs of letters, so that no tokeniser matters. The
texts are made of a Markov chain over invented words, so that neighbours say something.
"""
import numpy
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import svds
from sklearn.feature_extraction.text import TfidfVectorizer

TEXTS, TRAINED, WORDS, LSA, COLUMNS, WINDOW, SMOOTH, POWER = 60, 45, 30, 4, 6, 3, 0.75, 0.5
random = numpy.random.default_rng(12)
words = ["w" + chr(97 + i // 26) + chr(97 + i % 26) for i in range(WORDS)]
follows = random.dirichlet(numpy.full(WORDS, 0.2), WORDS)


def make_text():
    word, text = random.integers(WORDS), []
    for _ in range(random.integers(4, 25)):
        text.append(words[word])
        word = random.choice(WORDS, p=follows[word])
    return " ".join(text)


texts = [make_text() for _ in range(TEXTS)]
training = texts[:TRAINED]


def vectorizer(**options):
    return TfidfVectorizer(token_pattern=r"\S+", **options).fit(training)


def top(matrix, count):
    """Right singular vectors by svds to machine precision, the largest first, signs as thaw's."""
    _, values, right = svds(matrix.astype(float), k=count, tol=1e-14, random_state=1)
    order = numpy.argsort(-values)
    values, right = values[order], right[order]
    for row in right:
        if row[numpy.argmax(abs(row))] < 0:
            row *= -1
    return values, right


def word_vectors():
    known = sorted({word for text in training for word in text.split()})
    place = {word: i for i, word in enumerate(known)}
    counts = numpy.zeros((len(known), len(known)))
    for text in training:
        list_ = text.split()
        for i, word in enumerate(list_):
            for j in range(max(0, i - WINDOW), min(len(list_), i + WINDOW + 1)):
                if i != j:
                    counts[place[word], place[list_[j]]] += 1
    sums = counts.sum(0)
    share = sums**SMOOTH / (sums**SMOOTH).sum()
    with numpy.errstate(divide="ignore"):
        found = numpy.maximum(0, numpy.log(counts / (sums[:, None] * share[None, :])))
    values, right = top(csr_matrix(found.T), COLUMNS)
    vectors = right.T * values**POWER
    return {word: vectors[place[word]] for word in known}


def show(name, rows, type_="double"):
    rows = numpy.atleast_2d(rows)
    print(f"static const {type_} {name}[{rows.shape[0]}][{rows.shape[1]}] = {{")
    for row in rows:
        print("    {" + ", ".join(f"{x:.12g}" for x in row) + "},")
    print("};")


print("/* Written by text_oracle.py. */")
print(f"enum {{ TEXTS = {TEXTS}, TEXTS_TRAINED = {TRAINED}, WORD_COUNT = {WORDS}, LSA_COLUMNS = {LSA}, "
      f"VECTOR_COLUMNS = {COLUMNS}, VECTOR_WINDOW = {WINDOW} }};")
print("static const char *const WORD_LIST[WORD_COUNT] = {" + ", ".join(f'"{w}"' for w in words) + "};")
print("static const char *const TEXT_LIST[TEXTS] = {")
for text in texts:
    print(f'    "{text}",')
print("};")


def weights(fitted):
    """By text and word of WORD_LIST; 0 where the word is not known."""
    made = fitted.transform(texts).toarray()
    table = numpy.zeros((TEXTS, WORDS))
    for word, column in fitted.vocabulary_.items():
        table[:, words.index(word)] = made[:, column]
    return table


show("TFIDF", weights(vectorizer()))
show("TFIDF_CUT", weights(vectorizer(min_df=5, max_df=0.4, sublinear_tf=True, stop_words=[words[3]])))
fitted = vectorizer()
_, right = top(fitted.transform(training), LSA)
show("LSA", fitted.transform(texts) @ right.T)
vectors = word_vectors()
fitted = vectorizer()


def pooled(text, weigh):
    list_ = [word for word in text.split() if word in vectors]
    share = numpy.array([weigh(word) for word in list_])
    return share @ numpy.array([vectors[word] for word in list_]) / share.sum() if list_ else numpy.zeros(COLUMNS)


show("POOLED_MEAN", numpy.array([pooled(text, lambda word: 1.0) for text in texts]))
show("POOLED_TFIDF", numpy.array([pooled(text, lambda word: fitted.idf_[fitted.vocabulary_[word]]) for text in texts]))
