# | clause of the docstring | tested by | answers |
# |---|---|---|
# | images of different parts | visible: a pair within a part | pairs within a part too; only pairs within a part; parts 0 and 1 only |
# | at most limit | visible: a pair at 4 with limit 4; two equal ones | only equal ones; every pair beyond the limit; less than the limit |
# | a mean absolute difference | hidden: 5 passes, 7 does not | the sum of differences; the largest difference; the mean of signed differences; the root of the mean square |
# | thumbnails of 8 x 8 | visible: 24 x 16 | compares every pixel; means over the wrong axes; takes every third pixel; a single mean |
# | means over all channels | hidden: channels that differ | the first channel only |
# | blocks of height / 8 times width / 8 | hidden: 8 x 16, 32 x 8 | blocks of width / 8 times height / 8 |
# | uint8 or floats | visible and hidden: bytes | bytes wrap round |
# | i < j, sorted, each once | visible: hints | both orders; not sorted |
# | a list of tuples, empty if none | visible: no two alike | None if none; a list of distances |
# | not changed | visible, first | divides in place |
# | any way to do it | visible and hidden | two loops; all distances at once |


# %% right: two loops
def near_duplicates(images, part, limit):
    n, height, width, _ = images.shape
    small = np.zeros((n, 8, 8))
    for row in range(8):
        for column in range(8):
            top, left = row * height // 8, column * width // 8
            block = images[:, top : top + height // 8, left : left + width // 8]
            small[:, row, column] = block.mean(axis=(1, 2, 3), dtype="float64")
    found = []
    for j in range(n):
        for i in range(j):
            if part[i] != part[j] and np.mean(abs(small[i] - small[j])) <= limit:
                found.append((i, j))
    return sorted(found)


# %% right: all distances at once
def near_duplicates(images, part, limit):
    n, height, width, channels = images.shape
    grey = np.mean(images, axis=3, dtype="float64")
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean((2, 4)).reshape(n, -1)
    distance = np.abs(small[:, None] - small[None]).mean(-1)
    part = np.asarray(part)
    close = (distance <= limit) & (part[:, None] != part[None])
    return [(int(i), int(j)) for i, j in np.argwhere(np.triu(close, 1))]


# %% wrong: pairs within a part too
# says: different parts
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean(axis=(2, 4)).reshape(n, 64)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if distance <= limit:
                pairs.append((i, j))
    return pairs


# %% wrong: only pairs within a part
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean(axis=(2, 4)).reshape(n, 64)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if part[i] == part[j] and distance <= limit:
                pairs.append((i, j))
    return pairs


# %% wrong: only equal ones
# says: 0 alone
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean(axis=(2, 4)).reshape(n, 64)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if part[i] != part[j] and distance == 0:
                pairs.append((i, j))
    return pairs


# %% wrong: every pair beyond the limit
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean(axis=(2, 4)).reshape(n, 64)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if part[i] != part[j] and distance > limit:
                pairs.append((i, j))
    return pairs


# %% wrong: the sum of differences
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean(axis=(2, 4)).reshape(n, 64)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).sum()
            if part[i] != part[j] and distance <= limit:
                pairs.append((i, j))
    return pairs


# %% wrong: the largest difference
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean(axis=(2, 4)).reshape(n, 64)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).max()
            if part[i] != part[j] and distance <= limit:
                pairs.append((i, j))
    return pairs


# %% wrong: the mean of signed differences
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean(axis=(2, 4)).reshape(n, 64)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = abs((small[i] - small[j]).mean())
            if part[i] != part[j] and distance <= limit:
                pairs.append((i, j))
    return pairs


# %% wrong: compares every pixel
# says: blocks of 3 x 2
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.reshape(n, -1)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if part[i] != part[j] and distance <= limit:
                pairs.append((i, j))
    return pairs


