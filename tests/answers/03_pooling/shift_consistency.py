# %% right: empty arrays and slices
def shift_consistency(predict, images, distance):
    height, width = images.shape[1], images.shape[2]
    if distance < 0 or distance >= height or distance >= width:
        raise ValueError(f"cannot move images of {height} x {width} by {distance}")
    classes = np.argmax(np.asarray(predict(images)), axis=1)
    up, down, left, right = [np.zeros_like(images) for _ in range(4)]
    up[:, : height - distance] = images[:, distance:]
    down[:, distance:] = images[:, : height - distance]
    left[:, :, : width - distance] = images[:, :, distance:]
    right[:, :, distance:] = images[:, :, : width - distance]
    same = 0
    for moved in (up, down, left, right):
        same += np.sum(np.argmax(np.asarray(predict(moved)), axis=1) == classes)
    return same / (4 * len(images))


# %% right: roll, then blacken what came round
def shift_consistency(predict, images, distance):
    if not 0 <= distance < min(images.shape[1:3]):
        raise ValueError("distance does not fit the images")
    if distance == 0:
        return 1.0
    classes = keras.ops.convert_to_numpy(keras.ops.argmax(predict(images), axis=-1))
    fractions = []
    for axis in (1, 2):
        for step in (distance, -distance):
            moved = np.roll(images, step, axis=axis)
            index = [slice(None)] * 4
            index[axis] = slice(0, distance) if step > 0 else slice(-distance, None)
            moved[tuple(index)] = 0
            fractions.append(np.mean(np.argmax(predict(moved), axis=-1) == classes))
    return float(sum(fractions) / 4)


# %% wrong: rolls, so that what leaves comes back
# says: wraps round
def shift_consistency(predict, images, distance):
    classes = np.argmax(predict(images), axis=-1)
    moves = [(1, distance), (1, -distance), (2, distance), (2, -distance)]
    return np.mean([np.argmax(predict(np.roll(images, step, axis=axis)), axis=-1) == classes for axis, step in moves])


# %% wrong: up and down only
# says: only up and down
def shift_consistency(predict, images, distance):
    height = images.shape[1]
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (distance, distance), (0, 0), (0, 0)])
    return np.mean([np.argmax(predict(wide[:, top : top + height]), axis=-1) == classes for top in (0, 2 * distance)])


# %% wrong: compares scores, not classes
# says: not scores
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    scores = np.asarray(predict(images))
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for top, left in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        moved = wide[:, top : top + height, left : left + width]
        same.append(np.asarray(predict(moved)) == scores)
    return np.mean(same)


# %% wrong: a percentage
# says: not a percentage
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    windows = [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]
    return 100 * np.mean([np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes for t, s in windows])


# %% wrong: counts instead of a fraction
# says: divide by four
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    windows = [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]
    return np.sum([np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes for t, s in windows])


# %% wrong: an image counts only if all four answers stay
# says: counts by itself
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    windows = [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]
    same = [np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes for t, s in windows]
    return np.mean(np.all(same, axis=0))


# %% wrong: repeats the edge instead of black
# says: pixels that move in 0
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)], mode="edge")
    windows = [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]
    return np.mean([np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes for t, s in windows])


# %% wrong: does not move at all
# says: moved at all
def shift_consistency(predict, images, distance):
    return np.mean(np.argmax(predict(images), axis=-1) == np.argmax(predict(images.copy()), axis=-1))


# %% wrong: moves by half the distance
# says: distance 1
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    if not 0 <= distance < min(height, width):
        raise ValueError("distance does not fit")
    d = (distance + 1) // 2
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    windows = [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]
    return np.mean([np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes for t, s in windows])


# %% wrong: diagonal moves
# says: moves are diagonal
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    windows = [(0, 0), (2 * d, 2 * d), (0, 2 * d), (2 * d, 0)]
    return np.mean([np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes for t, s in windows])


# %% wrong: no error for a distance that does not fit
# says: expected a ValueError
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = abs(distance)
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    windows = [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]
    return np.mean([np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes for t, s in windows])


# %% wrong: left and right only
# says: only left and right
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (0, 0), (d, d), (0, 0)])
    return np.mean([np.argmax(predict(wide[:, :, s : s + width]), axis=-1) == classes for s in (0, 2 * d)])


# %% wrong: one class for all images, for want of an axis
# says: one class for each image
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    best = np.argmax(predict(images))
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    windows = [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]
    return np.mean([np.argmax(predict(wide[:, t : t + height, s : s + width])) == best for t, s in windows])


# %% wrong: a method that tensors do not have
# says: argmax
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = predict(images).argmax(axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    windows = [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]
    return np.mean([predict(wide[:, t : t + height, s : s + width]).argmax(axis=-1) == classes for t, s in windows])


# %% wrong: moves by 1, whatever the distance
# says: distance 1
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes, d = np.argmax(predict(images), axis=-1), min(d, 1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    windows = [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]
    return np.mean([np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes for t, s in windows])


# %% wrong: refuses a distance only if it fits neither side
# says: expected a ValueError
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < max(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    windows = [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]
    return np.mean([np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes for t, s in windows])


# %% wrong: compares the distance with the height only
# says: expected a ValueError
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < height:
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    windows = [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]
    return np.mean([np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes for t, s in windows])
