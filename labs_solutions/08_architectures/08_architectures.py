# %% [markdown]
# # 08 Architectures: what ten years of ImageNet taught
#
# In 2012 a network of eight layers named the photos of ImageNet (lab 07) so much better than everything before it that
# the field changed its tools. Three years later networks had 152 layers. Why not at once? Each of the steps between
# solved a problem that you can count or measure on your own machine, and that is what you do here.
#
# <!-- facts -->
#
# | year | network | layers with weights | new in it | top-5 error in that year's contest |
# |---|---|---|---|---|
# | 2012 | AlexNet | 8 | size, ReLU, Dropout, graphics cards | 15.3% (the next best entry: 26.2%) |
# | 2014 | VGG | 16 to 19 | nothing but 3 x 3 | 7.3% |
# | 2014 | GoogLeNet | 22 | Inception modules, no large dense layers | 6.7% |
# | 2015 | ResNet | up to 152 | shortcuts around blocks | 3.6% |
#
# (The errors are those that the papers report: several networks averaged, the right class not among the first five
# answers. The papers stand at the end, under "Read on".)
#
# ## Objectives
#
# 1. Count the parameters and the multiplications of a convolution, and say where a network spends each.
# 2. Rebuild AlexNet and VGG16 to the last parameter, and say what each changed.
# 3. Build an Inception module, and say what its 1 x 1 convolutions save.
# 4. Recognise degradation with depth, and tell it from overfitting.
# 5. Build residual blocks with identity and projection shortcuts.
# 6. Count a whole ResNet by arithmetic (section 8, further).
# 7. Explain a residual network as many paths of different length (sections 9 and 10, further).
# 8. Choose an architecture for a given situation.
#
# Every exercise is graded alone, with the names of the first code cell. Cells that draw or check are folded: run them
# like the others. You need labs 02 (output sizes, parameters), 05 (BatchNorm) and 06 (LeNet).

# %% imports
from utils.checks import (
    expect_close,
    expect_equal,
    expect_error,
    expect_shape,
    expect_unchanged,
    run_check,
)
from utils.data import load, split_validation
from utils.figures import architectures as draw
from utils.figures import show
import keras
from keras import layers, ops
import numpy as np
import tensorflow as tf

# %% [markdown]
# ## 1. Two bills: parameters and multiplications (14 minutes, core)
#
# A network costs twice. Its *parameters* have to be stored and learned. Its *multiplications* have to be computed, for
# every image anew. A dense layer uses each weight once for an image, so there the two bills are the same. A convolution
# uses each weight at every position of its output: there they differ by the number of positions.
#
# One multiplication and the addition that follows it are counted together as a **multiply-accumulate**, or MAC. (Papers
# that state "FLOPs" mean sometimes the MACs and sometimes twice as many: look which.) Biases are left out of this bill.
#
# Example: 28 x 28 images with 192 channels, 128 filters of 3 x 3, padded. Each of the 28 · 28 · 128 = 100,352 outputs
# is a sum of 3 · 3 · 192 = 1,728 products: 173,408,256 MACs, from 221,184 weights.
#
# In a *grouped* convolution (lab 06) the channels are split into `groups` equal parts, and each filter reads one part
# only. Keras' `Conv2D` has the argument `groups`.
#
# ### Exercise 1: `conv_macs` (objective 1)
#
# Count the MACs of one convolution for one image.


