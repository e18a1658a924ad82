# | clause of the docstring | tested by | answers |
# |---|---|---|
# | a megabyte is 1,000,000 bytes | visible: 250,000 with a hint for each slip | mebibytes; kilobytes; bytes; megabits; constant; zeros |
# | bytes_per_value, 4 where it is not given | visible: with and without; hidden: 2 and 8 bytes | always four bytes; forgets bytes_per_value when training; four bytes for gradients and averages; the last two arguments in the other order; bytes_per_value counts bits; two bytes by default |
# | training=False counts the parameters alone, and is the default | visible: without training | trains by default |
# | training=True adds gradients and two averages | visible: training with 4 and 2 bytes; hidden: large layers | forgets the gradients; only one average; ignores training; counts the parameters twice when training |
# | a number of parameters, however large | hidden: more than 1,200,000,000 | counts in 32-bit integers |
# | arguments by their names | visible: training=True; hidden: all by name | step by step |
# | a float, not rounded | visible: 0.5 MB; hidden: fewer than 9 parameters | rounds down to whole megabytes; rounds to two digits; as a NumPy float; as text with its unit |

# %% right: one expression
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return n_params * bytes_per_value * (4 if training else 1) / 1e6

# %% right: step by step
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    n_values = n_params
    if training:
        gradients, averages = n_params, 2 * n_params
        n_values = n_values + gradients + averages
    n_bytes = n_values * bytes_per_value
    return n_bytes / 1_000_000

# %% right: as a NumPy float
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return np.float64(n_params) * bytes_per_value * (1 + 3 * int(training)) * 1e-6

# %% wrong: mebibytes
# says: mebibytes
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return n_params * bytes_per_value * (4 if training else 1) / 1024**2

# %% wrong: kilobytes
# says: kilobytes
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return n_params * bytes_per_value * (4 if training else 1) / 1000

# %% wrong: bytes
# says: divide by 1,000,000
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return n_params * bytes_per_value * (4 if training else 1)

# %% wrong: megabits
# says: megabits
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return 8 * n_params * bytes_per_value * (4 if training else 1) / 1e6

# %% wrong: forgets the gradients
# says: gradients are missing.* Or: .*two averages
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return n_params * bytes_per_value * (3 if training else 1) / 1e6

# %% wrong: only one average
# says: two averages
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return n_params * bytes_per_value * (2 if training else 1) / 1e6

# %% wrong: ignores training
# says: more to hold than the parameters
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return n_params * bytes_per_value / 1e6

# %% wrong: rounds down to whole megabytes
# says: keep the fraction
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return n_params * bytes_per_value * (4 if training else 1) // 1_000_000

# %% wrong: always four bytes
# says: bytes_per_value used
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return n_params * 4 * (4 if training else 1) / 1e6

# %% wrong: rounds to two digits
# says: memory_megabytes
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return round(n_params * bytes_per_value * (4 if training else 1) / 1e6, 2)

# %% wrong: forgets bytes_per_value when training
# says: bytes_per_value used when training
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return n_params * 16 / 1e6 if training else n_params * bytes_per_value / 1e6

# %% right: with a dictionary
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    copies = {False: ["parameter"], True: ["parameter", "gradient", "average", "average of squares"]}
    return sum(n_params * bytes_per_value / 1_000_000 for _ in copies[training])

# %% right: as an array without axes
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return np.array(n_params, dtype="float64") * np.where(training, 4, 1) * bytes_per_value / 10**6

# %% wrong: trains by default
# says: for training
def memory_megabytes(n_params, bytes_per_value=4, training=True):
    return n_params * bytes_per_value * (4 if training else 1) / 1e6

# %% wrong: two bytes by default
# says: memory_megabytes
def memory_megabytes(n_params, bytes_per_value=2, training=False):
    return n_params * bytes_per_value * (4 if training else 1) / 1e6

# %% wrong: bytes_per_value counts bits
# says: memory_megabytes
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return n_params * bytes_per_value / 8 * (4 if training else 1) / 1e6

# %% wrong: counts the parameters twice when training
# says: four numbers for each parameter
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    stored = n_params * bytes_per_value / 1e6
    return stored + 4 * stored if training else stored

# %% wrong: as text with its unit
# says: expected numbers
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return f"{n_params * bytes_per_value * (4 if training else 1) / 1e6} MB"


# %% wrong: counts in 32-bit integers
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    numbers = np.int32(n_params) * np.int32(4 if training else 1)
    return float(numbers * np.int32(bytes_per_value) / 1e6)


# %% wrong: four bytes for gradients and averages
# says: bytes_per_value, too
def memory_megabytes(n_params, bytes_per_value=4, training=False):
    return (n_params * bytes_per_value + (3 * 4 * n_params if training else 0)) / 1e6


# %% wrong: the last two arguments in the other order
# says: the third is training
def memory_megabytes(n_params, training=False, bytes_per_value=4):
    return n_params * bytes_per_value * (4 if training else 1) / 1e6
