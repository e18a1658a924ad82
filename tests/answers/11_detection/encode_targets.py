# | clause of the docstring | tested by | answers |
# |---|---|---|
# | (cells, cells, 5 + n_classes) | visible: 6 cells, 3 classes | always 8 cells |
# | [row, column] | visible: a centre with row 1, column 3 | rows and columns exchanged |
# | of the cell that holds the centre | visible | the cell of the upper left corner; the nearest cell; the nearest cell, with the rest |
# | a centre on a border belongs right and below | visible: (32, 32) | a border belongs to the left |
# | distances from the cell's left and upper edge | visible: a centre on half a pixel; hidden: drawn centres | half pixels are cut off; from the middle; y first; from the picture's edge; from the picture's edge, in pixels |
# | in cells | visible | distances in pixels |
# | natural logarithms of width and height by stride | visible; hidden: strides 8 and 32 | 16 in place of stride; no logarithm; the logarithm of pixels; height first; logarithm to base 2 |
# | a 1 at 5 + label | visible: labels 0, 1, 2 | the class at 4 + label |
# | everything else is 0 | visible | sizes of 1 everywhere |
# | the smallest of several, alone | visible: the smallest first; hidden: first and last, slim ones and squares | the largest; the last; the first; classes stay; the given order, never cleared; the smallest first, never cleared; the narrowest counts; the lowest counts; the shortest perimeter counts; the shorter side counts; the highest class counts |
# | k may be 0 | hidden: 0 boxes | fails without boxes |
# | not changed | visible, first | changed input |
# | any way to do it | visible and hidden | cell by cell; all at once; a dictionary |
# | ValueError for a box without area | bad input | lets any box pass; refuses negative sizes only |


# %% right: cell by cell
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    for left, top, right, bottom in boxes:
        if right <= left or bottom <= top:
            raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for row in range(cells):
        for column in range(cells):
            best = None
            for (left, top, right, bottom), label in zip(boxes, labels):
                x, y = (left + right) / 2 / stride - column, (top + bottom) / 2 / stride - row
                width, height = right - left, bottom - top
                if 0 <= x < 1 and 0 <= y < 1 and (best is None or width * height < best):
                    best = width * height
                    targets[row, column] = 0
                    targets[row, column, :3] = 1, x, y
                    targets[row, column, 3] = np.log(width / stride)
                    targets[row, column, 4] = np.log(height / stride)
                    targets[row, column, 5 + label] = 1
    return targets


# %% right: all at once
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    boxes, labels = np.asarray(boxes, float).reshape(-1, 4), np.asarray(labels, int)
    sizes = (boxes[:, 2:] - boxes[:, :2]) / stride
    if np.any(sizes <= 0):
        raise ValueError("a box without area")
    order = np.argsort(sizes.prod(axis=1))[::-1]
    centres = (boxes[:, 2:] + boxes[:, :2])[order] / (2 * stride)
    column, row = centres.astype(int).T
    parts = [np.ones((len(boxes), 1)), centres % 1, np.log(sizes[order])]
    targets = np.zeros((cells, cells, 5 + n_classes), dtype="float32")
    targets[row, column] = np.concatenate([*parts, np.eye(n_classes)[labels[order]]], axis=1)
    return targets


# %% right: a dictionary
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    holders = {}
    for box, label in zip(np.asarray(boxes).tolist(), np.asarray(labels).tolist()):
        width, height = box[2] - box[0], box[3] - box[1]
        if min(width, height) <= 0:
            raise ValueError(f"no box: {box}")
        x, y = box[0] + width / 2, box[1] + height / 2
        cell = int(y // stride), int(x // stride)
        entry = [1, x % stride / stride, y % stride / stride]
        entry += [np.log(width / stride), np.log(height / stride)]
        entry += [float(k == label) for k in range(n_classes)]
        if cell not in holders or holders[cell][0] > width * height:
            holders[cell] = (width * height, entry)
    targets = np.zeros((cells, cells, 5 + n_classes))
    for cell, (_, entry) in holders.items():
        targets[cell] = entry
    return targets


# %% wrong: always 8 cells
# says: expected shape
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((8, 8, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: rows and columns exchanged
# says: y gives the row
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        row, column = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [row, column])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: the cell of the upper left corner
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(boxes[i, :2] / stride).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: the nearest cell
# says: do not round
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.round(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: a border belongs to the left
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.maximum(np.ceil(centre).astype(int) - 1, 0)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: from the middle
# says: not from its middle
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row] - 0.5)
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: y first
# says: First the distance to the right
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])[::-1]
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: distances in pixels
# says: in cells
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row]) * stride
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: no logarithm
# says: logarithm of width
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = sizes[i] / stride
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: the logarithm of pixels
# says: before the logarithm
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i])
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: height first
# says: First the width
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)[::-1]
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: logarithm to base 2
# says: not base 2
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log2(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: the class at 4 + label
# says: begin at 5
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 4 + labels[i]] = 1
    return targets


