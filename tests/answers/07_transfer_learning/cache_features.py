# | clause of the docstring | tested by | answers |
# |---|---|---|
# | what the network makes of each image | visible and hidden: the network itself is the reference | preprocesses again; zeros; constant; None; adds the batch's mean |
# | in inference mode | visible: features of training mode are named; hidden: statistics afterwards | in training mode |
# | at most batch_size at once | visible: 7 images by 3 and by 2; hidden: batches of 3 to 6 | everything at once; batch_size parts in place of parts of batch_size |
# | batch_size is 32 where none is given | hidden: 66 images or more | 64 at once where none is given |
# | every n from 1, the last batch smaller | visible: 7 by 3; hidden: 1, a few in one batch | forgets the last, smaller batch; keeps only the last batch; pads the last batch and keeps the padding |
# | one array (n, features) | visible | a list of batches, stacked side by side; returns a list of batches; wrong shape; swapped axes |
# | in the order of the images | visible | the batches in the wrong order |
# | images are not changed | visible, first | changed input |
# | any way to do it | visible and hidden: tolerance 1e-3 | predict; a while loop into a prepared array; parts of about equal size; image by image |

# %% right: predict
def cache_features(base, images, batch_size=32):
    return base.predict(images, batch_size=batch_size, verbose=0)


# %% right: a while loop into a prepared array
def cache_features(base, images, batch_size=32):
    result, start = None, 0
    while start < len(images):
        part = keras.ops.convert_to_numpy(base(images[start : start + batch_size], training=False))
        if result is None:
            result = np.empty((len(images), part.shape[1]), dtype="float32")
        result[start : start + len(part)] = part
        start += batch_size
    return result


# %% right: parts of about equal size
def cache_features(base, images, batch_size=32):
    n = -(-len(images) // batch_size)
    return np.vstack([np.asarray(base(part, training=False)) for part in np.array_split(images, n)])


# %% wrong: forgets the last, smaller batch
# says: last, smaller batch
def cache_features(base, images, batch_size=32):
    full = max(len(images) // batch_size, 1)
    parts = [np.asarray(base(images[i * batch_size : (i + 1) * batch_size], training=False)) for i in range(full)]
    return np.concatenate(parts)


# %% wrong: in training mode
# says: This is training mode
def cache_features(base, images, batch_size=32):
    parts = [images[i : i + batch_size] for i in range(0, len(images), batch_size)]
    return np.concatenate([np.asarray(base(part, training=True)) for part in parts])


# %% wrong: everything at once
# says: expected at most 3 images at once
def cache_features(base, images, batch_size=32):
    return np.asarray(base(images, training=False))


# %% wrong: keeps only the last batch
# says: Only the last batch
def cache_features(base, images, batch_size=32):
    for start in range(0, len(images), batch_size):
        features = np.asarray(base(images[start : start + batch_size], training=False))
    return features


# %% wrong: the batches in the wrong order
# says: are wrong
def cache_features(base, images, batch_size=32):
    features = None
    for start in range(0, len(images), batch_size):
        part = np.asarray(base(images[start : start + batch_size], training=False))
        features = part if features is None else np.concatenate([part, features])
    return features


# %% wrong: a list of batches, stacked side by side
# says: expected shape
def cache_features(base, images, batch_size=32):
    parts = [images[i : i + batch_size] for i in range(0, len(images), batch_size)]
    return np.concatenate([np.asarray(base(part, training=False)).ravel() for part in parts])


# %% wrong: preprocesses again
# says: are wrong
def cache_features(base, images, batch_size=32):
    return base.predict((images - 127) / 128, batch_size=batch_size, verbose=0)


# %% wrong: returns a list of batches
# says: np.concatenate
def cache_features(base, images, batch_size=32):
    starts = range(0, len(images), batch_size)
    return [np.asarray(base(images[start : start + batch_size], training=False)) for start in starts]


# %% right: image by image
def cache_features(base, images, batch_size=32):
    return np.stack([np.asarray(base(image[None], training=False))[0] for image in images])


# %% wrong: batch_size parts in place of parts of batch_size
# says: images at once
def cache_features(base, images, batch_size=32):
    parts = [part for part in np.array_split(images, batch_size) if len(part)]
    return np.concatenate([np.asarray(base(part, training=False)) for part in parts])


# %% wrong: 64 at once where none is given
# says: at most 32
def cache_features(base, images, batch_size=64):
    starts = range(0, len(images), batch_size)
    return np.concatenate([np.asarray(base(images[s : s + batch_size], training=False)) for s in starts])


# %% wrong: pads the last batch and keeps the padding
# says: expected shape
def cache_features(base, images, batch_size=32):
    padded = np.concatenate([images, np.repeat(images[:1], -len(images) % batch_size, axis=0)])
    starts = range(0, len(padded), batch_size)
    return np.concatenate([np.asarray(base(padded[s : s + batch_size], training=False)) for s in starts])


# %% wrong: adds the batch's mean
def cache_features(base, images, batch_size=32):
    parts = [images[i : i + batch_size] for i in range(0, len(images), batch_size)]
    return np.concatenate([np.asarray(base(part - part.mean() * 0.1, training=False)) for part in parts])
