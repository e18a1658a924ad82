# | clause of the docstring | tested by | answers |
# |---|---|---|
# | weights of all convolutions | visible: 1 block, 10 classes | forgets the stem; NumPy over the stages; recursion over the stages |
# | biases of the convolutions where bias is true | visible: true and false | no biases in any case; biases in any case |
# | four numbers a channel for BatchNorm | visible | two numbers a channel; no BatchNorm |
# | BatchNorm behind each convolution | visible | no BatchNorm behind the projections |
# | widths double from stage to stage | visible: two stages; ResNet-50 | the same width in all stages; one stage too wide |
# | blocks of 1 x 1, 3 x 3, 1 x 1 to 4 w | visible | the first 1 x 1 always reads the width; channels left at w; channels changed once a stage |
# | a projection in the first block of each stage | visible: two blocks in a stage | no projections; a projection in each block; no projection in the first stage |
# | a dense layer with classes units and a bias | visible: 10 and 1,000 | no bias in the dense layer; no bias in the dense layer without the others; always 1,000 classes |
# | blocks is not changed | visible | takes the stages out of the list |
# | a whole number | visible and hidden | whole numbers as floats; zeros; constant |

# %% right: NumPy over the stages
def resnet_param_count(blocks, classes=1000, bias=True):
    per_channel = 5 if bias else 4
    n = np.array(blocks, dtype=np.int64)
    w = 64 * 2 ** np.arange(len(n))
    enters = np.concatenate([[64], 4 * w[:-1]])
    first = enters * w + 9 * w * w + 4 * w * w + enters * 4 * w + per_channel * (w + w + 4 * w + 4 * w)
    later = 4 * w * w + 9 * w * w + 4 * w * w + per_channel * 6 * w
    return 147 * 64 + per_channel * 64 + np.sum(first + (n - 1) * later) + classes * (4 * w[-1] + 1)


# %% right: whole numbers as floats
def resnet_param_count(blocks, classes=1000, bias=True):
    extra = 4.0 + float(bias)
    total, c = 7 * 7 * 3 * 64 + extra * 64, 64
    for i in range(len(blocks)):
        w = 64 * 2**i
        for j in range(blocks[i]):
            sizes = [(c, w, 1), (w, w, 3), (w, 4 * w, 1)]
            if c != 4 * w:
                sizes.append((c, 4 * w, 1))
            total += sum(a * b * s**2 + extra * b for a, b, s in sizes)
            c = 4 * w
    return total + c * classes + classes


# %% right: recursion over the stages
def resnet_param_count(blocks, classes=1000, bias=True):
    more = 5 if bias else 4

    def stages(left, channels, width):
        if not left:
            return (channels + 1) * classes
        out = 4 * width
        inner = 9 * width**2 + width * out + more * (2 * width + out)
        first = channels * width + channels * out + more * out + inner
        return first + (left[0] - 1) * (out * width + inner) + stages(left[1:], out, 2 * width)

    return 49 * 3 * 64 + more * 64 + stages(list(blocks), 64, 64)


# %% wrong: forgets the stem
# says: expected
def resnet_param_count(blocks, classes=1000, bias=True):
    per = 5 if bias else 4
    total = 0
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            total += channels * width + per * width
            total += 9 * width * width + per * width
            total += width * 4 * width + per * 4 * width
            if number == 0:
                total += channels * 4 * width + per * 4 * width
            channels = 4 * width
    return total + (channels + 1) * classes


# %% wrong: no biases in any case
# says: biases are missing
def resnet_param_count(blocks, classes=1000, bias=True):
    per = 4
    total = 7 * 7 * 3 * 64 + per * 64
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            total += channels * width + per * width
            total += 9 * width * width + per * width
            total += width * 4 * width + per * 4 * width
            if number == 0:
                total += channels * 4 * width + per * 4 * width
            channels = 4 * width
    return total + (channels + 1) * classes


