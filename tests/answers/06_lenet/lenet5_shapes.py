# | clause of the docstring | tested by | answers |
# |---|---|---|
# | C1, C3 and C5: 5 x 5 without padding | visible: 45 x 69, the side kept and n - 5 are named; hidden: four drawn sizes, by Keras | pads the convolutions; gaps in place of posts; gaps in place of posts, with the error |
# | S2 and S4: 2 x 2, a row or column left over is dropped | visible: 45 x 69; hidden: odd sides, drawn | rounds half rows up; halves with fractions; stride 1 in S4 |
# | any height and width, (height, width, maps) | visible: 45 x 69 first | height and width swapped; square inputs only |
# | C5 has height and width | visible: 45 x 69 gives (4, 10, 120) | C5 without its height and width; C5 always 1 x 1 |
# | 6, 6, 16, 16 and 120 maps | visible, all sizes | six maps in C3 |
# | a dictionary of five names | visible | a list of shapes; lower-case names; None; constant; wrong shape |
# | three whole numbers each, in a tuple or a list | visible | asks Keras, as lists; NumPy integers |
# | ValueError where C5 does not fit, in height or in width | bad input: each side alone, one pixel too few, far too few | no error; the error looks at the height only; the error looks at the width only; the error comes one pixel too late |

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


# %% wrong: halves with fractions
# says: expected
def lenet5_shapes(height, width):
    shapes = {}
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16), ("C5", 120)):
        height, width = (height - 4, width - 4) if name[0] == "C" else (height / 2, width / 2)
        if min(height, width) < 1:
            raise ValueError("too small")
        shapes[name] = (height, width, maps)
    return shapes


# %% wrong: stride 1 in S4
# says: S4
def lenet5_shapes(height, width):
    if min(height, width) < 32:
        raise ValueError("too small")
    h, w = (height - 4) // 2, (width - 4) // 2
    return {"C1": (height - 4, width - 4, 6), "S2": (h, w, 6), "C3": (h - 4, w - 4, 16), "S4": (h - 5, w - 5, 16), "C5": (h - 9, w - 9, 120)}


# %% wrong: six maps in C3
# says: C3 has 16 maps
def lenet5_shapes(height, width):
    shapes = {}
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 6), ("S4", 6), ("C5", 120)):
        height, width = (height - 4, width - 4) if name[0] == "C" else (height // 2, width // 2)
        if min(height, width) < 1:
            raise ValueError("too small")
        shapes[name] = (height, width, maps)
    return shapes


# %% wrong: a list of shapes
# says: expected a dictionary
def lenet5_shapes(height, width):
    shapes = []
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16), ("C5", 120)):
        height, width = (height - 4, width - 4) if name[0] == "C" else (height // 2, width // 2)
        if min(height, width) < 1:
            raise ValueError("too small")
        shapes.append((height, width, maps))
    return shapes


# %% wrong: lower-case names
# says: expected the names
def lenet5_shapes(height, width):
    shapes = {}
    for name, maps in (("c1", 6), ("s2", 6), ("c3", 16), ("s4", 16), ("c5", 120)):
        height, width = (height - 4, width - 4) if name[0] == "c" else (height // 2, width // 2)
        if min(height, width) < 1:
            raise ValueError("too small")
        shapes[name] = (height, width, maps)
    return shapes


# %% wrong: the error comes one pixel too late
# says: expected a ValueError
def lenet5_shapes(height, width):
    if min(height, width) < 28:
        raise ValueError("too small")
    shapes = {}
    for name, maps in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16), ("C5", 120)):
        height, width = (height - 4, width - 4) if name[0] == "C" else (height // 2, width // 2)
        shapes[name] = (height, width, maps)
    return shapes


# %% right: a recursion
def lenet5_shapes(height, width):
    def further(names, h, w):
        if not names:
            return {}
        (name, maps), *rest = names
        h, w = (h - 4, w - 4) if name in "C1 C3 C5" else (h // 2, w // 2)
        if h <= 0 or w <= 0:
            raise ValueError(f"{name} has no place")
        return {name: (h, w, maps)} | further(rest, h, w)

    return further([("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16), ("C5", 120)], height, width)
