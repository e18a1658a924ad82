# | clause of the docstring | tested by | answers |
# |---|---|---|
# | n_blocks + 1 numbers, one for each length | visible: shape | one length too few; one block too many; one number for all |
# | at index k the paths through k blocks | visible: 3, 1, 5 | powers of two; one path of each length; shares of the paths; counts the blocks on the paths |
# | 0 blocks have one path | visible | nothing for no block |
# | exact, up to 60 blocks | visible: 60; hidden: 54 and more | 32 bits; factorials in 64 bits; convolves floats |
# | a list or array | visible and hidden | math.comb; Pascal's triangle with lists; convolves; recursion; a polynomial's coefficients |
# | ValueError where n_blocks is negative | bad input | one path for fewer than no block; an empty list for fewer than no block; another error for fewer than no block |

# %% not wrong: swapped axes

# %% right: math.comb
def residual_paths(n_blocks):
    import math

    if n_blocks < 0:
        raise ValueError("n_blocks is negative")
    return [math.comb(n_blocks, k) for k in range(n_blocks + 1)]


# %% right: Pascal's triangle with lists
def residual_paths(n_blocks):
    if n_blocks < 0:
        raise ValueError(f"there are no {n_blocks} blocks")
    row = [1]
    for _ in range(n_blocks):
        row = [1] + [a + b for a, b in zip(row, row[1:])] + [1]
    return row


# %% right: convolves
def residual_paths(n_blocks):
    if n_blocks < 0:
        raise ValueError("negative")
    paths = np.array([1])
    for _ in range(n_blocks):
        paths = np.convolve(paths, [1, 1])
    return paths


# %% right: one factor after the other
def residual_paths(n_blocks):
    if n_blocks < 0:
        raise ValueError("a negative number of blocks")
    paths = [1]
    for k in range(1, n_blocks + 1):
        paths.append(paths[-1] * (n_blocks - k + 1) // k)
    return tuple(paths)


# %% right: recursion
def residual_paths(n_blocks):
    if n_blocks < 0:
        raise ValueError("n_blocks must not be negative")
    if n_blocks == 0:
        return np.array([1])
    shorter = residual_paths(n_blocks - 1)
    return np.concatenate([shorter, [0]]) + np.concatenate([[0], shorter])


# %% right: a polynomial's coefficients
def residual_paths(n_blocks):
    if n_blocks < 0:
        raise ValueError("n_blocks < 0")
    whole = np.array([1], dtype=object)
    for _ in range(n_blocks):
        whole = np.polymul(whole, np.array([1, 1], dtype=object))
    return [int(number) for number in whole]


# %% wrong: one length too few
# says: n \+ 1 numbers
def residual_paths(n_blocks):
    import math

    return [math.comb(n_blocks, k) for k in range(n_blocks)]


# %% wrong: one number for all
# says: One number for each length
def residual_paths(n_blocks):
    return 2**n_blocks


# %% wrong: powers of two
# says: in all
def residual_paths(n_blocks):
    return [2**k for k in range(n_blocks + 1)]


# %% wrong: one path of each length
# says: several ways
def residual_paths(n_blocks):
    return [1] * (n_blocks + 1)


# %% wrong: shares of the paths
# says: not their shares
def residual_paths(n_blocks):
    import math

    return [math.comb(n_blocks, k) / 2**n_blocks for k in range(n_blocks + 1)]


# %% wrong: counts the blocks on the paths
# says: not each block of it
def residual_paths(n_blocks):
    import math

    return [k * math.comb(n_blocks, k) for k in range(n_blocks + 1)]


# %% wrong: nothing for no block
# says: no blocks
def residual_paths(n_blocks):
    import math

    if n_blocks <= 0:
        raise ValueError("no blocks")
    return [math.comb(n_blocks, k) for k in range(n_blocks + 1)]


# %% wrong: 32 bits
def residual_paths(n_blocks):
    if n_blocks < 0:
        raise ValueError("negative")
    counts = np.ones(1, dtype="int32")
    for _ in range(n_blocks):
        counts = np.append(counts, np.int32(0)) + np.append(np.int32(0), counts)
    return counts


# %% wrong: factorials in 64 bits
def residual_paths(n_blocks):
    if n_blocks < 0:
        raise ValueError("negative")
    factorials = np.concatenate([[1], np.cumprod(np.arange(1, n_blocks + 1))])
    return factorials[-1] // (factorials * factorials[::-1])


# %% wrong: one path for fewer than no block
# says: Test n_blocks first
def residual_paths(n_blocks):
    row = [1]
    for _ in range(n_blocks):
        row = [1] + [a + b for a, b in zip(row, row[1:])] + [1]
    return row


# %% wrong: an empty list for fewer than no block
# says: Test n_blocks first
def residual_paths(n_blocks):
    import math

    return [math.comb(n_blocks, k) for k in range(n_blocks + 1)]


# %% wrong: another error for fewer than no block
# says: expected a ValueError
def residual_paths(n_blocks):
    import math

    assert n_blocks >= 0, "negative"
    return [math.comb(n_blocks, k) for k in range(n_blocks + 1)]


# %% wrong: one block too many
# says: n \+ 1 numbers|expected shape
def residual_paths(n_blocks):
    row = [1]
    for _ in range(n_blocks + 1):
        row = [1] + [a + b for a, b in zip(row, row[1:])] + [1]
    return row


# %% wrong: convolves floats
# says: Floats do not hold
def residual_paths(n_blocks):
    if n_blocks < 0:
        raise ValueError("negative")
    paths = np.ones(1)
    for _ in range(n_blocks):
        paths = np.convolve(paths, [1, 1])
    return paths
