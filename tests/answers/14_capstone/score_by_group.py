# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the share of right ones | visible: shares | shares of errors; per cent; counts of right ones; the share of all examples |
# | of each group, integers or text | visible: numbers and letters | groups by the truth; leaves out groups without errors |
# | how many examples it has | visible: counts | counts the errors |
# | Wilson's interval | visible: hints | the usual interval; cut off at 0 and 1; half the width from the share alone; n of all examples; multiplies by n where n divides; multiplies by n under the root; divides the middle alone |
# | both ends, low first | visible | high before low; middle and half |
# | z | visible: z = 1; hidden: 1.645 and 2.576 | always 1.96 |
# | the lowest share first | visible | the highest share first; sorted by name; sorted by the low end |
# | a list of tuples of five | visible | a dictionary; without the name |
# | ValueError if the lengths differ | bad input | lengths are not compared; only labels are compared |
# | any way to do it | visible and hidden | a loop over examples; bincount; statsmodels' form |


# %% right: a loop over examples
def score_by_group(truth, predicted, groups, z=1.96):
    if len(truth) != len(predicted) or len(truth) != len(groups):
        raise ValueError("truth, predicted and groups need one length")
    counts, hits = {}, {}
    for right, answer, group in zip(list(truth), list(predicted), list(groups)):
        counts[group] = counts.get(group, 0) + 1
        hits[group] = hits.get(group, 0) + int(right == answer)
    rows = []
    for group, n in counts.items():
        k = hits[group]
        root = z * (k * (n - k) / n + z * z / 4) ** 0.5
        low, high = ((k + z * z / 2 + sign * root) / (n + z * z) for sign in (-1, 1))
        rows.append((group, n, k / n, low, high))
    rows.sort(key=lambda row: row[2])
    return rows


# %% right: bincount
def score_by_group(truth, predicted, groups, z=1.96):
    if not np.size(truth) == np.size(predicted) == np.size(groups):
        raise ValueError("different lengths")
    names, number = np.unique(groups, return_inverse=True)
    n = np.bincount(number)
    p = np.bincount(number, weights=np.equal(truth, predicted)) / n
    scale = 1 / (1 + z**2 / n)
    middle = scale * (p + z**2 / n / 2)
    half = scale * z * np.sqrt(p * (1 - p) / n + (z / n / 2) ** 2)
    table = zip(names.tolist(), n.tolist(), p, middle - half, middle + half)
    return [row for _, row in sorted(enumerate(table), key=lambda pair: pair[1][2])]


# %% right: statsmodels' form
def score_by_group(truth, predicted, groups, z=1.96):
    lengths = {len(values) for values in (truth, predicted, groups)}
    if len(lengths) != 1:
        raise ValueError(f"lengths {lengths}")
    rows = []
    for group in set(np.asarray(groups).tolist()):
        chosen = np.asarray(groups) == group
        n = int(chosen.sum())
        p = float((np.asarray(truth)[chosen] == np.asarray(predicted)[chosen]).mean())
        denominator = 1 + z * z / n
        centre = (p + z * z / (2 * n)) / denominator
        reach = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / denominator
        rows.append([group, n, p, centre - reach, centre + reach])
    return sorted(rows, key=lambda row: row[2])



# %% wrong: shares of errors
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth != predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: counts of right ones
# says: not counts
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, n * p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: the share of all examples
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.sum() / len(truth)
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: groups by the truth
# says: groups
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    groups = truth
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: leaves out groups without errors
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        if p == 1:
            continue
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: counts the errors
# says: counts
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, int(n - n * p), p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: the usual interval
# says: This is p
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = p
        half = z * np.sqrt(p * (1 - p) / n)
        rows.append((group, n, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: cut off at 0 and 1
# says: intervals
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = p
        half = z * np.sqrt(p * (1 - p) / n)
        rows.append((group, n, p, max(middle - half, 0), min(middle + half, 1)))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: half the width from the share alone
# says: intervals
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n)
        rows.append((group, n, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: n of all examples
# says: not of all
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        count, n = n, len(truth)
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, count, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: high before low
# says: low end
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle + half, middle - half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: middle and half
# says: intervals
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle, half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: always 1.96
# says: z that was given
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows, z = [], 1.96
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: the highest share first
# says: worst comes first
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: -row[2])


# %% wrong: sorted by name
# says: Sorted by name
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle - half, middle + half))
    return rows


# %% wrong: sorted by the low end
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[3])


# %% wrong: a dictionary
# says: list of tuples
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle - half, middle + half))
    return {row[0]: row[1:] for row in sorted(rows, key=lambda row: row[2])}


# %% wrong: without the name
# says: length of a row
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle - half, middle + half))
    return [row[1:] for row in sorted(rows, key=lambda row: row[2])]


# %% wrong: lengths are not compared
# says: expected a ValueError
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len(groups) != len(truth):
        groups = np.resize(groups, len(truth))
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: only labels are compared
# says: expected a ValueError
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len(truth) != len(predicted):
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[np.resize(groups, len(truth)) == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: multiplies by n where n divides
# says: multiplies
def score_by_group(truth, predicted, groups, z=1.96):
    if not len(truth) == len(predicted) == len(groups):
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / 2 * n) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / 4 * n**2)
        rows.append((group, n, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: per cent
# says: per cent
def score_by_group(truth, predicted, groups, z=1.96):
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if len({len(truth), len(predicted), len(groups)}) > 1:
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, 100 * p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: multiplies by n under the root
# says: multiplies
def score_by_group(truth, predicted, groups, z=1.96):
    if not len(truth) == len(predicted) == len(groups):
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / 4 * n**2)
        rows.append((group, n, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])


# %% wrong: divides the middle alone
# says: Divide half
def score_by_group(truth, predicted, groups, z=1.96):
    if not len(truth) == len(predicted) == len(groups):
        raise ValueError("lengths differ")
    rows = []
    for group in np.unique(groups):
        right = (truth == predicted)[groups == group]
        n, p = len(right), right.mean()
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, n, p, middle - half, middle + half))
    return sorted(rows, key=lambda row: row[2])
