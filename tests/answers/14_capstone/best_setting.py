# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the best mean | visible: a wide setting with the best run | the best single run; the last run counts; medians of the runs |
# | at least: a mean on the bar passes | visible: the mean of b is the bar | more than the bar; more than the bar, the best too |
# | within one standard error | visible and hidden | the best mean; the simplest of all; two standard errors |
# | the standard error of the best setting | visible: a wide, simpler one | the standard error of the simpler setting; the largest standard error |
# | the standard deviation divided by the root of the number | visible: A close to the bar; hidden | a standard deviation in place of the error; divides by the number |
# | n - 1 in the denominator | visible: A close to the bar; hidden: two runs each | n in the denominator |
# | the least effort | visible and hidden | the most effort; the first that passes |
# | of equally simple ones the highest mean | visible: equal efforts | the first of equally simple ones |
# | what else is in it must not matter | visible: test scores that point elsewhere | chooses by test |
# | runs in any order | visible: by seed | takes neighbours for one setting |
# | the log is not changed | visible, after the call | writes means into the log |
# | ValueError if fewer than 2 runs | bad input | a single run is accepted |
# | any way to do it | visible and hidden | loops alone; NumPy and masks; pairs of name and effort, SciPy's standard error |


# %% right: loops alone
def best_setting(log):
    scores = {}
    for row in log:
        scores[row["setting"]] = [*scores.get(row["setting"], []), row["val"]]
    table = []
    for name, values in scores.items():
        k = len(values)
        if k < 2:
            raise ValueError(f"{name} has a single run")
        mean = sum(values) / k
        error = (sum((value - mean) ** 2 for value in values) / (k - 1) / k) ** 0.5
        effort = next(row["effort"] for row in log if row["setting"] == name)
        table.append((mean, error, effort, name))
    mean, error, _, _ = max(table)
    allowed = [(effort, -m, name) for m, _, effort, name in table if m >= mean - error]
    return min(allowed)[2]


# %% right: NumPy and masks
def best_setting(log):
    setting = np.array([row["setting"] for row in log])
    val, effort = (np.array([float(row[key]) for row in log]) for key in ("val", "effort"))
    names, counts = np.unique(setting, return_counts=True)
    if counts.min() < 2:
        raise ValueError("every setting needs two runs")
    means = np.array([val[setting == name].mean() for name in names])
    efforts = np.array([effort[setting == name][0] for name in names])
    best = means.argmax()
    bar = means[best] - val[setting == names[best]].std(ddof=1) / counts[best] ** 0.5
    order = np.lexsort((-means, efforts))
    return str(names[[k for k in order if means[k] >= bar][0]])


