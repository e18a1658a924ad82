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
