# | clause of the docstring | tested by | answers |
# |---|---|---|
# | (n, 2n + n/2 + 1), a row for each map that is read | visible: 6 and 8; hidden: drawn | transposed; two pairs for every start; forgets the group of all; the paper's table for any number of maps; swapped axes; wrong shape; None |
# | ones, or True, where connected | visible: crosses counted, eight columns named; hidden: all of five tables | everything connected; zeros; constant; comparisons, True and False; rolls a column |
# | groups go around the circle | visible: columns 4, 11, 14 | not around the circle |
# | threes, fours, two pairs, all, in this order; group i starts at map i | visible: columns 0, 6, 12, 15 | fours first; starts at map 1 |
# | the second pair lies n/2 further on | visible: 6 and 8 maps | the second pair two further on; the gap is always three |
# | six maps where none are named | hidden | eight maps where none are named |
# | ValueError for odd n | bad input: 7; hidden: 5, and drawn | no error for an odd number |
# | ValueError below 6 | bad input: 4; hidden: 2, 0 | no error for four maps |

# %% right: comparisons, True and False
def sparse_c3_connections(maps=6):
    if maps < 6 or maps % 2 == 1:
        raise ValueError("an even number from 6 on")
    offset = (np.arange(maps)[:, None] - np.arange(maps)[None]) % maps
    pair = (np.arange(maps)[:, None] - np.arange(maps // 2)[None]) % (maps // 2) < 2
    return np.concatenate([offset < 3, offset < 4, pair, np.ones((maps, 1), bool)], axis=1)


# %% right: rolls a column
def sparse_c3_connections(maps=6):
    if maps < 6 or maps % 2:
        raise ValueError(f"{maps} maps do not fit the rule")
    columns = []
    for size in (3, 4):
        first = np.array([1.0] * size + [0.0] * (maps - size))
        columns += [np.roll(first, start) for start in range(maps)]
    first = np.zeros(maps)
    first[[0, 1, maps // 2, maps // 2 + 1]] = 1
    columns += [np.roll(first, start) for start in range(maps // 2)]
    return np.array([*columns, np.ones(maps)]).T.astype("float32")


# %% wrong: transposed
# says: Rows are the maps that are read
def sparse_c3_connections(maps=6):
    groups = [[(s + k) % maps for k in range(size)] for size in (3, 4) for s in range(maps)]
    groups += [[(s + k) % maps for k in (0, 1, maps // 2, maps // 2 + 1)] for s in range(maps // 2)] + [range(maps)]
    table = np.zeros((len(groups), maps), int)
    for row, group in enumerate(groups):
        table[row, list(group)] = 1
    return table


# %% wrong: everything connected
# says: crosses in each column
def sparse_c3_connections(maps=6):
    return np.ones((maps, 2 * maps + maps // 2 + 1), int)


# %% wrong: not around the circle
# says: crosses in each column
def sparse_c3_connections(maps=6):
    if maps < 6 or maps % 2:
        raise ValueError("even, from 6 on")
    half = maps // 2
    groups = [range(s, s + size) for size in (3, 4) for s in range(maps)]
    groups += [[s, s + 1, s + half, s + half + 1] for s in range(half)] + [range(maps)]
    table = np.zeros((maps, len(groups)), int)
    for column, group in enumerate(groups):
        table[[m for m in group if m < maps], column] = 1
    return table


# %% wrong: fours first
# says: crosses in each column
def sparse_c3_connections(maps=6):
    if maps < 6 or maps % 2:
        raise ValueError("even, from 6 on")
    groups = [[(s + k) % maps for k in range(size)] for size in (4, 3) for s in range(maps)]
    groups += [[(s + k) % maps for k in (0, 1, maps // 2, maps // 2 + 1)] for s in range(maps // 2)] + [range(maps)]
    table = np.zeros((maps, len(groups)), int)
    for column, group in enumerate(groups):
        table[list(group), column] = 1
    return table


# %% wrong: starts at map 1
# says: the first group of three starts at map 0
def sparse_c3_connections(maps=6):
    if maps < 6 or maps % 2:
        raise ValueError("even, from 6 on")
    groups = [[(s + 1 + k) % maps for k in range(size)] for size in (3, 4) for s in range(maps)]
    groups += [[(s + k) % maps for k in (0, 1, maps // 2, maps // 2 + 1)] for s in range(maps // 2)] + [range(maps)]
    table = np.zeros((maps, len(groups)), int)
    for column, group in enumerate(groups):
        table[list(group), column] = 1
    return table


# %% wrong: two pairs for every start
# says: Only n/2 groups
def sparse_c3_connections(maps=6):
    if maps < 6 or maps % 2:
        raise ValueError("even, from 6 on")
    groups = [[(s + k) % maps for k in range(size)] for size in (3, 4) for s in range(maps)]
    groups += [[(s + k) % maps for k in (0, 1, maps // 2, maps // 2 + 1)] for s in range(maps)] + [range(maps)]
    table = np.zeros((maps, len(groups)), int)
    for column, group in enumerate(groups):
        table[list(group), column] = 1
    return table


# %% wrong: the second pair two further on
# says: across the circle
def sparse_c3_connections(maps=6):
    if maps < 6 or maps % 2:
        raise ValueError("even, from 6 on")
    groups = [[(s + k) % maps for k in range(size)] for size in (3, 4) for s in range(maps)]
    groups += [[(s + k) % maps for k in (0, 1, 2, 4)] for s in range(maps // 2)] + [range(maps)]
    table = np.zeros((maps, len(groups)), int)
    for column, group in enumerate(groups):
        table[list(group), column] = 1
    return table


# %% wrong: the gap is always three
# says: 8
def sparse_c3_connections(maps=6):
    if maps < 6 or maps % 2:
        raise ValueError("even, from 6 on")
    groups = [[(s + k) % maps for k in range(size)] for size in (3, 4) for s in range(maps)]
    groups += [[(s + k) % maps for k in (0, 1, 3, 4)] for s in range(maps // 2)] + [range(maps)]
    table = np.zeros((maps, len(groups)), int)
    for column, group in enumerate(groups):
        table[list(group), column] = 1
    return table


# %% wrong: the paper's table for any number of maps
# says: expected
def sparse_c3_connections(maps=6):
    if maps < 6 or maps % 2:
        raise ValueError("even, from 6 on")
    groups = ["012", "123", "234", "345", "450", "501", "0123", "1234", "2345", "3450", "4501", "5012"]
    groups += ["0134", "1245", "2350", "012345"]
    return np.array([[int(str(m) in group) for group in groups] for m in range(6)])


# %% wrong: no error for an odd number
# says: expected a ValueError
def sparse_c3_connections(maps=6):
    groups = [[(s + k) % maps for k in range(size)] for size in (3, 4) for s in range(maps)]
    groups += [[(s + k) % maps for k in (0, 1, maps // 2, maps // 2 + 1)] for s in range(maps // 2)] + [range(maps)]
    table = np.zeros((maps, len(groups)), int)
    for column, group in enumerate(groups):
        table[list(group), column] = 1
    return table


# %% wrong: forgets the group of all
# says: the last column reads all
def sparse_c3_connections(maps=6):
    if maps < 6 or maps % 2:
        raise ValueError("even, from 6 on")
    groups = [[(s + k) % maps for k in range(size)] for size in (3, 4) for s in range(maps)]
    groups += [[(s + k) % maps for k in (0, 1, maps // 2, maps // 2 + 1)] for s in range(maps // 2)]
    table = np.zeros((maps, len(groups)), int)
    for column, group in enumerate(groups):
        table[list(group), column] = 1
    return table


# %% wrong: no error for four maps
# says: sparse_c3_connections\(4\): expected a ValueError
def sparse_c3_connections(maps=6):
    if maps % 2:
        raise ValueError("an even number")
    groups = [[(s + k) % maps for k in range(size)] for size in (3, 4) for s in range(maps)]
    groups += [[(s + k) % maps for k in (0, 1, maps // 2, maps // 2 + 1)] for s in range(maps // 2)] + [range(maps)]
    table = np.zeros((maps, len(groups)), int)
    for column, group in enumerate(groups):
        table[list(group), column] = 1
    return table


# %% wrong: eight maps where none are named
# says: sparse_c3_connections\(\)
def sparse_c3_connections(maps=8):
    if maps < 6 or maps % 2:
        raise ValueError("even, from 6 on")
    groups = [[(s + k) % maps for k in range(size)] for size in (3, 4) for s in range(maps)]
    groups += [[(s + k) % maps for k in (0, 1, maps // 2, maps // 2 + 1)] for s in range(maps // 2)] + [range(maps)]
    table = np.zeros((maps, len(groups)), int)
    for column, group in enumerate(groups):
        table[list(group), column] = 1
    return table


# %% right: nested loops, lists
def sparse_c3_connections(maps=6):
    if maps < 6 or maps % 2 != 0:
        raise ValueError("no such circle")
    rows = []
    for member in range(maps):
        row = []
        for size in (3, 4):
            for start in range(maps):
                row.append(1 if (member - start) % maps in range(size) else 0)
        for start in range(maps // 2):
            row.append(int((member - start) % (maps // 2) in (0, 1)))
        rows.append([*row, 1])
    return np.array(rows, "uint8")
