# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the area that both share | visible: four kinds of pairs | divides by both areas; the corners are exchanged |
# | 0 for boxes that do not meet | visible: one pair apart in both directions, one in one | negative sides; the product is cut at 0 |
# | divided by the area covered together | visible: boxes inside and beside each other | Dice; divides by both areas; divides by the smaller box; the shared area; the box around both |
# | left, top, right, bottom | visible | one pixel more; left, top, width, height |
# | (n, m), row i for boxes_a[i] | visible: 2 and 4 boxes | pairs in order; rows for the second list |
# | n may be 0 | hidden: 0 and 3 boxes | looks at the first box; a list of rows |
# | numbers of any kind | hidden: float32, int64 | two loops; a column and a row; by Keras; into a table of the boxes' kind |
# | not changed | visible, first | changed input |
# | written out | visible: taken away | a library's |
# | ValueError for a box without area, in either list | bad input | lets any box pass; looks at the first list only; lets a width of 0 pass; looks at widths only; only if both sides are wrong; an assertion |


# %% right: two loops
def iou(boxes_a, boxes_b):
    for box in [*boxes_a, *boxes_b]:
        if box[2] <= box[0] or box[3] <= box[1]:
            raise ValueError(f"{box} has no area")
    result = np.zeros((len(boxes_a), len(boxes_b)))
    for i, a in enumerate(boxes_a):
        for j, b in enumerate(boxes_b):
            width = max(0, min(a[2], b[2]) - max(a[0], b[0]))
            height = max(0, min(a[3], b[3]) - max(a[1], b[1]))
            area_a = (a[2] - a[0]) * (a[3] - a[1])
            area_b = (b[2] - b[0]) * (b[3] - b[1])
            result[i, j] = width * height / (area_a + area_b - width * height)
    return result


# %% right: a column and a row
def iou(boxes_a, boxes_b):
    a = [side[:, None] for side in np.transpose(boxes_a)]
    b = [side[None, :] for side in np.transpose(boxes_b)]
    for left, top, right, bottom in (a, b):
        if np.any(left >= right) or np.any(top >= bottom):
            raise ValueError("no area")
    wide = np.clip(np.minimum(a[2], b[2]) - np.maximum(a[0], b[0]), 0, None)
    high = np.clip(np.minimum(a[3], b[3]) - np.maximum(a[1], b[1]), 0, None)
    both = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return wide * high / (both - wide * high)


# %% right: by tensors
def iou(boxes_a, boxes_b):
    a, b = tf.cast(boxes_a, "float32"), tf.cast(boxes_b, "float32")
    for x in (a, b):
        if tf.reduce_any(x[:, 2:] <= x[:, :2]):
            raise ValueError("right > left and bottom > top")
    sides = tf.minimum(a[:, None, 2:], b[:, 2:]) - tf.maximum(a[:, None, :2], b[:, :2])
    shared = tf.reduce_prod(tf.nn.relu(sides), axis=-1)
    area = [tf.reduce_prod(x[:, 2:] - x[:, :2], axis=-1) for x in (a, b)]
    return shared / (area[0][:, None] + area[1] - shared)


# %% wrong: divides by both areas
# says: subtract it once
def iou(a, b):
    if (a[:, 2:] <= a[:, :2]).any() or (b[:, 2:] <= b[:, :2]).any():
        raise ValueError("no area")
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = np.maximum(sides, 0).prod(axis=-1)
    return shared / ((a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1))


# %% wrong: negative sides
# says: do not meet
def iou(a, b):
    if (a[:, 2:] <= a[:, :2]).any() or (b[:, 2:] <= b[:, :2]).any():
        raise ValueError("no area")
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = sides.prod(axis=-1)
    both = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)
    return shared / (both - shared)


# %% wrong: the product is cut at 0
# says: not area
def iou(a, b):
    if (a[:, 2:] <= a[:, :2]).any() or (b[:, 2:] <= b[:, :2]).any():
        raise ValueError("no area")
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = np.maximum(sides.prod(axis=-1), 0)
    both = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)
    return shared / (both - shared)