# %% wrong: biases in any case
# says: bias=False
def resnet_param_count(blocks, classes=1000, bias=True):
    per = 5
    total = 7 * 7 * 3 * 64 + per * 64
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            total += channels * width + per * width
            total += 9 * width * width + per * width
            total += width * 4 * width + per * 4 * width
            if number == 0:
                total += channels * 4 * width + per * 4 * width
            channels = 4 * width
    return total + (channels + 1) * classes


# %% wrong: two numbers a channel
# says: moving averages count
def resnet_param_count(blocks, classes=1000, bias=True):
    per = 3 if bias else 2
    total = 7 * 7 * 3 * 64 + per * 64
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            total += channels * width + per * width
            total += 9 * width * width + per * width
            total += width * 4 * width + per * 4 * width
            if number == 0:
                total += channels * 4 * width + per * 4 * width
            channels = 4 * width
    return total + (channels + 1) * classes


# %% wrong: no BatchNorm
# says: BatchNorm's numbers are missing
def resnet_param_count(blocks, classes=1000, bias=True):
    per = 1 if bias else 0
    total = 7 * 7 * 3 * 64 + per * 64
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            total += channels * width + per * width
            total += 9 * width * width + per * width
            total += width * 4 * width + per * 4 * width
            if number == 0:
                total += channels * 4 * width + per * 4 * width
            channels = 4 * width
    return total + (channels + 1) * classes


# %% wrong: no BatchNorm behind the projections
# says: expected
def resnet_param_count(blocks, classes=1000, bias=True):
    per = 5 if bias else 4
    total = 7 * 7 * 3 * 64 + per * 64
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            total += channels * width + per * width
            total += 9 * width * width + per * width
            total += width * 4 * width + per * 4 * width
            if number == 0:
                total += channels * 4 * width + (per - 4) * 4 * width
            channels = 4 * width
    return total + (channels + 1) * classes


# %% wrong: the same width in all stages
# says: expected
def resnet_param_count(blocks, classes=1000, bias=True):
    per = 5 if bias else 4
    total = 7 * 7 * 3 * 64 + per * 64
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64
        for number in range(count):
            total += channels * width + per * width
            total += 9 * width * width + per * width
            total += width * 4 * width + per * 4 * width
            if number == 0:
                total += channels * 4 * width + per * 4 * width
            channels = 4 * width
    return total + (channels + 1) * classes


# %% wrong: the first 1 x 1 always reads the width
# says: expected
def resnet_param_count(blocks, classes=1000, bias=True):
    per = 5 if bias else 4
    total = 7 * 7 * 3 * 64 + per * 64
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            total += width * width + per * width
            total += 9 * width * width + per * width
            total += width * 4 * width + per * 4 * width
            if number == 0:
                total += channels * 4 * width + per * 4 * width
            channels = 4 * width
    return total + (channels + 1) * classes


# %% wrong: no projections
# says: projections are missing
def resnet_param_count(blocks, classes=1000, bias=True):
    per = 5 if bias else 4
    total = 7 * 7 * 3 * 64 + per * 64
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            total += channels * width + per * width
            total += 9 * width * width + per * width
            total += width * 4 * width + per * 4 * width
            if False:
                total += channels * 4 * width + per * 4 * width
            channels = 4 * width
    return total + (channels + 1) * classes


# %% wrong: a projection in each block
# says: Only the first block
def resnet_param_count(blocks, classes=1000, bias=True):
    per = 5 if bias else 4
    total = 7 * 7 * 3 * 64 + per * 64
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            total += channels * width + per * width
            total += 9 * width * width + per * width
            total += width * 4 * width + per * 4 * width
            if True:
                total += channels * 4 * width + per * 4 * width
            channels = 4 * width
    return total + (channels + 1) * classes


# %% wrong: no projection in the first stage
# says: expected
def resnet_param_count(blocks, classes=1000, bias=True):
    per = 5 if bias else 4
    total = 7 * 7 * 3 * 64 + per * 64
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            total += channels * width + per * width
            total += 9 * width * width + per * width
            total += width * 4 * width + per * 4 * width
            if number == 0 and stage > 0:
                total += channels * 4 * width + per * 4 * width
            channels = 4 * width
    return total + (channels + 1) * classes


