# | clause of the docstring | tested by | answers |
# |---|---|---|
# | one weight for each input of each unit | visible: 4 and 3, 784 and 256; hidden: unlike sizes | adds where it should multiply; counts the units only; constant; zeros |
# | one bias for each unit | visible: 4 and 3, with a hint for each slip | forgets the biases; one bias for each input; one bias for the whole layer; a bias for each connection; biases only where there is more than one unit |
# | n_in comes first, n_out second, by these names | visible: 4 and 3; hidden: as keywords | takes units for inputs |
# | large layers, exactly | visible: 784 and 256; hidden: some 30,000 and 1,000 | right up to a 16-bit number; by Keras |
# | returns one whole number | visible: every call | prints instead of returning; returns weights and biases as a pair; returns it as text; counted unit by unit, as a NumPy integer |

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
# says: not to each of its connections
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

# %% right: by Keras
def dense_param_count(n_in, n_out):
    layer = keras.layers.Dense(n_out)
    layer.build((None, n_in))
    return layer.count_params()

# %% right: a matrix with a row for the biases
def dense_param_count(n_in, n_out):
    return np.zeros((n_in + 1, n_out), "int8").size

# %% right: as a float
def dense_param_count(n_in, n_out):
    return float(n_out * n_in + n_out)

# %% wrong: counts the units only
# says: dense_param_count
def dense_param_count(n_in, n_out):
    return 2 * n_out

# %% wrong: takes units for inputs
# says: biases belong to the units
def dense_param_count(n_out, n_in):
    return (n_in + 1) * n_out

# %% wrong: biases only where there is more than one unit
# says: dense_param_count\(1, 1\)
def dense_param_count(n_in, n_out):
    return n_in * n_out + (n_out if n_out > 1 else 0)

# %% wrong: right up to a 16-bit number
# says: 200960|200,960|expected
def dense_param_count(n_in, n_out):
    return int(np.array((n_in + 1) * n_out).astype("int16"))

# %% wrong: returns it as text
# says: expected numbers
def dense_param_count(n_in, n_out):
    return f"{(n_in + 1) * n_out:,} parameters"
