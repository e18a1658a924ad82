# %% right: one expression
def dense_param_count(n_in, n_out):
    return (n_in + 1) * n_out

# %% right: weights and biases apart
def dense_param_count(n_in, n_out):
    weights = n_in * n_out
    biases = n_out
    return weights + biases

# %% right: counted unit by unit, as a NumPy integer
def dense_param_count(n_in, n_out):
    return np.sum([n_in + 1 for _ in range(n_out)])

# %% wrong: forgets the biases
# says: have biases
def dense_param_count(n_in, n_out):
    return n_in * n_out

# %% wrong: one bias for each input
# says: biases belong to the units
def dense_param_count(n_in, n_out):
    return n_in * (n_out + 1)

# %% wrong: one bias for the whole layer
# says: a bias of its own
def dense_param_count(n_in, n_out):
    return n_in * n_out + 1

# %% wrong: adds where it should multiply
# says: multiply, do not add
def dense_param_count(n_in, n_out):
    return n_in + n_out

# %% wrong: a bias for each connection
# says: expected 15, got 24
def dense_param_count(n_in, n_out):
    return 2 * n_in * n_out

# %% wrong: prints instead of returning
# says: end in return
def dense_param_count(n_in, n_out):
    print((n_in + 1) * n_out)

# %% wrong: returns weights and biases as a pair
# says: a single number
def dense_param_count(n_in, n_out):
    return n_in * n_out, n_out