# %% wrong: sizes of 1 everywhere
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    targets[..., 3:5] = 1
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: the largest
# says: Row 1, column 3 has three centres
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: the last
# says: not the last
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in range(len(boxes)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: the first
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in range(len(boxes))[::-1]:
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: classes stay
# says: Clear the cell first
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: fails without boxes
# says: expected a result
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    smallest = sizes.prod(axis=1).min()
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets if smallest > 0 else None


# %% wrong: lets any box pass
# says: expected a ValueError
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: refuses negative sizes only
# says: expected a ValueError
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes < 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: the narrowest counts
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    targets, sizes = np.zeros((cells, cells, 5 + n_classes)), boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("no size")
    for i in np.argsort(-sizes[:, 0]):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 1, *(centre % 1), *np.log(sizes[i] / stride), *np.eye(n_classes)[labels[i]]
    return targets


# %% wrong: the lowest counts
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    targets, sizes = np.zeros((cells, cells, 5 + n_classes)), boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("no size")
    for i in np.argsort(-sizes[:, 1]):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 1, *(centre % 1), *np.log(sizes[i] / stride), *np.eye(n_classes)[labels[i]]
    return targets


# %% wrong: the shortest perimeter counts
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    targets, sizes = np.zeros((cells, cells, 5 + n_classes)), boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("no size")
    for i in np.argsort(-sizes.sum(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 1, *(centre % 1), *np.log(sizes[i] / stride), *np.eye(n_classes)[labels[i]]
    return targets


# %% wrong: the shorter side counts
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    targets, sizes = np.zeros((cells, cells, 5 + n_classes)), boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("no size")
    for i in np.argsort(-sizes.min(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 1, *(centre % 1), *np.log(sizes[i] / stride), *np.eye(n_classes)[labels[i]]
    return targets


# %% wrong: the highest class counts
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    targets, sizes = np.zeros((cells, cells, 5 + n_classes)), boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("no size")
    for i in np.argsort(-(-labels)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 1, *(centre % 1), *np.log(sizes[i] / stride), *np.eye(n_classes)[labels[i]]
    return targets


# %% wrong: the given order, never cleared
# says: Clear the cell first
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in range(len(boxes)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: the smallest first, never cleared
# says: has to come last
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column, :3] = 1, *(centre - [column, row])
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: the nearest cell, with the rest
# says: do not round
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.round(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre % 1)
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: from the picture's edge
# says: not the picture
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *centre
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: from the picture's edge, in pixels
# says: not the picture
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 0
        targets[row, column, :3] = 1, *(centre * stride)
        targets[row, column, 3:5] = np.log(sizes[i] / stride)
        targets[row, column, 5 + labels[i]] = 1
    return targets


# %% wrong: half pixels are cut off
# says: half a pixel
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) // 2 / stride
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 1, *(centre % 1), *np.log(sizes[i] / stride), *np.eye(n_classes)[labels[i]]
    return targets


# %% wrong: 16 in place of stride
# says: stride=8
def encode_targets(boxes, labels, n_classes, cells=8, stride=16):
    sizes = boxes[:, 2:] - boxes[:, :2]
    if (sizes <= 0).any():
        raise ValueError("a box without area")
    targets = np.zeros((cells, cells, 5 + n_classes))
    for i in np.argsort(-sizes.prod(axis=1)):
        centre = (boxes[i, :2] + boxes[i, 2:]) / 2 / 16
        column, row = np.floor(centre).astype(int)
        targets[row, column] = 1, *(centre % 1), *np.log(sizes[i] / 16), *np.eye(n_classes)[labels[i]]
    return targets
