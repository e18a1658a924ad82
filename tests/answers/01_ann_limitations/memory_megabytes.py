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
# says: gradients are missing
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
