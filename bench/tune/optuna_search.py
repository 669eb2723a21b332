"""The searches of search.ts by Optuna: prints {problem: {sampler: [best value of each seed]}} as JSON.

python optuna_search.py SEEDS TRIALS TABLES.json
"""

import json
import math
import sys
import warnings

import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.CRITICAL)

A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P = [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
]


def branin(t):
    x, y = t.suggest_float("x", -5, 10), t.suggest_float("y", 0, 15)
    return (
        (y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6) ** 2
        + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x)
        + 10
    )


def hartmann6(t):
    x = [t.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    return -sum(
        w * math.exp(-sum(A[i][j] * (x[j] - P[i][j] / 1e4) ** 2 for j in range(6)))
        for i, w in enumerate([1, 1.2, 3, 3.2])
    )


def conditional_optimizer(t):
    rate = math.log10(t.suggest_float("learningRate", 1e-5, 1, log=True))
    if t.suggest_categorical("optimizer", ["sgd", "adam"]) == "adam":
        beta = math.log10(1 - t.suggest_float("beta", 0.5, 0.999))
        return (rate + 3) ** 2 + 0.5 * (beta + 1) ** 2
    return 0.3 + (rate + 1) ** 2 + 3 * (t.suggest_float("momentum", 0, 0.99) - 0.9) ** 2


def conditional_layers(t):
    layers = t.suggest_int("layers", 1, 3)
    cost = 0.4 * (layers - 2) ** 2 + 4 * (t.suggest_float("dropout", 0, 0.8) - 0.2) ** 2
    for i in range(layers):
        cost += 0.5 / layers * (math.log2(t.suggest_int(f"units{i}", 4, 256, log=True)) - 6 + i) ** 2
    return cost


def table_problem(table):
    def objective(t):
        place = 0
        for axis in table["axes"]:
            if axis["kind"] == "categorical":
                chosen = axis["choices"].index(t.suggest_categorical(axis["name"], axis["choices"]))
                count = len(axis["choices"])
            else:
                count = axis["count"]
                chosen = t.suggest_int(axis["name"], 0, count - 1)
            place = place * count + chosen
        return table["losses"][place]

    return objective


seeds, trials = int(sys.argv[1]), int(sys.argv[2])
problems = {
    "branin": branin,
    "hartmann6": hartmann6,
    "conditional optimizer": conditional_optimizer,
    "conditional layers": conditional_layers,
}
if len(sys.argv) > 3:
    with open(sys.argv[3]) as file:
        for table in json.load(file):
            problems[table["name"]] = table_problem(table)
samplers = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
}
results = {}
for problem, objective in problems.items():
    results[problem] = {}
    for name, make in samplers.items():
        best = []
        for seed in range(seeds):
            study = optuna.create_study(sampler=make(seed))
            study.optimize(objective, n_trials=trials)
            best.append(study.best_value)
        results[problem][name] = best
print(json.dumps({"optuna": optuna.__version__, "results": results}))