# %% wrong: takes every third pixel
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey[:, :: height // 8, :: width // 8].reshape(n, 64)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if part[i] != part[j] and distance <= limit:
                pairs.append((i, j))
    return pairs


# %% wrong: a single mean
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.mean(axis=(1, 2))[:, None]
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if part[i] != part[j] and distance <= limit:
                pairs.append((i, j))
    return pairs


# %% wrong: the first channel only
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float)[..., 0]
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean(axis=(2, 4)).reshape(n, 64)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if part[i] != part[j] and distance <= limit:
                pairs.append((i, j))
    return pairs


# %% wrong: blocks of width / 8 times height / 8
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.reshape(n, 8, width // 8, 8, height // 8).mean(axis=(2, 4)).reshape(n, 64)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if part[i] != part[j] and distance <= limit:
                pairs.append((i, j))
    return pairs


# %% wrong: bytes wrap round
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images).mean(axis=3).astype(np.asarray(images).dtype)
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean(axis=(2, 4)).reshape(n, 64).astype(grey.dtype)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if part[i] != part[j] and distance <= limit:
                pairs.append((i, j))
    return pairs


# %% wrong: both orders
# says: i < j
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean(axis=(2, 4)).reshape(n, 64)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if part[i] != part[j] and distance <= limit:
                pairs += [(i, j), (j, i)]
    return pairs


# %% wrong: not sorted
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean(axis=(2, 4)).reshape(n, 64)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if part[i] != part[j] and distance <= limit:
                pairs.append((i, j))
    return pairs[::-1]


# %% wrong: None if none
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean(axis=(2, 4)).reshape(n, 64)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if part[i] != part[j] and distance <= limit:
                pairs.append((i, j))
    return pairs or None


# %% wrong: a list of distances
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean(axis=(2, 4)).reshape(n, 64)
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if part[i] != part[j] and distance <= limit:
                pairs.append(distance)
    return pairs


# %% wrong: divides in place
# says: changed input
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    grey = np.asarray(images, dtype=float).mean(axis=3)
    small = grey.reshape(n, 8, height // 8, 8, width // 8).mean(axis=(2, 4)).reshape(n, 64)
    images //= 2
    pairs = []
    for i in range(n):
        for j in range(i + 1, n):
            distance = np.abs(small[i] - small[j]).mean()
            if part[i] != part[j] and distance <= limit:
                pairs.append((i, j))
    return pairs


# %% wrong: less than the limit
# says: up to the limit
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    blocks = np.asarray(images, dtype=float).reshape(n, 8, height // 8, 8, width // 8, channels)
    small = blocks.mean(axis=(2, 4, 5))
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n) if part[i] != part[j]]
    return [(i, j) for i, j in pairs if np.abs(small[i] - small[j]).mean() < limit]


# %% wrong: the root of the mean square
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    blocks = np.asarray(images, dtype=float).reshape(n, 8, height // 8, 8, width // 8, channels)
    small = blocks.mean(axis=(2, 4, 5))
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n) if part[i] != part[j]]
    return [(i, j) for i, j in pairs if np.mean((small[i] - small[j]) ** 2) ** 0.5 <= limit]


# %% wrong: parts 0 and 1 only
def near_duplicates(images, part, limit):
    n, height, width, channels = np.shape(images)
    blocks = np.asarray(images, dtype=float).reshape(n, 8, height // 8, 8, width // 8, channels)
    small = blocks.mean(axis=(2, 4, 5))
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n) if sorted((part[i], part[j])) == [0, 1]]
    return [(i, j) for i, j in pairs if np.abs(small[i] - small[j]).mean() <= limit]


# %% wrong: means over the wrong axes
# says: axes 2, 4 and 5
def near_duplicates(images, part, limit):
    n, height, width, channels = images.shape
    blocks = images.astype(float).reshape(n, 8, height // 8, 8, width // 8, channels)
    small = blocks.mean(axis=(1, 3, 5)).reshape(n, -1) if height > 8 else blocks.reshape(n, -1)
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n) if part[i] != part[j]]
    return [(i, j) for i, j in pairs if np.abs(small[i] - small[j]).mean() <= limit]
