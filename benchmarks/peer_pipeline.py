"""What `ogive fit` is measured against: the same job by pandas and scikit-learn, as people write it.

Reads the CSV, cross-validates a pipeline of scaling, one-hot encoding and unpenalised logistic regression on
five folds, scores the held-out probabilities, fits the final model, and prints the AUC as JSON. The options
are the choices that change its speed; `pipeline.py` tries them and keeps the fastest.
"""

from __future__ import annotations

import argparse
import json
import os
import warnings

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def main() -> None:
    """Do the whole job."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("csv")
    parser.add_argument("--engine", choices=("c", "pyarrow"), default="c")
    parser.add_argument("--as-category", action="store_true", help="read strings as pandas categories")
    parser.add_argument("--dense", action="store_true", help="expand the one-hot columns")
    parser.add_argument("--solver", default="lbfgs")
    parser.add_argument("--tol", type=float, default=1e-4)
    parser.add_argument("--jobs", type=int, default=1, help="folds at a time")
    parser.add_argument("--check", action="store_true", help="print the final log loss too; not for timing")
    options = parser.parse_args()
    warnings.simplefilter("ignore")

    categories = [f"c{j}" for j in range(5)]
    dtype = dict.fromkeys(categories, "category") if options.as_category else None
    table = pd.read_csv(options.csv, engine=options.engine, dtype=dtype)
    y = table.pop("outcome").to_numpy()
    numbers = [name for name in table if name not in categories]
    model = make_pipeline(
        ColumnTransformer(
            [
                ("numbers", StandardScaler(), numbers),
                ("categories", OneHotEncoder(drop="first", sparse_output=not options.dense), categories),
            ],
            sparse_threshold=0.0 if options.dense else 1.0,
        ),
        LogisticRegression(C=np.inf, solver=options.solver, tol=options.tol, max_iter=10_000),
    )
    if options.jobs > 1:  # the folds share the two threads
        os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    held_out = cross_val_predict(model, table, y, cv=folds, method="predict_proba", n_jobs=options.jobs)[:, 1]
    answer = {"auc": roc_auc_score(y, held_out)}
    model.fit(table, y)
    if options.check:
        answer["log loss"] = log_loss(y, model.predict_proba(table)[:, 1])
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