# %% wrong: the best mean
# says: best mean
def best_setting(log):
    runs = {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
    if min(len(values) for values in runs.values()) < 2:
        raise ValueError("a single run")
    return max(runs, key=lambda name: np.mean(runs[name]))


# %% wrong: the best single run
def best_setting(log):
    names = [row["setting"] for row in log]
    if min(names.count(name) for name in names) < 2:
        raise ValueError("a single run")
    return max(log, key=lambda row: row["val"])["setting"]


# %% wrong: the last run counts
def best_setting(log):
    names = [row["setting"] for row in log]
    if min(names.count(name) for name in names) < 2:
        raise ValueError("a single run")
    last = {row["setting"]: row["val"] for row in log}
    return max(last, key=last.get)


# %% wrong: the simplest of all
# says: one standard error
def best_setting(log):
    names = [row["setting"] for row in log]
    if min(names.count(name) for name in names) < 2:
        raise ValueError("a single run")
    return min(log, key=lambda row: row["effort"])["setting"]


# %% wrong: two standard errors
# says: ONE standard error
def best_setting(log):
    runs, effort = {}, {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
        effort[row["setting"]] = row["effort"]
    if min(len(values) for values in runs.values()) < 2:
        raise ValueError("a single run")
    means = {name: np.mean(values) for name, values in runs.items()}
    best = max(means, key=means.get)
    bar = means[best] - 2.01 * np.std(runs[best], ddof=1) / len(runs[best]) ** 0.5
    return min((name for name in means if means[name] >= bar), key=lambda name: (effort[name], -means[name]))


# %% wrong: the standard error of the simpler setting
# says: BEST setting
def best_setting(log):
    runs, effort = {}, {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
        effort[row["setting"]] = row["effort"]
    if min(len(values) for values in runs.values()) < 2:
        raise ValueError("a single run")
    means = {name: np.mean(values) for name, values in runs.items()}
    reach = {name: np.std(values, ddof=1) / len(values) ** 0.5 for name, values in runs.items()}
    best = max(means.values())
    passed = [name for name in means if means[name] + reach[name] >= best]
    return min(passed, key=lambda name: (effort[name], -means[name]))


# %% wrong: the largest standard error
def best_setting(log):
    runs, effort = {}, {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
        effort[row["setting"]] = row["effort"]
    if min(len(values) for values in runs.values()) < 2:
        raise ValueError("a single run")
    means = {name: np.mean(values) for name, values in runs.items()}
    reach = max(np.std(values, ddof=1) / len(values) ** 0.5 for values in runs.values())
    passed = [name for name in means if means[name] + reach >= max(means.values())]
    return min(passed, key=lambda name: (effort[name], -means[name]))


# %% wrong: a standard deviation in place of the error
# says: root of the runs
def best_setting(log):
    runs, effort = {}, {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
        effort[row["setting"]] = row["effort"]
    if min(len(values) for values in runs.values()) < 2:
        raise ValueError("a single run")
    means = {name: np.mean(values) for name, values in runs.items()}
    best = max(means, key=means.get)
    bar = means[best] - np.std(runs[best], ddof=1)
    return min((name for name in means if means[name] >= bar), key=lambda name: (effort[name], -means[name]))


# %% wrong: divides by the number
# says: ROOT
def best_setting(log):
    runs, effort = {}, {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
        effort[row["setting"]] = row["effort"]
    if min(len(values) for values in runs.values()) < 2:
        raise ValueError("a single run")
    means = {name: np.mean(values) for name, values in runs.items()}
    best = max(means, key=means.get)
    bar = means[best] - np.std(runs[best], ddof=1) / len(runs[best])
    return min((name for name in means if means[name] >= bar), key=lambda name: (effort[name], -means[name]))


# %% wrong: n in the denominator
# says: ddof=1
def best_setting(log):
    runs, effort = {}, {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
        effort[row["setting"]] = row["effort"]
    if min(len(values) for values in runs.values()) < 2:
        raise ValueError("a single run")
    means = {name: np.mean(values) for name, values in runs.items()}
    best = max(means, key=means.get)
    bar = means[best] - np.std(runs[best]) / len(runs[best]) ** 0.5
    return min((name for name in means if means[name] >= bar), key=lambda name: (effort[name], -means[name]))


# %% wrong: the most effort
def best_setting(log):
    runs, effort = {}, {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
        effort[row["setting"]] = row["effort"]
    if min(len(values) for values in runs.values()) < 2:
        raise ValueError("a single run")
    means = {name: np.mean(values) for name, values in runs.items()}
    best = max(means, key=means.get)
    bar = means[best] - np.std(runs[best], ddof=1) / len(runs[best]) ** 0.5
    return max((name for name in means if means[name] >= bar), key=lambda name: (effort[name], means[name]))


# %% wrong: the first that passes
def best_setting(log):
    runs = {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
    if min(len(values) for values in runs.values()) < 2:
        raise ValueError("a single run")
    means = {name: np.mean(values) for name, values in runs.items()}
    best = max(means, key=means.get)
    bar = means[best] - np.std(runs[best], ddof=1) / len(runs[best]) ** 0.5
    return next(name for name in means if means[name] >= bar)


# %% wrong: the first of equally simple ones
# says: higher mean
def best_setting(log):
    runs, effort = {}, {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
        effort[row["setting"]] = row["effort"]
    if min(len(values) for values in runs.values()) < 2:
        raise ValueError("a single run")
    means = {name: np.mean(values) for name, values in runs.items()}
    best = max(means, key=means.get)
    bar = means[best] - np.std(runs[best], ddof=1) / len(runs[best]) ** 0.5
    return min((name for name in means if means[name] >= bar), key=effort.get)


# %% wrong: chooses by test
# says: test
def best_setting(log):
    names = [row["setting"] for row in log]
    if min(names.count(name) for name in names) < 2:
        raise ValueError("a single run")
    return max(log, key=lambda row: row.get("test", row["val"]))["setting"]


# %% wrong: takes neighbours for one setting
def best_setting(log):
    names = list(dict.fromkeys(row["setting"] for row in log))
    k = len(log) // len(names)
    if len(log) < 2 * len(names):
        raise ValueError("a single run")
    blocks = [log[start : start + k] for start in range(0, len(log), k)]
    means = [np.mean([row["val"] for row in block]) for block in blocks]
    best = int(np.argmax(means))
    bar = means[best] - np.std([row["val"] for row in blocks[best]], ddof=1) / k**0.5
    passed = [place for place in range(len(means)) if means[place] >= bar]
    return blocks[min(passed, key=lambda p: (blocks[p][0]["effort"], -means[p]))][0]["setting"]


# %% wrong: writes means into the log
# says: changed log
def best_setting(log):
    runs, effort = {}, {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
        effort[row["setting"]] = row["effort"]
    if min(len(values) for values in runs.values()) < 2:
        raise ValueError("a single run")
    for row in log:
        row["mean"] = float(np.mean(runs[row["setting"]]))
    means = {name: np.mean(values) for name, values in runs.items()}
    best = max(means, key=means.get)
    bar = means[best] - np.std(runs[best], ddof=1) / len(runs[best]) ** 0.5
    return min((name for name in means if means[name] >= bar), key=lambda name: (effort[name], -means[name]))


# %% wrong: a single run is accepted
# says: expected a ValueError
def best_setting(log):
    runs, effort = {}, {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
        effort[row["setting"]] = row["effort"]
    means = {name: np.mean(values) for name, values in runs.items()}
    best = max(means, key=means.get)
    error = np.std(runs[best], ddof=1) / len(runs[best]) ** 0.5 if len(runs[best]) > 1 else 0
    bar = means[best] - error
    return min((name for name in means if means[name] >= bar), key=lambda name: (effort[name], -means[name]))


# %% wrong: medians of the runs
# says: not single runs or medians
def best_setting(log):
    runs, effort = {}, {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
        effort[row["setting"]] = row["effort"]
    if min(map(len, runs.values())) < 2:
        raise ValueError("a single run")
    best = max(runs, key=lambda name: np.median(runs[name]))
    bar = np.median(runs[best]) - stats.sem(runs[best])
    passed = [name for name in runs if np.median(runs[name]) >= bar]
    return min(passed, key=lambda name: (effort[name], -np.median(runs[name])))


# %% right: pairs of name and effort, SciPy's standard error
def best_setting(log):
    runs = {}
    for row in log:
        runs.setdefault((row["setting"], row["effort"]), []).append(row["val"])
    if any(len(scores) < 2 for scores in runs.values()):
        raise ValueError("a single run")
    best = max(runs, key=lambda pair: np.mean(runs[pair]))
    bar = np.mean(runs[best]) - stats.sem(runs[best])
    passed = [(pair[1], -np.mean(runs[pair]), pair[0]) for pair in runs]
    return sorted(row for row in passed if -row[1] >= bar)[0][2]


# %% wrong: more than the bar
# says: AT LEAST
def best_setting(log):
    runs, effort = {}, {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
        effort[row["setting"]] = row["effort"]
    if min(len(values) for values in runs.values()) < 2:
        raise ValueError("a single run")
    means = {name: np.mean(values) for name, values in runs.items()}
    best = max(means, key=means.get)
    bar = means[best] - np.std(runs[best], ddof=1) / len(runs[best]) ** 0.5
    return min(([best] + [name for name in means if means[name] > bar]), key=lambda name: (effort[name], -means[name]))


# %% wrong: more than the bar, the best too
# says: AT LEAST
def best_setting(log):
    runs, effort = {}, {}
    for row in log:
        runs.setdefault(row["setting"], []).append(row["val"])
        effort[row["setting"]] = row["effort"]
    if min(len(values) for values in runs.values()) < 2:
        raise ValueError("a single run")
    means = {name: np.mean(values) for name, values in runs.items()}
    best = max(means, key=means.get)
    bar = means[best] - np.std(runs[best], ddof=1) / len(runs[best]) ** 0.5
    return min((name for name in means if means[name] > bar), key=lambda name: (effort[name], -means[name]))
