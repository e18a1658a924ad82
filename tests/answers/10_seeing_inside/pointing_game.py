# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the hottest pixel lies on the object | visible: a miss with most heat on the object | most heat on the object; the coldest pixel; row and column exchanged; hottest row and hottest column apart |
# | of each image | visible | the hottest pixel of all images |
# | the share of images | visible: hints | counts the hits; leaves out the maps without heat; a percentage |
# | the first in reading order | visible: two hottest pixels | the last of several; any of several; column by column; compares the largest on the object with the largest of all |
# | a map without any heat is a miss | visible; hidden: whole mask | no guard |
# | one number | visible | one answer for each image |
# | not changed | visible, first | changed input; sets what lies beside the object to zero |
# | any way to do it | visible and hidden | flattened; take_along_axis; divmod; unravel_index; the first of all that are hottest |

# %% right: flattened
def pointing_game(heats, masks):
    n = len(heats)
    flat, on = np.reshape(heats, (n, -1)), np.reshape(masks, (n, -1))
    hits = on[np.arange(n), flat.argmax(axis=1)] & (flat.max(axis=1) > 0)
    return hits.mean()


# %% right: divmod
def pointing_game(heats, masks):
    hits = 0
    for heat, mask in zip(heats, masks):
        if not heat.any():
            continue
        row, column = divmod(int(heat.argmax()), heat.shape[1])
        if mask[row, column]:
            hits += 1
    return hits / len(masks)


# %% right: take_along_axis
def pointing_game(heats, masks):
    flat = heats.reshape(heats.shape[0], -1)
    best = np.argmax(flat, axis=1)[:, None]
    on = np.take_along_axis(masks.reshape(flat.shape), best, axis=1)[:, 0]
    return float(np.mean(np.where(flat.sum(axis=1) > 0, on, False)))


# %% wrong: most heat on the object
# says: hottest pixel counts
def pointing_game(heats, masks):
    on = (heats * masks).sum(axis=(1, 2))
    return np.mean(on > heats.sum(axis=(1, 2)) / 2 - 1e-9 * heats.sum(axis=(1, 2)))


# %% wrong: the coldest pixel
# says: expected
def pointing_game(heats, masks):
    hits = [mask.ravel()[heat.argmin()] and heat.any() for heat, mask in zip(heats, masks)]
    return float(np.mean(hits))


# %% wrong: the hottest pixel of all images
# says: expected
def pointing_game(heats, masks):
    return float(np.mean([mask[heat == heats.max()].any() for heat, mask in zip(heats, masks)]))


# %% wrong: counts the hits
# says: divide by the number of images
def pointing_game(heats, masks):
    hits = [mask.ravel()[heat.argmax()] and heat.any() for heat, mask in zip(heats, masks)]
    return int(np.sum(hits))


# %% wrong: leaves out the maps without heat
# says: stays among the images
def pointing_game(heats, masks):
    hits = [mask.ravel()[heat.argmax()] for heat, mask in zip(heats, masks) if heat.any()]
    return float(np.mean(hits)) if hits else 0.0


# %% wrong: the last of several
# says: the first counts
def pointing_game(heats, masks):
    hits = [mask.ravel()[::-1][heat.ravel()[::-1].argmax()] and heat.any() for heat, mask in zip(heats, masks)]
    return float(np.mean(hits))


# %% wrong: any of several
# says: expected
def pointing_game(heats, masks):
    hits = [heat.any() and not mask[heat == heat.max()].all() for heat, mask in zip(heats, ~masks)]
    return float(np.mean(hits))


# %% wrong: column by column
# says: expected
def pointing_game(heats, masks):
    hits = [mask.ravel()[heat.T.argmax()] and heat.any() for heat, mask in zip(heats, masks)]
    return float(np.mean(hits))


# %% wrong: no guard
# says: without any heat is a miss
def pointing_game(heats, masks):
    return float(np.mean([mask.ravel()[heat.argmax()] for heat, mask in zip(heats, masks)]))


# %% wrong: one answer for each image
# says: expected
def pointing_game(heats, masks):
    return np.array([mask.ravel()[heat.argmax()] and heat.any() for heat, mask in zip(heats, masks)])


# %% wrong: sets what lies beside the object to zero
# says: changed input
def pointing_game(heats, masks):
    top = heats.max(axis=(1, 2))
    heats[~masks] = -1
    return float(np.mean((heats.max(axis=(1, 2)) == top) & (top > 0)))


# %% right: unravel_index
def pointing_game(heats, masks):
    hit = []
    for heat, mask in zip(heats, masks):
        place = np.unravel_index(np.argmax(heat), heat.shape)
        hit.append(bool(mask[place]) and heat[place] > 0)
    return sum(hit) / len(hit)


# %% right: the first of all that are hottest
def pointing_game(heats, masks):
    hits = 0
    for i in range(heats.shape[0]):
        rows, columns = np.where(heats[i] == heats[i].max())
        if heats[i].max() > 0 and masks[i][rows[0], columns[0]]:
            hits = hits + 1
    return np.float32(hits / heats.shape[0])


# %% wrong: compares the largest on the object with the largest of all
# says: expected
def pointing_game(heats, masks):
    on = np.where(masks, heats, 0).max(axis=(1, 2))
    top = heats.max(axis=(1, 2))
    return float(np.mean((on == top) & (top > 0)))


# %% wrong: row and column exchanged
# says: expected|must not raise
def pointing_game(heats, masks):
    hits = 0
    for heat, mask in zip(heats, masks):
        column, row = divmod(int(heat.argmax()), heat.shape[1])
        hits += bool(mask[row % mask.shape[0], column % mask.shape[1]] and heat.any())
    return hits / len(heats)


# %% wrong: a percentage
# says: expected
def pointing_game(heats, masks):
    hits = [mask.ravel()[heat.argmax()] and heat.any() for heat, mask in zip(heats, masks)]
    return 100 * float(np.mean(hits))


# %% wrong: hottest row and hottest column apart
# says: expected
def pointing_game(heats, masks):
    hits = [
        mask[heat.max(axis=1).argmax(), heat.sum(axis=0).argmax()] and heat.any()
        for heat, mask in zip(heats, masks)
    ]
    return float(np.mean(hits))
