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
# says: Use c3_reads
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
# says: One bias a map
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
# says: not of F6
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    f6 = 121 * f6_units + 10 * (f6_units + 1)
    return {"C1": 156, "S2": 12, "C3": 25 * sum(c3_reads) + n, "S4": 2 * n, "C5": 120 * (25 * n + 1), "F6": f6}


# %% wrong: one parameter a map in subsampling
# says: A bias, too
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 6, "C3": 25 * sum(c3_reads) + n, "S4": n, "C5": 120 * (25 * n + 1), "F6": 121 * f6_units}


# %% wrong: one bias for all of C3
# says: 16 biases
def lenet5_param_counts(c3_reads, f6_units=84):
    n = len(c3_reads)
    return {"C1": 156, "S2": 12, "C3": 25 * sum(c3_reads) + 1, "S4": 2 * n, "C5": 120 * (25 * n + 1), "F6": 121 * f6_units}
