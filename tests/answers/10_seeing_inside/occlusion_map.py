# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the score of the intact image minus | visible: hints | hidden minus intact; the score with the square; the relative fall |
# | a square of size pixels, height and width | visible and hidden | one pixel too small; a square of the stride |
# | the corner at row * stride, column * stride | visible: stride 3 of size 2; hidden: stride 5 of size 4 | ignores the stride; a square of the stride |
# | grey, in all channels | visible: grey 0.5; hidden: three channels | always black; the first channel only |
# | floor(...) + 1 places a side, wholly inside | visible: 5 x 8 | one place too few; lets the square hang over the border |
# | (rows, columns) | visible: more columns than rows | rows and columns exchanged; one long row |
# | predict takes images with any n from 1 | visible | predict without the first axis |
# | the image is not changed | visible, first | paints on the image itself; squares pile up on one copy |
# | grey is 0 where none is given | bad input cell: a call without it | grey 0.5 where none is given |
# | ValueError where the square does not fit | bad input | returns an empty map |
# | any way to do it | visible and hidden | one call for each square; a list of images; a mask; one batch, by a mask; lists of lists, float32 |

# %% right: one call for each square
def occlusion_map(predict, image, size, stride, grey=0.0):
    height, width, _ = image.shape
    if size > height or size > width:
        raise ValueError("the square is larger than the image")
    intact = predict(image[np.newaxis])[0]
    result = np.zeros(((height - size) // stride + 1, (width - size) // stride + 1))
    for row in range(result.shape[0]):
        for column in range(result.shape[1]):
            hidden = image.copy()
            hidden[row * stride : row * stride + size, column * stride : column * stride + size, :] = grey
            result[row, column] = intact - predict(hidden[np.newaxis])[0]
    return result


# %% right: a list of images
def occlusion_map(predict, image, size, stride, grey=0.0):
    tops = range(0, image.shape[0] - size + 1, stride)
    lefts = range(0, image.shape[1] - size + 1, stride)
    if not len(tops) or not len(lefts):
        raise ValueError("the square is larger than the image")
    images = [image]
    for top in tops:
        for left in lefts:
            images.append(np.array(image))
            images[-1][top : top + size, left : left + size] = grey
    scores = predict(np.stack(images))
    return (scores[0] - scores[1:]).reshape(len(tops), len(lefts))


# %% right: a mask
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    rows, columns = [(side - size) // stride + 1 for side in image.shape[:2]]
    down, right = np.indices(image.shape[:2])
    result = []
    for row in range(rows):
        for column in range(columns):
            under = (down >= row * stride) & (down < row * stride + size)
            under = under & (right >= column * stride) & (right < column * stride + size)
            hidden = np.where(under[..., None], grey, image)
            result.append(float(predict(image[None])[0]) - float(predict(hidden[None])[0]))
    return np.reshape(result, (rows, columns))


# %% wrong: hidden minus intact
# says: intact minus hidden
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    result = np.zeros([(side - size) // stride + 1 for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        hidden = image.copy()
        hidden[row * stride : row * stride + size, column * stride : column * stride + size] = grey
        result[row, column] = predict(hidden[None])[0] - predict(image[None])[0]
    return result


# %% wrong: the score with the square
# says: the fall is wanted
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    result = np.zeros([(side - size) // stride + 1 for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        hidden = image.copy()
        hidden[row * stride : row * stride + size, column * stride : column * stride + size] = grey
        result[row, column] = predict(hidden[None])[0]
    return result


# %% wrong: the relative fall
# says: relative
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    result = np.zeros([(side - size) // stride + 1 for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        hidden = image.copy()
        hidden[row * stride : row * stride + size, column * stride : column * stride + size] = grey
        result[row, column] = 1 - predict(hidden[None])[0] / predict(image[None])[0]
    return result


# %% wrong: one pixel too small
# says: are wrong|expected
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    result = np.zeros([(side - size) // stride + 1 for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        hidden = image.copy()
        hidden[row * stride : row * stride + size - 1, column * stride : column * stride + size - 1] = grey
        result[row, column] = predict(image[None])[0] - predict(hidden[None])[0]
    return result


# %% wrong: a square of the stride
# says: expected
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    result = np.zeros([(side - size) // stride + 1 for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        hidden = image.copy()
        hidden[row * stride : (row + 1) * stride, column * stride : (column + 1) * stride] = grey
        result[row, column] = predict(image[None])[0] - predict(hidden[None])[0]
    return result


# %% wrong: ignores the stride
# says: expected
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    result = np.zeros([(side - size) // stride + 1 for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        hidden = image.copy()
        hidden[row : row + size, column : column + size] = grey
        result[row, column] = predict(image[None])[0] - predict(hidden[None])[0]
    return result


# %% wrong: always black
# says: expected
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    result = np.zeros([(side - size) // stride + 1 for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        hidden = image.copy()
        hidden[row * stride : row * stride + size, column * stride : column * stride + size] = 0
        result[row, column] = predict(image[None])[0] - predict(hidden[None])[0]
    return result


# %% wrong: the first channel only
# says: expected
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    result = np.zeros([(side - size) // stride + 1 for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        hidden = image.copy()
        hidden[row * stride : row * stride + size, column * stride : column * stride + size, 0] = grey
        result[row, column] = predict(image[None])[0] - predict(hidden[None])[0]
    return result


# %% wrong: one place too few
# says: one place more
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    result = np.zeros([(side - size) // stride for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        hidden = image.copy()
        hidden[row * stride : row * stride + size, column * stride : column * stride + size] = grey
        result[row, column] = predict(image[None])[0] - predict(hidden[None])[0]
    return result


# %% wrong: lets the square hang over the border
# says: Keep it inside
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    result = np.zeros([-(-side // stride) for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        hidden = image.copy()
        hidden[row * stride : row * stride + size, column * stride : column * stride + size] = grey
        result[row, column] = predict(image[None])[0] - predict(hidden[None])[0]
    return result


# %% wrong: rows and columns exchanged
# says: exchanged
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    result = np.zeros([(side - size) // stride + 1 for side in image.shape[1::-1]])
    for column, row in np.ndindex(*result.shape):
        hidden = image.copy()
        hidden[row * stride : row * stride + size, column * stride : column * stride + size] = grey
        result[column, row] = predict(image[None])[0] - predict(hidden[None])[0]
    return result


# %% wrong: one long row
# says: expected shape
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    result = []
    for top in range(0, image.shape[0] - size + 1, stride):
        for left in range(0, image.shape[1] - size + 1, stride):
            hidden = image.copy()
            hidden[top : top + size, left : left + size] = grey
            result.append(predict(image[None])[0] - predict(hidden[None])[0])
    return np.array(result)


# %% wrong: predict without the first axis
# says: predict to get 4 axes
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    result = np.zeros([(side - size) // stride + 1 for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        hidden = image.copy()
        hidden[row * stride : row * stride + size, column * stride : column * stride + size] = grey
        result[row, column] = predict(image) - predict(hidden)
    return result


# %% wrong: paints on the image itself
# says: changed input
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    intact = predict(image[None])[0]
    result = np.zeros([(side - size) // stride + 1 for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        image[row * stride : row * stride + size, column * stride : column * stride + size] = grey
        result[row, column] = intact - predict(image[None])[0]
    return result


# %% wrong: squares pile up on one copy
# says: fresh copy
def occlusion_map(predict, image, size, stride, grey=0.0):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    hidden = image.copy()
    result = np.zeros([(side - size) // stride + 1 for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        hidden[row * stride : row * stride + size, column * stride : column * stride + size] = grey
        result[row, column] = predict(image[None])[0] - predict(hidden[None])[0]
    return result


# %% wrong: grey 0.5 where none is given
# says: expected
def occlusion_map(predict, image, size, stride, grey=0.5):
    if size > min(image.shape[:2]):
        raise ValueError("the square is larger than the image")
    result = np.zeros([(side - size) // stride + 1 for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        hidden = image.copy()
        hidden[row * stride : row * stride + size, column * stride : column * stride + size] = grey
        result[row, column] = predict(image[None])[0] - predict(hidden[None])[0]
    return result


# %% wrong: returns an empty map
# says: expected a ValueError
def occlusion_map(predict, image, size, stride, grey=0.0):
    result = np.zeros([max((side - size) // stride + 1, 0) for side in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        hidden = image.copy()
        hidden[row * stride : row * stride + size, column * stride : column * stride + size] = grey
        result[row, column] = predict(image[None])[0] - predict(hidden[None])[0]
    return result


# %% right: one batch, by a mask
def occlusion_map(predict, image, size, stride, grey=0.0):
    height, width, _ = image.shape
    if size > height or size > width:
        raise ValueError(f"a square of {size} does not fit into {height} x {width}")
    rows, columns = 1 + (height - size) // stride, 1 + (width - size) // stride
    y, x = np.arange(height)[:, None], np.arange(width)
    batch = [image]
    for row in range(rows):
        for column in range(columns):
            inside = (y >= row * stride) & (y < row * stride + size)
            inside = inside & (x >= column * stride) & (x < column * stride + size)
            batch.append(np.where(inside[..., None], grey, image))
    scores = predict(np.stack(batch))
    return (scores[0] - scores[1:]).reshape(rows, columns)


# %% right: lists of lists, float32
def occlusion_map(predict, image, size, stride, grey=0.0):
    if min(image.shape[:2]) < size:
        raise ValueError("size is larger than the image")
    whole = float(predict(np.expand_dims(image, 0).astype("float32"))[0])
    lines = []
    top = 0
    while top + size <= image.shape[0]:
        line, left = [], 0
        while left + size <= image.shape[1]:
            hidden = np.array(image, dtype="float32")
            hidden[top : top + size, left : left + size, :] = grey
            line.append(whole - float(predict(hidden[None])[0]))
            left += stride
        lines.append(line)
        top += stride
    return lines
