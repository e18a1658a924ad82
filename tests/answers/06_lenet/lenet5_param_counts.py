# | clause of the docstring | tested by | answers |
# |---|---|---|
# | C1: 6 maps of 5 x 5 on one channel, with biases | visible | no biases; one bias for all of C1 |
# | S2, S4: a coefficient and a bias for each map | visible | subsampling without parameters; one pair for the whole subsampling layer; a weight for each of the window's values; one parameter a map in subsampling |
# | C3 reads what c3_reads says, one bias a map | visible: the paper's list and [6] * 16; hidden: random lists | dense C3; C3 without biases; a bias for each connection; one bias for all of C3; looks at the first entry only |
# | C3 and S4 have as many maps as the list has entries | visible: [1, 6]; hidden: 1 map, 16, and drawn numbers | sixteen maps in any case; S4 like S2 |
# | C5 reads all of S4 | visible: the paper's list; [1, 6] | C5 always reads 16 maps; C5 is as sparse as C3 |
# | F6 has f6_units, connected to C5's 120 values; the output is not counted | visible: 10 units; hidden | does not look at f6_units; F6 has 84 units in any case; the output counted with F6 |
# | a dictionary of whole numbers | visible | one number; None; zeros; constant; NumPy |

# %% right: asks Keras
def lenet5_param_counts(c3_reads, f6_units=84):
    def count(layer, shape):
        layer.build(shape)
        return layer.count_params()

    return {
        "C1": count(layers.Conv2D(6, 5), (None, 32, 32, 1)),
        "S2": 12,
        "C3": sum(count(layers.Conv2D(1, 5), (None, 14, 14, reads)) for reads in c3_reads),
        "S4": 2 * len(c3_reads),
        "C5": count(layers.Conv2D(120, 5), (None, 5, 5, len(c3_reads))),
        "F6": count(layers.Dense(f6_units), (None, 120)),
    }


# %% right: NumPy
def lenet5_param_counts(c3_reads, f6_units=84):
    reads = np.array(c3_reads)
    maps = reads.size
    names = ("C1", "S2", "C3", "S4", "C5", "F6")
    counts = np.array([156, 12, 25 * reads.sum() + maps, 2 * maps, 25 * maps * 120 + 120, 121 * f6_units])
    return dict(zip(names, counts))


# %% wrong: dense C3
# says: use c3_reads
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 12, "C3": n * 151, "S4": 2 * n, "C5": 120 * (25 * n + 1), "F6": 121 * f6_units}


# %% wrong: subsampling without parameters
# says: has parameters
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 0, "C3": 25 * sum(c3_reads) + n, "S4": 0, "C5": 120 * (25 * n + 1), "F6": 121 * f6_units}


# %% wrong: no biases
# says: biases are missing
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 150, "S2": 12, "C3": 25 * sum(c3_reads), "S4": 2 * n, "C5": 120 * 25 * n, "F6": 120 * f6_units}


# %% wrong: C3 without biases
# says: biases are missing
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 12, "C3": 25 * sum(c3_reads), "S4": 2 * n, "C5": 120 * (25 * n + 1), "F6": 121 * f6_units}


# %% wrong: a bias for each connection
# says: One bias for a map
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 12, "C3": 26 * sum(c3_reads), "S4": 2 * n, "C5": 120 * (25 * n + 1), "F6": 121 * f6_units}


# %% wrong: one pair for the whole subsampling layer
# says: A pair for each map
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 2, "C3": 25 * sum(c3_reads) + n, "S4": 2, "C5": 120 * (25 * n + 1), "F6": 121 * f6_units}


# %% wrong: a weight for each of the window's values
# says: One coefficient
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 30, "C3": 25 * sum(c3_reads) + n, "S4": 5 * n, "C5": 120 * (25 * n + 1), "F6": 121 * f6_units}


# %% wrong: C5 always reads 16 maps
# says: expected
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 12, "C3": 25 * sum(c3_reads) + n, "S4": 2 * n, "C5": 48120, "F6": 121 * f6_units}


# %% wrong: C5 is as sparse as C3
# says: reads all 16 maps
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 12, "C3": 25 * sum(c3_reads) + n, "S4": 2 * n, "C5": 120 * (25 * 6 + 1), "F6": 121 * f6_units}


# %% wrong: does not look at f6_units
# says: expected
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 12, "C3": 25 * sum(c3_reads) + n, "S4": 2 * n, "C5": 120 * (25 * n + 1), "F6": 10164}


# %% wrong: one number
# says: expected a dictionary
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return 156 + 12 + 25 * sum(c3_reads) + n + 2 * n + 120 * (25 * n + 1) + 121 * f6_units


# %% wrong: F6 has 84 units in any case
# says: \[1, 6\], f6_units=10
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 12, "C3": 25 * sum(c3_reads) + n, "S4": 2 * n, "C5": 120 * (25 * n + 1), "F6": 84 * 121}


# %% wrong: sixteen maps in any case
# says: \[1, 6\], f6_units=10
def lenet5_param_counts(c3_reads, f6_units=84):
    return {"C1": 156, "S2": 12, "C3": 25 * sum(c3_reads) + 16, "S4": 32, "C5": 120 * 401, "F6": 121 * f6_units}


# %% wrong: the output counted with F6
# says: does not belong to F6
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    f6 = 121 * f6_units + 10 * (f6_units + 1)
    return {"C1": 156, "S2": 12, "C3": 25 * sum(c3_reads) + n, "S4": 2 * n, "C5": 120 * (25 * n + 1), "F6": f6}


# %% wrong: one parameter a map in subsampling
# says: A coefficient and a bias
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 6, "C3": 25 * sum(c3_reads) + n, "S4": n, "C5": 120 * (25 * n + 1), "F6": 121 * f6_units}


# %% wrong: one bias for all of C3
# says: 16 of them
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 12, "C3": 25 * sum(c3_reads) + 1, "S4": 2 * n, "C5": 120 * (25 * n + 1), "F6": 121 * f6_units}


# %% right: adds up kernel by kernel
def lenet5_param_counts(c3_reads, f6_units=84):
    c3 = 0
    for reads in c3_reads:
        for _ in range(reads):
            c3 += 5 * 5
        c3 += 1
    maps = len(list(c3_reads))
    return {"F6": 120 * f6_units + f6_units, "C5": maps * 25 * 120 + 120, "S4": maps + maps, "C3": c3, "S2": 12, "C1": 156}


# %% wrong: one bias for all of C1
# says: a bias of its own
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 151, "S2": 12, "C3": 25 * sum(c3_reads) + n, "S4": 2 * n, "C5": 120 * (25 * n + 1), "F6": 121 * f6_units}


# %% wrong: looks at the first entry only
# says: expected
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 12, "C3": n * (25 * c3_reads[0] + 1), "S4": 2 * n, "C5": 120 * (25 * n + 1), "F6": 121 * f6_units}


# %% wrong: S4 like S2
# says: as many maps as C3
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 12, "C3": 25 * sum(c3_reads) + n, "S4": 12, "C5": 120 * (25 * n + 1), "F6": 121 * f6_units}
