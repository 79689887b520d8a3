"""The same model under another choice of reference levels: a linear map of its coefficients."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.data import Encoding


def recoding(to: Encoding, of: Encoding) -> Vector | None:
    """Return D with `coefficients(to) = D @ coefficients(of)`, intercept first; None where no such map exists.

    Where a category has reference level a in `of` and b in `to`, the level a has no coefficient in `of` and b none
    in `to`. The same linear predictor then needs intercept + b_b, and for each level the coefficient b_l - b_b:

    >>> from ogive.data import infer_schema, learn_encoding, load_columns, read_table
    >>> table = read_table({"colour": list("rrggb"), "y": [0, 1, 0, 1, 1]})
    >>> schema = infer_schema(table, target="y")
    >>> columns = load_columns(table, schema)
    >>> first = learn_encoding(schema, columns, rows=np.array([True, True, True, False, True]))
    >>> second = learn_encoding(schema, columns, rows=np.array([True, False, True, True, True]))
    >>> first.column_names, second.column_names
    (('colour: b', 'colour: g'), ('colour: b', 'colour: r'))
    >>> recoding(second, first)
    array([[ 1.,  0.,  1.],
           [ 0.,  1., -1.],
           [ 0.,  0., -1.]])
    """
    names, known = to.column_names, of.column_names
    terms, known_terms = to.term_columns, of.term_columns
    if len(names) != len(known) or set(terms) != set(known_terms):
        return None
    place = {name: i for i, name in enumerate(known, 1)}
    map_ = np.zeros((len(names) + 1, len(known) + 1))
    map_[0, 0] = 1.0
    for term, columns in terms.items():
        mine = [names[j] for j in columns]
        theirs = {known[j] for j in known_terms[term]}
        gone, new = theirs - set(mine), set(mine) - theirs
        if len(gone) != len(new) or len(new) > 1 or (new and to.term(term).kind != "category"):
            return None
        for j, name in zip(columns, mine, strict=True):
            if name not in new:
                map_[j + 1, place[name]] = 1.0
            if new:  # the reference level has moved
                map_[j + 1, place[next(iter(gone))]] = -1.0
        if new:
            map_[0, place[next(iter(gone))]] = 1.0
    return map_