# %% wrong: no bias in the dense layer
# says: dense layer has a bias
def resnet_param_count(blocks, classes=1000, bias=True):
    per = 5 if bias else 4
    total = 7 * 7 * 3 * 64 + per * 64
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            total += channels * width + per * width
            total += 9 * width * width + per * width
            total += width * 4 * width + per * 4 * width
            if number == 0:
                total += channels * 4 * width + per * 4 * width
            channels = 4 * width
    return total + channels * classes


# %% wrong: always 1,000 classes
# says: expected
def resnet_param_count(blocks, classes=1000, bias=True):
    per = 5 if bias else 4
    total = 7 * 7 * 3 * 64 + per * 64
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            total += channels * width + per * width
            total += 9 * width * width + per * width
            total += width * 4 * width + per * 4 * width
            if number == 0:
                total += channels * 4 * width + per * 4 * width
            channels = 4 * width
    return total + (channels + 1) * 1000


# %% wrong: takes the stages out of the list
# says: changed input
def resnet_param_count(blocks, classes=1000, bias=True):
    per = 5 if bias else 4
    total = 7 * 7 * 3 * 64 + per * 64
    channels = 64
    stage = 0
    while blocks:
        count = blocks.pop(0)
        width = 64 * 2**stage
        stage += 1
        for number in range(count):
            total += channels * width + per * width
            total += 9 * width * width + per * width
            total += width * 4 * width + per * 4 * width
            if number == 0:
                total += channels * 4 * width + per * 4 * width
            channels = 4 * width
    return total + (channels + 1) * classes


# %% wrong: no bias in the dense layer without the others
# says: dense layer has a bias
def resnet_param_count(blocks, classes=1000, bias=True):
    def conv(c, f, k):
        return (k * k * c + 4 + bias) * f

    total, c = conv(3, 64, 7), 64
    for stage, n in enumerate(blocks):
        w = 64 << stage
        total += conv(c, 4 * w, 1)
        for _ in range(n):
            total += conv(c, w, 1) + conv(w, w, 3) + conv(w, 4 * w, 1)
            c = 4 * w
    return total + (c + bias) * classes


# %% wrong: one stage too wide
def resnet_param_count(blocks, classes=1000, bias=True):
    def conv(c, f, k):
        return (k * k * c + 4 + bias) * f

    total, c = conv(3, 64, 7), 64
    for stage, n in enumerate(blocks, start=1):
        w = 64 * 2**stage
        total += conv(c, 4 * w, 1)
        for _ in range(n):
            total += conv(c, w, 1) + conv(w, w, 3) + conv(w, 4 * w, 1)
            c = 4 * w
    return total + (c + 1) * classes


# %% wrong: channels left at w
# says: there are 4 w channels
def resnet_param_count(blocks, classes=1000, bias=True):
    def conv(c, f, k):
        return (k * k * c + 4 + bias) * f

    total, c = conv(3, 64, 7), 64
    for stage, n in enumerate(blocks):
        w = 64 * 2**stage
        total += conv(c, 4 * w, 1)
        for _ in range(n):
            total += conv(c, w, 1) + conv(w, w, 3) + conv(w, 4 * w, 1)
            c = w
    return total + (c + 1) * classes


# %% wrong: channels changed once a stage
# says: not once a stage
def resnet_param_count(blocks, classes=1000, bias=True):
    def conv(c, f, k):
        return (k * k * c + 4 + bias) * f

    total, c = conv(3, 64, 7), 64
    for stage, n in enumerate(blocks):
        w = 64 * 2**stage
        total += conv(c, 4 * w, 1) + n * (conv(c, w, 1) + conv(w, w, 3) + conv(w, 4 * w, 1))
        c = 4 * w
    return total + (c + 1) * classes
