# %% right: layer by layer
def lenet5_shapes(height, width):
    if height < 32 or width < 32:
        raise ValueError("too small for C5")
    c1 = (height - 4, width - 4)
    s2 = (c1[0] // 2, c1[1] // 2)
    c3 = (s2[0] - 4, s2[1] - 4)
    s4 = (c3[0] // 2, c3[1] // 2)
    c5 = (s4[0] - 4, s4[1] - 4)
    return {"C1": (*c1, 6), "S2": (*s2, 6), "C3": (*c3, 16), "S4": (*s4, 16), "C5": (*c5, 120)}


# %% right: asks Keras, as lists
def lenet5_shapes(height, width):
    if min(height, width) < 32:
        raise ValueError("at least 32 pixels")
    shapes, x = {}, keras.Input((height, width, 1))
    for name, maps in (("C1", 6), ("S2", 0), ("C3", 16), ("S4", 0), ("C5", 120)):
        x = layers.Conv2D(maps, 5)(x) if maps else layers.AveragePooling2D(2)(x)
        shapes[name] = list(x.shape[1:])
    return shapes


# %% right: NumPy integers
def lenet5_shapes(height, width):
    side, shapes = np.array([height, width]), {}
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16), ("C5", 120)):
        side = side - 4 if name[0] == "C" else side // 2
        if side.min() < 1:
            raise ValueError("nothing left")
        shapes[name] = (side[0], side[1], maps)
    return shapes


# %% wrong: pads the convolutions
# says: No padding
def lenet5_shapes(height, width):
    if min(height, width) < 32:
        raise ValueError("too small")
    h, w = height, width
    return {"C1": (h, w, 6), "S2": (h // 2, w // 2, 6), "C3": (h // 2, w // 2, 16), "S4": (h // 4, w // 4, 16), "C5": (1, 1, 120)}


# %% wrong: gaps in place of posts
# says: Fence posts
def lenet5_shapes(height, width):
    shapes = {}
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16), ("C5", 120)):
        height, width = (height - 5, width - 5) if name[0] == "C" else (height // 2, width // 2)
        shapes[name] = (height, width, maps)
    return shapes


# %% wrong: C5 without its height and width
# says: height and width stay in the shape
def lenet5_shapes(height, width):
    if min(height, width) < 32:
        raise ValueError("too small")
    shapes = {}
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16)):
        height, width = (height - 4, width - 4) if name[0] == "C" else (height // 2, width // 2)
        shapes[name] = (height, width, maps)
    shapes["C5"] = (120,)
    return shapes


# %% wrong: C5 always 1 x 1
# says: expected \(4, 10, 120\)
def lenet5_shapes(height, width):
    if min(height, width) < 32:
        raise ValueError("too small")
    shapes = {}
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16)):
        height, width = (height - 4, width - 4) if name[0] == "C" else (height // 2, width // 2)
        shapes[name] = (height, width, maps)
    shapes["C5"] = (1, 1, 120)
    return shapes


# %% wrong: height and width swapped
# says: yours are swapped
def lenet5_shapes(height, width):
    shapes = {}
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16), ("C5", 120)):
        height, width = (height - 4, width - 4) if name[0] == "C" else (height // 2, width // 2)
        if min(height, width) < 1:
            raise ValueError("too small")
        shapes[name] = (width, height, maps)
    return shapes


# %% wrong: square inputs only
# says: expected
def lenet5_shapes(height, width):
    shapes, side = {}, height
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16), ("C5", 120)):
        side = side - 4 if name[0] == "C" else side // 2
        if side < 1:
            raise ValueError("too small")
        shapes[name] = (side, side, maps)
    return shapes


# %% wrong: rounds half rows up
# says: expected
def lenet5_shapes(height, width):
    shapes = {}
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16), ("C5", 120)):
        height, width = (height - 4, width - 4) if name[0] == "C" else ((height + 1) // 2, (width + 1) // 2)
        if min(height, width) < 1:
            raise ValueError("too small")
        shapes[name] = (height, width, maps)
    return shapes


# %% wrong: no error
# says: expected a ValueError
def lenet5_shapes(height, width):
    shapes = {}
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16), ("C5", 120)):
        height, width = (height - 4, width - 4) if name[0] == "C" else (height // 2, width // 2)
        shapes[name] = (height, width, maps)
    return shapes


# %% wrong: the error looks at the height only
# says: expected a ValueError
def lenet5_shapes(height, width):
    shapes = {}
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16), ("C5", 120)):
        height, width = (height - 4, width - 4) if name[0] == "C" else (height // 2, width // 2)
        if height < 1:
            raise ValueError("too small")
        shapes[name] = (height, width, maps)
    return shapes


# %% wrong: gaps in place of posts, with the error
# says: Fence posts
def lenet5_shapes(height, width):
    shapes = {}
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16), ("C5", 120)):
        height, width = (height - 5, width - 5) if name[0] == "C" else (height // 2, width // 2)
        if min(height, width) < 1:
            raise ValueError("too small")
        shapes[name] = (height, width, maps)
    return shapes


# %% wrong: the error looks at the width only
# says: lenet5_shapes\(28, 32\): expected a ValueError
def lenet5_shapes(height, width):
    if width < 32:
        raise ValueError("too small")
    shapes = {}
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16), ("C5", 120)):
        height, width = (height - 4, width - 4) if name[0] == "C" else (height // 2, width // 2)
        shapes[name] = (height, width, maps)
    return shapes
