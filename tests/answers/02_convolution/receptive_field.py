# %% right: from the output back
def receptive_field(layers):
    if any(number < 1 for layer in layers for number in layer):
        raise ValueError("all numbers have to be 1 or more")
    field = 1
    for kernel_size, stride, dilation in reversed(layers):
        field = (field - 1) * stride + (kernel_size - 1) * dilation + 1
    return field


# %% right: a sum over the layers
def receptive_field(layers):
    layers = np.asarray(layers, dtype=int).reshape(-1, 3)
    if (layers < 1).any():
        raise ValueError("all numbers have to be 1 or more")
    jumps = np.concatenate([[1], np.cumprod(layers[:, 1])])[: len(layers)]
    return 1 + np.sum((layers[:, 0] - 1) * layers[:, 2] * jumps)


# %% wrong: adds up the kernels
# says: overlap|sees itself
def receptive_field(layers):
    return sum(kernel_size for kernel_size, stride, dilation in layers)


# %% wrong: starts at nothing
# says: sees itself
def receptive_field(layers):
    field, jump = 0, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        field += dilation * (kernel_size - 1) * jump
        jump *= stride
    return field


# %% wrong: a layer's own stride widens it
# says: update the jump last
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        jump *= stride
        field += dilation * (kernel_size - 1) * jump
    return field


# %% wrong: ignores strides
# says: 2 pixels apart
def receptive_field(layers):
    if any(min(layer) < 1 for layer in layers):
        raise ValueError("too small")
    return 1 + sum(dilation * (kernel_size - 1) for kernel_size, stride, dilation in layers)


# %% wrong: uses only the stride of the layer before
# says: Strides multiply
def receptive_field(layers):
    field, before = 1, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        field += dilation * (kernel_size - 1) * before
        before = stride
    return field


# %% wrong: ignores dilation
# says: dilation is not used
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        field += (kernel_size - 1) * jump
        jump *= stride
    return field


# %% wrong: dilation widens the layers after it too
# says: Only strides
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        jump *= dilation
        field += (kernel_size - 1) * jump
        jump *= stride
    return field


# %% wrong: no errors
# says: expected a ValueError
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        field += dilation * (kernel_size - 1) * jump
        jump *= stride
    return field


# %% wrong: a kernel of 3 with dilation 2 spans 6
# says: 2 gaps
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        field += (kernel_size * dilation - 1) * jump
        jump *= stride
    return field


# %% wrong: strides add up
# says: Strides multiply
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        field += dilation * (kernel_size - 1) * jump
        jump += stride - 1
    return field


# %% wrong: the jump grows by the stride, even by a stride of 1
# says: leaves the jump as it is
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        field += dilation * (kernel_size - 1) * jump
        jump += stride
    return field


# %% wrong: adds dilation and jump
# says: multiply, not add up
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        field += (kernel_size - 1) * (dilation + jump - 1)
        jump *= stride
    return field


# %% wrong: uses the larger of dilation and jump
# says: Both jump and dilation
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        field += (kernel_size - 1) * max(dilation, jump)
        jump *= stride
    return field
