# | clause of the docstring | tested by | answers |
# |---|---|---|
# | for one image: each weight once for each output position | visible: 173,408,256 | counts the weights; multiplications and additions |
# | height and width may differ | visible: 17 x 9; hidden | takes the maps for squares |
# | channels in and filters | visible: hints | one channel; forgets the filters |
# | a square window | visible | a window of one dimension |
# | the stride, in both directions | visible: 227 pixels; hidden | no stride; rounds down |
# | same or valid | visible; hidden | always padded; never padded; valid without the + 1; pads before it strides |
# | groups: a filter reads a part of the channels | visible: two groups; hidden | forgets the groups; splits the filters as well |
# | biases do not count | visible | counts the biases |
# | a whole number | visible and hidden | NumPy; loops over the positions |
# | ValueError where channels or filters do not split | bad input | splits whatever comes; looks at the channels only |

# %% right: asks Keras
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    if input_shape[2] % groups != 0 or filters % groups != 0:
        raise ValueError("channels and filters have to be multiples of groups")
    layer = layers.Conv2D(filters, kernel_size, stride, padding, groups=groups, use_bias=False)
    layer.build((None, *input_shape))
    _, high, wide, _ = layer.compute_output_shape((None, *input_shape))
    return high * wide * layer.count_params()


# %% right: NumPy
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    sides, channels = np.array(input_shape[:2]), input_shape[2]
    if np.any(np.array([channels, filters]) % groups):
        raise ValueError("no equal groups")
    if padding == "same":
        out = np.ceil(sides / stride).astype(int)
    else:
        out = (sides - kernel_size) // stride + 1
    return np.prod(out, dtype=np.int64) * filters * kernel_size**2 * channels // groups


# %% right: loops over the positions
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    height, width, channels = input_shape
    if channels % groups:
        raise ValueError(f"{channels} channels in {groups} groups")
    if filters % groups:
        raise ValueError(f"{filters} filters in {groups} groups")
    last = 0 if padding == "same" else kernel_size - 1
    high = len(range(0, height - last, stride))
    wide = len(range(0, width - last, stride))
    return float(high * wide * filters * kernel_size * kernel_size * (channels / groups))


# %% wrong: counts the weights
# says: These are the weights
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    return kernel_size**2 * input_shape[2] // groups * filters


# %% wrong: multiplications and additions
# says: one multiply-accumulate
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    return 2 * -(-h // stride) * -(-w // stride) * filters * kernel_size**2 * c // groups


# %% wrong: takes the maps for squares
# says: Height and width differ|Height, width
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    n = input_shape[0]
    out = -(-n // stride) if padding == "same" else (n - kernel_size) // stride + 1
    return out * out * filters * kernel_size**2 * input_shape[2] // groups


# %% wrong: one channel
# says: sums over all 192 channels
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    return -(-h // stride) * -(-w // stride) * filters * kernel_size**2


# %% wrong: forgets the filters
# says: number of filters is missing
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    return -(-h // stride) * -(-w // stride) * kernel_size**2 * c // groups


# %% wrong: a window of one dimension
# says: nine values
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    return -(-h // stride) * -(-w // stride) * filters * kernel_size * c // groups


# %% wrong: no stride
# says: stride is not used
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    if padding == "valid":
        h, w = h - kernel_size + 1, w - kernel_size + 1
    return h * w * filters * kernel_size**2 * c // groups


# %% wrong: rounds down
# says: Rounded up
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    if padding == "valid":
        h, w = h - kernel_size + stride, w - kernel_size + stride
    return (h // stride) * (w // stride) * filters * kernel_size**2 * c // groups


# %% wrong: always padded
# says: that is padded
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    return -(-h // stride) * -(-w // stride) * filters * kernel_size**2 * c // groups


# %% wrong: never padded
# says: without padding
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    h, w = (h - kernel_size) // stride + 1, (w - kernel_size) // stride + 1
    return h * w * filters * kernel_size**2 * c // groups


# %% wrong: valid without the + 1
# says: the \+ 1 is missing
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    if padding == "valid":
        h, w = (h - kernel_size) // stride, (w - kernel_size) // stride
    else:
        h, w = -(-h // stride), -(-w // stride)
    return h * w * filters * kernel_size**2 * c // groups


# %% wrong: pads before it strides
# says: stride comes after
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    h, w = -(-h // stride), -(-w // stride)
    if padding == "valid":
        h, w = h - 1, w - 1
    return h * w * filters * kernel_size**2 * c // groups


# %% wrong: forgets the groups
# says: one group's channels
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    if padding == "valid":
        h, w = h - kernel_size + 1, w - kernel_size + 1
    return -(-h // stride) * -(-w // stride) * filters * kernel_size**2 * c


# %% wrong: splits the filters as well
# says: all of them are computed
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    if padding == "valid":
        h, w = h - kernel_size + 1, w - kernel_size + 1
    return -(-h // stride) * -(-w // stride) * (filters // groups) * kernel_size**2 * (c // groups)


# %% wrong: counts the biases
# says: Biases are added
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    return -(-h // stride) * -(-w // stride) * filters * (kernel_size**2 * c // groups + 1)


# %% wrong: splits whatever comes
# says: remainders
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    if padding == "valid":
        h, w = h - kernel_size + 1, w - kernel_size + 1
    return -(-h // stride) * -(-w // stride) * filters * kernel_size**2 * c // groups


# %% wrong: looks at the channels only
# says: remainders
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    h, w, c = input_shape
    if c % groups:
        raise ValueError("channels do not split")
    if padding == "valid":
        h, w = h - kernel_size + 1, w - kernel_size + 1
    return -(-h // stride) * -(-w // stride) * filters * kernel_size**2 * c // groups
