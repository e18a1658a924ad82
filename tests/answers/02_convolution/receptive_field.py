# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the kernel's size widens the field | visible: 5; ten of 3; hidden: 1 | adds up the kernels; widens by the whole kernel; constant; zeros; None; wrong shape |
# | 1 for an empty list, an input pixel sees itself | visible: [] | starts at nothing; an empty list sees nothing |
# | strides widen the layers after them | visible: 3 with stride 2 alone, in front and four times | a layer's own stride widens it; ignores strides; uses only the stride of the layer before; strides add up; the jump grows by the stride, even by a stride of 1 |
# | dilation | visible: 1, 2, 4, 8; stride 2 before dilation 2 | ignores dilation; dilation widens the layers after it too; a kernel of 3 with dilation 2 spans 6; adds dilation and jump; uses the larger of dilation and jump |
# | from the input to the output, in this order | visible: stride 2, then dilation 2 | walks from the output with the input's rule |
# | (kernel size, stride, dilation), in this order | visible: 3, 2, 1 | takes stride and dilation in the other order |
# | any way to count | hidden: 60 random stacks | from the output back; a sum over the layers; recursion over the rest; measures with ones |
# | the list stays as it is | visible: first of each; hidden | empties the list |
# | ValueError for each number below 1 | bad input: 0 for each; hidden: negative, in any layer | no errors; looks at the kernel only; looks at the first layer only; a dilation of 0 slips through |
# | with a message | bad input: any | an error without a message |

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


# %% right: recursion over the rest
def receptive_field(layers):
    if not layers:
        return 1
    (kernel_size, stride, dilation), *rest = layers
    if kernel_size < 1 or stride < 1 or dilation < 1:
        raise ValueError("kernel size, stride and dilation start at 1")
    return (receptive_field(rest) - 1) * stride + dilation * (kernel_size - 1) + 1


# %% right: measures with ones
def receptive_field(layers):
    if layers and np.min(layers) < 1:
        raise ValueError(f"a number below 1 in {layers}")
    seen = {0}
    for kernel_size, stride, dilation in layers[::-1]:
        seen = {place * stride + tap * dilation for place in (min(seen), max(seen)) for tap in range(kernel_size)}
    return max(seen) - min(seen) + 1


# %% wrong: widens by the whole kernel
# says: receptive_field
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        field += dilation * kernel_size * jump
        jump *= stride
    return field


# %% wrong: an empty list sees nothing
# says: sees itself
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        field += dilation * (kernel_size - 1) * jump
        jump *= stride
    return field if layers else 0


# %% wrong: walks from the output with the input's rule
# says: begins at the input
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in reversed(layers):
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        field += dilation * (kernel_size - 1) * jump
        jump *= stride
    return field


# %% wrong: takes stride and dilation in the other order
# says: a layer is .kernel size, stride, dilation
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, dilation, stride in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        field += dilation * (kernel_size - 1) * jump
        jump *= stride
    return field


# %% wrong: empties the list
# says: its list afterwards
def receptive_field(layers):
    field, jump = 1, 1
    while layers:
        kernel_size, stride, dilation = layers.pop(0)
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError("too small")
        field += dilation * (kernel_size - 1) * jump
        jump *= stride
    return field


# %% wrong: looks at the kernel only
# says: stride of 0
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        if kernel_size < 1:
            raise ValueError("too small")
        field += dilation * (kernel_size - 1) * jump
        jump *= stride
    return field


# %% wrong: looks at the first layer only
# says: expected a ValueError
def receptive_field(layers):
    if layers and min(layers[0]) < 1:
        raise ValueError("too small")
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        field += dilation * (kernel_size - 1) * jump
        jump *= stride
    return field


# %% wrong: a dilation of 0 slips through
# says: dilation of 0
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride) < 1 or dilation < 0:
            raise ValueError("too small")
        field += dilation * (kernel_size - 1) * jump
        jump *= stride
    return field


# %% wrong: an error without a message
# says: says what is wrong
def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError
        field += dilation * (kernel_size - 1) * jump
        jump *= stride
    return field