# %% wrong: the corners are exchanged
# says: expected
def iou(a, b):
    if (a[:, 2:] <= a[:, :2]).any() or (b[:, 2:] <= b[:, :2]).any():
        raise ValueError("no area")
    sides = np.maximum(a[:, None, 2:], b[:, 2:]) - np.minimum(a[:, None, :2], b[:, :2])
    shared = np.maximum(sides, 0).prod(axis=-1)
    both = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)
    return both / shared


# %% wrong: Dice
# says: Dice
def iou(a, b):
    if (a[:, 2:] <= a[:, :2]).any() or (b[:, 2:] <= b[:, :2]).any():
        raise ValueError("no area")
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = np.maximum(sides, 0).prod(axis=-1)
    return 2 * shared / ((a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1))


# %% wrong: divides by the smaller box
# says: union
def iou(a, b):
    if (a[:, 2:] <= a[:, :2]).any() or (b[:, 2:] <= b[:, :2]).any():
        raise ValueError("no area")
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = np.maximum(sides, 0).prod(axis=-1)
    area = [(x[:, 2:] - x[:, :2]).prod(1) for x in (a, b)]
    return shared / np.minimum(area[0][:, None], area[1])


# %% wrong: the shared area
# says: divide by the union
def iou(a, b):
    if (a[:, 2:] <= a[:, :2]).any() or (b[:, 2:] <= b[:, :2]).any():
        raise ValueError("no area")
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    return np.maximum(sides, 0).prod(axis=-1)


# %% wrong: one pixel more
# says: without \+ 1
def iou(a, b):
    if (a[:, 2:] <= a[:, :2]).any() or (b[:, 2:] <= b[:, :2]).any():
        raise ValueError("no area")
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2]) + 1
    shared = np.maximum(sides, 0).prod(axis=-1)
    both = (a[:, 2:] - a[:, :2] + 1).prod(1)[:, None] + (b[:, 2:] - b[:, :2] + 1).prod(1)
    return shared / (both - shared)


# %% wrong: left, top, width, height
# says: expected
def iou(a, b):
    if (a[:, 2:] <= 0).any() or (b[:, 2:] <= 0).any():
        raise ValueError("no area")
    ends = [x[:, :2] + x[:, 2:] for x in (a, b)]
    sides = np.minimum(ends[0][:, None], ends[1]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = np.maximum(sides, 0).prod(axis=-1)
    return shared / (a[:, 2:].prod(1)[:, None] + b[:, 2:].prod(1) - shared)


# %% wrong: pairs in order
# says: expected
def iou(a, b):
    if (a[:, 2:] <= a[:, :2]).any() or (b[:, 2:] <= b[:, :2]).any():
        raise ValueError("no area")
    n = min(len(a), len(b))
    a, b = a[:n], b[:n]
    shared = np.maximum(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0).prod(1)
    return shared / ((a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - shared)


# %% wrong: rows for the second list
# says: Rows belong
def iou(a, b):
    if (a[:, 2:] <= a[:, :2]).any() or (b[:, 2:] <= b[:, :2]).any():
        raise ValueError("no area")
    a, b = b, a
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = np.maximum(sides, 0).prod(axis=-1)
    both = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)
    return shared / (both - shared)


# %% wrong: looks at the first box
# says: expected a result
def iou(a, b):
    if a[0, 2] <= a[0, 0] or (a[:, 2:] <= a[:, :2]).any() or (b[:, 2:] <= b[:, :2]).any():
        raise ValueError("no area")
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = np.maximum(sides, 0).prod(axis=-1)
    both = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)
    return shared / (both - shared)


# %% wrong: a library's
# says: written by hand
def iou(boxes_a, boxes_b):
    for x in (boxes_a, boxes_b):
        if (x[:, 2:] <= x[:, :2]).any():
            raise ValueError("no area")
    pair = (x.astype("float32") for x in (boxes_a, boxes_b))
    return keras.utils.bounding_boxes.compute_iou(*pair, "xyxy")


# %% wrong: lets any box pass
# says: expected a ValueError
def iou(a, b):
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = np.maximum(sides, 0).prod(axis=-1)
    both = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)
    return shared / (both - shared)