# %% exercise="conv_macs"
def conv_macs(input_shape, filters, kernel_size, stride=1, padding="same", groups=1):
    """Return how many multiply-accumulates a convolution needs for one image, by arithmetic.

    Args:
        input_shape: (height, width, channels) of the maps that come in, not always squares.
        filters: maps that go out.
        kernel_size: side of the square window, in pixels; not larger than the maps.
        stride: step of the window, the same in both directions.
        padding: "same" (output size: size / stride, rounded up) or "valid" (no padding).
        groups: parts that the channels are split into; a filter reads channels / groups of them.

    Returns:
        A whole number, as an int or a float. Products with the zeros of the padding count; biases
        do not.
        conv_macs((28, 28, 192), 128, 3) is 173,408,256.

    Raises:
        ValueError: if channels or filters cannot be split into groups of equal size.
    """
    ### BEGIN SOLUTION
    height, width, channels = input_shape
    if channels % groups or filters % groups:
        raise ValueError(f"{channels} channels and {filters} filters do not split into {groups}")
    if padding == "valid":
        height, width = height - kernel_size + 1, width - kernel_size + 1
    outputs = -(-height // stride) * -(-width // stride) * filters
    return outputs * kernel_size**2 * (channels // groups)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: two factors</summary>
# (How many numbers come out) times (how many products each of them is a sum of). The stride changes the first only, the
# groups change the second only.
# </details>
# <details><summary>Hint 2: how many come out</summary>
# Lab 02: "same" gives ⌈n / s⌉ in each direction, "valid" ⌊(n − k) / s⌋ + 1. Times the number of filters.
# </details>
# <details><summary>Hint 3: nearly there</summary>
# <code>-(-n // s)</code> rounds up. The result is <code>high * wide * filters * kernel_size**2 * channels //
# groups</code>; test the groups before anything else.
# </details>


# %% check="conv_macs"
def _check_conv_macs():
    hints = [
        (221_184, "These are the weights: each is used at every position of the output."),
        (28 * 28 * 128 * 9, "Each output sums over all 192 channels."),
        (28 * 28 * 192 * 9, "The number of filters is missing."),
        (28 * 28 * 128 * (9 * 192 + 1), "Biases are added, not multiplied."),
        (2 * 173_408_256, "A product and its addition are one multiply-accumulate."),
        (26 * 26 * 128 * 9 * 192, "26 is the size without padding."),
        (28 * 28 * 128 * 3 * 192, "A window of 3 x 3 has nine values."),
    ]
    got = conv_macs((28, 28, 192), 128, 3)
    expect_equal("conv_macs((28, 28, 192), 128, 3)", got, 173_408_256, hints=hints)
    each = 11 * 11 * 3 * 96
    hints = [(size**2 * each, text) for size, text in [
        (57, "57 x 57: that is padded."), (54, "54: the + 1 is missing, (227 - 11) / 4 + 1 is 55."),
        (217, "The stride is not used."), (56, "56: the stride comes after the - k.")]]  # fmt: skip
    call = 'conv_macs((227, 227, 3), 96, 11, stride=4, padding="valid")'
    got = conv_macs((227, 227, 3), 96, 11, stride=4, padding="valid")
    expect_equal(call, got, 55 * 55 * each, hints=hints)
    right = 9 * 5 * 8 * 9 * 6
    hints = [(9 * 5 * 8 * 9 * 12, "A filter reads one group's channels only.")]
    hints += [(right / 2, "Filters are split among the groups, but all of them are computed.")]
    hints += [
        (9 * 9 * 8 * 9 * 6, "Height and width differ."),
        (5 * 5 * 8 * 9 * 6, "Height, width."),
    ]
    hints += [(8 * 4 * 8 * 9 * 6, "Rounded up: 17 with a stride of 2 gives 9.")]
    call = "conv_macs((17, 9, 12), 8, 3, stride=2, groups=2)"
    got = conv_macs((17, 9, 12), 8, 3, stride=2, groups=2)
    expect_equal(call, got, right, hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for padding, groups in [("same", 1), ("valid", 1), ("same", 3), ("valid", 2), ("valid", 1)]:
        high, wide = (random.permutation(np.arange(12, 40))[:2]).tolist()
        kernel, stride = int(random.choice([1, 3, 5, 7])), int(random.integers(1, 5))
        channels, filters = (groups * random.permutation(np.arange(2, 12))[:2]).tolist()
        layer = layers.Conv2D(filters, kernel, stride, padding, groups=groups, use_bias=False)
        _, out_high, out_wide, _ = layer.compute_output_shape((1, high, wide, channels))
        weights = kernel * kernel * channels // groups * filters
        call = f"conv_macs(({high}, {wide}, {channels}), {filters}, {kernel}, {stride=}, "
        got = conv_macs((high, wide, channels), filters, kernel, stride, padding, groups)
        expect_equal(f"{call}{padding=}, {groups=})", got, out_high * out_wide * weights)
    ### END HIDDEN TESTS


run_check("conv_macs", _check_conv_macs)


# %% bad_input="conv_macs"
def _check_conv_macs_bad_input():
    expect_equal("conv_macs((2, 2, 4), 6, 1, groups=2)", conv_macs((2, 2, 4), 6, 1, groups=2), 48)
    cases = [((4, 4, 6), 8, 4), ((4, 4, 8), 6, 4)]
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    odd = int(2 * rng().integers(2, 9) + 1)
    cases += [((5, 4, odd), 2 * odd, 2), ((5, 4, 2 * odd), odd, 2)]
    ### END HIDDEN TESTS
    for shape, filters, groups in cases:
        call = f"conv_macs({shape}, {filters}, 3, {groups=})"
        hint = "Look at the remainders of channels and of filters."
        expect_error(
            call, lambda s=shape, f=filters, g=groups: conv_macs(s, f, 3, groups=g), hint=hint
        )


run_check("conv_macs, bad input", _check_conv_macs_bad_input)

# %% instructor [markdown]
# **For instructors.** Write the two bills of one dense and one convolutional layer on the board before the exercise.
# Slips that the check names: the weights in place of the MACs, channels or filters forgotten, output size without
# padding, both channels and filters divided by the groups. In section 2 the two bills of a whole network are compared;
# collect guesses here already.

# %% [markdown]
# ## 2. AlexNet, 2012: eight layers and two graphics cards (12 minutes, core)
#
# Between LeNet-5 (lab 06) and AlexNet lie fourteen years and few new ideas about *layers*. AlexNet, too, is
# convolutions, pooling and dense layers at the end. What had changed is around it: 1.2 million labelled photos,
# graphics cards that made a network of this size trainable within days, ReLU in place of tanh (lab 04), Dropout and
# augmentation against overfitting (lab 05). The network did not fit into one card of 3 GB. So it was cut in two: in
# layers 2, 4 and 5 each half reads only its own card's maps. That is a convolution in two groups.
#
# The paper also normalises over neighbouring channels, which needs no parameters and has gone out of use; we leave it
# out.


# %%
def build_alexnet(side=227, groups=2):
    """AlexNet as in its paper, without the normalisation; kernels start at zero, to save time."""
    conv = {"activation": "relu", "kernel_initializer": "zeros"}
    return keras.Sequential(
        [
            keras.Input((side, side, 3)),
            layers.Conv2D(96, 11, strides=4, **conv),
            layers.MaxPooling2D(3, strides=2),
            layers.Conv2D(256, 5, padding="same", groups=groups, **conv),
            layers.MaxPooling2D(3, strides=2),
            layers.Conv2D(384, 3, padding="same", **conv),
            layers.Conv2D(384, 3, padding="same", groups=groups, **conv),
            layers.Conv2D(256, 3, padding="same", groups=groups, **conv),
            layers.MaxPooling2D(3, strides=2),
            layers.Flatten(),
            layers.Dense(4096, **conv),
            layers.Dropout(0.5),
            layers.Dense(4096, **conv),
            layers.Dropout(0.5),
            layers.Dense(1000, kernel_initializer="zeros"),
        ]
    )


# %% [markdown]
# **Predict.** AlexNet has five convolutions and three dense layers. Which share of its parameters lies in the dense
# layers? Which share of its multiplications?

# %% guess [markdown]
# *Your prediction: ___ % of the parameters, ___ % of the multiplications*


# %% uses="conv_macs"
def two_bills(network):
    """Print and return (name, parameters, MACs) of each layer with weights."""
    bills = []
    for layer in network.layers:
        if isinstance(layer, layers.Conv2D):
            options = layer.kernel_size[0], layer.strides[0], layer.padding, layer.groups
            macs = conv_macs(layer.input.shape[1:], layer.filters, *options)
        elif isinstance(layer, layers.Dense):
            macs = layer.input.shape[-1] * layer.units
        else:
            continue
        bills.append((layer.name, layer.count_params(), macs))
        size = " x ".join(str(n) for n in layer.output.shape[1:])
        print(f"{size:14} {bills[-1][1]:11,} parameters {macs / 1e6:6.1f} million MACs")
    return bills


alexnet = build_alexnet()
bills = two_bills(alexnet)

# %% evidence uses="conv_macs"
if "bills" not in globals():
    raise NotImplementedError("this picture needs your function: exercise 1")
parameters, macs = (np.array([bill[i] for bill in bills]) for i in (1, 2))
in_dense = parameters[5:].sum() / parameters.sum(), macs[5:].sum() / macs.sum()
print(f"dense layers: {in_dense[0]:.1%} of the parameters, {in_dense[1]:.1%} of the MACs")
assert parameters.sum() == 60_965_224
assert 0.955 < in_dense[0] < 0.965
assert 0.07 < in_dense[1] < 0.09
assert 0.7e9 < macs.sum() < 0.75e9
names = [f"conv {i}" for i in range(1, 6)] + [f"dense {i}" for i in range(6, 9)]
show(
    draw.two_bills(
        names,
        parameters,
        macs,
        title="AlexNet: dense layers hold the weights, convolutions compute",
    ),
    alt="Two bars for each of AlexNet's eight layers, in percent. The dense layers hold 96% of the "
    "parameters, the first of them 62%; the five convolutions make 92% of the multiplications.",
)

# %% [markdown]
# The dense layers hold 96% of the parameters and do 8% of the work. To make a network small you look at one end of it,
# to make it fast at the other. Later networks first went after the parameters: GoogLeNet and ResNet have one dense
# layer, behind a global average (lab 03).
#
# **Predict.** The paper says that images are 224 x 224. What comes out of the first convolution (11 x 11, stride 4, no
# padding) then? And how many parameters does the network have without the two groups?

# %% guess [markdown]
# *Your prediction: ___ x ___; without groups ___ million*

# %% exact
for side in (224, 227):
    network = build_alexnet(side)
    first, last = network.layers[0].output.shape[1], network.layers[7].output.shape[1]
    # layer 7 is the last pooling
    print(f"{side} pixels: {first} x {first} maps, at the end {last} x {last}; ", end="")
    print(f"{network.count_params():,} parameters")
    del network
ungrouped = build_alexnet(groups=1).count_params()
print(f"227 pixels, without groups: {ungrouped:,} parameters")

# %% evidence
assert (first, last) == (55, 6)
assert ungrouped == 62_378_344
assert build_alexnet(224).count_params() == 49_430_888

# %% [markdown]
# (224 − 11) / 4 is no whole number. At 224 pixels without padding the maps are 54 x 54, and at the end 5 x 5 remain in
# place of 6 x 6: 11.5 million parameters fewer. The 55 x 55 in the paper's drawing needs 227 pixels, or 3 pixels of
# padding that it does not mention. With them, its two-group network has 60,965,224 parameters, the "60 million" of the
# paper; the 62,378,344 that you will find just as often belong to one without groups. A number in a paper is a claim
# that you can check in a minute.

# %% instructor [markdown]
# **For instructors.** The figure is worth five minutes: which layer would they shrink for a phone, which for speed?
# Students like to hear that even this paper has a wrong number in it. In the paper the two halves sit side by side, and
# their first kernels specialised, one in edges without colour, one in colour: a picture to show.

# %% [markdown]
# ## 3. VGG, 2014: small windows, stacked (14 minutes, core)
#
# AlexNet's windows have sides of 11, 5 and 3: somebody chose them. Simonyan and Zisserman took 3 x 3 everywhere, and
# asked one question only: what does depth do?
#
# Two 3 x 3 convolutions see as far as one of 5 x 5 (lab 02: a receptive field of 5), three see as far as one of 7 x 7.
#
# **Predict.** With C channels in and out, and biases left aside: how many weights have two layers of 3 x 3, how many
# has one of 5 x 5? Three of 3 x 3 against one of 7 x 7?

# %% guess [markdown]
# *Your prediction: ___ C² against ___ C²; ___ C² against ___ C²*

# %% exact
channels = 64
for stacked, side in ((2, 5), (3, 7)):
    small = stacked * 3 * 3 * channels**2
    large = side * side * channels**2
    field = 1 + 2 * stacked
    print(f"{stacked} layers of 3 x 3 see {field} pixels: {small // channels**2} C² = {small:,}")
    print(f"1 layer of {side} x {side} sees {side} pixels: {large // channels**2} C² = {large:,}")
    print(f"   saved: {1 - small / large:.0%}")

# %% evidence
assert round(100 * (1 - 18 / 25)) == 28
assert round(100 * (1 - 27 / 49)) == 45

# %% [markdown]
# 18 C² against 25 C², 27 C² against 49 C²: 28% and 45% saved, and since each weight is used at each position, in
# multiplications as well. On top there is a ReLU between the small layers, so that the stack can compute what no single
# convolution can. The price: more maps to keep in memory, and more layers for the gradient to pass.
#
# A **VGG block** is a few such convolutions and one max pooling of 2 x 2; each block halves the side of the maps, and
# most double the channels. Networks became lists of *blocks* with this paper: one describes a block once and says how
# often. So do you: each of your blocks is a small Keras model, from maps to maps. You can call it on maps, count it,
# and stack it: `maps = vgg_block(maps.shape[1:], 128, 2)(maps)`.
#
# ### Exercise 2: `vgg_block` (objective 2)
#
# Example: `vgg_block((32, 32, 3), 16, 2)` takes (n, 32, 32, 3) to (n, 16, 16, 16) and has (27 + 1) · 16 + (144 + 1) ·
# 16 = 2,768 parameters.


# %% exercise="vgg_block"
def vgg_block(input_shape, filters, convolutions):
    """Return a block of VGG: convolutions of 3 x 3, then one max pooling.

    Args:
        input_shape: (height, width, channels) of the maps that come in, without the batch.
        filters: of each convolution.
        convolutions: how many there are, 1 or more.

    Returns:
        A Sequential or functional Keras model, new at each call and not compiled. Each convolution
        is 3 x 3 with a stride of 1, padded so that the maps keep their size, has a bias, and is
        followed by ReLU. At the end a max pooling of 2 x 2 with a stride of 2, unpadded, halves
        height and width (an odd size is rounded down).
    """
    ### BEGIN SOLUTION
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(convolutions):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    block.add(layers.MaxPooling2D(2))
    return block
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: a start</summary>
# <code>block = keras.Sequential([keras.Input(input_shape)])</code>, then <code>block.add(...)</code> in a loop.
# </details>
# <details><summary>Hint 2: one convolution</summary>
# <code>layers.Conv2D(filters, 3, padding="same", activation="relu")</code>. Make a new one in each turn of the loop: a
# layer that is added twice shares its weights.
# </details>
# <details><summary>Hint 3: the end</summary>
# <code>layers.MaxPooling2D(2)</code>, once, behind the loop.
# </details>


# %% check="vgg_block"
def _check_vgg_maps(block, images, relus, pool=layers.MaxPooling2D):
    maps, weights = images, block.get_weights()
    for kernel, bias, relu in zip(weights[::2], weights[1::2], relus):
        maps = ops.conv(maps, kernel, padding="same") + bias
        maps = ops.relu(maps) if relu else maps
    return np.asarray(pool(2)(maps))


def _check_vgg_block():
    cases = [((6, 8, 4), 4, 2), ((8, 8, 3), 4, 2), ((7, 10, 2), 3, 1)]
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    for convolutions in (3, 4):
        a, b, c, d = (rng().permutation(np.arange(2, 10))[convolutions:][:4]).tolist()
        cases += [((a + 2, b + 3, c), d, convolutions)]
    ### END HIDDEN TESTS
    for (high, wide, ins), filters, n in cases:
        call, yes, no = f"vgg_block({(high, wide, ins)}, {filters}, {n})", [True] * n, [False] * n
        block, random = vgg_block((high, wide, ins), filters, n), np.random.default_rng(n)
        expect_equal(f"{call} is a Keras model", isinstance(block, keras.Model), True)
        hints = [(False, "Begin with keras.Input(input_shape).")]
        expect_equal(f"{call} has its input", block.built, True, hints=hints)
        images = random.normal(size=(1, high, wide, ins)).astype("float32")
        hints = [(high, wide, "The pooling is missing."), (high // 4, wide // 4, "Pool once."),
            (high // 2 - n, wide // 2 - n, "Pad with same."),
            (-(-high // 2), -(-wide // 2), "The pooling is unpadded.")]  # fmt: skip
        hints, got = [((1, h, w, filters), text) for h, w, text in hints], block(images)
        expect_shape(f"{call}(an image)", got, (1, high // 2, wide // 2, filters), hints=hints)
        kernels = [(3, 3, c, filters) for c in (ins, *[filters] * (n - 1))]
        right = [size for kernel in kernels for size in (kernel, (filters,))]
        hints = [(kernels, "Each has a bias."), (right[:2], "That is one convolution only.")]
        hints += [(right[:-2], "One is missing; a layer used twice shares its weights.")]
        got = [tuple(weight.shape) for weight in block.weights]
        expect_equal(f"{call}, shapes of its weights", got, right, hints=hints)
        block.set_weights([random.normal(0, 0.5, size=size) for size in right])
        hints = [((block, images, no), "ReLU follows each convolution."),
            ((block, images, [*no[1:], True]), "ReLU follows each convolution."),
            ((block, images, [*yes[1:], False]), "ReLU follows the last convolution, too."),
            ((block, images, yes, layers.AveragePooling2D), "That is an average.")]  # fmt: skip
        hints, right = [(_check_vgg_maps(*a), text) for a, text in hints], (block, images, yes)
        for mode in (False, True):
            got, close = block(images, training=mode), {"rtol": 1e-3, "atol": 1e-3, "hints": hints}
            expect_close(f"{call}(images, training={mode})", got, _check_vgg_maps(*right), **close)
    ### BEGIN HIDDEN TESTS
    one, other = (vgg_block((8, 8, 3), 4, 2) for _ in range(2))
    expect_equal("vgg_block((8, 8, 3), 4, 2) is compiled", one.compiled, False)
    expect_equal("the next call gives the same model", one.weights[0] is other.weights[0], False)
    ### END HIDDEN TESTS


run_check("vgg_block", _check_vgg_block)

# %% [markdown]
# VGG16 is five of your blocks, with 2, 2, 3, 3 and 3 convolutions, and AlexNet's three dense layers. Keras has the same
# network, as `keras.applications.VGG16`; with `weights=None` it needs no download. (Drawing 138 million random starting
# weights takes a few seconds and two GB; the dense layers here start at zero, and both are deleted at once.)

# %% uses="vgg_block"
inputs = maps = keras.Input((224, 224, 3))
sides = []
for filters, convolutions in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
    maps = vgg_block(maps.shape[1:], filters, convolutions)(maps)
    sides.append(maps.shape[1])
units = layers.Flatten()(maps)
in_convolutions = keras.Model(inputs, units).count_params()
for size in (4096, 4096):
    units = layers.Dense(size, activation="relu", kernel_initializer="zeros")(units)
vgg16 = keras.Model(inputs, layers.Dense(1000, kernel_initializer="zeros")(units))
vgg_parameters = vgg16.count_params()
print(f"maps after each block: {sides}")
print(f"{vgg_parameters:,} parameters, {in_convolutions:,} of them in convolutions")
del vgg16, inputs, maps, units

# %% evidence uses="vgg_block"
if "vgg_parameters" not in globals():
    raise NotImplementedError("this needs your function: exercise 2")
assert vgg_parameters == keras.applications.VGG16(weights=None).count_params() == 138_357_544
assert sides == [112, 56, 28, 14, 7]
assert 0.10 < in_convolutions / vgg_parameters < 0.11
blocks = [(224, 64, 2), (112, 128, 2), (56, 256, 3), (28, 512, 3), (14, 512, 3)]
dense = [(1, 4096, 2), (1, 1000, 1)]
of_alexnet = [(55, 96, 1), (27, 256, 1), (13, 384, 3)]
show(
    draw.side_view(
        {"AlexNet": of_alexnet + dense, "VGG16": blocks + dense},
        title="Height: side of the maps; width: channels; slices: layers",
    ),
    alt="AlexNet and VGG16 from the side, a box for each size of maps. AlexNet: 1 layer at 55 "
    "pixels, 1 at 27, 3 at 13, then three dense layers. VGG16: 2, 2, 3, 3 and 3 layers at 224, "
    "112, 56, 28 and 14 pixels, with 64 to 512 channels, then the same three dense layers.",
)

# %% [markdown]
# Equal to the last parameter. Nine tenths of them are in the dense layers again, most in the first: 25,088 inputs for
# each of 4,096 units. The picture shows the plan that nearly every later network keeps: when the side is halved, the
# channels are doubled. Then a 3 x 3 layer costs as many multiplications after the step as before (a quarter of the
# positions, twice the channels in, twice out).

# %% instructor [markdown]
# **For instructors.** Slips in `vgg_block`: no padding, a pooling after each convolution, one layer object used several
# times (the loop adds the same layer), ReLU forgotten. Ask why a 3 x 3 layer costs the same after halving and doubling.
# A good place to break off is after this section.

# %% [markdown]
# ## 4. 1 x 1, and Inception (16 minutes, core)
#
# In the same contest another network made fewer mistakes than VGG with a twentieth of the parameters: GoogLeNet. Its
# authors asked: which window is best, 1, 3 or 5? And answered: all of them, side by side. Each block applies several to
# the same maps and joins what comes out along the channels. That is an **Inception module**.
#
# Done naively it explodes. A 5 x 5 on 192 channels costs 25 · 192 products for each output number, and max pooling
# passes all its channels on, so that each module would be wider than the one before it. The remedy is the 1 x 1
# convolution of lab 02: it mixes channels, pixel by pixel, and can turn 192 channels into 16. Such a narrow layer in
# front of an expensive one is called a **bottleneck**. It throws away what 16 mixtures cannot carry, and the bet is
# that 192 channels say much that is the same.

# %% evidence
show(
    draw.boxes(
        {
            "maps in": (1.5, 0), "1 x 1, a": (0, 1.5), "1 x 1, b": (1, 1), "3 x 3, c": (1, 2),
            "1 x 1, d": (2, 1), "5 x 5, e": (2, 2), "max pool\n3 x 3": (3, 1), "1 x 1, f": (3, 2),
            "joined: a + c + e + f": (1.5, 3),
        },
        [
            ("maps in", "1 x 1, a"), ("maps in", "1 x 1, b"), ("maps in", "1 x 1, d"),
            ("maps in", "max pool\n3 x 3"), ("1 x 1, b", "3 x 3, c"), ("1 x 1, d", "5 x 5, e"),
            ("max pool\n3 x 3", "1 x 1, f"), ("1 x 1, a", "joined: a + c + e + f"),
            ("3 x 3, c", "joined: a + c + e + f"), ("5 x 5, e", "joined: a + c + e + f"),
            ("1 x 1, f", "joined: a + c + e + f"),
        ],
        title="An Inception module: four branches on the same maps; letters are numbers of filters",
    ),
    alt="From the maps that come in four branches lead upwards: a 1 x 1 convolution of a filters; "
    "a 1 x 1 of b, then a 3 x 3 of c; a 1 x 1 of d, then a 5 x 5 of e; a 3 x 3 max pooling, then a "
    "1 x 1 of f. They are joined to a + c + e + f channels.",
)  # fmt: skip

# %% [markdown]
# ### Exercise 3: `inception_module` (objective 3)
#
# Example: the first module of GoogLeNet, `inception_module((28, 28, 192), 64, (96, 128), (16, 32), 32)`, gives (n, 28,
# 28, 64 + 128 + 32 + 32 = 256).


# %% exercise="inception_module"
def inception_module(input_shape, ones, threes, fives, pooled):
    """Return an Inception module: four branches on the same maps, joined along the channels.

    Args:
        input_shape: (height, width, channels) of the maps that come in, without the batch.
        ones: filters of the 1 x 1 convolution that is a branch of its own.
        threes: two numbers: filters of the bottleneck, and of the 3 x 3 convolution behind it.
        fives: two numbers: filters of the bottleneck, and of the 5 x 5 convolution behind it.
        pooled: filters of the 1 x 1 convolution behind the max pooling.

    Returns:
        A functional Keras model, new at each call and not compiled. Its outputs have the height and
        width of the inputs, and their channels are those of the branches in the order of the
        arguments. The max pooling is 3 x 3 with a stride of 1. Each of the six convolutions has a
        bias and is followed by ReLU; all strides are 1, and everything is padded with "same".
    """
    ### BEGIN SOLUTION
    inputs = keras.Input(input_shape)

    def convolution(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    branches = [convolution(inputs, ones, 1)]
    branches.append(convolution(convolution(inputs, threes[0], 1), threes[1], 3))
    branches.append(convolution(convolution(inputs, fives[0], 1), fives[1], 5))
    branches.append(convolution(layers.MaxPooling2D(3, 1, "same")(inputs), pooled, 1))
    return keras.Model(inputs, layers.Concatenate()(branches))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: the functional way</summary>
# <code>inputs = keras.Input(input_shape)</code>; each branch is a chain of layers called on <code>inputs</code>; at the
# end <code>keras.Model(inputs, outputs)</code>.
# </details>
# <details><summary>Hint 2: the pooling</summary>
# Keras' max pooling moves by its own size unless told otherwise: <code>layers.MaxPooling2D(3, strides=1,
# padding="same")</code>.
# </details>
# <details><summary>Hint 3: joining</summary>
# <code>layers.Concatenate()([first, second, third, fourth])</code> joins along the last axis, the channels.
# </details>


# %% check="inception_module"
def _check_inception_maps(module, images, counts, order=(0, 1, 2, 3), **wrong):
    weights, (one, threes, fives, last) = module.get_weights(), counts
    found = {w.shape: (w, weights[i + 1]) for i, w in enumerate(weights) if w.ndim == 4}

    def conv(maps, size, filters, part="relu"):
        kernel, bias = found[(size, size, maps.shape[-1], filters)]
        maps = ops.conv(maps, kernel, padding="same") + bias
        return np.asarray(ops.relu(maps) if wrong.get(part, True) else maps)

    maps = [conv(conv(images, 1, f, "few"), s, n) for s, (f, n) in ((3, threes), (5, fives))]
    pool = wrong.get("pool", layers.MaxPooling2D(3, 1, "same"))
    maps = [conv(images, 1, one), *maps, conv(pool(images), 1, last)]
    return np.concatenate([maps[i] for i in order], axis=3)


def _check_inception_module():
    cases = [((6, 7, 8), (3, (4, 5), (2, 6), 7))]
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    a, b, c, *n = rng().permutation(np.arange(2, 13)).tolist()
    cases.append(((a + 3, b + 3, c + 12), (n[0], (n[1], n[2]), (n[3], n[4]), n[5])))
    ### END HIDDEN TESTS
    for shape, counts in cases:
        one, (few3, three), (few5, five), last = counts
        module, call = inception_module(shape, *counts), f"inception_module({shape}, *{counts})"
        random, out = np.random.default_rng(1), (2, *shape[:2], one + three + five + last)
        images, ins = random.normal(size=(2, *shape)).astype("float32"), shape[2]
        wide = sorted([(1, ins, one), (1, ins, last), (3, ins, three), (5, ins, five)])
        hints = [((*out[:3], out[3] - last + ins), "A 1 x 1 follows the pooling."),
            ((*out[:3], out[3] + few3 + few5), "Not beside."), (wide, "Bottlenecks?")]  # fmt: skip
        expect_shape(f"{call}(2 images)", module(images), out, hints=hints)
        right = [*wide[:2], (1, ins, few3), (3, few3, three), (1, ins, few5), (5, few5, five)]
        got = sorted((w.shape[0], *w.shape[2:]) for w in module.weights if len(w.shape) == 4)
        expect_equal(f"{call}, (side, channels in, filters)", got, sorted(right), hints=hints)
        expect_equal(f"{call}, biases", sum(len(w.shape) == 1 for w in module.weights), 6)
        ### BEGIN HIDDEN TESTS
        module.set_weights([random.normal(0.1, 0.4, size=w.shape) for w in module.weights])
        ### END HIDDEN TESTS
        wrong = [({"pool": layers.AveragePooling2D(3, 1, "same")}, "The last branch pools maxima."),
            ({"pool": np.asarray}, "The pooling is missing."), ({"few": 0, "relu": 0}, "No ReLU?"),
            ({"few": 0}, "No ReLU behind bottlenecks?"), ({"order": (3, 2, 1, 0)}, "Which order?"),
            ({"order": (0, 2, 1, 3)}, "The 3 x 3 branch comes before the 5 x 5.")]  # fmt: skip
        hints = [(_check_inception_maps(module, images, counts, **w), text) for w, text in wrong]
        got, maps = module(images), _check_inception_maps(module, images, counts)
        expect_close(f"{call}(images)", got, maps, rtol=1e-3, atol=1e-3, hints=hints)
    ### BEGIN HIDDEN TESTS
    one, other = (inception_module((6, 7, 8), 3, (4, 5), (2, 6), 7) for _ in range(2))
    expect_equal("inception_module(...) is a Keras model", isinstance(one, keras.Model), True)
    expect_equal("inception_module(...) is compiled", one.compiled, False)
    expect_equal("the next call gives the same model", one.weights[0] is other.weights[0], False)
    ### END HIDDEN TESTS


run_check("inception_module", _check_inception_module)

# %% [markdown]
# **Predict.** GoogLeNet's first module has the numbers of the example. By which factor do its two bottlenecks lower the
# multiplications of the whole module?

# %% guess [markdown]
# *Your prediction: by a factor of ___*

# %% uses="conv_macs"
maps_in = (28, 28, 192)
with_bottlenecks = {
    "1 x 1": conv_macs(maps_in, 64, 1),
    "3 x 3": conv_macs(maps_in, 96, 1) + conv_macs((28, 28, 96), 128, 3),
    "5 x 5": conv_macs(maps_in, 16, 1) + conv_macs((28, 28, 16), 32, 5),
    "pooling": conv_macs(maps_in, 32, 1),
}
without = with_bottlenecks | {
    "3 x 3": conv_macs(maps_in, 128, 3),
    "5 x 5": conv_macs(maps_in, 32, 5),
}
for branch in without:
    print(f"{branch:8} {without[branch]:12,} MACs, with bottleneck {with_bottlenecks[branch]:12,}")
sums = sum(without.values()), sum(with_bottlenecks.values())
print(f"together {sums[0]:12,} MACs, with bottleneck {sums[1]:12,}")

# %% evidence uses="conv_macs"
if "sums" not in globals():
    raise NotImplementedError("this needs your function: exercise 1")
assert sums == (308_281_344, 128_049_152)
assert 2.4 < sums[0] / sums[1] < 2.42
assert without["5 x 5"] / with_bottlenecks["5 x 5"] > 9

# %% [markdown]
# By a factor of 2.4, from 308 to 128 million; in the 5 x 5 branch alone by more than 9. GoogLeNet is nine such modules
# behind three ordinary convolutions, with a global average and a single dense layer at the end.

# %% uses="inception_module"
relu = {"padding": "same", "activation": "relu"}
inputs = keras.Input((224, 224, 3))
maps = layers.MaxPooling2D(3, 2, "same")(layers.Conv2D(64, 7, strides=2, **relu)(inputs))
maps = layers.Conv2D(192, 3, **relu)(layers.Conv2D(64, 1, **relu)(maps))
first = [(64, (96, 128), (16, 32), 32), (128, (128, 192), (32, 96), 64)]
second = [(192, (96, 208), (16, 48), 64), (160, (112, 224), (24, 64), 64)]
second += [(128, (128, 256), (24, 64), 64), (112, (144, 288), (32, 64), 64)]
third = [(256, (160, 320), (32, 128), 128), (384, (192, 384), (48, 128), 128)]
for stage in (first, [*second, third[0]], third):  # its last has the numbers of the third's first
    maps = layers.MaxPooling2D(3, 2, "same")(maps)
    for counts in stage:
        maps = inception_module(maps.shape[1:], *counts)(maps)
outputs = layers.Dense(1000)(layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(maps)))
googlenet_parameters = keras.Model(inputs, outputs).count_params()
print(f"GoogLeNet: maps of {maps.shape[1:]} at the end, {googlenet_parameters:,} parameters")

# %% evidence uses="inception_module"
if "googlenet_parameters" not in globals():
    raise NotImplementedError("this needs your function: exercise 3")
assert googlenet_parameters == 6_998_552
assert 19 < 138_357_544 / googlenet_parameters < 20
assert 8 < 60_965_224 / googlenet_parameters < 9

# %% [markdown]
# 7.0 million parameters: a twentieth of VGG16, with a lower error. (The two small classifiers that the paper hangs on
# the side of the network during training are left out; the network of the contest was an average of seven.) From then
# on networks could do without dense layers of 4,096 units. What Inception did not answer is who chooses all these
# numbers: later versions had still more branches, and ResNet did without them.

# %% instructor [markdown]
# **For instructors.** Slips in `inception_module`: the pooling keeps its default stride, bottlenecks beside the large
# windows instead of before them, the pair of filters in the wrong order, addition in place of concatenation. Ask what
# the bottleneck loses: a 1 x 1 from 192 to 16 channels is a matrix of rank 16.

# %% [markdown]
# ## 5. How deep? (14 minutes, core)
#
# VGG went from 11 to 19 layers, and the error fell until it levelled off. Why stop there? You try it: small pictures of
# clothes (averaged to 14 x 14, as if the camera were poor), 3,072 for training and 1,024 for validation, and networks
# of one kind that differ in depth only. A *block* here is two convolutions of 3 x 3, each with BatchNorm; halfway the
# side is halved and the channels are doubled, as VGG does it. The first convolution has a stride of 2 (14 pixels become
# 7). With 3, 9 and 15 blocks, the first convolution and the last dense layer, the networks have 8, 20 and 32 layers
# with weights.
#
# The test set stays closed in this lab: nothing is chosen here that would have to be tested.

# %% exact
clothes = load("fashion_mnist")
x_rest, y_rest, x_val, y_val = split_validation(clothes.x_train, clothes.y_train, 2000)


def small(images):
    """Average squares of 2 x 2 pixels; brightness from -1 to 2, as in lab 05."""
    squares = images.astype("float32").reshape(-1, 14, 2, 14, 2, 1)
    return squares.mean(axis=(2, 4)) / 255 * 3 - 1


x_train, y_train = small(x_rest[:3072]), y_rest[:3072].astype("int32")
x_val, y_val = small(x_val[:1024]), y_val[:1024].astype("int32")
print(x_train.shape, x_val.shape)


# %%
def plain(maps, changed):
    """What leaves a block of a plain network: its own result, and nothing else."""
    return changed


def build_network(blocks, join=plain, norm=True, second_start="he_normal"):
    """Two convolutions a block; `join` makes what leaves a block of what came in and its result."""

    def convolution(filters, stride=1, start="he_normal"):
        options = {"padding": "same", "use_bias": not norm, "kernel_initializer": start}
        layer = layers.Conv2D(filters, 3, strides=stride, **options)
        return [layer, layers.BatchNormalization(momentum=0.9)] if norm else [layer]

    inputs = keras.Input((14, 14, 1))
    maps = keras.Sequential([*convolution(8, stride=2), layers.ReLU()], name="stem")(inputs)
    for number in range(blocks):
        filters, stride = (8 if number < blocks // 2 else 16), 1 + (number == blocks // 2)
        first, second = convolution(filters, stride), convolution(filters, start=second_start)
        steps = [*first, layers.ReLU(), *second]
        changed = keras.Sequential(steps, name=f"block_{number}")(maps)
        maps = layers.ReLU()(join(maps, changed))
    return keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling2D()(maps)))


for blocks in (3, 9, 15):
    print(f"{2 * blocks + 2:2} layers: {build_network(blocks).count_params():6,} parameters")

# %% [markdown]
# The training is the ResNet paper's in small: SGD with a momentum of 0.9 (lab 04) and a rate of 0.1, which here is
# reached by a short rise and left along a cosine; 4 epochs of batches of 96. (A *start* is one draw of the first
# weights, by a seed. The step is written out so that all starts of a network can share it: TensorFlow turns it into a
# graph at its first call, which for 32 layers takes about half as long as a training. BatchNorm's `momentum=0.9` is
# there because 128 steps are too few for the moving averages that 0.99 makes.) The scores are of the first 1,024
# training images and of the 1,024 for validation.

# %%
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
EPOCHS, BATCH = 4, 96


def make_step(network):
    """A compiled step of SGD with momentum, which returns the batch's loss; its speeds."""
    weights = network.trainable_variables
    speeds = [tf.Variable(tf.zeros(weight.shape)) for weight in weights]

    @tf.function(autograph=False)
    def step(images, labels, rate):
        with tf.GradientTape() as tape:
            loss = cross_entropy(labels, network(images, training=True))
        for weight, speed, slope in zip(weights, speeds, tape.gradient(loss, weights)):
            speed.assign(0.9 * speed + slope)
            weight.assign_sub(rate * speed)
        return loss

    return step, speeds


# %%
def run_epochs(step, seed, peak):
    """All steps, with rates that rise to the peak and fall; mean loss in each epoch."""
    order, total, losses = np.random.default_rng(seed), EPOCHS * len(x_train) // BATCH, []
    for _ in range(EPOCHS):
        for batch in order.permutation(len(x_train)).reshape(-1, BATCH):
            done = len(losses) / total
            rate = peak * min(1, 5 * done + 0.05) * (1 + np.cos(np.pi * done)) / 2
            rate = tf.constant(rate, tf.float32)
            losses.append(float(step(x_train[batch], y_train[batch], rate)))
    return np.reshape(losses, (EPOCHS, -1)).mean(axis=1)


def evaluate(network, images, labels):
    """Loss and accuracy in inference mode."""
    parts = [network.predict_on_batch(images[i : i + 512]) for i in range(0, len(images), 512)]
    logits = np.concatenate(parts)
    return float(cross_entropy(labels, logits)), float(np.mean(logits.argmax(axis=1) == labels))


# %%
def train(blocks, seeds=(0,), peak=0.1, **options):
    """Train a network from each start; return a list of (network, losses, scores inside, outside).

    It is one network, again and again: at the end it holds what the last start has learned.
    """
    network, runs = build_network(blocks, **options), []
    step, speeds = make_step(network)
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        network.set_weights(build_network(blocks, **options).get_weights())
        for speed in speeds:
            speed.assign(tf.zeros(speed.shape))
        losses = run_epochs(step, seed, peak)
        inside = evaluate(network, x_train[:1024], y_train[:1024])
        outside = evaluate(network, x_val, y_val)
        print(
            f"{2 * blocks + 2:2} layers, start {seed}: training loss {inside[0]:.2f}, accuracy "
            f"{inside[1]:.1%}; validation loss {outside[0]:.2f}, accuracy {outside[1]:.1%}"
        )
        runs.append((network, losses, inside, outside))
    return runs


# %% [markdown]
# **Predict.** From 8 to 20 to 32 layers: does the *training* loss go up or down? And the validation loss?

# %% guess [markdown]
# *Your prediction: training loss ___, validation loss ___, because ...*

# %%
plain_runs = {8: train(3), 20: train(9)}
plain_runs[32] = train(15, seeds=(2, 1, 0))

# %% evidence
of_plain = {depth: [run[2] for run in runs] for depth, runs in plain_runs.items()}
assert of_plain[8][0][0] < of_plain[20][0][0] < np.mean([loss for loss, _ in of_plain[32]])
gap = np.mean([run[2][1] - run[3][1] for run in plain_runs[32]])
fall = of_plain[8][0][1] - np.mean([score for _, score in of_plain[32]])
print(f"32 layers: training accuracy {100 * fall:.1f} points below that of 8 layers")
print(f"32 layers: training accuracy minus validation accuracy: {100 * gap:+.1f} points")
assert fall > 0.12
assert gap < 0.05
show(
    draw.losses(
        {"plain": {f"{d} layers": [run[1] for run in runs] for d, runs in plain_runs.items()}},
        title="The deeper the plain network, the higher its training loss",
    ),
    alt="Training loss over four epochs for plain networks of 8, 20 and 32 layers. All fall; 8 "
    "layers lie lowest, 20 above them, 32 highest.",
)

# %% [markdown]
# More layers, more parameters, and after the same 128 steps a *higher training loss*: this is **degradation**. (All
# losses still fall, so it may be slowness rather than a limit; section 6 comes back to that.) It is no overfitting. An
# overfitted network is good on its training pictures and bad on others (lab 05); the deep network here is bad on its
# own training pictures, and hardly worse on others. (Of two sets of 1,024 images one may be the easier by a point or
# two: validation a little *above* training says no more.)
#
# It should not happen. Take the trained network of 8 layers and put blocks that pass their maps on unchanged between
# and behind its own: that is a network of 32 layers with the same training loss. So good weights exist, and in these
# steps training does not find them. That argument is the ResNet paper's, and its remedy follows from it: if passing the
# maps on is what a stack of layers finds hard, give it to them for nothing.

# %% instructor [markdown]
# **For instructors.** Most students predict overfitting: training loss down, validation loss up. Have both written on
# the board before the cell. The argument with the added blocks deserves a minute of silence. With more epochs the plain
# networks come nearer (degradation is slowness as much as a limit, and ResNet's authors say so, too), and the order
# stays. The cell of the training is machinery: lab 04 has each part of it.

# %% [markdown]
# ## 6. Residual blocks (18 minutes, core)
#
# A **residual block** computes $\text{ReLU}(x + F(x))$ in place of $\text{ReLU}(F(x))$: its two convolutions $F$ only
# have to find what to *change*. With $F = 0$ the block passes its maps on (they come out of a ReLU, so that another one
# leaves them as they are). The path around is a **shortcut** (skip connection). Where a block keeps the shape, the
# shortcut is the maps themselves: an **identity shortcut**. Where it halves the side or changes the channels, the two
# could not be added; there a 1 x 1 convolution with the same stride brings the maps to the new shape:
# a **projection shortcut**.

# %% evidence
inside = {"maps in": (0, 0), "3 x 3": (0, 1), "3 x 3 ": (0, 2), "+": (0, 3), "ReLU": (0, 4)}
projected = {"maps in ": (2, 0), "3 x 3, stride 2": (2, 1), "3 x 3  ": (2, 2), "+ ": (2, 3)}
projected |= {"ReLU ": (2, 4), "1 x 1, stride 2": (3.1, 1.5)}
wires = [*zip(list(inside), list(inside)[1:]), *zip(list(projected)[:5], list(projected)[1:5])]
wires += [("maps in ", "1 x 1, stride 2"), ("1 x 1, stride 2", "+ ")]
show(
    draw.boxes(
        inside | projected,
        wires,
        bent=[("maps in", "+")],
        title="A residual block: identity shortcut (left), projection shortcut (right)",
    ),
    alt="Two blocks, from below. Left: maps, two 3 x 3 convolutions, an addition, ReLU; an arrow "
    "leads from the maps around the convolutions to the addition. Right: the first convolution "
    "has a stride of 2, and a 1 x 1 convolution with a stride of 2 lies on the arrow.",
)

# %% [markdown]
# ### Exercise 4: `residual_block` (objective 5)
#
# Each convolution is followed by BatchNorm, the one on the shortcut too, and has no bias of its own (lab 05 said why).
#
# Example: `residual_block((8, 8, 16), 16)` has 2 · (9 · 16 · 16) + 2 · 64 = 4,736 parameters, with an identity
# shortcut; `residual_block((8, 8, 16), 32, 2)` gives (n, 4, 4, 32), with a projection.


# %% exercise="residual_block"
def residual_block(input_shape, filters, stride=1):
    """Return a residual block: two convolutions of 3 x 3, and a shortcut around them.

    Args:
        input_shape: (height, width, channels) of the maps that come in, without the batch.
        filters: of each convolution.
        stride: of the first convolution.

    Returns:
        A functional Keras model, new at each call and not compiled: convolution, BatchNorm, ReLU,
        convolution, BatchNorm; then the shortcut is added, and ReLU follows. Where stride is 1 and
        filters is the number of channels, the shortcut is the inputs themselves. Otherwise it is a
        1 x 1 convolution of the inputs with the same filters and stride, and BatchNorm. All
        convolutions are padded with "same" and have no bias; BatchNorm is Keras' BatchNormalization
        with its default epsilon, momentum as you like.
    """
    ### BEGIN SOLUTION
    inputs = keras.Input(input_shape)

    def convolution(maps, size, step):
        maps = layers.Conv2D(filters, size, step, padding="same", use_bias=False)(maps)
        return layers.BatchNormalization()(maps)

    maps = convolution(layers.ReLU()(convolution(inputs, 3, stride)), 3, 1)
    same = stride == 1 and input_shape[-1] == filters
    shortcut = inputs if same else convolution(inputs, 1, stride)
    return keras.Model(inputs, layers.ReLU()(layers.Add()([maps, shortcut])))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: order</summary>
# Write the way through the two convolutions first, and give its result a name. Then the shortcut, from
# <code>inputs</code>. Then the addition, and ReLU once more.
# </details>
# <details><summary>Hint 2: which shortcut</summary>
# Two reasons for a projection: <code>stride != 1</code>, or <code>input_shape[-1] != filters</code>. Either is enough.
# </details>
# <details><summary>Hint 3: nearly there</summary>
# <code>layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)</code> and a BatchNormalization are the
# projection; <code>layers.ReLU()(layers.Add()([maps, shortcut]))</code> is the end.
# </details>


# %% check="residual_block"
def _check_residual_maps(images, kernels, stride, inner=1, early=0, add=1, last=1, side=0):
    one = 1 / np.sqrt(1.001)  # what BatchNorm does before any training
    maps = one * ops.conv(images, kernels[0], stride, "same")
    maps = one * ops.conv(ops.relu(maps) if inner else maps, kernels[1], 1, "same")
    maps = ops.relu(maps) if early else maps
    shortcut = one * ops.conv(images, kernels[2], stride, "same") if kernels[2:] else images
    maps = maps + (ops.relu(shortcut) if side else shortcut) if add else maps
    return np.asarray(ops.relu(maps) if last else maps)


def _check_residual_block():
    cases = [((6, 6, 4), 4, 1), ((6, 7, 3), 5, 2), ((5, 4, 3), 6, 1), ((6, 6, 4), 4, 2)]
    ### BEGIN HIDDEN TESTS
    from itertools import permutations

    from utils.checks import rng

    a, b, c, d, e = rng().permutation(np.arange(3, 10))[:5].tolist()
    cases += [((a, b, c), c, 1), ((9, b + 2, d), e, 3)]
    ### END HIDDEN TESTS
    for (high, wide, ins), n, stride in cases:
        call = f"residual_block({(high, wide, ins)}, {n}, {stride})"
        block, same = residual_block((high, wide, ins), n, stride), stride == 1 and ins == n
        expect_equal(f"{call} is a Keras model", isinstance(block, keras.Model), True)
        images = np.random.default_rng(4).normal(size=(2, high, wide, ins)).astype("float32")
        got, out = block(images), (2, -(-high // stride), -(-wide // stride), n)
        expect_shape(f"{call}(2 images)", got, out)
        both, one = [(3, 3, ins, n), (3, 3, n, n)], (1, 1, ins, n)
        hints = [([*both, one], "The shape stays: the shortcut is the inputs."),
            (both, "The shape changes: the shortcut is a projection."),
            ([*both, both[0]], "The projection is 1 x 1.")]  # fmt: skip
        right, hints = sorted(both if same else [*both, one]), [(sorted(w), t) for w, t in hints]
        got = sorted(tuple(w.shape) for w in block.weights if len(w.shape) == 4)
        expect_equal(f"{call}, shapes of its kernels", got, right, hints=hints)
        names, hints = [w.name for w in block.weights], [(2, "BatchNorm follows the projection.")]
        expect_equal(f"{call}, convolutions with a bias", names.count("bias"), 0)
        expect_equal(f"{call}, BatchNorm layers", names.count("gamma"), len(right), hints=hints)
        kernels = [w.numpy() for k in (3, 1) for w in block.weights if w.shape[:-2] == (k, k)]
        wrong = [({"add": 0}, "The shortcut is not added."), ({"side": 1}, "No ReLU on shortcuts."),
            ({"last": 0, "early": 1}, "ReLU comes after the addition, not before it."),
            ({"early": 1}, "No ReLU between norm and addition."), ({"last": 0}, "ReLU ends it."),
            ({"inner": 0}, "ReLU stands between the two convolutions.")]  # fmt: skip
        hints = [(_check_residual_maps(images, kernels, stride, **w), text) for w, text in wrong]
        got, right = block(images).numpy(), _check_residual_maps(images, kernels, stride)
        expect_close(f"{call}(images)", got, right, rtol=1e-3, atol=1e-3, hints=hints)
        ### BEGIN HIDDEN TESTS
        random, norms = np.random.default_rng(n), {}
        for weight in (w for w in block.weights if len(w.shape) == 1):
            weight.assign(random.uniform(0.5, 1.5, size=weight.shape).astype("float32"))
            norms.setdefault(weight.path.rpartition("/")[0], {})[weight.name] = weight.numpy()

        def normed(maps, norm):
            scale = norm["gamma"] / np.sqrt(norm["moving_variance"] + 1e-3)
            return (maps - norm["moving_mean"]) * scale + norm["beta"]

        def expected(kernels, norms, images=images, stride=stride):
            maps = ops.relu(normed(ops.conv(images, kernels[0], stride, "same"), norms[0]))
            maps = normed(ops.conv(maps, kernels[1], 1, "same"), norms[1])
            for kernel in kernels[2:]:
                images = normed(ops.conv(images, kernel, stride, "same"), norms[2])
            return np.asarray(ops.relu(maps + images))

        got, placed = np.asarray(block(images)), list(permutations(norms.values()))
        maps, close = (expected(kernels, norm) for norm in placed), {"rtol": 1e-3, "atol": 1e-3}
        fits = next((m for m in maps if np.allclose(got, m, **close)), expected(kernels, placed[0]))
        expect_close(f"{call}(images), BatchNorm with values of its own", got, fits, **close)
        one, two = (residual_block((6, 6, 4), 4) for _ in range(2))
        expect_equal("residual_block((6, 6, 4), 4) is compiled", one.compiled, False)
        expect_equal("the next call gives the same model", one.weights[0] is two.weights[0], False)
        ### END HIDDEN TESTS


run_check("residual_block", _check_residual_block)

# %% [markdown]
# Now the experiment of section 5 once more, with shortcuts. So that the two kinds have exactly the same parameters, the
# shortcut of the one block that changes the shape is not a projection here: it takes every second pixel, and fills the
# new channels with zeros. (The ResNet paper does the same in its comparison, and calls it option A.)


# %%
def add_shortcut(maps, changed):
    """What leaves a residual block: what came in, and the change."""
    if maps.shape != changed.shape:
        more = changed.shape[-1] - maps.shape[-1]
        maps = ops.pad(maps[:, ::2, ::2], [[0, 0], [0, 0], [0, 0], [0, more]])
    return layers.Add()([maps, changed])


for join in (plain, add_shortcut):
    print(f"{join.__name__:13} {build_network(15, join).count_params():,} parameters")

# %% [markdown]
# **Predict.** At which of the three depths do shortcuts make a difference, and how large, in points of training
# accuracy?

# %% guess [markdown]
# *Your prediction: 8 layers ___ points, 20 layers ___ points, 32 layers ___ points*

# %%
residual_runs = {8: train(3, join=add_shortcut), 20: train(9, join=add_shortcut)}
residual_runs[32] = train(15, seeds=(2, 1, 0), join=add_shortcut)

# %% evidence
of_residual = {depth: [run[2] for run in runs] for depth, runs in residual_runs.items()}
for depth in of_plain:
    both = [np.array([score for _, score in runs[depth]]) for runs in (of_plain, of_residual)]
    difference = both[1] - both[0]
    print(f"{depth:2} layers: residual ahead by {np.round(100 * difference, 1)} points in training")
assert min(difference) > 0.08
assert abs(of_residual[8][0][1] - of_plain[8][0][1]) < 0.07
assert np.mean([score for _, score in of_residual[32]]) > of_residual[8][0][1] - 0.1
kinds = {"plain": plain_runs, "residual": residual_runs}
show(
    draw.losses(
        {
            kind: {f"{d} layers": [run[1] for run in runs[d]] for d in runs}
            for kind, runs in kinds.items()
        },
        title="With shortcuts, depth costs little: 32 layers learn nearly as fast as 8",
    ),
    alt="Training loss over four epochs, plain networks left, residual networks right. Plain: the "
    "lines of 8, 20 and 32 layers lie far apart, the deepest highest. Residual: at the end the "
    "three lie close together.",
)
assert build_network(15).count_params() == build_network(15, add_shortcut).count_params()

# %% [markdown]
# At 32 layers shortcuts are worth about 20 points of training accuracy (it varies with start and machine; from each of
# the three starts more than 8), and validation follows. At 8 layers there is little or nothing to win. (One start each
# is not enough to say more about 8 and 20 layers.) Both kinds have the same number of parameters: shortcuts do not make
# a network larger, they make good weights easier to *find*.
#
# Two things this experiment does not show. The deep residual networks are not better than the shallow ones: for small
# pictures and 4 epochs 8 layers are enough. (On ImageNet ResNet-152 beat ResNet-50.) And the plain networks are not at
# their end after 4 epochs. What you have seen is how much slower they learn.

# %% instructor [markdown]
# **For instructors.** The check tries the layers of `residual_block` in any order. Slips that it names: ReLU before the
# addition, no ReLU after it, a projection everywhere or nowhere, its BatchNorm forgotten, biases. In a first version of
# the experiment (4,096 images), with a peak rate of 0.03 in place of 0.1, the plain network of 32 layers got 47%
# instead of 53% (start 0), the residual one 76%: the difference is none of an unlucky rate. With 8 epochs there: 70%
# plain, and 8 layers 84%. The question "why?" leads to sections 9 and 10, which are worth an hour if you have it.

# %% [markdown]
# ## 7. What a practitioner does today (12 minutes, core)
#
# Nobody builds AlexNet any more, and still most of what you have built today is in use:
#
# - **(a)** Start from a network that somebody has trained (lab 07). An architecture of your own is the last thing to
#   try, not the first.
# - **(b)** A ResNet-50 is the usual baseline: known in every detail, well supported everywhere. Beat it before you
#   believe in something newer. With today's training recipes it is far better than in 2015: Wightman, Touvron and Jégou
#   (2021) report 80.4% on ImageNet.
# - **(c)** 3 x 3, halve the side and double the channels, BatchNorm or a relative of it, shortcuts in every block, a
#   global average and one dense layer: these are defaults. Depart from one of them when you have a reason.
# - **(d)** Look at both bills before you choose: parameters (memory, the size of a download) and MACs (time, energy).
#   And then measure on your own device, since neither is a time (lab 09).
# - **(e)** Inception's numbers are hardly copied any more. Its idea, 1 x 1 convolutions around an expensive one, is in
#   ResNet-50 and in many networks since.
#
# ### Exercise 5: `choose_an_architecture` (written, objective 8)
#
# Which architecture would you start with, and which would you rule out? Two or three sentences for each situation, with
# a reason that this lab (or lab 07) has measured or counted. You may name any network of the labs, or describe one of
# your own from this lab's parts, as narrow as it has to be. ResNet-50 has 25.6 million parameters.
#
# 1. An app has to name plants offline on old phones. The download may grow by 10 MB at most (a parameter takes 4
#    bytes).
# 2. A colleague has a plain network of 30 layers with BatchNorm. Its training accuracy is below that of her network of
#    10 layers. She plans to add Dropout.
# 3. A hospital has 800 X-ray images, one graphics card and two weeks.

# %% [markdown] written="choose_an_architecture"
# **Model answer.** 1. 10 MB are 2.5 million parameters. VGG16 (138 million, 553 MB) and AlexNet (61 million) are ruled
# out by their dense layers alone, and GoogLeNet (7.0 million, 28 MB) and ResNet-50 (25.6 million, 103 MB) do not fit
# either. So a small network without large dense layers: residual blocks with few channels and a global average, or one
# made for phones (lab 09); the MACs have to be counted, and the time measured on an old phone.
# 2. The training accuracy is low, so this is degradation and not overfitting; Dropout works against overfitting and
#    will lower the training accuracy further. Put shortcuts around pairs of layers (in this lab that was worth about
#    20 points at 32 layers), or stay with 10 layers.
# 3. A pretrained backbone such as ResNet-50, frozen first, then fine-tuned (lab 07); 800 images are too few to train
#    tens of millions of parameters from scratch. The choice between backbones is made on validation data, over several
#    splits; a new architecture is not where two weeks should go.
#
# **Rubric.** 1 point for each situation with a suitable start and a reason that fits it (in 1 a number, in 2 the
# difference between degradation and overfitting, in 3 the few images), and 1 point if what is ruled out is named with a
# reason in at least two of them. Other networks are as good where the reason holds.

# %% [markdown]
# ## What we have seen
#
# **In one sentence.** Between 2012 and 2015 networks became deep by being built of small windows in equal blocks, and
# trainable by shortcuts around these blocks.
#
# **In one paragraph.** A convolution is paid twice, in parameters and in multiplications, and AlexNet spends the ones
# in its dense layers and the others in its convolutions. VGG replaced large windows by stacks of 3 x 3, which see as
# far for less. Inception put 1 x 1 bottlenecks before expensive windows and did without large dense layers. Plain
# networks got worse with depth on their own training images: 32 layers lay about 20 points behind 8. With the same
# parameters and a shortcut around each block they came back.
#
# **The full list.**
#
# - MACs = outputs times products in each; weights are used once at every position.
# - AlexNet: 60,965,224 parameters in two groups, 62,378,344 without; 227 pixels, not 224.
# - Two 3 x 3 for one 5 x 5 save 28%, three for one 7 x 7 save 45%. VGG16: 138,357,544 parameters, 89% of them dense.
# - Halve the side, double the channels: each layer costs the same.
# - A 1 x 1 bottleneck saved 9 in 10 multiplications of a 5 x 5 branch. GoogLeNet: 7.0 million parameters.
# - Degradation is a training loss that rises with depth. It is no overfitting; whether gradients vanish is measured in
#   section 9 (further).
# - A residual block adds its input to its result; where shapes differ, a projection or zeros help out.
# - ResNet-50 has 25,636,712 parameters in Keras' count (section 8, further).
# - A residual network can be read as a sum of paths; section 10 (further) counts and weighs them.
#
# **Key terms.** Multiply-accumulate, VGG block, Inception module, bottleneck, degradation, residual block, shortcut,
# identity shortcut, projection shortcut; bottleneck block, shattered gradients, vision transformer, patch (further).
#
# **To remember it by.** *A-V-I-R*: AlexNet made it large, VGG made it even, Inception made it narrow, ResNet made it
# passable.

# %% [markdown]
# ## Check yourself
#
# Choose before you open the explanation.
#
# **1. You halve the side of the maps that come into a 3 x 3 layer, and leave its channels as they are. What happens to
# the layer's two bills?** (a) both fall to a quarter (b) parameters stay, MACs fall to a quarter (c) parameters fall,
# MACs stay (d) both stay
#
# <details><summary>Explanation</summary>
# (a) would be right for a dense layer behind a flatten. <b>(b) is right</b>: the kernel is the same, and there are a
# quarter of the positions. (c) is the wrong way round. (d) forgets the positions.
# </details>
#
# **2. Why did VGG's authors use three 3 x 3 layers where a 7 x 7 sees as far?** (a) they are always faster (b) they
# need 27 C² in place of 49 C² weights, and have more ReLUs (c) the receptive field is larger (d) they need less memory
# for maps
#
# <details><summary>Explanation</summary>
# (a) fewer multiplications are not always less time: lab 09 measures it. <b>(b) is right.</b> (c) it is the same, 7.
# (d) they need more: three maps are kept for the gradient in place of one.
# </details>
#
# **3. What does the 1 x 1 convolution before a 5 x 5 one do?** (a) it makes the maps smaller (b) it widens the
# receptive field (c) it mixes 192 channels into 16, so that the 5 x 5 reads fewer (d) it normalises
#
# <details><summary>Explanation</summary>
# (a) with a stride of 1 the side stays. (b) one pixel sees one pixel. <b>(c) is right.</b> (d) that is BatchNorm.
# </details>
#
# **4. A plain network of 32 layers has a higher training loss than one of 8. Why is that no overfitting?** (a) because
# overfitting shows in a *low* training loss (b) because it has BatchNorm (c) because the data are few (d) it is
# overfitting
#
# <details><summary>Explanation</summary>
# <b>(a) is right</b>, together with a validation loss that is much higher. (b) networks with BatchNorm overfit, too.
# (c) few data make overfitting likelier. (d) is refuted by the training loss.
# </details>
#
# **5. Which block needs a projection?** (a) every residual block (b) one whose stride is 1 and that has as many filters
# as channels (c) one that halves the side or changes the number of channels (d) the last one
#
# <details><summary>Explanation</summary>
# (a) most have none, and that is the point. (b) there the maps can be added as they are. <b>(c) is right</b>; zeros for
# the new channels are another way. (d) its place does not matter.
# </details>

# %% [markdown]
# ## Further
#
# Section 8 builds ResNet-50 and counts it by arithmetic. Section 9 asks why plain depth hurts, and measures three
# answers. Section 10 sees a residual network as many paths. Section 11 tells what came after.
#
# ## 8. ResNet-50, to the last parameter (26 minutes, further)
#
# Two 3 x 3 convolutions of 256 channels have 2 · 9 · 256² = 1,179,648 weights. In networks of 50 layers and more ResNet
# uses a **bottleneck block** instead: a 1 x 1 down to 64 channels, a 3 x 3 of 64, a 1 x 1 up to 256, and the shortcut
# around all three: 16,384 + 36,864 + 16,384 = 69,632 weights, a seventeenth. ResNet-50 has a *stem* (7 x 7 of 64
# filters with a stride of 2, then max pooling), four *stages* of 3, 4, 6 and 3 bottleneck blocks, a global average and
# a dense layer. Each stage after the first halves the side and doubles the widths; the first block of each needs
# a projection, in the first stage because 64 channels become 256.


# %%
def convolution(maps, filters, size, stride=1, activate=True):
    """Convolution with bias, as Keras' ResNet has it, BatchNorm, and ReLU."""
    maps = layers.Conv2D(filters, size, stride, padding="same", kernel_initializer="zeros")(maps)
    maps = layers.BatchNormalization()(maps)
    return layers.ReLU()(maps) if activate else maps


def bottleneck_block(maps, width, stride):
    """1 x 1 to `width` channels, 3 x 3, 1 x 1 to four times `width`; a shortcut around it."""
    changed = convolution(convolution(maps, width, 1, stride), width, 3)
    changed = convolution(changed, 4 * width, 1, activate=False)
    if maps.shape != changed.shape:
        maps = convolution(maps, 4 * width, 1, stride, activate=False)
    return layers.ReLU()(layers.Add()([maps, changed]))


def build_resnet(blocks, classes=1000):
    """A ResNet of bottleneck blocks; `blocks` says how many there are in each stage."""
    inputs = keras.Input((224, 224, 3))
    maps = layers.MaxPooling2D(3, 2, "same")(convolution(inputs, 64, 7, 2))
    for stage, count in enumerate(blocks):
        for number in range(count):
            maps = bottleneck_block(maps, 64 * 2**stage, 2 if stage > 0 and number == 0 else 1)
    return keras.Model(inputs, layers.Dense(classes)(layers.GlobalAveragePooling2D()(maps)))


# %% exact
resnet50 = build_resnet([3, 4, 6, 3])
kinds = [type(layer).__name__ for layer in resnet50.layers]
print({kind: kinds.count(kind) for kind in ("Conv2D", "BatchNormalization", "Add", "Dense")})
resnet_parameters = resnet50.count_params()
print(f"ResNet-50: {resnet_parameters:,} parameters")
del resnet50

# %% evidence
in_keras = keras.applications.ResNet50(weights=None).count_params()
assert resnet_parameters == in_keras == 25_636_712
assert (kinds.count("Conv2D"), kinds.count("Add")) == (53, 16)
bottleneck, two_large = 256 * 64 + 9 * 64 * 64 + 64 * 256, 2 * 9 * 256 * 256
assert (bottleneck, two_large) == (69_632, 1_179_648)
stages = [(112, 64, 1), (56, 256, 9), (28, 512, 12), (14, 1024, 18), (7, 2048, 9), (1, 1000, 1)]
vgg = [(224, 64, 2), (112, 128, 2), (56, 256, 3), (28, 512, 3), (14, 512, 3), (1, 4096, 2)]
show(
    draw.side_view(
        {"VGG16": [*vgg, (1, 1000, 1)], "ResNet-50 (channels after each block)": stages},
        title="ResNet-50: small maps early, many layers, and one small dense layer",
    ),
    alt="VGG16 and ResNet-50 from the side. VGG16 has 2, 2, 3, 3, 3 layers at sides from 224 to 14 "
    "and three dense layers; ResNet-50 has 1, 9, 12, 18 and 9 at sides from 112 to 7, with up to "
    "2,048 channels, and one small dense layer.",
)

# %% [markdown]
# 53 convolutions, of which four are projections; with the dense layer the other 49 make the 50 of the name. The number
# is Keras' own. Elsewhere you will read 25,557,032 for the same network. Which is right? Both: in that count
# convolutions have no bias, and BatchNorm's moving averages, which nothing trains, are left out. You find out with the
# next exercise.
#
# ### Exercise 6: `resnet_param_count` (objective 6)
#
# Count any such ResNet, without building it. For example, a single stage of one block and 10 classes: the stem 9,472
# and its BatchNorm 256; the block's convolutions 4,160, 36,928, 16,640 and, for the projection, 16,640, with BatchNorms
# of 256, 256, 1,024 and 1,024; the dense layer 2,570: 89,226.


# %% exercise="resnet_param_count"
def resnet_param_count(blocks, classes=1000, bias=True):
    """Return how many parameters a ResNet of bottleneck blocks has, by arithmetic.

    Args:
        blocks: how many blocks each stage has, a list; at least one stage, at least one block each.
        classes: units of the dense layer at the end, which has a bias in any case.
        bias: whether the convolutions have biases.

    Returns:
        A whole number: weights, biases, and four numbers a channel for the BatchNorm behind each
        convolution, moving averages included. The stem is a 7 x 7 convolution from 3 to 64
        channels. Stage 0, 1, 2, ... has the width w = 64, 128, 256, ...; each of its blocks has
        convolutions of 1 x 1 to w, 3 x 3 to w and 1 x 1 to 4 w channels. The first block of a stage
        has a 1 x 1 projection from the channels that come in to 4 w besides.
    """
    ### BEGIN SOLUTION

    def convolution(channels, filters, size):
        return size * size * channels * filters + (bias + 4) * filters

    total, channels = convolution(3, 64, 7), 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            total += convolution(channels, width, 1) + convolution(width, width, 3)
            total += convolution(width, 4 * width, 1)
            total += convolution(channels, 4 * width, 1) if number == 0 else 0
            channels = 4 * width
    return total + (channels + 1) * classes
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: one helper</summary>
# Write a function for one convolution with its BatchNorm: <code>size² · channels · filters</code> weights, and for each
# filter 4 numbers, or 5 with a bias.
# </details>
# <details><summary>Hint 2: what comes in</summary>
# Keep the number of channels in a variable: 64 behind the stem, and four times the width behind each block. The first 1
# x 1 of a block and the projection read that many.
# </details>
# <details><summary>Hint 3: the loops</summary>
# <code>for stage, count in enumerate(blocks): width = 64 * 2**stage</code>, inside it <code>for number in
# range(count)</code>, with the projection where <code>number == 0</code>.
# </details>


# %% check="resnet_param_count"
def _check_resnet_count(
    blocks, classes, bias, *, biases=True, stats=4, project=1, dense=1, wide=4, late=False
):
    def one(c, f, s):
        return s * s * c * f + ((bias and biases) + stats) * f

    total, channels = one(3, 64, 7), 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            total += one(channels, width, 1) + one(width, width, 3) + one(width, 4 * width, 1)
            total += one(channels, 4 * width, 1) if project > (number > 0) else 0
            channels = channels if late else wide * width
        channels = wide * width
    return total + (channels + dense) * classes


def _check_resnet_param_count():
    cases = [([1], 10, True), ([2, 1], 10, True), ([2, 1], 10, False), ([3, 4, 6, 3], 1000, True)]
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for stages in (1, 3, 4, 5):
        blocks, classes = random.integers(1, 9, size=stages).tolist(), int(random.integers(2, 400))
        cases += [(blocks, classes, bool(stages % 2)), (blocks[::-1], classes + 1, stages == 4)]
    expect_equal("resnet_param_count([3, 4, 23, 3])", resnet_param_count([3, 4, 23, 3]), 44_707_176)
    ### END HIDDEN TESTS
    for blocks, classes, bias in cases:
        call, before = f"resnet_param_count({blocks}, {classes}, {bias=})", list(blocks)
        got = resnet_param_count(blocks, classes, bias)
        expect_unchanged(call, blocks, before)
        hints = [(_check_resnet_count(blocks, classes, bias, **change), text) for change, text in [
            ({"biases": False}, "The convolutions' biases are missing."),
            ({"stats": 2}, "BatchNorm has four numbers a channel: moving averages count."),
            ({"stats": 0}, "BatchNorm's numbers are missing."),
            ({"project": 0}, "The projections are missing."),
            ({"project": 2}, "Only the first block of a stage has a projection."),
            ({"wide": 1}, "Behind a block there are 4 w channels, not w."),
            ({"late": True}, "The channels change behind each block, not once a stage."),
            ({"dense": 0}, "The dense layer has a bias.")]]  # fmt: skip
        expect_equal(call, got, _check_resnet_count(blocks, classes, bias), hints=hints)
    call, right = "resnet_param_count([1, 1])", _check_resnet_count([1, 1], 1000, True)
    expect_equal(f"{call}, 1,000 classes and biases", resnet_param_count([1, 1]), right)


run_check("resnet_param_count", _check_resnet_param_count)

# %% uses="resnet_param_count"
for name, blocks in [("50", [3, 4, 6, 3]), ("101", [3, 4, 23, 3]), ("152", [3, 8, 36, 3])]:
    count = resnet_param_count(blocks)
    print(f"ResNet-{name}: {3 * sum(blocks) + 2} layers, {count:,} parameters")
channels = [64] + [
    c for w, n in zip((64, 128, 256, 512), [3, 4, 6, 3]) for c in [w, w, 4 * w] * n + [4 * w]
]
trainable = resnet_param_count([3, 4, 6, 3], bias=False) - 2 * sum(channels)
print(f"ResNet-50 without biases in convolutions and without moving averages: {trainable:,}")

# %% evidence uses="resnet_param_count"
if "trainable" not in globals():
    raise NotImplementedError("this needs your function: exercise 6")
assert resnet_param_count([3, 4, 23, 3]) == 44_707_176
assert resnet_param_count([3, 8, 36, 3]) == 60_419_944
assert trainable == 25_557_032
assert sum(channels) == 26_560

# %% [markdown]
# 44,707,176 and 60,419,944 are Keras' numbers for the two larger ones, too. And 25,557,032 is the same ResNet-50:
# 26,560 channels with a bias less each, and two moving averages each that are not counted. A parameter count without a
# word on what it counts is good to within 0.3%.

# %% instructor [markdown]
# **For instructors.** Slips in `resnet_param_count`: two numbers a channel for BatchNorm, a projection in every block
# or none in stage 0 (its stride is 1, but its channels change), the first 1 x 1 of later blocks reading `width` instead
# of `4 * width` channels. Let them find the difference of 79,680 between the two counts by themselves.

# %% [markdown]
# ## 9. Why does depth hurt? (18 minutes, further)
#
# The answer that most people give is "vanishing gradients" (lab 04): on their way back through many layers gradients
# become so small that the first layers do not learn. The ResNet paper itself doubts it: its plain networks have
# BatchNorm, its authors verified that the gradients keep healthy norms, and they call it unlikely that the trouble
# comes from there. You look for yourself, in the 32 layers of section 5 before any training.
#
# **Predict.** Plain, 32 layers, BatchNorm: are the gradients of the first three kernels (the mean of their norms)
# smaller than those of the last three, about as large, or larger?

# %% guess [markdown]
# *Your prediction: first three over last three about ___, because ...*


# %%
def kernels_of(network):
    """The kernels of the convolutions, the first layer's first."""
    return [weight for weight in network.trainable_variables if len(weight.shape) == 4]


def gradients_of(network):
    """Loss of 512 training images in training mode, and the kernels' gradients."""
    with tf.GradientTape() as tape:
        loss = cross_entropy(y_train[:512], network(x_train[:512], training=True))
    return float(loss), [np.asarray(g) for g in tape.gradient(loss, kernels_of(network))]


untrained, norms = {}, {}
for kind, join in (("plain", plain), ("residual", add_shortcut)):
    keras.utils.set_random_seed(0)
    untrained[kind] = build_network(15, join)
    norms[kind] = [np.linalg.norm(g) for g in gradients_of(untrained[kind])[1]]
    first, last = np.mean(norms[kind][:3]), np.mean(norms[kind][-3:])
    print(
        f"{kind:8} first three kernels {first:.2f}, last three {last:.2f}: {first / last:.1f} times"
    )

# %% evidence
assert np.mean(norms["plain"][:3]) > 5 * np.mean(norms["plain"][-3:])
assert np.mean(norms["residual"][:3]) < 4 * np.mean(norms["residual"][-3:])
show(
    draw.by_layer(
        norms,
        xlabel="convolution, the first one left",
        ylabel="norm of its kernel's gradient",
        title="Before training: the plain network's gradients grow on their way back",
        log_y=True,
    ),
    alt="Gradient norms of 31 convolutions on a logarithmic axis. Plain: from well above 1 at the "
    "first layers down to about 0.1 at the last. Residual: far flatter.",
)

# %% [markdown]
# They do not vanish: they *grow* on their way back, more than fivefold. (Yang and others, 2019, derive such a growth
# for plain networks of dense layers with BatchNorm.) In the residual network first and last differ less than fourfold.
# Is too large a gradient the trouble, then? If so, a smaller rate should help. So ask what a gradient is good for: it
# predicts how far the loss falls. Moving all kernels by −rate · gradient should lower it by rate · (sum of the squared
# gradients), as long as the step is small.
#
# **Predict.** For rates of 0.001 and 0.01, a hundredth and a tenth of what we trained with: which share of the
# predicted fall really comes, plain and residual?

# %% guess [markdown]
# *Your prediction: plain ___ % and ___ %, residual ___ % and ___ %*

# %%
kept = {}
for kind, network in untrained.items():
    loss, slopes = gradients_of(network)
    start, squares = (
        [kernel.numpy() for kernel in kernels_of(network)],
        sum(np.sum(g**2) for g in slopes),
    )
    for rate in (0.001, 0.01):
        for kernel, old, slope in zip(kernels_of(network), start, slopes):
            kernel.assign(old - rate * slope)
        after, new = gradients_of(network)
        kept[kind, rate] = (loss - after) / (rate * squares)
        cosine = np.sum(new[0] * slopes[0]) / np.linalg.norm(new[0]) / np.linalg.norm(slopes[0])
        print(
            f"{kind:8} rate {rate}: predicted fall {rate * squares:.4f}, real {loss - after:.4f}",
            end="",
        )
        print(f" ({kept[kind, rate]:.0%}); first kernel's gradient turned to cosine {cosine:.2f}")
    for kernel, old in zip(kernels_of(network), start):
        kernel.assign(old)

# %% evidence
assert kept["plain", 0.001] < 0.5
assert kept["plain", 0.01] < 0.15
assert kept["residual", 0.001] > 0.95
assert kept["residual", 0.01] > 0.85

# %% [markdown]
# Here is a difference that explains something. In the residual network the gradient is right: nearly all of the
# predicted fall comes, even at 0.01. In the plain network, less than half of it comes at 0.001, less than 15% at 0.01,
# and after so small a step the first kernel's gradient points somewhere else (1 would be the same direction, 0 is a
# right angle). The gradients are large and say little: they hold for a tiny neighbourhood only. Balduzzi and others
# (2017) found the same from one *input* to the next, and called it **shattered gradients**: in deep plain networks the
# gradients of neighbouring inputs resemble noise, and shortcuts keep them alike.
#
# Why is the neighbourhood so small? Because each layer's change goes through all layers behind it. Change one kernel by
# 5% of its norm, in a random direction, and look how far the outputs move, as a share of their spread over the images.


# %%
def moved_by_layer(network, share=0.05):
    """How far outputs move, relative to their spread, when one kernel after another is changed."""
    random, images = np.random.default_rng(0), x_train[:128]
    outputs, moved = network(images, training=True).numpy(), []
    for kernel in kernels_of(network)[::5]:
        old = kernel.numpy()
        noise = random.normal(size=old.shape)
        kernel.assign(old + share * noise * np.linalg.norm(old) / np.linalg.norm(noise))
        change = network(images, training=True).numpy() - outputs
        moved.append(np.linalg.norm(change) / np.linalg.norm(outputs - outputs.mean(axis=0)))
        kernel.assign(old)
    return moved


networks = {f"{kind}, untrained": network for kind, network in untrained.items()}
networks |= {"plain, trained": plain_runs[32][-1][0], "residual, trained": residual_runs[32][-1][0]}
moved = {name: moved_by_layer(network) for name, network in networks.items()}
for name, values in moved.items():
    print(f"{name:19} 5% of the first kernel: {values[0]:.0%}, of the last: {values[-1]:.0%}")

# %% evidence
assert moved["plain, untrained"][0] > 0.33
assert moved["residual, untrained"][0] < 0.25
assert moved["plain, untrained"][0] > 4 * moved["plain, untrained"][-1]
assert moved["plain, trained"][0] < 0.3 * moved["plain, untrained"][0]
show(
    draw.by_layer(
        {name: 100 * np.array(values) for name, values in moved.items()},
        places=list(range(1, 32, 5)),
        xlabel="which of the 31 kernels is changed by 5%",
        ylabel="movement of the outputs (%)",
        title="Before training, a small change of an early layer moves a plain network most",
        log_y=True,
    ),
    alt="Movement of the outputs over the place of the changed kernel, on a logarithmic axis, for "
    "four networks. Plain and untrained: from more than a third at the first layer down to a few "
    "percent at the last. Residual and untrained: below a quarter at the first layer. The trained "
    "plain network begins far below the untrained one.",
)

# %% [markdown]
# 5% at the first layer move the outputs of the untrained plain network by more than a third of their spread (from five
# starts it was 38% to 92%): a step that is harmless for one layer is an earthquake behind thirty. In the residual
# network the same change moves them by less than a quarter of the spread, since it reaches the outputs mostly around
# the blocks. Look at the trained plain network, too: it has become calm, and its training had to get there first.
#
# What BatchNorm does in this story you see by leaving it out, in two ways: once with the kernels' usual start, and once
# with the last kernel of each block at zero, so that each block begins as the identity (an idea of Fixup: Zhang,
# Dauphin and Ma, 2019).
#
# **Predict.** A residual network of 20 layers without BatchNorm, as it is and with last kernels that start at zero:
# which training accuracy do the two reach?

# %% guess [markdown]
# *Your prediction: as it is ___ %, from zero ___ % training accuracy*

# %%
without_norm = {}
for second_start in ("he_normal", "zeros"):
    print(f"{second_start:9}", end=" ")
    runs = train(9, join=add_shortcut, norm=False, second_start=second_start)
    without_norm[second_start] = runs[0][2][1]

# %% evidence
assert without_norm["he_normal"] < 0.2
assert without_norm["zeros"] > without_norm["he_normal"] + 0.15

# %% [markdown]
# The first stays near guessing: each block adds a result of about the size of its input, so that the maps grow from
# block to block. With blocks that begin as the identity the network learns without any normalisation. (That is SGD with
# a rate that suits the rest. Adam's steps do not grow with the gradient: another optimiser may give another picture.)
# So a shortcut alone is not the whole of it: what counts is that the network starts near to passing its maps on.
# BatchNorm helps with that, since it keeps each block's result small beside the sum that has been growing on the
# shortcut.

# %% instructor [markdown]
# **For instructors.** "Vanishing gradients" is in most textbooks as the reason for ResNet; let students find the
# sentence in section 4.1 of the paper. The numbers of predicted and real fall differ somewhat by machine, the gap does
# not. Of five starts the share of the predicted fall that came was 14 to 47% at 0.001 and 0 to 5% at 0.01 in the plain
# network, 96% and more in the residual one. In earlier tries without BatchNorm, on 4,096 images, the network from zero
# got 46% and 74% from two starts with a peak of 0.1, and 61% with 0.03; the ordinary residual one stayed below 20% with
# 0.1, 0.03 and 0.003, a plain one of 20 layers got 11% and 28% with 0.1 and 50% with 0.03. So with SGD and without
# BatchNorm shortcuts alone were worse than none. With Adam (8,000 images, 18 layers, wider, one start) it was the other
# way round: 81% residual, 11% plain; with 38 layers neither learned.

# %% [markdown]
# ## 10. A residual network as a sum of paths (22 minutes, further)
#
# Take two residual blocks, and leave ReLU aside. What comes out is $x + F_1(x) + F_2(x + F_1(x))$. If $F_2$ were
# linear, that would be a sum of four terms: $x$, $F_1(x)$, $F_2(x)$ and $F_2(F_1(x))$. At each block a *path* either
# goes through the two convolutions or takes the shortcut: n blocks make $2^n$ paths. For the gradient this is no
# picture but exact: going back through a sum, it is split, and what arrives at the input is the sum over all paths.
# Veit, Wilber and Belongie (2016) drew the conclusion: look at how long the paths are.
#
# ### Exercise 7: `residual_paths` (objective 7)
#
# Example: 3 blocks have 8 paths: 1 of length 0 (three shortcuts), 3 of length 1, 3 of length 2, and 1 of length 3.


# %% exercise="residual_paths"
def residual_paths(n_blocks):
    """Return how many paths of each length lead through a residual network.

    Args:
        n_blocks: blocks with a shortcut around each, a whole number from 0 to 60.

    Returns:
        A list or array of n_blocks + 1 numbers: at index k the number of paths that go through
        exactly k blocks and around all others. residual_paths(3) is [1, 3, 3, 1]. Exact: whole
        numbers, of 64 bits where they stand in an array.

    Raises:
        ValueError: if n_blocks is negative.
    """
    ### BEGIN SOLUTION
    if n_blocks < 0:
        raise ValueError(f"a network has no {n_blocks} blocks")
    counts = np.ones(1, dtype="int64")
    for _ in range(n_blocks):
        counts = np.append(counts, 0) + np.append(0, counts)  # around the new block, or through
    return counts
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: add one block</summary>
# A path of length k through n blocks either goes around the last one (then it has length k in the first n − 1) or
# through it (then it has length k − 1 there).
# </details>
# <details><summary>Hint 2: you know these numbers</summary>
# 1; 1 1; 1 2 1; 1 3 3 1; 1 4 6 4 1: Pascal's triangle. In how many ways can you choose k of n blocks?
# </details>
# <details><summary>Hint 3: nearly there</summary>
# <code>math.comb(n, k)</code> for each k from 0 to n, with <code>import math</code> inside the function; or the rows of
# the triangle one after the other, in whole numbers.
# </details>


# %% check="residual_paths"
def _check_residual_paths():
    from math import comb

    sizes = [3, 1, 0, 5, 60]
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    sizes += [*random.permutation(np.arange(6, 30))[:3].tolist(), 54, int(random.integers(55, 61))]
    ### END HIDDEN TESTS
    for size in sizes:
        call, expected = f"residual_paths({size})", [comb(size, k) for k in range(size + 1)]
        got = residual_paths(size)
        hints = [((size,), "Lengths go from 0 to n: n + 1 numbers.")]
        hints += [((), "One number for each length, not their sum.")]
        hints += [((2**size,), "Count the paths of each length, do not list them.")]
        expect_shape(call, got, (size + 1,), hints=hints)
        hints = [([2**k for k in range(size + 1)], "That is how many paths there are in all.")]
        hints += [([size * c / 2**size for c in expected], "These are shares.")]
        hints += [([c / 2**size for c in expected], "Numbers of paths, not their shares.")]
        hints += [([1] * (size + 1), "There are several ways to go through k of n blocks.")]
        hints += [
            ([k * c for k, c in enumerate(expected)], "Count each path once, not each block of it.")
        ]
        expect_close(call, got, expected, rtol=1e-12, atol=0.1, hints=hints)
        hints = [(False, "Floats do not hold every whole number beyond 2**53: use integers.")]
        exact = np.asarray(got).tolist() == expected
        expect_equal(f"{call} is exact", exact, True, hints=hints)


run_check("residual_paths", _check_residual_paths)


# %% bad_input="residual_paths"
def _check_residual_paths_bad_input():
    expect_close("residual_paths(2)", residual_paths(2), [1, 2, 1])
    cases = [-1]
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    cases += [-int(rng().integers(2, 20))]
    ### END HIDDEN TESTS
    for size in cases:
        hint = "Test n_blocks first: a loop over a negative range makes no turn, and says nothing."
        expect_error(f"residual_paths({size})", lambda size=size: residual_paths(size), hint=hint)


run_check("residual_paths, bad input", _check_residual_paths_bad_input)

# %% [markdown]
# For the 15 blocks of our deepest network that makes 32,768 paths, half of which go through 7 blocks or fewer. Now the
# other half of the idea: does each path carry as much of the gradient as any other? The next function follows the
# gradient back from the outputs, block by block, and keeps what has gone through 0, 1, 2, ... blocks apart.
#
# **Predict.** The mean length of the paths is 7.5 blocks. Which mean length has the gradient that arrives at the first
# block of the trained network: less, as much, or more?

# %% guess [markdown]
# *Your prediction: about ___ blocks, because ...*


# %%
def gradient_by_length(network, images, labels, blocks=15):
    """Norm of the gradient before the first block that has gone through 0, 1, 2, ... blocks."""
    entering = [network.get_layer("stem")(images, training=False)]
    for number in range(blocks):
        changed = network.get_layer(f"block_{number}")(entering[-1], training=False)
        entering.append(ops.relu(add_shortcut_now(entering[-1], changed)))
    with tf.GradientTape() as tape:
        tape.watch(entering[-1])
        scores = network.layers[-1](ops.mean(entering[-1], axis=(1, 2)))
        loss = cross_entropy(labels, scores)
    parts = [tape.gradient(loss, entering[-1])]
    for number in reversed(range(blocks)):
        maps, block = entering[number], network.get_layer(f"block_{number}")
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(maps)
            changed = block(maps, training=False)
            around = add_shortcut_now(maps, tf.zeros_like(changed))
        parts = [part * tf.cast(entering[number + 1] > 0, part.dtype) for part in parts]  # ReLU
        shorter = [tape.gradient(around, maps, part) for part in parts]  # the length stays
        longer = [tape.gradient(changed, maps, part) for part in parts]  # one block more
        parts = [shorter[0], *(a + b for a, b in zip(shorter[1:], longer)), longer[-1]]
    return np.array([float(tf.norm(part)) for part in parts])


def add_shortcut_now(maps, changed):
    """What `add_shortcut` does, on numbers in place of symbols."""
    if maps.shape != changed.shape:
        maps = ops.pad(maps[:, ::2, ::2], [[0, 0], [0, 0], [0, 0], [0, 8]])
    return maps + changed


# %% uses="residual_paths"
counts = np.array(residual_paths(15), dtype=float)
carried = gradient_by_length(residual_runs[32][-1][0], x_train[:256], y_train[:256])
shares = carried / carried.sum()
lengths = np.arange(16)
of_paths, of_gradient = (counts / counts.sum()) @ lengths, shares @ lengths
print(f"mean length: of the paths {of_paths:.1f} blocks, of the gradient {of_gradient:.1f}")
print("share of the gradient by length:", np.round(shares, 2).tolist())

# %% evidence uses="residual_paths"
if "of_gradient" not in globals():
    raise NotImplementedError("this picture needs your function: exercise 7")
assert of_paths == 7.5
assert of_gradient < 6
show(
    draw.paths(
        counts, shares, title="The gradient comes mostly by paths that are shorter than the mean"
    ),
    alt="Left: share of the paths by their length, a bell around 7.5 blocks. Right: share of the "
    "gradient by length, which lies at shorter lengths.",
)

# %% [markdown]
# The gradient comes by shorter paths than the mean one. (The norms of the parts do not add up to the norm of the whole,
# since parts can point against each other; read the panel as a rough division.) In the paper's network of 54 blocks,
# 110 layers, most of the gradient comes by paths that are only 10 to 34 layers deep. So a residual network has not
# solved how to train a chain of a hundred layers: it has avoided it.
#
# So far this is about gradients. Does it say something about what the network computes, too?
#
# **Predict.** You take one block out of the trained network (it passes its maps on), and test it without training it
# again. What happens to the validation accuracy, plain and residual?

# %% guess [markdown]
# *Your prediction: plain ___ %, residual ___ %, on average over the blocks*


# %%
def take_out(network, number, residual):
    """Let a block pass its maps on; return its weights as they were."""
    block = network.get_layer(f"block_{number}")
    before = block.get_weights()
    for layer in block.layers:
        if isinstance(layer, layers.Conv2D):
            kernel = np.zeros(layer.kernel.shape, "float32")
            if not residual:
                kernel[1, 1] = np.eye(kernel.shape[-1])  # each map to itself
            layer.kernel.assign(kernel)
        elif isinstance(layer, layers.BatchNormalization):
            filters = layer.gamma.shape[0]
            ones, zeros = np.ones(filters), np.zeros(filters)
            layer.set_weights([ones, zeros, zeros, ones - layer.epsilon])  # it adds epsilon again
    return before


taken_out, whole = {"plain": [], "residual": []}, {}
for kind, runs in (("plain", plain_runs), ("residual", residual_runs)):
    network = runs[32][-1][0]
    whole[kind] = evaluate(network, x_val[:512], y_val[:512])[1]
    for number in [n for n in range(15) if n != 7]:  # the 8th block changes the shape
        before = take_out(network, number, kind == "residual")
        taken_out[kind].append(evaluate(network, x_val[:512], y_val[:512])[1])
        network.get_layer(f"block_{number}").set_weights(before)
    print(
        f"{kind:8} whole {whole[kind]:.0%}; without a block: mean {np.mean(taken_out[kind]):.0%}, ",
        end="",
    )
    print(f"from {min(taken_out[kind]):.0%} to {max(taken_out[kind]):.0%}")

# %% evidence
lost = {kind: whole[kind] - np.mean(values) for kind, values in taken_out.items()}
assert np.mean(taken_out["plain"]) < 0.35
assert max(taken_out["plain"]) < whole["plain"] - 0.1
assert lost["plain"] > 0.2
assert lost["residual"] < 0.2
assert np.median(taken_out["residual"]) > whole["residual"] - 0.12
show(
    draw.by_layer(
        {kind: 100 * np.array(values) for kind, values in taken_out.items()},
        places=[number for number in range(1, 16) if number != 8],
        xlabel="which block is taken out (all but the 8th, which halves the side)",
        ylabel="validation accuracy (%)",
        title="A residual network survives the loss of most blocks, a plain one of none",
        level=10,
    ),
    alt="Validation accuracy after one of 14 blocks is taken out. Residual: mostly near that of "
    "the whole network. Plain: mostly far lower; a dotted line marks the 10% of guessing.",
)

# %% [markdown]
# Every block of the plain network is needed: without one of them it does little better than guessing, on average. The
# residual one loses less than 20 points on average (here about 10), and for half of its blocks 12 at most,
# although nothing in its training prepared it for that. (Some blocks matter more than others; see which in the figure.)
# That fits the paths: taking a block out removes half of a residual network's paths and leaves the other half as it
# was; a plain network has one path, and every block is on it.

# %% instructor [markdown]
# **For instructors.** Draw the unrolled network of three blocks on the board, with its eight paths. The exercise falls
# to whoever sees Pascal's triangle; in floats the numbers are exact up to 56 blocks, and the check asks for 60. The
# name "ensemble of shallow networks" is the paper's, and disputed: the paths share their weights.

# %% [markdown]
# ## 11. What came after (10 minutes, further)
#
# For five years after 2015 networks grew by more shortcuts (DenseNet, Huang and others 2017: each layer reads all
# before it), by channels that weight each other (Hu, Shen and Sun 2018), and by search and scaling (EfficientNet, Tan
# and Le 2019; lab 09). Then two papers asked what of all this was needed.
#
# **Vision transformers** (Dosovitskiy and others, published in 2021) leave convolutions out. A picture of 224 x 224 is
# cut into squares of 16 x 16, each a **patch**; one linear map turns every patch into a vector; and *attention* layers
# let each vector collect from all others what it finds relevant, by weights that are computed from the picture. Lab
# 01's list of what a layer for images must have is crossed out here: no locality, no hierarchy, and weights are shared
# over patches only. The price is data: trained on ImageNet alone the paper's networks stayed behind ResNets of like
# size; trained first on far more images they came up to the best convolutional networks or passed them. What an
# architecture does not bring along has to be learned.

# %% exact
patches = layers.Conv2D(
    768, 16, strides=16
)  # a patch's vector is a convolution whose windows do not overlap
vectors = layers.Reshape((-1, 768))(patches(keras.Input((224, 224, 3))))
print(f"a picture becomes {vectors.shape[1]} vectors of {vectors.shape[2]}")
print(f"{patches.count_params():,} parameters; attention compares {vectors.shape[1] ** 2:,} pairs")

# %% evidence
assert vectors.shape[1:] == (196, 768)
assert patches.count_params() == (16 * 16 * 3 + 1) * 768 == 590_592

# %% [markdown]
# Even here the first layer is a convolution, with a window of 16 and a stride of 16.
#
# **ConvNeXt** (Liu and others 2022) went the other way: take a ResNet-50, and change it step by step into what
# transformers do better. First a modern training recipe; then stages of 3, 3, 9 and 3 blocks, a stem of 4 x 4 patches,
# depthwise convolutions (lab 03) of 7 x 7 with a bottleneck turned inside out, narrow outside and wide inside; GELU for
# ReLU (lab 04), and layer normalisation for BatchNorm (lab 05). It ended level with transformers of its size, as a pure
# convolutional network. Much of what had looked like the merit of attention was that of the training and of such
# choices.
#
# What to take from ten years: compare architectures under the same training; believe in differences that survive that;
# and keep the shortcut, since nearly every network after 2015 has it, transformers included.

# %% [markdown]
# ## Read on
#
# - Krizhevsky, Sutskever and Hinton (2012), *ImageNet classification with deep convolutional neural networks*. AlexNet;
#   read its section on the two cards.
# - Simonyan and Zisserman (2015), *Very deep convolutional networks for large-scale image recognition*. VGG.
# - Szegedy and others (2015), *Going deeper with convolutions*. GoogLeNet and the Inception module.
# - He, Zhang, Ren and Sun (2016), *Deep residual learning for image recognition*. Short and clear; section 4.1 has the
#   sentence on vanishing gradients.
# - Veit, Wilber and Belongie (2016), *Residual networks behave like ensembles of relatively shallow networks*. Section
#   10.
# - Balduzzi and others (2017), *The shattered gradients problem: if resnets are the answer, then what is the question?*
# - Yang and others (2019), *A mean field theory of batch normalization*. Why gradients grow in plain networks with
#   BatchNorm.
# - Zhang, Dauphin and Ma (2019), *Fixup initialization: residual learning without normalization*.
# - Dosovitskiy and others (2021), *An image is worth 16x16 words: transformers for image recognition at scale*.
# - Wightman, Touvron and Jégou (2021), *ResNet strikes back: an improved training procedure in timm*.
# - Liu and others (2022), *A ConvNet for the 2020s*. ConvNeXt, step by step, each step with its accuracy.
#
# ### An open challenge
#
# Make the plain network of 32 layers learn as fast as the residual one, without shortcuts and with the same 128 steps.
# What you may change: the start of its kernels, the rate, the activation function, the normalisation. Use what section
# 9 measured as your guide: a start at which a small step does what the gradient predicts.
