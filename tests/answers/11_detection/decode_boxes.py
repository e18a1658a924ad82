# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the centre's distances, in cells | visible: 2 x 3 cells | distances in pixels; the cell is forgotten; rows and columns exchanged; y first; a sigmoid for the distances |
# | logarithms of width / stride and height / stride | visible | no exponential; the stride is forgotten; height first |
# | left, top, right, bottom | visible | centre and size; the whole width to the left |
# | in pixels | visible | boxes in cells |
# | cut off at the picture's edges | visible: a box that reaches over the edge | not cut off; cut off at 0 only; cut off at 128 pixels; one edge for both directions; cut off at the side minus 1 |
# | in reading order (row by row) | visible | column by column; the highest score first |
# | probability of a centre, by a sigmoid | visible | objectness without a sigmoid; the class alone |
# | times that of the likeliest class, by a softmax | visible | the centre alone; class scores without a softmax; a sigmoid for each class; a softmax over all cells; a softmax over one axis of cells |
# | integers: the likeliest class | visible | the unlikeliest class; counted from 5 |
# | three arrays | visible | boxes only; one table; stacked along the first axis |
# | any rows, columns, classes, stride | hidden: 1 x 1 and 4 x 2 cells, strides of 8 and 32 | a stride of 16 always; three classes always |
# | floats of any kind | hidden: float32 | a loop; by TensorFlow; by Keras |
# | not changed | visible, first | changed input; adds to the outputs |


# %% right: a loop
def decode_boxes(outputs, stride=16):
    rows, columns = len(outputs), len(outputs[0])
    boxes, scores, labels = [], [], []
    for row in range(rows):
        for column in range(columns):
            there, x, y, width, height, *classes = np.asarray(outputs[row, column], "float64")
            x, y = (column + x) * stride, (row + y) * stride
            width, height = stride * np.exp(width), stride * np.exp(height)
            boxes.append([
                max(x - width / 2, 0), max(y - height / 2, 0),
                min(x + width / 2, columns * stride), min(y + height / 2, rows * stride),
            ])
            boxes[-1][0], boxes[-1][1] = min(boxes[-1][0], columns * stride), min(boxes[-1][1], rows * stride)
            boxes[-1][2], boxes[-1][3] = max(boxes[-1][2], 0), max(boxes[-1][3], 0)
            chances = np.exp(classes) / np.sum(np.exp(classes))
            scores.append(chances.max() / (1 + np.exp(-there)))
            labels.append(int(np.argmax(chances)))
    return np.array(boxes), np.array(scores), np.array(labels)


# %% right: by TensorFlow
def decode_boxes(outputs, stride=16):
    rows, columns, _ = outputs.shape
    row, column = np.divmod(np.arange(rows * columns), columns)
    flat = outputs.reshape(rows * columns, -1)
    centre = (flat[:, 1:3] + np.stack([column, row], axis=1)) * stride
    half = np.exp(flat[:, 3:5]) * stride / 2
    boxes = np.concatenate([centre - half, centre + half], axis=1)
    boxes[:, ::2] = boxes[:, ::2].clip(0, columns * stride)
    boxes[:, 1::2] = boxes[:, 1::2].clip(0, rows * stride)
    chances = tf.nn.softmax(tf.constant(flat[:, 5:], "float64")).numpy()
    there = tf.nn.sigmoid(tf.constant(flat[:, 0], "float64")).numpy()
    return boxes, there * chances.max(axis=1), chances.argmax(axis=1)


# %% right: lists
def decode_boxes(outputs, stride=16):
    boxes, scores, labels = [], [], []
    limits = [outputs.shape[1] * stride, outputs.shape[0] * stride] * 2
    for (row, column), there in np.ndenumerate(outputs[..., 0]):
        _, x, y, w, h = (float(value) for value in outputs[row, column, :5])
        x, y, w, h = x + column, y + row, np.exp(w) / 2, np.exp(h) / 2
        edges = [stride * edge for edge in (x - w, y - h, x + w, y + h)]
        boxes.append([min(max(edge, 0), limit) for edge, limit in zip(edges, limits)])
        odds = [np.exp(float(value)) for value in outputs[row, column, 5:]]
        labels.append(odds.index(max(odds)))
        scores.append(max(odds) / sum(odds) / (1 + np.exp(-float(there))))
    return boxes, scores, labels


# %% wrong: distances in pixels
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = column * stride + outputs[..., 1], row * stride + outputs[..., 2]
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: the cell is forgotten
# says: own place
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = outputs[..., 1] * stride, outputs[..., 2] * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: rows and columns exchanged
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    column, row = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: y first
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 2]) * stride, (row + outputs[..., 1]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: no exponential
# says: to the power
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = outputs[..., 3] * stride, outputs[..., 4] * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: the stride is forgotten
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]), np.exp(outputs[..., 4])
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: height first
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    height, width = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: centre and size
# says: Left, top, right, bottom
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x, y, width, height], axis=-1)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: the whole width to the left
# says: half of the width
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width, y - height, x + width, y + height], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: boxes in cells
# says: multiply by the stride
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4) / stride, scores.reshape(-1), labels.reshape(-1)


# %% wrong: not cut off
# says: Cut the boxes off
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: cut off at 0 only
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.maximum(boxes, 0)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: cut off at 128 pixels
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, 128)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: column by column
# says: row by row
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.swapaxes(0, 1).reshape(-1, 4), scores.T.reshape(-1), labels.T.reshape(-1)


