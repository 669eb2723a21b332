"""The other side of small-data.ts: reads a request from stdin, trains scikit-learn's MLPClassifier, and writes data, folds and
accuracies to stdout, all as JSON. Features are standardized over the whole set, so that both sides get the same numbers.
"""

import json
import sys
import warnings

import sklearn
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import scale

warnings.simplefilter("ignore", ConvergenceWarning)


def snake(name):
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def accuracy(x, y, folds, seeds, options):
    options = {snake(key): value for key, value in options.items()}
    scores = []
    for seed in seeds:
        for train, test in folds:
            model = MLPClassifier(**options, random_state=seed).fit(x[train], y[train])
            scores.append(model.score(x[test], y[test]))
    return sum(scores) / len(scores)


def main():
    request = json.load(sys.stdin)
    answer = {"version": sklearn.__version__, "sets": []}
    for name in request["sets"]:
        x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
        x = scale(x)
        folds = list(StratifiedKFold(request["folds"], shuffle=True, random_state=0).split(x, y))
        answer["sets"].append(
            {
                "name": name,
                "x": x.tolist(),
                "y": y.tolist(),
                "folds": [{"train": train.tolist(), "test": test.tolist()} for train, test in folds],
                "accuracies": [accuracy(x, y, folds, request["seeds"], options) for options in request["options"]],
            }
        )
    json.dump(answer, sys.stdout)


main()
