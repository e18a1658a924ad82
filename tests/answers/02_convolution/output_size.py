# %% right: counts the starts
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0:
        raise ValueError("too small a number")
    span = 1 + (kernel_size - 1) * dilation
    count, start = 0, 0
    while start + span <= size + 2 * padding:
        count += 1
        start += stride
    if count == 0:
        raise ValueError("the window does not fit")
    return count


# %% right: the formula, as a float rounded down
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if size < 1 or kernel_size < 1 or stride < 1 or dilation < 1 or padding < 0:
        raise ValueError("out of range")
    room = size + 2 * padding - dilation * (kernel_size - 1) - 1
    if room < 0:
        raise ValueError("no window fits")
    return np.floor(room / stride + 1)


# %% wrong: the flashcard's formula
# says: where a window can start
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or kernel_size > size + 2 * padding:
        raise ValueError("out of range")
    return size / kernel_size / stride + 1


# %% wrong: does not round
# says: Round down|round down
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or kernel_size > size + 2 * padding:
        raise ValueError("out of range")
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1


# %% wrong: rounds up
# says: round down
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or kernel_size > size + 2 * padding:
        raise ValueError("out of range")
    return int(np.ceil((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride)) + 1


# %% wrong: gaps in place of posts
# says: Fence posts
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or kernel_size > size + 2 * padding:
        raise ValueError("out of range")
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride


# %% wrong: padding on one side only
# says: both sides
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or kernel_size > size + 2 * padding:
        raise ValueError("out of range")
    return (size + padding - dilation * (kernel_size - 1) - 1) // stride + 1


# %% wrong: dilation forgotten
# says: dilation widen
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or kernel_size > size + 2 * padding:
        raise ValueError("out of range")
    return (size + 2 * padding - kernel_size) // stride + 1


# %% wrong: a dilated window of k times d
# says: 2 gaps
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or dilation * kernel_size > size + 2 * padding:
        raise ValueError("out of range")
    return (size + 2 * padding - dilation * kernel_size) // stride + 1


# %% wrong: stride forgotten
# says: stride is not used
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or kernel_size > size + 2 * padding:
        raise ValueError("out of range")
    return size + 2 * padding - dilation * (kernel_size - 1)


# %% wrong: what Keras calls same
# says: size with padding
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or kernel_size > size + 2 * padding:
        raise ValueError("out of range")
    return -(-size // stride)


# %% wrong: no errors
# says: expected a ValueError
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1


# %% wrong: the error knows nothing of dilation
# says: expected a ValueError
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or kernel_size > size + 2 * padding:
        raise ValueError("out of range")
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1


# %% wrong: compares the kernel with the strip without its padding
# says: padded strip
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or span > size:
        raise ValueError("the kernel is larger than the input")
    return (size + 2 * padding - span) // stride + 1


# %% wrong: a dilation of 0 slips through
# says: dilation=0
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    if min(size, kernel_size, stride) < 1 or padding < 0 or span > size + 2 * padding:
        raise ValueError("out of range")
    return (size + 2 * padding - span) // stride + 1


# %% wrong: an empty strip is filled with padding
# says: size=0
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    if min(kernel_size, stride, dilation) < 1 or padding < 0 or span > size + 2 * padding:
        raise ValueError("out of range")
    return (size + 2 * padding - span) // stride + 1


# %% wrong: a kernel of no pixels slips through
# says: kernel_size=0
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    if min(size, stride, dilation) < 1 or padding < 0 or span > size + 2 * padding:
        raise ValueError("out of range")
    return (size + 2 * padding - span) // stride + 1