# %% wrong: objectness without a sigmoid
# says: needs its sigmoid
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = outputs[..., 0]
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: the class alone
# says: a centre's probability
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: the centre alone
# says: the class's probability
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there, chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: class scores without a softmax
# says: softmax
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * outputs[..., 5:].max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: a sigmoid for each class
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / (1 + odds)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: the unlikeliest class
# says: labels
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmin(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: counted from 5
# says: labels
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1) + 5
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: boxes only
# says: three results
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4)


# %% wrong: one table
# says: three results
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return np.concatenate([boxes, scores[..., None], labels[..., None]], axis=-1).reshape(-1, 6)


# %% wrong: a stride of 16 always
def decode_boxes(outputs, stride=16):
    stride = 16
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: three classes always
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:8])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% wrong: adds to the outputs
# says: changed input
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    outputs[..., 1] += column
    outputs[..., 2] += row
    x, y = outputs[..., 1] * stride, outputs[..., 2] * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    chances = odds / odds.sum(axis=-1, keepdims=True)
    there = 1 / (1 + np.exp(-outputs[..., 0]))
    scores, labels = there * chances.max(axis=-1), chances.argmax(axis=-1)
    return boxes.reshape(-1, 4), scores.reshape(-1), labels.reshape(-1)


# %% right: by Keras
def decode_boxes(outputs, stride=16):
    outputs = keras.ops.convert_to_tensor(outputs, "float32")
    rows, columns = outputs.shape[:2]
    x = (keras.ops.arange(columns, dtype="float32") + outputs[..., 1]) * stride
    y = (keras.ops.arange(rows, dtype="float32")[:, None] + outputs[..., 2]) * stride
    half = keras.ops.exp(outputs[..., 3:5]) * stride / 2
    wide = [keras.ops.clip(x + sign * half[..., 0], 0, columns * stride) for sign in (-1, 1)]
    high = [keras.ops.clip(y + sign * half[..., 1], 0, rows * stride) for sign in (-1, 1)]
    chances = keras.ops.softmax(outputs[..., 5:], axis=-1)
    scores = keras.ops.sigmoid(outputs[..., 0]) * keras.ops.max(chances, axis=-1)
    boxes = keras.ops.stack([wide[0], high[0], wide[1], high[1]], axis=-1)
    labels = keras.ops.argmax(chances, axis=-1)
    return [keras.ops.reshape(boxes, (-1, 4)), keras.ops.reshape(scores, (-1,)), keras.ops.reshape(labels, (-1,))]


# %% wrong: one edge for both directions
# says: top and bottom at rows
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, columns * stride)
    odds = np.exp(outputs[..., 5:])
    scores = (odds / odds.sum(axis=-1, keepdims=True)).max(axis=-1) / (1 + np.exp(-outputs[..., 0]))
    return boxes.reshape(-1, 4), scores.ravel(), odds.argmax(axis=-1).ravel()


# %% wrong: a sigmoid for the distances
# says: no sigmoid
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + 1 / (1 + np.exp(-outputs[..., 1]))) * stride, (row + 1 / (1 + np.exp(-outputs[..., 2]))) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    scores = (odds / odds.sum(axis=-1, keepdims=True)).max(axis=-1) / (1 + np.exp(-outputs[..., 0]))
    return boxes.reshape(-1, 4), scores.ravel(), odds.argmax(axis=-1).ravel()


# %% wrong: a softmax over all cells
# says: not over the whole picture
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    scores = (odds / odds.sum()).max(axis=-1) / (1 + np.exp(-outputs[..., 0]))
    return boxes.reshape(-1, 4), scores.ravel(), odds.argmax(axis=-1).ravel()


# %% wrong: the highest score first
# says: reading order
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    scores = (odds / odds.sum(axis=-1, keepdims=True)).max(axis=-1) / (1 + np.exp(-outputs[..., 0]))
    order = np.argsort(-scores.ravel())
    return boxes.reshape(-1, 4)[order], scores.ravel()[order], odds.argmax(axis=-1).ravel()[order]


# %% wrong: cut off at the side minus 1
# says: without - 1
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride - 1)
    odds = np.exp(outputs[..., 5:])
    scores = (odds / odds.sum(axis=-1, keepdims=True)).max(axis=-1) / (1 + np.exp(-outputs[..., 0]))
    return boxes.reshape(-1, 4), scores.ravel(), odds.argmax(axis=-1).ravel()


# %% wrong: stacked along the first axis
# says: axis=-1
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    boxes = np.moveaxis(boxes, -1, 0)
    odds = np.exp(outputs[..., 5:])
    scores = (odds / odds.sum(axis=-1, keepdims=True)).max(axis=-1) / (1 + np.exp(-outputs[..., 0]))
    return boxes.reshape(-1, 4), scores.ravel(), odds.argmax(axis=-1).ravel()


# %% wrong: a softmax over one axis of cells
# says: not over the whole picture
def decode_boxes(outputs, stride=16):
    rows, columns = outputs.shape[:2]
    row, column = np.indices((rows, columns))
    x, y = (column + outputs[..., 1]) * stride, (row + outputs[..., 2]) * stride
    width, height = np.exp(outputs[..., 3]) * stride, np.exp(outputs[..., 4]) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    boxes = np.clip(boxes, 0, np.array([columns, rows, columns, rows]) * stride)
    odds = np.exp(outputs[..., 5:])
    scores = (odds / odds.sum(axis=(0, 1))).max(axis=-1) / (1 + np.exp(-outputs[..., 0]))
    return boxes.reshape(-1, 4), scores.ravel(), odds.argmax(axis=-1).ravel()
