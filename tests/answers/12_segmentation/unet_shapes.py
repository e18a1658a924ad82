# | clause of the docstring | tested by | answers |
# |---|---|---|
# | 2 * depth + 1 blocks: down, bottom, up | visible: lengths | the way up is missing; the bottom twice; one level too few |
# | each before its pooling | visible: the first is the image's size | behind the pooling |
# | twice the channels on the way down | visible | the same channels everywhere; filters are added |
# | the way up brings them down again | visible | what is set beside each other, not brought down; twice the channels on the way up, too |
# | (height, width, channels) | visible: 8 x 20 | width first; square maps |
# | depth | hidden: 1, 3, 5 | depth 2 always |
# | integers | visible: kinds of the numbers; hidden | divides by /; sizes are rounded to tens |
# | ValueError unless halved without a remainder | bad input: height, width, one halving too many | no test; tests for even sizes only; tests the height only; tests the number of pixels |
# | any way to do it | visible and hidden | loops; recursion; a tensor of sizes |

# %% right: loops
def unet_shapes(height, width, filters, depth):
    shapes = []
    for _ in range(depth):
        shapes.append((height, width, filters))
        if height % 2 == 1 or width % 2 == 1:
            raise ValueError(f"{height} x {width} cannot be halved")
        height, width, filters = height // 2, width // 2, filters * 2
    shapes.append((height, width, filters))
    for _ in range(depth):
        height, width, filters = height * 2, width * 2, filters // 2
        shapes.append((height, width, filters))
    return shapes


# %% right: recursion
def unet_shapes(height, width, filters, depth):
    own = (height, width, filters)
    if depth == 0:
        return [own]
    if (height | width) & 1:
        raise ValueError("an odd size")
    return [own, *unet_shapes(height // 2, width // 2, 2 * filters, depth - 1), own]


# %% wrong: the way up is missing
# says: way up
def unet_shapes(height, width, filters, depth):
    return [(height // 2**k, width // 2**k, filters * 2**k) for k in range(depth + 1)]


# %% wrong: the bottom twice
# says: one block, not two
def unet_shapes(height, width, filters, depth):
    down = [(height // 2**k, width // 2**k, filters * 2**k) for k in range(depth + 1)]
    return down + down[::-1]


# %% wrong: behind the pooling
# says: before its pooling
def unet_shapes(height, width, filters, depth):
    down = [(height // 2 ** (k + 1), width // 2 ** (k + 1), filters * 2**k) for k in range(depth + 1)]
    return down + down[-2::-1]


# %% wrong: the same channels everywhere
# says: twice the channels
def unet_shapes(height, width, filters, depth):
    down = [(height // 2**k, width // 2**k, filters) for k in range(depth + 1)]
    return down + down[-2::-1]


# %% wrong: filters are added
# says: expected
def unet_shapes(height, width, filters, depth):
    down = [(height // 2**k, width // 2**k, filters * (k + 1)) for k in range(depth + 1)]
    return down + down[-2::-1]


# %% wrong: what is set beside each other, not brought down
# says: half the channels
def unet_shapes(height, width, filters, depth):
    down = [(height // 2**k, width // 2**k, filters * 2**k) for k in range(depth + 1)]
    return down + [(h, w, 2 * c) for h, w, c in down[-2::-1]]


# %% wrong: width first
# says: height comes first
def unet_shapes(height, width, filters, depth):
    down = [(width // 2**k, height // 2**k, filters * 2**k) for k in range(depth + 1)]
    return down + down[-2::-1]


# %% wrong: square maps
# says: expected
def unet_shapes(height, width, filters, depth):
    down = [(height // 2**k, height // 2**k, filters * 2**k) for k in range(depth + 1)]
    return down + down[-2::-1]


# %% wrong: depth 2 always
# says: expected
def unet_shapes(height, width, filters, depth):
    down = [(height // 2**k, width // 2**k, filters * 2**k) for k in range(3)]
    return down + down[-2::-1]


# %% wrong: sizes are rounded to tens
# says: expected
def unet_shapes(height, width, filters, depth):
    down = [(round(height / 2**k, -1), round(width / 2**k, -1), filters * 2**k) for k in range(depth + 1)]
    return down + down[-2::-1]


# %% wrong: no test
# says: ValueError
def unet_shapes(height, width, filters, depth):
    down = [(height // 2**k, width // 2**k, filters * 2**k) for k in range(depth + 1)]
    return down + down[-2::-1]


# %% wrong: tests for even sizes only
# says: ValueError
def unet_shapes(height, width, filters, depth):
    if height % 2 or width % 2:
        raise ValueError("odd")
    down = [(height // 2**k, width // 2**k, filters * 2**k) for k in range(depth + 1)]
    return down + down[-2::-1]


# %% wrong: tests the height only
# says: ValueError
def unet_shapes(height, width, filters, depth):
    if height % 2**depth:
        raise ValueError("the height cannot be halved")
    down = [(height // 2**k, width // 2**k, filters * 2**k) for k in range(depth + 1)]
    return down + down[-2::-1]


# %% right: a tensor of sizes
def unet_shapes(height, width, filters, depth):
    parts = np.array([2 ** min(k, 2 * depth - k) for k in range(2 * depth + 1)])
    if np.gcd(height, width) % parts.max():
        raise ValueError("it cannot be halved so often")
    return [*zip(height // parts, width // parts, filters * parts)]


# %% wrong: one level too few
# says: expected
def unet_shapes(height, width, filters, depth):
    down = [(height >> k, width >> k, filters << k) for k in range(depth)]
    return down + down[-2::-1]


# %% wrong: twice the channels on the way up, too
# says: expected
def unet_shapes(height, width, filters, depth):
    down = [(height >> k, width >> k, filters << k) for k in range(depth + 1)]
    up = [(height >> k, width >> k, filters << (2 * depth - k)) for k in range(depth - 1, -1, -1)]
    return down + up


# %% wrong: tests the number of pixels
# says: ValueError
def unet_shapes(height, width, filters, depth):
    if height * width % 4**depth:
        raise ValueError("pixels")
    down = [(height >> k, width >> k, filters << k) for k in range(depth + 1)]
    return down + down[-2::-1]


# %% wrong: divides by /
# says: integers
def unet_shapes(height, width, filters, depth):
    if height % 2**depth or width % 2**depth:
        raise ValueError("it cannot be halved so often")
    down = [(height / 2**k, width / 2**k, filters * 2**k) for k in range(depth + 1)]
    return down + down[-2::-1]
