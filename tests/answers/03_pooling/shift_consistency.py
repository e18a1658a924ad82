# | clause of the docstring | tested by | answers |
# |---|---|---|
# | predict returns an array or a tensor | visible: both; hidden: both | a method that tensors do not have; a method that arrays do not have; roll, then blacken what came round |
# | predict takes images, (m, height, width, channels) | visible and hidden: the networks look at the shape | gives predict one image without its batch; gives predict the wide pictures; height and width swapped where it cuts; one image after the other, in a batch of its own; tensors, all five copies in one batch |
# | the class is the one with the largest score | visible: three networks | compares scores, not classes; the smallest score is the class |
# | images: numbers of any sign | hidden: above 0.5, below 0 | fills with the least value of the images |
# | moved by distance pixels | visible: 1 and 2; hidden: 1 to 3 | moves by half the distance; moves by 1, whatever the distance; does not move at all |
# | at 0 nothing moves, and the result is 1 | visible and hidden | empty slices at distance 0 |
# | the fraction, from 0 to 1 | visible: the example | a percentage; counts instead of a fraction; how often it changes; zeros; constant; None; stub |
# | over all images | visible: 3 images; hidden: 9 to 30 | counts the first image only; one class for all images, for want of an axis; an image counts only if all four answers stay |
# | and the four directions (up, down, left, right) | visible: networks that tell them apart | up and down only; left and right only; down and right only; diagonal moves; the image in its place counts, too |
# | a number | visible: shape () | one number for each direction; wrong shape |
# | pixels that move in are 0 | visible: distance 2; hidden: images above 0.5 | repeats the edge instead of black; SciPy moves the images |
# | none comes back on the other side | visible: bright_enough | rolls, so that what leaves comes back |
# | images stay as they were | visible and hidden: all calls | blackens the rim of the images that it was given; changed input; empty arrays and slices |
# | a distance from 0 to the smaller side less 1 is valid | hidden: 3 of 4 x 6; bad input begins with 2 of 3 x 5 | refuses the largest distance that fits |
# | ValueError for a negative distance | bad input: -1; hidden: -3 | no error for a distance that does not fit; a negative distance is let through |
# | ValueError for one not smaller than the height, or than the width | bad input: each alone; hidden: each alone | a distance equal to the side is let through; refuses a distance only if it fits neither side; compares the distance with the height only; compares the distance with the width only |
# | with a message | bad input: every error | an error without a message |


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


# %% right: one image after the other, in a batch of its own
def shift_consistency(predict, images, distance):
    n, height, width, channels = images.shape
    if distance < 0 or distance >= min(height, width):
        raise ValueError("distance")
    count = 0
    for k in range(n):
        image = images[k : k + 1]
        before = int(np.asarray(predict(image))[0].argmax())
        for down, right in ((distance, 0), (-distance, 0), (0, distance), (0, -distance)):
            moved = np.zeros_like(image)
            for y in range(height):
                for x in range(width):
                    if 0 <= y - down < height and 0 <= x - right < width:
                        moved[0, y, x] = image[0, y - down, x - right]
            count += int(np.asarray(predict(moved))[0].argmax()) == before
    return count / (4 * n)


# %% right: tensors, all five copies in one batch
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    if not 0 <= distance < min(height, width):
        raise ValueError("distance does not fit")
    d = int(distance)
    wide = tf.pad(tf.constant(images), [[0, 0], [d, d], [d, d], [0, 0]])
    places = [(d, d), (0, d), (2 * d, d), (d, 0), (d, 2 * d)]
    copies = tf.concat([wide[:, t : t + height, s : s + width] for t, s in places], axis=0)
    classes = keras.ops.reshape(keras.ops.argmax(predict(copies), axis=-1), (5, -1))
    return tf.reduce_mean(tf.cast(classes[1:] == classes[:1], "float64"))


# %% right: SciPy moves the images
def shift_consistency(predict, images, distance):
    from scipy.ndimage import shift

    if not 0 <= distance < min(images.shape[1:3]):
        raise ValueError("distance does not fit")
    before, same = np.argmax(predict(images), axis=-1), 0.0
    for step in ((distance, 0), (-distance, 0), (0, distance), (0, -distance)):
        moved = shift(images, (0, *step, 0), order=0, cval=0)
        same += np.mean(np.argmax(predict(moved), axis=-1) == before)
    return same / 4


# %% wrong: rolls, so that what leaves comes back
# says: wraps round
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(np.roll(images, (d - t, d - s), axis=(1, 2))), axis=-1) == classes)
    return np.mean(same)


# %% wrong: up and down only
# says: only up and down
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: left and right only
# says: only left and right
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: down and right only
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (d, 0)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: the image in its place counts, too
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(d, d), (0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: compares scores, not classes
# says: not scores
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.asarray(predict(images))
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.asarray(predict(wide[:, t : t + height, s : s + width])) == classes)
    return np.mean(same)


# %% wrong: a percentage
# says: not a percentage
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return 100 * np.mean(same)


# %% wrong: counts instead of a fraction
# says: divide by four
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.sum(same)


# %% wrong: an image counts only if all four answers stay
# says: counts by itself
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return (lambda same: np.mean(np.all(same, axis=0)))(same)


