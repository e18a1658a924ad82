# | clause of the docstring | tested by | answers |
# |---|---|---|
# | compared over all arrays | visible: [5, 6] beside [1, 2] | each array for itself |
# | the smallest magnitudes | visible: -2 | without the magnitude; the largest go |
# | what is left keeps its sign and value | visible: hint; hidden | loses the signs |
# | weights are not changed | visible and hidden: unchanged, before the values | in place |
# | a new list of new arrays, same shapes | visible: shapes, no shared memory, for a sparsity of 0, too | flat arrays; one long array; the arrays themselves where nothing goes |
# | exactly round(sparsity * n) | visible: ties; 1.8 and 2.4 of six; hidden: drawn | a threshold, and all as large; a threshold, and none as large; one too many; rounds down; rounds up |
# | of equal ones the first in the list, the first in reading order | visible: [1, -1, 1]; 2 x 3 with ties; 40 numbers; hidden: integers | the last of equal ones; in the order of columns; a sort that is not stable |
# | zeros count among them | hidden: integers with zeros | zeros do not count |
# | sparsity 0 and 1 | hidden | refuses a sparsity of 1 |
# | ValueError below 0 or above 1 | bad input: -0.1, 1.5 and drawn ones | takes anything; refuses above 1 only |
# | ... with a message | bad input | an error without a message |
# | arrays in a list, or what is like one | visible | sorted pairs; float32 tensors, in a tuple |

# %% right: sorted pairs
def prune_by_magnitude(weights, sparsity):
    if sparsity < 0 or sparsity > 1:
        raise ValueError("sparsity has to lie in [0, 1]")
    places = []
    for number, array in enumerate(weights):
        for position, value in enumerate(array.ravel()):
            places.append((abs(value), number, position))
    places.sort()
    pruned = [np.array(array, dtype=float) for array in weights]
    for _, number, position in places[: round(sparsity * len(places))]:
        pruned[number].flat[position] = 0.0
    return pruned


# %% right: a mask of ranks
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.concatenate([np.asarray(array).reshape(-1) for array in weights])
    rank = np.empty(flat.size, int)
    rank[np.lexsort((np.arange(flat.size), np.abs(flat)))] = np.arange(flat.size)
    kept = np.where(rank < int(round(sparsity * flat.size)), 0, flat)
    pruned, start = [], 0
    for array in weights:
        pruned.append(kept[start : start + array.size].reshape(array.shape).copy())
        start += array.size
    return pruned


# %% right: float32 tensors, in a tuple
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel() for array in weights])
    keep = np.ones(len(flat))
    keep[np.argsort(np.abs(flat), kind="mergesort")[: round(sparsity * len(flat))]] = 0
    parts = np.split(flat * keep, np.cumsum([array.size for array in weights])[:-1])
    return tuple(keras.ops.convert_to_tensor(part.reshape(array.shape), "float32") for part, array in zip(parts, weights))


# %% right: a threshold, and then the ties in their order
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    magnitudes = np.sort(np.concatenate([np.abs(array).reshape(-1) for array in weights]))
    count = int(sparsity * len(magnitudes) + 0.5)
    pruned = [array.copy() for array in weights]
    if count == 0:
        return pruned
    threshold = magnitudes[count - 1]
    spare = count - int(np.sum(magnitudes < threshold))  # so many of the equal ones go, too
    for array in pruned:
        for place in np.ndindex(array.shape):
            if abs(array[place]) < threshold:
                array[place] = 0
            elif abs(array[place]) == threshold and spare > 0:
                array[place] = 0
                spare -= 1
    return pruned


# %% wrong: each array for itself
# says: over all arrays
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    pruned = []
    for array in weights:
        flat = array.flatten()
        flat[np.argsort(np.abs(flat), kind="stable")[: round(sparsity * len(flat))]] = 0
        pruned.append(flat.reshape(array.shape))
    return pruned


# %% wrong: without the magnitude
# says: Compare magnitudes
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel() for array in weights])
    flat[np.argsort(flat, kind="stable")[: round(sparsity * len(flat))]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), weights)]


# %% wrong: the largest go
# says: smallest have to go
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel() for array in weights])
    flat[np.argsort(-np.abs(flat), kind="stable")[: round(sparsity * len(flat))]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), weights)]


# %% wrong: loses the signs
# says: signs are lost
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.abs(np.concatenate([array.ravel() for array in weights]))
    flat[np.argsort(flat, kind="stable")[: round(sparsity * len(flat))]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), weights)]