# %% wrong: looks at the first list only
# says: expected a ValueError
def iou(a, b):
    if (a[:, 2:] <= a[:, :2]).any():
        raise ValueError("no area")
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = np.maximum(sides, 0).prod(axis=-1)
    both = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)
    return shared / (both - shared)


# %% wrong: lets a width of 0 pass
# says: expected a ValueError
def iou(a, b):
    if (a[:, 2:] < a[:, :2]).any() or (b[:, 2:] < b[:, :2]).any():
        raise ValueError("no area")
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = np.maximum(sides, 0).prod(axis=-1)
    both = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)
    return shared / (both - shared)


# %% wrong: looks at widths only
# says: expected a ValueError
def iou(a, b):
    if (a[:, 2] <= a[:, 0]).any() or (b[:, 2] <= b[:, 0]).any():
        raise ValueError("no area")
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = np.maximum(sides, 0).prod(axis=-1)
    both = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)
    return shared / (both - shared)


# %% right: by Keras
def iou(boxes_a, boxes_b):
    a, b = (keras.ops.convert_to_tensor(x, "float32") for x in (boxes_a, boxes_b))
    for x in (a, b):
        if keras.ops.any(x[:, 2] <= x[:, 0]) or keras.ops.any(x[:, 3] <= x[:, 1]):
            raise ValueError("a box without area")
    right, left = keras.ops.minimum(a[:, None, 2], b[:, 2]), keras.ops.maximum(a[:, None, 0], b[:, 0])
    bottom, top = keras.ops.minimum(a[:, None, 3], b[:, 3]), keras.ops.maximum(a[:, None, 1], b[:, 1])
    shared = keras.ops.relu(right - left) * keras.ops.relu(bottom - top)
    areas = [(x[:, 2] - x[:, 0]) * (x[:, 3] - x[:, 1]) for x in (a, b)]
    return shared / (areas[0][:, None] + areas[1] - shared)


# %% wrong: the box around both
# says: union is no box
def iou(a, b):
    if (a[:, 2:] <= a[:, :2]).any() or (b[:, 2:] <= b[:, :2]).any():
        raise ValueError("no area")
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    around = np.maximum(a[:, None, 2:], b[:, 2:]) - np.minimum(a[:, None, :2], b[:, :2])
    return np.maximum(sides, 0).prod(axis=-1) / around.prod(axis=-1)


# %% wrong: into a table of the boxes' kind
# says: int64 boxes
def iou(boxes_a, boxes_b):
    for box in [*boxes_a, *boxes_b]:
        if box[2] <= box[0] or box[3] <= box[1]:
            raise ValueError(f"{box} has no area")
    result = np.zeros((len(boxes_a), len(boxes_b)), dtype=boxes_a.dtype)
    for i, a in enumerate(boxes_a):
        for j, b in enumerate(boxes_b):
            shared = max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))
            both = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
            result[i, j] = shared / (both - shared)
    return result


# %% wrong: an assertion
# says: expected a ValueError
def iou(a, b):
    assert (a[:, 2:] > a[:, :2]).all() and (b[:, 2:] > b[:, :2]).all()
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = np.maximum(sides, 0).prod(axis=-1)
    both = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)
    return shared / (both - shared)


# %% wrong: only if both sides are wrong
# says: expected a ValueError
def iou(a, b):
    for x in (a, b):
        if ((x[:, 2] <= x[:, 0]) & (x[:, 3] <= x[:, 1])).any():
            raise ValueError("no area")
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    shared = np.maximum(sides, 0).prod(axis=-1)
    both = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)
    return shared / (both - shared)


# %% wrong: a list of rows
# says: expected shape
def iou(a, b):
    if (a[:, 2:] <= a[:, :2]).any() or (b[:, 2:] <= b[:, :2]).any():
        raise ValueError("no area")
    rows = []
    for box in a:
        sides = np.minimum(box[2:], b[:, 2:]) - np.maximum(box[:2], b[:, :2])
        shared = np.maximum(sides, 0).prod(axis=-1)
        rows.append(shared / ((box[2:] - box[:2]).prod() + (b[:, 2:] - b[:, :2]).prod(1) - shared))
    return np.array(rows)