# %% wrong: how often it changes
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return 1 - np.mean(same)


# %% wrong: one number for each direction
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return (lambda same: np.mean(same, axis=1))(same)


# %% wrong: repeats the edge instead of black
# says: pixels that move in 0
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)], mode="edge")
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: fills with the least value of the images
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)], constant_values=images.min())
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: does not move at all
# says: moved at all
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(images), axis=-1) == classes)
    return np.mean(same)


# %% wrong: moves by half the distance
# says: distance 1
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    d = (d + 1) // 2
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: moves by 1, whatever the distance
# says: distance 1
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    d = min(d, 1)
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: diagonal moves
# says: moves are diagonal
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, 0), (2 * d, 2 * d), (0, 2 * d), (2 * d, 0)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: one class for all images, for want of an axis
# says: one class for each image
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images))
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width])) == classes)
    return np.mean(same)


# %% wrong: a method that tensors do not have
# says: argmax
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = predict(images).argmax(axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(predict(wide[:, t : t + height, s : s + width]).argmax(axis=-1) == classes)
    return np.mean(same)


# %% wrong: a method that arrays do not have
# says: no attribute .numpy
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = predict(images).numpy().argmax(axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(predict(wide[:, t : t + height, s : s + width]).numpy().argmax(axis=-1) == classes)
    return np.mean(same)


# %% wrong: the smallest score is the class
# says: largest score
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmin(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmin(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: gives predict one image without its batch
# says: what predict is given
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    if not 0 <= distance < min(height, width):
        raise ValueError("distance does not fit")
    d, same = distance, []
    for image in images:
        wide = np.pad(image, [(d, d), (d, d), (0, 0)])
        for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
            same.append(np.argmax(predict(wide[t : t + height, s : s + width])) == np.argmax(predict(image)))
    return np.mean(same)


# %% wrong: gives predict the wide pictures
# says: what predict is given
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t:, s:]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: height and width swapped where it cuts
# says: what predict is given
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + width, s : s + height]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: blackens the rim of the images that it was given
# says: stay as it was
def shift_consistency(predict, images, distance):
    if not 0 <= distance < min(images.shape[1:3]):
        raise ValueError("distance does not fit")
    classes, same = np.argmax(predict(images.copy()), axis=-1), []
    for axis in (1, 2):
        for step in (distance, -distance):
            moved = np.moveaxis(images, axis, 0)
            kept = moved.copy()
            moved[:] = 0
            if step > 0:
                moved[step:] = kept[:-step]
            else:
                moved[: len(kept) + step] = kept[-step:]
            same.append(np.mean(np.argmax(predict(images), axis=-1) == classes))
            moved[:] = kept
    images[:, :distance] = 0
    return np.mean(same)


# %% wrong: no error for a distance that does not fit
# says: expected a ValueError
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if False:
        raise ValueError("distance does not fit")
    d = abs(d)
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: a negative distance is let through
# says: no sign
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if d >= min(height, width):
        raise ValueError("distance does not fit")
    d = abs(d)
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: a distance equal to the side is let through
# says: expected a ValueError
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d <= min(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: refuses a distance only if it fits neither side
# says: expected a ValueError
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < max(height, width):
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: compares the distance with the height only
# says: expected a ValueError
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < height:
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: compares the distance with the width only
# says: expected a ValueError
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < width:
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: refuses the largest distance that fits
# says: distance does not fit
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width) - 1:
        raise ValueError("distance does not fit")
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: an error without a message
# says: says what is wrong
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    d = distance
    if not 0 <= d < min(height, width):
        raise ValueError
    classes = np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (d, d), (d, d), (0, 0)])
    same = []
    for t, s in [(0, d), (2 * d, d), (d, 0), (d, 2 * d)]:
        same.append(np.argmax(predict(wide[:, t : t + height, s : s + width]), axis=-1) == classes)
    return np.mean(same)


# %% wrong: empty slices at distance 0
def shift_consistency(predict, images, distance):
    if not 0 <= distance < min(images.shape[1:3]):
        raise ValueError("distance does not fit")
    classes, same = np.argmax(predict(images), axis=-1), []
    for axis in (1, 2):
        source = np.moveaxis(images, axis, 0)
        for step in (1, -1):
            moved = np.zeros_like(source)
            if distance and step > 0:
                moved[distance:] = source[:-distance]
            elif distance:
                moved[:-distance] = source[distance:]
            same.append(np.mean(np.argmax(predict(np.moveaxis(moved, 0, axis)), axis=-1) == classes))
    return np.mean(same)


# %% wrong: counts the first image only
# says: all counted
def shift_consistency(predict, images, distance):
    height, width = images.shape[1:3]
    if distance < 0 or distance >= min(height, width):
        raise ValueError("distance does not fit")
    wide = np.pad(images[:1], [(0, 0), (distance, distance), (distance, distance), (0, 0)])
    starts = [(distance, distance), (0, distance), (2 * distance, distance)]
    starts += [(distance, 0), (distance, 2 * distance)]
    place, *moved = [
        np.argmax(predict(wide[:, top : top + height, left : left + width]), axis=-1)
        for top, left in starts
    ]
    return np.mean([classes == place for classes in moved])
