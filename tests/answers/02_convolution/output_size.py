# | clause of the docstring | tested by | answers |
# |---|---|---|
# | how many windows fit | visible: 28 and 3; hidden: 200 random settings | the flashcard's formula; gaps in place of posts; what Keras calls same; constant; None; zeros |
# | any way to count | hidden: 200 random settings | counts the starts; the formula, as a float rounded down; walks on by recursion; takes the windows of a strip of ones; in NumPy's integers |
# | stride | visible: 2 and 3; hidden: larger than the strip | stride forgotten; rounds up |
# | padding on each side | visible: 1 and 3 | padding on one side only; padding once for both sides and rounded up |
# | dilation | visible: 2; hidden: up to 4 | dilation forgotten; a dilated window of k times d; dilation widens by one pixel a gap too many |
# | a whole number | visible: 8 and 3 with stride 3 | does not round; wrong shape |
# | the defaults are 1, 0 and 1 | visible: 28 and 3; 7 and 3 with dilation 2 | padding is 1 by default |
# | at least 1: a window as wide as the padded strip fits | visible: 1 and 1, 3 and 5 with padding 1; hidden: alike | compares the kernel with the strip without its padding; refuses a kernel as large as the strip |
# | ValueError for a size below 1 | bad input: 0 with padding 2 | an empty strip is filled with padding |
# | ValueError for a kernel size below 1 | bad input: 0 | a kernel of no pixels slips through |
# | ValueError for a stride below 1 | bad input: 0; hidden: negative | a stride of 0 ends in a division; no errors |
# | ValueError for a negative padding | bad input: -1 | a negative padding cuts pixels off |
# | ValueError for a dilation below 1 | bad input: 0; hidden: negative | a dilation of 0 slips through |
# | ValueError where the window is wider than the padded input | bad input: 5 on 4; 3 with dilation 2 on 4 | the error knows nothing of dilation; gives 0 where nothing fits |
# | with a message | bad input: any | an error without a message |

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


# %% right: walks on by recursion
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0:
        raise ValueError("a number is too small")
    if padding:
        return output_size(size + 2 * padding, kernel_size, stride, 0, dilation)
    span = dilation * (kernel_size - 1) + 1
    if span > size:
        raise ValueError("no window fits")
    return 1 + (output_size(size - stride, kernel_size, stride, 0, dilation) if size - stride >= span else 0)


# %% right: takes the windows of a strip of ones
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0:
        raise ValueError("a number is too small")
    if dilation * (kernel_size - 1) >= size + 2 * padding:
        raise ValueError("the window is wider than the padded strip")
    strip = np.pad(np.ones(size), padding)
    return len(sliding_window_view(strip, dilation * (kernel_size - 1) + 1)[::stride])


# %% right: in NumPy's integers
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    numbers = np.array([size - 1, kernel_size - 1, stride - 1, padding, dilation - 1])
    if np.any(numbers < 0):
        raise ValueError(f"below its least value: {np.flatnonzero(numbers < 0)}")
    last = np.int64(size + 2 * padding - 1 - dilation * (kernel_size - 1))
    if last < 0:
        raise ValueError("the window is wider than the padded strip")
    return np.floor_divide(last, stride) + np.int64(1)


# %% wrong: padding once for both sides and rounded up
# says: Fence posts
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or kernel_size > size + 2 * padding:
        raise ValueError("out of range")
    return -(-(size + padding - dilation * (kernel_size - 1) - 1) // stride) + (0 if stride > 1 else 1)


# %% wrong: dilation widens by one pixel a gap too many
# says: dilation=2
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    span = kernel_size + dilation * (kernel_size - 1) if dilation > 1 else kernel_size
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or span > size + 2 * padding:
        raise ValueError("out of range")
    return (size + 2 * padding - span) // stride + 1


# %% wrong: padding is 1 by default
# says: size with padding
def output_size(size, kernel_size, stride=1, padding=1, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or span > size + 2 * padding:
        raise ValueError("out of range")
    return (size + 2 * padding - span) // stride + 1


# %% wrong: refuses a kernel as large as the strip
# says: padded strip
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or span >= size + 2 * padding:
        raise ValueError("out of range")
    return (size + 2 * padding - span) // stride + 1


# %% wrong: a stride of 0 ends in a division
# says: stride=0.*ZeroDivisionError
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    if min(size, kernel_size, dilation) < 1 or padding < 0 or span > size + 2 * padding:
        raise ValueError("out of range")
    return (size + 2 * padding - span) // stride + 1


# %% wrong: a negative padding cuts pixels off
# says: padding=-1
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    if min(size, kernel_size, stride, dilation) < 1 or span > size + 2 * padding:
        raise ValueError("out of range")
    return (size + 2 * padding - span) // stride + 1


# %% wrong: gives 0 where nothing fits
# says: size=4, kernel_size=5
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0:
        raise ValueError("out of range")
    return max((size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1, 0)


# %% wrong: an error without a message
# says: says what is wrong
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0 or span > size + 2 * padding:
        raise ValueError()
    return (size + 2 * padding - span) // stride + 1
