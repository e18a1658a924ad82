# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the share of the heat on the object | visible: hints | the heat beside the object; warm pixels counted; the heat itself |
# | of that image's heat | visible: hints | by the heat of all images; by the pixels of the object; by all pixels; the mean on the object by the mean of all; heat on the object by heat beside it |
# | one for each image | visible: shape | one share for all |
# | 0 for a map without any heat | visible: a map of zeros | no guard |
# | floats 0 to 1, numbers of any kind come in | hidden: whole numbers, float32 | divides as whole numbers |
# | not changed | visible, first | changed input; sets what lies beside the object to zero |
# | ValueError if the shapes differ | bad input: also shapes that NumPy stretches | lets NumPy stretch the masks; only compares the number of images; only compares the last two axes |
# | any way to do it | visible and hidden | a loop; einsum; where; a weighted average, list by list; sums of rows in plain Python |

# %% right: a loop
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError("different shapes")
    shares = []
    for heat, mask in zip(heats, masks):
        shares.append(heat[mask].sum() / heat.sum() if heat.sum() > 0 else 0.0)
    return np.array(shares)


# %% right: einsum
def heat_on_object(heats, masks):
    if np.shape(heats) != np.shape(masks):
        raise ValueError(f"{np.shape(heats)} and {np.shape(masks)} differ")
    on = np.einsum("nhw,nhw->n", heats, masks.astype("float32"))
    return on / np.maximum(np.sum(heats, axis=(1, 2)), 1e-12)


# %% right: where
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError("different shapes")
    flat = heats.reshape(len(heats), -1)
    on = np.where(masks.reshape(len(heats), -1), flat, 0).sum(axis=1)
    return np.nan_to_num(tf.math.divide_no_nan(on * 1.0, flat.sum(axis=1) * 1.0).numpy())


# %% wrong: the heat beside the object
# says: beside the object
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError("different shapes")
    total = heats.sum(axis=(1, 2))
    return (heats * ~masks).sum(axis=(1, 2)) / np.where(total > 0, total, 1)


# %% wrong: warm pixels counted
# says: Heat counts by its size
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError("different shapes")
    total = (heats > 0).sum(axis=(1, 2))
    return ((heats > 0) & masks).sum(axis=(1, 2)) / np.where(total > 0, total, 1)


# %% wrong: the heat itself
# says: divide by all heat
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError("different shapes")
    return (heats * masks).sum(axis=(1, 2))


# %% wrong: by the heat of all images
# says: of the same image
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError("different shapes")
    return (heats * masks).sum(axis=(1, 2)) / heats.sum()


# %% wrong: by the pixels of the object
# says: number of the object's pixels
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError("different shapes")
    return (heats * masks).sum(axis=(1, 2)) / np.maximum(masks.sum(axis=(1, 2)), 1)


# %% wrong: by all pixels
# says: by the number of pixels
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError("different shapes")
    return (heats * masks).mean(axis=(1, 2))


# %% wrong: one share for all
# says: One share for each image
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError("different shapes")
    return heats[masks].sum() / heats.sum()


# %% wrong: no guard
# says: got NaN
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError("different shapes")
    with np.errstate(all="ignore"):
        return (heats * masks).sum(axis=(1, 2)) / heats.sum(axis=(1, 2))


# %% wrong: divides as whole numbers
# says: expected
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError("different shapes")
    total = heats.sum(axis=(1, 2))
    shares = np.zeros(len(heats), dtype=heats.dtype)
    shares[...] = (heats * masks).sum(axis=(1, 2)) / np.where(total > 0, total, 1)
    return shares


# %% wrong: sets what lies beside the object to zero
# says: changed input
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError("different shapes")
    total = heats.sum(axis=(1, 2))
    heats[~masks] = 0
    return heats.sum(axis=(1, 2)) / np.where(total > 0, total, 1)


# %% wrong: lets NumPy stretch the masks
# says: expected a ValueError
def heat_on_object(heats, masks):
    total = heats.sum(axis=(1, 2))
    return (heats * masks).sum(axis=(1, 2)) / np.where(total > 0, total, 1)


# %% right: a weighted average, list by list
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError(f"heats {heats.shape}, masks {masks.shape}")
    result = []
    for heat, mask in zip(heats, masks):
        result.append(float(np.average(mask, weights=heat)) if np.any(heat) else 0.0)
    return result


# %% right: sums of rows in plain Python
def heat_on_object(heats, masks):
    if tuple(heats.shape) != tuple(masks.shape):
        raise ValueError("one mask for each heat map, of the same size")
    shares = np.zeros(len(heats))
    for i in range(len(heats)):
        on = total = 0.0
        for row in range(heats.shape[1]):
            for column in range(heats.shape[2]):
                total += float(heats[i, row, column])
                if masks[i, row, column]:
                    on += float(heats[i, row, column])
        shares[i] = on / total if total else 0
    return shares


# %% wrong: the mean on the object by the mean of all
# says: expected
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError("different shapes")
    means = [(heat[mask].mean(), heat.mean()) for heat, mask in zip(heats, masks)]
    return np.array([a / b if b else 0 for a, b in means])


# %% wrong: heat on the object by heat beside it
# says: expected
def heat_on_object(heats, masks):
    if heats.shape != masks.shape:
        raise ValueError("different shapes")
    on, beside = (heats * masks).sum((1, 2)), (heats * ~masks).sum((1, 2))
    return on / np.where(beside > 0, beside, 1)


# %% wrong: only compares the number of images
# says: expected a ValueError
def heat_on_object(heats, masks):
    if len(heats) != len(masks):
        raise ValueError("one mask for each heat map")
    total = heats.sum((1, 2))
    masks = np.resize(masks, heats.shape)
    return (heats * masks).sum((1, 2)) / np.where(total > 0, total, 1)


# %% wrong: only compares the last two axes
# says: stretch this mask over both maps
def heat_on_object(heats, masks):
    if heats.shape[1:] != masks.shape[-2:]:
        raise ValueError("heats and masks differ in size")
    total = heats.sum(axis=(1, 2))
    return (heats * masks).sum(axis=(1, 2)) / np.where(total > 0, total, 1)