# %% wrong: in place
# says: stay as it was
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel() for array in weights])
    gone = np.zeros(len(flat), bool)
    gone[np.argsort(np.abs(flat), kind="stable")[: round(sparsity * len(flat))]] = True
    ends = np.cumsum([array.size for array in weights])[:-1]
    for array, part in zip(weights, np.split(gone, ends)):
        array[part.reshape(array.shape)] = 0
    return weights


# %% wrong: flat arrays
# says: shape
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel() for array in weights])
    flat[np.argsort(np.abs(flat), kind="stable")[: round(sparsity * len(flat))]] = 0
    return np.split(flat, np.cumsum([array.size for array in weights])[:-1])


# %% wrong: one long array
# says: arrays that come back
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel() for array in weights])
    flat[np.argsort(np.abs(flat), kind="stable")[: round(sparsity * len(flat))]] = 0
    return flat


# %% wrong: the arrays themselves where nothing goes
# says: new array
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    if sparsity == 0:
        return list(weights)
    flat = np.concatenate([array.ravel() for array in weights])
    flat[np.argsort(np.abs(flat), kind="stable")[: round(sparsity * len(flat))]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), weights)]


# %% wrong: a threshold, and all as large
# says: two of five
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    magnitudes = np.sort(np.abs(np.concatenate([array.ravel() for array in weights])))
    count = round(sparsity * len(magnitudes))
    threshold = magnitudes[count - 1] if count else -1
    return [np.where(np.abs(array) <= threshold, 0, array) for array in weights]


# %% wrong: a threshold, and none as large
# says: two of five
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    magnitudes = np.sort(np.abs(np.concatenate([array.ravel() for array in weights])))
    count = round(sparsity * len(magnitudes))
    threshold = magnitudes[count] if count < len(magnitudes) else np.inf
    return [np.where(np.abs(array) < threshold, 0, array) for array in weights]


# %% wrong: one too many
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel() for array in weights])
    flat[np.argsort(np.abs(flat), kind="stable")[: round(sparsity * len(flat)) + 1]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), weights)]


# %% wrong: the last of equal ones
# says: not the last
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel() for array in weights])[::-1].copy()
    flat[np.argsort(np.abs(flat), kind="stable")[: round(sparsity * len(flat))]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat[::-1], ends), weights)]


# %% wrong: zeros do not count
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel() for array in weights])
    magnitudes = np.where(flat == 0, np.inf, np.abs(flat))
    flat[np.argsort(magnitudes, kind="stable")[: round(sparsity * len(flat))]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), weights)]


# %% wrong: refuses a sparsity of 1
# says: must not raise
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity < 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel() for array in weights])
    flat[np.argsort(np.abs(flat), kind="stable")[: round(sparsity * len(flat))]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), weights)]


# %% wrong: takes anything
# says: expected a ValueError
def prune_by_magnitude(weights, sparsity):
    flat = np.concatenate([array.ravel() for array in weights])
    flat[np.argsort(np.abs(flat), kind="stable")[: round(sparsity * len(flat))]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), weights)]


# %% wrong: refuses above 1 only
# says: expected a ValueError
def prune_by_magnitude(weights, sparsity):
    if sparsity > 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel() for array in weights])
    flat[np.argsort(np.abs(flat), kind="stable")[: round(sparsity * len(flat))]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), weights)]


# %% wrong: an error without a message
# says: says what is wrong
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError
    flat = np.concatenate([array.ravel() for array in weights])
    flat[np.argsort(np.abs(flat), kind="stable")[: round(sparsity * len(flat))]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), weights)]


# %% wrong: in the order of columns
# says: row by row
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel(order="F") for array in weights])
    flat[np.argsort(np.abs(flat), kind="stable")[: round(sparsity * len(flat))]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    parts = np.split(flat, ends)
    return [part.reshape(array.shape, order="F") for part, array in zip(parts, weights)]


# %% wrong: rounds down
# says: not down
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel() for array in weights])
    flat[np.argsort(np.abs(flat), kind="stable")[: int(sparsity * len(flat))]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), weights)]


# %% wrong: rounds up
# says: not up
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel() for array in weights])
    flat[np.argsort(np.abs(flat), kind="stable")[: int(np.ceil(sparsity * len(flat)))]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), weights)]


# %% wrong: a sort that is not stable
# says: kind="stable"
def prune_by_magnitude(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    flat = np.concatenate([array.ravel() for array in weights])
    flat[np.argsort(np.abs(flat))[: round(sparsity * len(flat))]] = 0
    ends = np.cumsum([array.size for array in weights])[:-1]
    return [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), weights)]
