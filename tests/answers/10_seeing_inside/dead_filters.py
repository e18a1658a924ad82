# | clause of the docstring | tested by | answers |
# |---|---|---|
# | True where no image has a value above zero | visible: five filters | the filters that are alive; never exactly zero |
# | at any place | visible: one place of one filter | looks at the mean; looks at the sum of each map; the sum is zero |
# | of all images | visible: alive in one image only | looks at the first image; dead in any image |
# | numbers may be below zero | visible: a filter of -1 | never exactly zero; the maximum is exactly zero; looks at the size of the numbers |
# | above zero, not from some bar on | visible: 0.001 | a bar of 0.01 |
# | booleans (filters,), an array | visible | positions of the dead; a count; the share of dead places; a mask of the places; the axis of the filters is taken for the first |
# | not changed | visible, first | changed input |
# | ValueError unless 4 axes | bad input | takes any number of axes |
# | any way to do it | visible and hidden | a loop; any and not; reshaped; a list of yes and no |

# %% right: a loop
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return np.array([not (feature_maps[..., k] > 0).any() for k in range(feature_maps.shape[-1])])


# %% right: any and not
def dead_filters(feature_maps):
    if len(feature_maps.shape) != 4:
        raise ValueError(f"4 axes expected, got {len(feature_maps.shape)}")
    return ~np.any(feature_maps > 0, axis=(0, 1, 2))


# %% right: reshaped
def dead_filters(feature_maps):
    n, height, width, filters = feature_maps.shape
    return np.max(feature_maps.reshape(-1, filters), axis=0) <= 0


# %% wrong: the filters that are alive
# says: alive
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return feature_maps.max(axis=(0, 1, 2)) > 0


# %% wrong: never exactly zero
# says: Below zero is not above zero
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return np.all(feature_maps == 0, axis=(0, 1, 2))


# %% wrong: looks at the size of the numbers
# says: Below zero
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return np.abs(feature_maps).max(axis=(0, 1, 2)) == 0


# %% wrong: looks at the mean
# says: cancel
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return feature_maps.mean(axis=(0, 1, 2)) <= 0


# %% wrong: looks at the sum of each map
# says: cancel
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return feature_maps.sum(axis=(1, 2)).max(axis=0) <= 0


# %% wrong: looks at the first image
# says: all of them
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return feature_maps[0].max(axis=(0, 1)) <= 0


# %% wrong: dead in any image
# says: in one image
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return (feature_maps.max(axis=(1, 2)) <= 0).any(axis=0)


# %% wrong: a bar of 0.01
# says: expected
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return feature_maps.max(axis=(0, 1, 2)) < 0.01


# %% wrong: positions of the dead
# says: say yes or no
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return np.flatnonzero(feature_maps.max(axis=(0, 1, 2)) <= 0)


# %% wrong: a count
# says: expected shape
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return int((feature_maps.max(axis=(0, 1, 2)) <= 0).sum())


# %% wrong: takes any number of axes
# says: expected a ValueError
def dead_filters(feature_maps):
    return np.max(feature_maps, axis=tuple(range(np.ndim(feature_maps) - 1))) <= 0


# %% right: a list of yes and no
def dead_filters(feature_maps):
    if feature_maps.ndim != 4:
        raise ValueError("feature maps have 4 axes: (n, height, width, filters)")
    dead = []
    for k in range(feature_maps.shape[3]):
        alive = False
        for image in feature_maps[..., k]:
            alive = alive or bool(np.any(np.greater(image, 0)))
        dead.append(not alive)
    return np.array(dead, dtype=bool)


# %% wrong: the share of dead places
# says: expected
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return np.mean(feature_maps <= 0, axis=(0, 1, 2))


# %% wrong: a mask of the places
# says: expected shape
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return feature_maps.max(axis=0) <= 0


# %% wrong: the axis of the filters is taken for the first
# says: expected shape
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return feature_maps.max(axis=(1, 2, 3)) <= 0


# %% wrong: the sum is zero
# says: Sums cancel
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return np.sum(feature_maps, axis=(0, 1, 2)) == 0


# %% wrong: the maximum is exactly zero
# says: is the maximum <= 0
def dead_filters(feature_maps):
    if np.ndim(feature_maps) != 4:
        raise ValueError("feature maps have 4 axes")
    return np.max(feature_maps, axis=(0, 1, 2)) == 0
