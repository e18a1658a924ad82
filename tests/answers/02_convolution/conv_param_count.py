# | clause of the docstring | tested by | answers |
# |---|---|---|
# | weights: rows times columns times channels in times channels out | visible: 3 x 3, 1 to 16 and 16 to 32; hidden: random | forgets the input channels; swaps the channels; multiplies by the channels out alone; constant; zeros; None; wrong shape |
# | rows and columns apart | visible: 5 x 1 | square kernels only; squares the columns |
# | each output channel has a bias | visible: 1 to 16, 16 to 32 | forgets the biases; one bias for the whole layer; a bias for each input channel; a bias for each weight; a bias for each slice |
# | use_bias, which is True by default | visible: without it, and False | does not look at use_bias; no bias by default |
# | any way to count | hidden: random | weights and biases apart; lets Keras count; the sizes of arrays; adds up in a loop |
# | a whole number | visible: all | None |
# | ValueError, each of the four below 1 | bad input: 0 for each; hidden: negative, two at a time too | no errors; the product alone is tested; looks at the channels only; a height of 0 slips through |
# | with a message | bad input: any | an error without a message |

# %% right: weights and biases apart
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    for number in (kernel_height, kernel_width, channels_in, channels_out):
        if number < 1:
            raise ValueError(f"{number} is below 1")
    weights = kernel_height * kernel_width * channels_in * channels_out
    return weights + channels_out if use_bias else weights


# %% right: lets Keras count
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    if min(kernel_height, kernel_width, channels_in, channels_out) <= 0:
        raise ValueError("positive numbers only")
    layer = keras.layers.Conv2D(channels_out, (kernel_height, kernel_width), padding="same", use_bias=use_bias)
    layer.build((None, None, None, channels_in))
    return np.int64(layer.count_params())


# %% wrong: forgets the biases
# says: biases are missing
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    return kernel_height * kernel_width * channels_in * channels_out


# %% wrong: one bias for the whole layer
# says: bias of its own
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    return kernel_height * kernel_width * channels_in * channels_out + use_bias


# %% wrong: forgets the input channels
# says: slice for every one
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    return (kernel_height * kernel_width + use_bias) * channels_out


# %% wrong: a bias for each input channel
# says: 160|output channels
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    return kernel_height * kernel_width * channels_in * channels_out + use_bias * channels_in


# %% wrong: a bias for each weight
# says: not one per weight
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    return 2 * kernel_height * kernel_width * channels_in * channels_out


# %% wrong: square kernels only
# says: 5 rows and 1 column
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    return (kernel_height**2 * channels_in + use_bias) * channels_out


# %% wrong: does not look at use_bias
# says: no biases here
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    return (kernel_height * kernel_width * channels_in + 1) * channels_out


# %% wrong: no errors
# says: expected a ValueError
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    return (kernel_height * kernel_width * channels_in + use_bias) * channels_out


# %% right: the sizes of arrays
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    shape = kernel_height, kernel_width, channels_in, channels_out
    if np.min(shape) < 1:
        raise ValueError(f"no kernels have the shape {shape}")
    return np.zeros(shape).size + (np.zeros(channels_out).size if use_bias else 0)


# %% right: adds up in a loop
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    if any(number <= 0 for number in (kernel_height, kernel_width, channels_in, channels_out)):
        raise ValueError("all four have to be 1 or more")
    total = 0.0
    for _ in range(channels_out):
        total += sum(kernel_height * kernel_width for _ in range(channels_in))
        total += use_bias
    return total


# %% wrong: swaps the channels
# says: bias of its own. Or: .*swapped
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    if min(kernel_height, kernel_width, channels_in, channels_out) < 1:
        raise ValueError("too small")
    return (kernel_height * kernel_width * channels_out + use_bias) * channels_in


# %% wrong: multiplies by the channels out alone
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    if min(kernel_height, kernel_width, channels_in, channels_out) < 1:
        raise ValueError("too small")
    return kernel_height * kernel_width * channels_out + (channels_out if use_bias else 0)


# %% wrong: squares the columns
# says: 5 rows and 1 column
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    if min(kernel_height, kernel_width, channels_in, channels_out) < 1:
        raise ValueError("too small")
    return (kernel_width**2 * channels_in + use_bias) * channels_out


# %% wrong: no bias by default
# says: biases are missing
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=False):
    if min(kernel_height, kernel_width, channels_in, channels_out) < 1:
        raise ValueError("too small")
    return (kernel_height * kernel_width * channels_in + use_bias) * channels_out


# %% wrong: the product alone is tested
# says: \(-\d, -\d, \d, \d\)
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    weights = kernel_height * kernel_width * channels_in * channels_out
    if weights < 1:
        raise ValueError("too small")
    return weights + (channels_out if use_bias else 0)


# %% wrong: looks at the channels only
# says: \(0, 3, 1, 8\)
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    if min(channels_in, channels_out) < 1:
        raise ValueError("too small")
    return (kernel_height * kernel_width * channels_in + use_bias) * channels_out


# %% wrong: a height of 0 slips through
# says: \(0, 3, 1, 8\)
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    if kernel_height < 0 or min(kernel_width, channels_in, channels_out) < 1:
        raise ValueError("too small")
    return (kernel_height * kernel_width * channels_in + use_bias) * channels_out


# %% wrong: an error without a message
# says: says what is wrong
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    if min(kernel_height, kernel_width, channels_in, channels_out) < 1:
        raise ValueError
    return (kernel_height * kernel_width * channels_in + use_bias) * channels_out


# %% wrong: a bias for each slice
# says: slice of a kernel
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    if min(kernel_height, kernel_width, channels_in, channels_out) < 1:
        raise ValueError("below 1")
    return (kernel_height * kernel_width + bool(use_bias)) * channels_in * channels_out
