# | clause of the docstring | tested by | answers |
# |---|---|---|
# | four integers, in this order | visible: how many, order; hidden: whole numbers | weights first, multiplications last; two numbers only; kilo; in NumPy |
# | height, width: of the output map | visible: 2 x 2, 14 x 14; hidden: not square | height times height; counts the kernel's border |
# | square kernel | hidden: 1, 3, 5, 7 | the kernel's size once; always 3 x 3 |
# | weights of both steps | visible: hints | the kernel's size once in the depthwise step; depthwise products for all channels; depthwise products for the output's channels; depthwise step with the output's channels; without the depthwise step; without the pointwise step |
# | channels in, channels out | hidden: all different | channels swapped |
# | without biases | visible: hint for 30 | counts biases |

# %% right: step by step
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    places = height * width
    full = kernel_size * kernel_size * channels_in * channels_out
    depthwise = kernel_size * kernel_size * channels_in
    pointwise = channels_in * channels_out
    return full, full * places, depthwise + pointwise, (depthwise + pointwise) * places


# %% right: in NumPy
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    weights = np.array([kernel_size**2 * channels_in * channels_out, channels_in * (kernel_size**2 + channels_out)])
    return np.stack([weights, weights * height * width], axis=1).ravel()


# %% right: a list, asking Keras for the weights
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    counts = []
    for kind in (layers.Conv2D, layers.SeparableConv2D):
        layer = kind(channels_out, kernel_size, use_bias=False)
        layer.build((None, 300, 300, channels_in))
        counts += [layer.count_params(), layer.count_params() * height * width]
    return counts


# %% wrong: weights first, multiplications last
# says: side by side
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    full = kernel_size**2 * channels_in * channels_out
    separable = kernel_size**2 * channels_in + channels_in * channels_out
    return full, separable, full * height * width, separable * height * width


# %% wrong: two numbers only
# says: how many numbers
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    return kernel_size**2 * channels_in * channels_out, kernel_size**2 * channels_in + channels_in * channels_out


# %% wrong: counts biases
# says: Biases are counted
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    full = kernel_size**2 * channels_in * channels_out
    separable = kernel_size**2 * channels_in + channels_in * channels_out + channels_out
    return full, full * height * width, separable, separable * height * width


# %% wrong: depthwise step with the output's channels
# says: for each input channel
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    full = kernel_size**2 * channels_in * channels_out
    separable = kernel_size**2 * channels_out + channels_in * channels_out
    return full, full * height * width, separable, separable * height * width


# %% wrong: without the depthwise step
# says: depthwise step is missing
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    full = kernel_size**2 * channels_in * channels_out
    separable = channels_in * channels_out
    return full, full * height * width, separable, separable * height * width


# %% wrong: without the pointwise step
# says: pointwise step is missing
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    full = kernel_size**2 * channels_in * channels_out
    separable = kernel_size**2 * channels_in
    return full, full * height * width, separable, separable * height * width


# %% wrong: height times height
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    full = kernel_size**2 * channels_in * channels_out
    separable = kernel_size**2 * channels_in + channels_in * channels_out
    return full, full * height**2, separable, separable * height**2


# %% wrong: counts the kernel's border
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    places = (height - kernel_size + 1) * (width - kernel_size + 1)
    full = kernel_size**2 * channels_in * channels_out
    separable = kernel_size**2 * channels_in + channels_in * channels_out
    return full, full * places, separable, separable * places


# %% wrong: the kernel's size once
# says: size counts twice
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    full = kernel_size * channels_in * channels_out
    separable = kernel_size * channels_in + channels_in * channels_out
    return full, full * height * width, separable, separable * height * width


# %% wrong: always 3 x 3
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    full = 9 * channels_in * channels_out
    separable = 9 * channels_in + channels_in * channels_out
    return full, full * height * width, separable, separable * height * width


# %% wrong: channels swapped
def separable_cost(height, width, kernel_size, channels_out, channels_in):
    full = kernel_size**2 * channels_in * channels_out
    separable = kernel_size**2 * channels_in + channels_in * channels_out
    return full, full * height * width, separable, separable * height * width


# %% wrong: kilo
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    full = kernel_size**2 * channels_in * channels_out
    separable = kernel_size**2 * channels_in + channels_in * channels_out
    return full, full * height * width / 1000, separable, separable * height * width / 1000


# %% wrong: the kernel's size once in the depthwise step
# says: in the depthwise step too
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    full = kernel_size**2 * channels_in * channels_out
    separable = kernel_size * channels_in + channels_in * channels_out
    return full, full * height * width, separable, separable * height * width


# %% wrong: depthwise products for all channels
# says: sees one channel only
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    full = kernel_size**2 * channels_in * channels_out
    depthwise, pointwise = kernel_size**2 * channels_in, channels_in * channels_out
    products = (depthwise * channels_in + pointwise) * height * width
    return full, full * height * width, depthwise + pointwise, products


# %% wrong: depthwise products for the output's channels
# says: as many channels as came in
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    full = kernel_size**2 * channels_in * channels_out
    depthwise, pointwise = kernel_size**2 * channels_in, channels_in * channels_out
    products = (depthwise * channels_out + pointwise) * height * width
    return full, full * height * width, depthwise + pointwise, products
