# | clause of the docstring | tested by | answers |
# |---|---|---|
# | patches that hang together | visible: five patches | counts pixels; counts rows with something in them; forgets the last patch; the pixels in large patches |
# | a corner is not enough | visible: two patches at a corner | corners join; skimage's label as it is |
# | the background is none | visible: least=2, a mask of zeros | the background counts; the background counts if it is large enough |
# | least pixels or more | visible: least=2 | more than least; more than least everywhere; least is ignored; counts the ones left out |
# | default of 1 | visible | a default of 2 |
# | booleans, or 0 and 1 | visible: bool and int | booleans only |
# | not changed | visible, first | changed input; erases in the input |
# | an integer | visible | a pair; the areas |
# | ValueError unless 2 axes | bad input: 1 and 3 axes | takes any number of axes; tests for batches only |
# | any way to do it | visible and hidden | flood fill; skimage's label; unions; areas by ndimage.sum_labels |

# %% right: flood fill
def count_objects(mask, least=1):
    if mask.ndim != 2:
        raise ValueError("a mask has two axes")
    left, total = mask.astype(bool), 0
    for start in zip(*np.nonzero(left)):
        if not left[start]:
            continue
        stack, area = [start], 0
        left[start] = False
        while stack:
            row, column = stack.pop()
            area += 1
            for r, c in [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]:
                if 0 <= r < mask.shape[0] and 0 <= c < mask.shape[1] and left[r, c]:
                    left[r, c] = False
                    stack.append((r, c))
        total += area >= least
    return int(total)


# %% right: skimage's label
def count_objects(mask, least=1):
    from skimage.measure import label, regionprops

    if len(np.shape(mask)) != 2:
        raise ValueError("not (height, width)")
    regions = regionprops(label(np.asarray(mask, dtype=int), connectivity=1))
    return len([region for region in regions if region.area >= least])


# %% right: unions
def count_objects(mask, least=1):
    if np.ndim(mask) != 2:
        raise ValueError("two axes expected")
    on = np.asarray(mask).astype(bool)
    numbers = np.where(on, np.arange(1, on.size + 1).reshape(on.shape), 0)
    while True:
        padded, before = np.pad(numbers, 1), numbers
        near = [padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:], numbers]
        numbers = np.where(on, np.max(near, axis=0), 0)
        if np.array_equal(numbers, before):
            break
    _, areas = np.unique(numbers[on], return_counts=True)
    return np.count_nonzero(areas >= least)


# %% wrong: counts pixels
# says: pixels
def count_objects(mask, least=1):
    if np.ndim(mask) != 2:
        raise ValueError("two axes")
    return int(np.sum(mask))


# %% wrong: counts rows with something in them
# says: expected
def count_objects(mask, least=1):
    if np.ndim(mask) != 2:
        raise ValueError("two axes")
    return int(np.sum(mask.sum(axis=1) >= least))


# %% wrong: corners join
# says: corner
def count_objects(mask, least=1):
    if np.ndim(mask) != 2:
        raise ValueError("two axes")
    patches, _ = ndimage.label(mask, structure=np.ones((3, 3)))
    return int(np.sum(np.bincount(patches.ravel())[1:] >= least))


# %% wrong: the background counts
# says: background
def count_objects(mask, least=1):
    if np.ndim(mask) != 2:
        raise ValueError("two axes")
    patches, _ = ndimage.label(mask)
    return int(np.sum(np.bincount(patches.ravel()) >= least))


# %% wrong: the background counts if it is large enough
# says: background
def count_objects(mask, least=1):
    if np.ndim(mask) != 2:
        raise ValueError("two axes")
    patches, total = ndimage.label(mask)
    if least == 1:
        return total
    return int(np.sum(np.bincount(patches.ravel()) >= least))


# %% wrong: more than least
# says: just least
def count_objects(mask, least=1):
    if np.ndim(mask) != 2:
        raise ValueError("two axes")
    patches, total = ndimage.label(mask)
    if least == 1:
        return total
    return int(np.sum(np.bincount(patches.ravel())[1:] > least))


# %% wrong: least is ignored
# says: too small
def count_objects(mask, least=1):
    if np.ndim(mask) != 2:
        raise ValueError("two axes")
    return ndimage.label(mask)[1]


# %% wrong: counts the ones left out
# says: left out
def count_objects(mask, least=1):
    if np.ndim(mask) != 2:
        raise ValueError("two axes")
    patches, total = ndimage.label(mask)
    if least == 1:
        return total
    return int(np.sum(np.bincount(patches.ravel())[1:] < least))


# %% wrong: a default of 2
# says: expected 5
def count_objects(mask, least=2):
    if np.ndim(mask) != 2:
        raise ValueError("two axes")
    patches, _ = ndimage.label(mask)
    return int(np.sum(np.bincount(patches.ravel())[1:] >= least))


# %% wrong: booleans only
# says: valid
def count_objects(mask, least=1):
    if np.ndim(mask) != 2:
        raise ValueError("two axes")
    if mask.dtype != bool:
        raise TypeError("a mask has booleans")
    patches, _ = ndimage.label(mask)
    return int(np.sum(np.bincount(patches.ravel())[1:] >= least))


# %% wrong: erases in the input
# says: input
def count_objects(mask, least=1):
    if np.ndim(mask) != 2:
        raise ValueError("two axes")
    patches, total = ndimage.label(mask)
    count = 0
    for number in range(1, total + 1):
        count += np.sum(patches == number) >= least
        mask[patches == number] = 0
    return int(count)


# %% wrong: a pair
# says: expected
def count_objects(mask, least=1):
    return ndimage.label(mask)


# %% wrong: the areas
# says: expected
def count_objects(mask, least=1):
    if np.ndim(mask) != 2:
        raise ValueError("two axes")
    areas = np.bincount(ndimage.label(mask)[0].ravel())[1:]
    return areas[areas >= least]


# %% wrong: takes any number of axes
# says: ValueError
def count_objects(mask, least=1):
    patches, _ = ndimage.label(mask)
    return int(np.sum(np.bincount(patches.ravel())[1:] >= least))


# %% wrong: tests for batches only
# says: ValueError
def count_objects(mask, least=1):
    if np.ndim(mask) > 2:
        raise ValueError("one mask at a time")
    patches, _ = ndimage.label(mask)
    return int(np.sum(np.bincount(patches.ravel())[1:] >= least))


# %% right: areas by ndimage.sum_labels
def count_objects(mask, least=1):
    mask = np.asarray(mask)
    if mask.ndim != 2:
        raise ValueError("two axes")
    patches, number = ndimage.label(mask)
    return sum(area >= least for area in ndimage.sum_labels(mask, patches, range(1, number + 1)))


# %% wrong: forgets the last patch
# says: expected
def count_objects(mask, least=1):
    patches, number = ndimage.label(mask)
    return sum(np.sum(patches == k) >= least for k in range(1, number))


# %% wrong: the pixels in large patches
# says: pixels
def count_objects(mask, least=1):
    patches, number = ndimage.label(mask)
    areas = np.bincount(patches.ravel())[1:]
    return int(np.sum(areas[areas >= least]))


# %% wrong: skimage's label as it is
# says: corner
def count_objects(mask, least=1):
    from skimage.measure import label

    return int(np.sum(np.bincount(label(mask).ravel())[1:] >= least))


# %% wrong: more than least everywhere
# says: not >
def count_objects(mask, least=1):
    if np.ndim(mask) != 2:
        raise ValueError("two axes")
    return int(np.sum(np.bincount(ndimage.label(mask)[0].ravel())[1:] > least))
