# %% [markdown]
# # 09 Efficient CNNs: the same for a tenth
#
# MobileNet (2017) has 4,253,864 parameters. VGG16 (2014) has 138,357,544, and on ImageNet the two are about level. What
# did somebody leave out, and can you leave out the same? In this lab you make a network smaller by separable
# convolutions, by fewer filters, by pruning and by fewer bits; in the further sections a small one also learns from a
# large one. Ask of each way what it does to the file, to the time and to the answers: these are three questions, not
# one.
#
# <!-- facts -->
#
# Section 11 (further) also uses the weights of EfficientNet-Lite0 (lab 07).
#
# ## Objectives
#
# 1. Write a depthwise convolution, and count what a depthwise separable one saves in parameters and multiplications.
# 2. Say why multiplications are not milliseconds, and measure both without fooling yourself.
# 3. Build a MobileNet by arithmetic, and say what its width multiplier does (further).
# 4. Prune a network by magnitude, and say which file gets smaller and what gets faster; prune it gradually (further).
# 5. Write numbers as int8, and say what the scale, the zero point and a scale for each channel are for; go back to
#    floats (further).
# 6. Train a small network on a large one's answers (further).
# 7. Choose what to deploy from measured size, time and accuracy, and defend it.
#
# Write your prediction into the cell below each question before you run on; nobody grades it. Times in this lab are
# those of the machine on which a cell runs, and of what else it was doing. So no check and no claim depends on them.
# The lab's own code never calls the functions that you write: you can go on where one does not work yet.

# %% imports
import contextlib
import gzip
import io
import time
import warnings

from utils.backbones import backbone, preprocess_input
from utils.checks import (
    expect_by_hand,
    expect_close,
    expect_equal,
    expect_error,
    expect_new,
    expect_shape,
    expect_unchanged,
    run_check,
)
from utils.data import load, split_validation
from utils.figures import efficiency as draw
from utils.figures import show
from utils.training import ProgressBar
import keras
from keras import layers
import numpy as np
from sklearn.linear_model import LogisticRegression
import tensorflow as tf
from utils.quiet import native_stderr_held_back

# %% [markdown]
# ## 1. Two small steps for a large one (24 minutes, core)
#
# A convolution does two things at once. It looks at a neighbourhood, and it mixes channels: each output number is a sum
# over 3 × 3 places *and* over all input channels. A **depthwise separable convolution** does one after the other. First
# a *depthwise* convolution (lab 03): each channel is filtered by a kernel of its own, and nothing is added over the
# channels. Then a **pointwise convolution**, which is a 1 × 1 convolution (lab 08): at each place it mixes the
# channels as a dense layer would, with the same weights everywhere, and looks at no neighbour.
#
# A sound engineer works like this: first each track gets a filter of its own, then all tracks are mixed. (The
# comparison limps: the engineer can filter a track anew for each mix, as a full convolution does. Here all outputs
# have to make do with the same filtered channels, so the pair can compute less than the full convolution.)
#
# ### Exercise 1: `depthwise_conv2d` (objective 1)
#
# Small example: one image of 2 × 2 with two channels, a kernel of 2 × 2. The first channel holds 1, 2, 3, 4, and its
# kernel is all ones; the second holds 10, 20, 30, 40, and its kernel takes the upper left number only. Without padding
# there is one window: 1 + 2 + 3 + 4 = 10 for the first channel, 10 for the second. With a bias of (0, 5) the output is
# (10, 15). A normal convolution would have added the two channels to 20.


# %% exercise="depthwise_conv2d"
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    """Filter each channel with a kernel of its own, as Keras does it (the kernel is not turned).

    Written out with NumPy: without a library's convolution.

    Args:
        images: floats, (n, height, width, channels); not changed.
        kernels: floats, (kernel height, kernel width, channels): one kernel a channel; not changed.
        bias: floats, (channels,).
        stride: by how many pixels the window moves, down and to the right, 1 or more.
        padding: how many rows and columns of zeros are put around each image, on all four sides.

    Returns:
        A new array of floats, (n, rows, columns, channels). There are as many rows and columns as
        windows fit wholly into the padded image: floor((size + 2 * padding - kernel) / stride) + 1.

    Raises:
        ValueError: with a message, if images and kernels differ in their channels.
    """
    ### BEGIN SOLUTION
    if images.shape[3] != kernels.shape[2]:
        raise ValueError(f"{images.shape[3]} channels, kernels for {kernels.shape[2]}")
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    height, width = kernels.shape[:2]
    windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(1, 2))
    return np.einsum("nijcuv,uvc->nijc", windows[:, ::stride, ::stride], kernels) + bias
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: what is different from lab 02</summary>
# There the product of a window and a kernel was summed over height, width and channels. Here it is summed over height
# and width only: each channel keeps its own sum.
# </details>
# <details><summary>Hint 2: with loops</summary>
# Pad with <code>np.pad</code>, make an output of zeros, and loop over rows i and columns j. The window is
# <code>padded[:, i * stride : i * stride + k, j * stride : j * stride + m]</code>, of shape (n, k, m, channels).
# </details>
# <details><summary>Hint 3: nearly there</summary>
# <code>outputs[:, i, j] = (window * kernels).sum(axis=(1, 2)) + bias</code>. NumPy stretches the kernels along the
# batch by itself.
# </details>


# %% check="depthwise_conv2d"
def _check_depthwise_conv2d():
    library = ["keras.ops.conv", "keras.ops.depthwise_conv", "keras.ops.separable_conv"]
    library += [f"keras.layers.{n}" for n in ("Conv2D", "DepthwiseConv2D", "SeparableConv2D")]
    library += ["tensorflow.nn.conv2d", "tensorflow.nn.depthwise_conv2d"]
    images = np.array([[[[1.0, 10], [2, 20]], [[3, 30], [4, 40]]]])
    kernels, bias = np.ones((2, 2, 2)), np.array([0.0, 5])
    kernels[:, :, 1] = [[1, 0], [0, 0]]
    before, call = (images.copy(), kernels.copy()), "depthwise_conv2d(images, kernels, bias)"
    got = expect_by_hand(call, depthwise_conv2d, (images, kernels, bias), *library)
    for now, then in zip((images, kernels), before):
        expect_unchanged(call, now, then)
    shapes = [((1, 1, 1), "The channels are added up: each one keeps its own sum.")]
    expect_shape(call, got, (1, 1, 1, 2), hints=shapes)
    hints = [([[[[10, 10]]]], "The bias is missing."), ([[[[10, 45]]]], "The kernel is turned.")]
    hints += [([[[[20, 25]]]], "The channels are added up: each one keeps its own sum.")]
    expect_close(call, got, [[[[10, 15]]]], hints=hints)
    random = np.random.default_rng(3)
    images, kernels = random.normal(size=(2, 7, 6, 3)), random.normal(size=(3, 2, 3))
    zero = np.zeros(3)
    for stride, padding, rows, columns in ((1, 0, 5, 5), (2, 0, 3, 3), (1, 1, 7, 7), (2, 2, 5, 5)):
        call = f"depthwise_conv2d(2 images of 7 x 6, kernels of 3 x 2, {stride=}, {padding=})"
        padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
        layer = layers.DepthwiseConv2D((3, 2), strides=1, use_bias=False)
        layer.build(padded.shape)
        layer.set_weights([kernels[..., None]])
        every = np.asarray(layer(padded.astype("float32")))
        got = depthwise_conv2d(images, kernels, zero, stride, padding)
        expect_shape(call, got, (2, rows, columns, 3))
        hints = [(every[:, :rows, :columns], "The window has to move by the stride.")]
        expect_close(call, got, every[:, ::stride, ::stride], rtol=1e-4, atol=1e-4, hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for number in range(5):
        a, b, c, d = random.permutation(np.arange(2, 7))[:4].tolist()
        k, m = [(1, 1), (3, 3), (2, 4), (5, 1), (1, 3)][number]
        stride, padding = [(1, 0), (2, 1), (3, 2), (2, 0), (3, 3)][number]
        images = random.normal(size=(a, b + 5, c + 4, d))
        kernels, bias = random.normal(size=(k, m, d)), random.normal(size=d)
        given = images, kernels, bias
        before = [one.copy() for one in given]
        call = f"depthwise_conv2d(images {images.shape}, kernels {kernels.shape}, bias, "
        call += f"{stride=}, {padding=})"
        padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
        rows, columns = padded.shape[1] - k + 1, padded.shape[2] - m + 1
        expected = np.zeros((a, rows, columns, d)) + bias
        for i, j in np.ndindex(k, m):
            expected += padded[:, i : i + rows, j : j + columns] * kernels[i, j]
        expected = expected[:, ::stride, ::stride]
        got = depthwise_conv2d(images, kernels, bias, stride=stride, padding=padding)
        for now, then in zip(given, before):
            expect_unchanged(call, now, then)
        expect_close(call, got, expected, rtol=1e-4, atol=1e-4)
        expect_new(call, got, images)
    ### END HIDDEN TESTS


run_check("depthwise_conv2d", _check_depthwise_conv2d)


# %% bad_input="depthwise_conv2d"
def _check_depthwise_conv2d_bad_input():
    images, kernels = np.ones((1, 3, 3, 2)), np.ones((3, 3, 2))
    call = "depthwise_conv2d(ones of 3 x 3 with 2 channels, kernels of ones)"
    expect_close(call, depthwise_conv2d(images, kernels, np.zeros(2)), np.full((1, 1, 1, 2), 9.0))
    hint = "One kernel would be stretched over all channels, or channels would be lost."
    for channels in (1, 3):
        call = f"depthwise_conv2d(an image of 2 channels, kernels for {channels})"
        wrong = np.ones((3, 3, channels)), np.zeros(channels)
        expect_error(call, lambda w=wrong: depthwise_conv2d(images, *w), own=True, hint=hint)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    channels = int(rng().integers(2, 7))
    images, wrong = np.ones((2, 4, 4, 1)), (np.ones((2, 2, channels)), np.zeros(channels))
    call = f"depthwise_conv2d(an image of 1 channel, kernels for {channels})"
    expect_error(call, lambda: depthwise_conv2d(images, *wrong), own=True, hint=hint)
    ### END HIDDEN TESTS


run_check("depthwise_conv2d, bad input", _check_depthwise_conv2d_bad_input)

# %% [markdown]
# Keras has both steps in one layer, `SeparableConv2D`. Its weights are a depthwise kernel of shape (3, 3, channels, 1)
# and a pointwise kernel of shape (1, 1, channels, filters). Is the pair really the same as two layers one after the
# other?

# %%
keras.utils.set_random_seed(0)
maps = np.random.default_rng(0).normal(size=(4, 14, 14, 24)).astype("float32")
together = layers.SeparableConv2D(48, 3, padding="same", use_bias=False)
in_one = together(maps)
depthwise = layers.DepthwiseConv2D(3, padding="same", use_bias=False)
pointwise = layers.Conv2D(48, 1, use_bias=False)
pointwise(depthwise(maps))
depthwise.set_weights(together.get_weights()[:1])
pointwise.set_weights(together.get_weights()[1:])
gap = float(np.max(np.abs(in_one - pointwise(depthwise(maps)))))
print(
    f"largest difference: {gap:.0e}; parameters {together.count_params():,}, in two layers ", end=""
)
print(f"{depthwise.count_params():,} + {pointwise.count_params():,}")

# %% evidence
assert gap < 1e-4
assert depthwise.count_params() == 216
assert pointwise.count_params() == 1152
assert together.count_params() == 1368

# %% [markdown]
# The same, but for rounding. A full convolution from 24 channels to 48 has 9 · 24 · 48 = 10,368 weights; the pair has
# 9 · 24 = 216 and 24 · 48 = 1,152, together 1,368. (This layer has neither bias nor activation between the two steps;
# MobileNet puts BatchNorm and a ReLU there.)
#
# ### Exercise 2: `separable_cost` (objective 1)
#
# For one output number the full convolution needs k · k · c_in multiplications, and there are height · width · c_out
# output numbers (lab 08 calls these multiply-accumulates). Work out the same for the two small steps. Biases do not
# count here.
#
# Small example: maps of 2 × 2, a kernel of 3 × 3, 2 channels in, 4 out. Full: 72 weights and 288 multiplications.
# Separable: 18 + 8 = 26 weights, and 72 + 32 = 104 multiplications.


# %% exercise="separable_cost"
def separable_cost(height, width, kernel_size, channels_in, channels_out):
    """Count weights and multiplications of a full and of a depthwise separable convolution.

    Args:
        height: of the output map, in pixels; the depthwise step has made the map that size.
        width: of the output map.
        kernel_size: of the square kernel.
        channels_in: channels of the input.
        channels_out: channels of the output.

    Returns:
        Four integers: weights of the full convolution, its multiplications for one image, weights
        of the separable one (both steps), its multiplications for one image. Without biases.
    """
    ### BEGIN SOLUTION
    full = kernel_size**2 * channels_in * channels_out
    separable = kernel_size**2 * channels_in + channels_in * channels_out
    return full, full * height * width, separable, separable * height * width
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: the depthwise step</summary>
# It has one kernel for each <em>input</em> channel, and gives as many channels as came in.
# </details>
# <details><summary>Hint 2: multiplications</summary>
# Each weight is used once at each place of the output map.
# </details>


# %% check="separable_cost"
def _check_separable_cost():
    call, got = "separable_cost(2, 2, 3, 2, 4)", separable_cost(2, 2, 3, 2, 4)
    expect_equal(f"{call}: how many numbers", np.shape(got), (4,))
    hints = [([72, 288, 30, 120], "Biases are counted: leave them out."),
        ([72, 288, 44, 176], "The depthwise step has a kernel for each input channel, not output."),
        ([72, 288, 8, 32], "The depthwise step is missing."),
        ([24, 96, 14, 56], "The kernel has k * k places: its size counts twice."),
        ([72, 288, 14, 56], "The kernel has k * k places, in the depthwise step too."),
        ([72, 288, 26, 176], "A depthwise output needs k * k products: it sees one channel only."),
        ([72, 288, 26, 320], "The depthwise step gives as many channels as came in, not c_out."),
        ([72, 288, 18, 72], "The pointwise step is missing."),
        ([72, 26, 288, 104], "Weights and products of a kind stand side by side.")]  # fmt: skip
    expect_close(call, got, [72, 288, 26, 104], hints=hints)
    expected = [10_368, 10_368 * 196, 1_368, 1_368 * 196]
    expect_close(
        "separable_cost(14, 14, 3, 24, 48)", separable_cost(14, 14, 3, 24, 48), expected, rtol=0
    )
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for _ in range(6):
        height, width, c_in, c_out = random.permutation(np.arange(3, 300))[:4].tolist()
        size = int(random.choice([1, 3, 5, 7]))
        pair = size * size * c_in, c_in * c_out
        expected = [pair[0] * c_out, pair[0] * c_out * height * width]
        expected += [sum(pair), sum(pair) * height * width]
        call = f"separable_cost({height}, {width}, {size}, {c_in}, {c_out})"
        got = separable_cost(height, width, size, c_in, c_out)
        expect_close(call, got, expected, rtol=0, atol=0)
        whole = all(float(number).is_integer() for number in np.ravel(got))
        expect_equal(f"{call}: whole numbers", whole, True)
    ### END HIDDEN TESTS


run_check("separable_cost", _check_separable_cost)

# %% [markdown]
# The share that is left is 1/c_out + 1/k². With 3 × 3 kernels and many output channels it comes near to 1/9: the
# *tenth* of this lab's title. A larger kernel saves more, few output channels save less; the input's channels do not
# matter.

# %% instructor [markdown]
# **For instructors.** Draw the two steps as boxes before exercise 1. Typical wrong answers there: summing over the
# channels, the bias forgotten, a stride applied to rows only, padding on one side. Break after section 2 or after
# section 4. In a busy room the timings of section 2 come out odd: let students compare theirs, that is the lesson.

# %% [markdown]
# ## 2. Multiplications are not milliseconds (12 minutes, core)
#
# A tenth of the multiplications should take a tenth of the time. The next cells measure it. A single timing says
# little: a computer does other things, too. So the rivals take turns, many times, and the median of each counts. The
# pair is one rival, started by one call as the full convolution is; its two steps are timed alone as well.
#
# **Predict.** Maps of 32 × 32, from 8, 32 or 128 channels to as many. The separable pair has 24%, 14% and 12% of the
# full convolution's multiplications. How many percent of its time does it take, on your machine?

# %% guess [markdown]
# *Your prediction: 8 channels ___ %, 32 channels ___ %, 128 channels ___ %, because ...*


# %%
def median_milliseconds(calls, rounds=40):
    """Return the median time of each call; they take turns, so a busy moment strikes all."""
    times = {name: [] for name in calls}
    for call in calls.values():
        call()  # the first time costs more: it is not counted
    for _ in range(rounds):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            times[name].append(1000 * (time.perf_counter() - began))
    return {name: float(np.median(taken)) for name, taken in times.items()}


def steps(channels, side=32, batch=8):
    """Return four compiled functions: full, depthwise, pointwise, and the last two as one."""
    maps = tf.random.normal((batch, side, side, channels), seed=0)
    made = {"full": layers.Conv2D(channels, 3, padding="same", use_bias=False)}
    made["depthwise"] = layers.DepthwiseConv2D(3, padding="same", use_bias=False)
    made["pointwise"] = layers.Conv2D(channels, 1, use_bias=False)
    for layer in made.values():
        layer(maps)
    made["pair"] = lambda maps: made["pointwise"](made["depthwise"](maps))  # in one call
    graphs = {name: tf.function(layer) for name, layer in made.items()}
    return {name: lambda graph=graph: graph(maps) for name, graph in graphs.items()}


# %%
rows = {}
for channels in (8, 32, 128):
    milliseconds = median_milliseconds(steps(channels))
    weights = {"full": 9 * channels**2, "depthwise": 9 * channels, "pointwise": channels**2}
    weights["pair"] = weights["depthwise"] + weights["pointwise"]
    for name, taken in milliseconds.items():
        products = weights[name] * 32 * 32 * 8
        maps_moved = 4 if name == "pair" else 2  # each step reads its maps and writes others
        numbers_moved = maps_moved * 8 * 32 * 32 * channels + weights[name]
        rows[channels, name] = products, taken, products / numbers_moved
print("channels  step       million products  milliseconds  products a microsecond")
for (channels, name), (products, taken, _) in rows.items():
    speed = products / taken / 1000
    print(f"{channels:8}  {name:9}  {products / 1e6:16.1f}  {taken:12.2f}  {speed:22,.0f}")

# %% evidence
shares = {}
for channels in (8, 32, 128):
    pair, whole = rows[channels, "pair"], rows[channels, "full"]
    shares[channels] = [pair[part] / whole[part] for part in (0, 1)]
assert [round(100 * products) for products, _ in shares.values()] == [24, 14, 12]
assert round(rows[128, "full"][2]) == 538
assert round(rows[128, "pointwise"][2]) == 64
assert round(rows[128, "depthwise"][2], 1) == 4.5
show(
    draw.shares({f"{channels} channels": share for channels, share in shares.items()}),
    alt="Bars in pairs for 8, 32 and 128 channels: which share of a full convolution's "
    "multiplications the separable pair has, 24, 14 and 12 percent, and which share of its time it "
    "took, started by one call, on the machine where this was run.",
)

# %% [markdown]
# The first bars are arithmetic, the second a measurement on one machine. They need not agree, and on yours they may
# differ in another way than on ours: read the last column of the table. A step that computes far fewer products a
# microsecond than another is limited by something else than multiplying.
#
# What is it limited by? Count how often a number is used once it has been fetched from memory. **Arithmetic intensity**
# is the number of multiplications for each number that has to be moved: inputs, weights and outputs. For 128 channels
# the full convolution has about 540, the pointwise step 64, and the depthwise step 4.5: nine products for each output,
# and two numbers moved. A processor that multiplies faster than it fetches waits for memory in the depthwise step, as
# long as its maps do not fit into a cache. Besides, starting a call from Python costs time, however little it computes:
# some tenths of a millisecond on our machine, which with 8 channels can be most of the time. Add up the times of the
# two steps, each started by a call of its own, and compare with the pair's: whoever does so lets the pair pay for two
# starts and the full convolution for one.
#
# So parameters, multiplications and time are three quantities. Papers give the first two because they can be counted.
# Only the third is what a user waits for, and it has to be measured on the user's machine.

# %% [markdown]
# ## 3. A network made of small steps (8 minutes, core)
#
# **MobileNet** (Howard and others 2017) is one full convolution and then 13 separable blocks: depthwise, BatchNorm,
# ReLU, pointwise, BatchNorm, ReLU. A **width multiplier** α shrinks such a network as a whole: each number of filters
# is multiplied by α. (Section 10, further, counts what is left.)
#
# We build a small one for a task of our own: 6,400 pictures of clothes for training, 5,000 for the comparisons. Three
# networks of one plan: full convolutions; separable ones; and, as a control, full convolutions at a width multiplier of
# 0.375, which has as many parameters as the separable network.

# %%
clothes = load("fashion_mnist")
x_rest, y_rest, x_val, y_val = split_validation(clothes.x_train, clothes.y_train, 5_000)
x_train, y_train = x_rest[:6_400].astype("float32") / 255, y_rest[:6_400]
x_val = x_val.astype("float32") / 255
PLAN = [(24, 2), (48, 1), (48, 1), (64, 2), (64, 1)]  # filters and stride of each block


def build(convolution=layers.Conv2D, width=1.0, seed=0, plan=PLAN):
    """Build the lab's network: a full convolution, five blocks, a global average, ten scores."""
    keras.utils.set_random_seed(seed)
    network = keras.Sequential([keras.Input((28, 28, 1))])
    for block, (filters, stride) in enumerate([(16, 2), *plan]):
        kind = layers.Conv2D if block == 0 else convolution
        options = {"strides": stride, "padding": "same", "use_bias": False}
        network.add(kind(round(filters * width), 3, **options))
        network.add(layers.BatchNormalization(momentum=0.9))  # few steps: follow them quickly
        network.add(layers.ReLU())
    network.add(layers.GlobalAveragePooling2D())
    network.add(layers.Dense(10))
    return network


# %%
def train(network, label, epochs=4, peak=4e-3, callbacks=()):
    """Train with Adam; the rate rises for a quarter of the steps, then falls along a cosine."""
    every = epochs * -(-len(x_train) // 128)
    rate = keras.optimizers.schedules.CosineDecay(
        peak / 10, every - every // 4, warmup_target=peak, warmup_steps=every // 4
    )
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(rate), cross_entropy, steps_per_execution=10)
    bar = [ProgressBar(label), *callbacks]
    network.fit(x_train, y_train, batch_size=128, epochs=epochs, verbose=0, callbacks=bar)
    return network


def accuracy(network, images=x_val, labels=y_val):
    """Share of the images whose highest score is the label's."""
    parts = [network(images[i : i + 1000], training=False) for i in range(0, len(images), 1000)]
    return float(np.mean(np.argmax(np.concatenate(parts), axis=1) == labels))


# %% [markdown]
# **Predict.** The separable network has a seventh of the parameters of the full one. How many points of accuracy does
# it lose? And which of the two small ones is ahead, the separable or the thin one?

# %% guess [markdown]
# *Your prediction: the separable one loses ___ points; ahead of the thin one by ___ points, because ...*

# %%
networks = {
    "full": build(),
    "separable": build(layers.SeparableConv2D),
    "thin": build(width=0.375),
}
right = {}
for name, network in networks.items():
    train(network, name)
    right[name] = accuracy(network)
    print(f"{name:9} {network.count_params():7,} parameters, validation {right[name]:.1%}")

# %% evidence
counts = {name: network.count_params() for name, network in networks.items()}
assert counts == {"full": 100_922, "separable": 14_658, "thin": 14_632}
assert right["full"] > 0.83
assert min(right["separable"], right["thin"]) > 0.77
assert right["full"] - right["separable"] > 0.005
assert abs(right["separable"] - right["thin"]) < 0.035

# %% [markdown]
# A seventh of the parameters costs some points. One start each, so a difference of a point or so means nothing (lab
# 05). That is all that can be said of the two small ones: they are within a few points of each other, and from another
# start either may lead. MobileNet's authors compared full and separable on ImageNet: with full convolutions their
# network was one point better, at seven times the parameters (Howard and others 2017, table 4). Ours is shallow, with
# few channels, and trained for four epochs. So take the separable network for what it is, a good way to spend
# parameters in a deep and wide network, and do not expect it to beat every thin one. A small rival of the same size
# costs a minute and belongs into every such comparison.

# %% instructor [markdown]
# **For instructors.** The thin network as a control is the point of the section: without it "a seventh of the
# parameters" would look like the separable convolution's merit alone. Let them change the seed in `build`: which of
# the two small ones leads changes, too.

# %% [markdown]
# ## 4. Fewer weights: pruning (22 minutes, core)
#
# A trained network has many weights near zero. **Pruning** sets some of them to exactly zero; the share of zeros is the
# network's **sparsity**. **Magnitude pruning** takes those that are the smallest in absolute value, here of all weights
# of the network.
#
# ### Exercise 3: `prune_by_magnitude` (objective 4)
#
# Small example: two arrays, (0.5, −0.1) and (0.3, −2), and a sparsity of 0.5. Two of the four numbers have to go, the
# smallest in magnitude: −0.1 and 0.3. What is left is (0.5, 0) and (0, −2).
#
# Equal magnitudes are not rare: where weights have been rounded, for example, there are few values. A threshold alone
# then takes too many or too few. So the docstring says who goes first.


# %% exercise="prune_by_magnitude"
def prune_by_magnitude(weights, sparsity):
    """Set the smallest weights of a network to zero, compared over all arrays.

    Args:
        weights: a list of arrays of floats, of any shapes; not changed.
        sparsity: the share of all numbers that is set to zero, 0 to 1.

    Returns:
        A new list of new arrays of the same shapes. Exactly round(sparsity * n) of the n numbers
        have been set to zero: those with the smallest magnitudes. Of equal magnitudes those go
        first that come first in the list, and within an array first in its order of reading (row
        by row, as array.ravel() has it). A number that was zero before counts as one of them.

    Raises:
        ValueError: with a message, for a sparsity below 0 or above 1.
    """
    ### BEGIN SOLUTION
    if not 0 <= sparsity <= 1:
        raise ValueError(f"sparsity is a share from 0 to 1, got {sparsity}")
    flat = np.concatenate([np.ravel(array) for array in weights])
    first = np.argsort(np.abs(flat), kind="stable")[: round(sparsity * len(flat))]
    flat[first] = 0
    ends = np.cumsum([np.size(array) for array in weights])[:-1]
    return [part.reshape(np.shape(array)) for part, array in zip(np.split(flat, ends), weights)]
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: one long array</summary>
# <code>np.concatenate([array.ravel() for array in weights])</code> is a new array of all numbers in the right order.
# </details>
# <details><summary>Hint 2: which ones</summary>
# <code>np.argsort(np.abs(flat), kind="stable")</code> gives the positions from the smallest magnitude to the largest;
# <code>stable</code> keeps equal ones in their order. Take the first <code>round(sparsity * len(flat))</code>.
# </details>
# <details><summary>Hint 3: back into shapes</summary>
# <code>np.split(flat, np.cumsum(sizes)[:-1])</code> cuts the long array, and <code>reshape</code> gives each part its
# shape.
# </details>


# %% check="prune_by_magnitude"
def _check_prune_by_magnitude():
    def given(call, weights, sparsity, expected, hints=()):
        before, got = [array.copy() for array in weights], prune_by_magnitude(weights, sparsity)
        for now, then in zip(weights, before):
            expect_unchanged(call, now, then)
        found = len(got) if isinstance(got, list | tuple) else type(got).__name__
        expect_equal(f"{call}, arrays that come back", found, len(weights))
        for number, (array, one) in enumerate(zip(weights, got)):
            expect_shape(f"{call}, array {number}", one, array.shape)
            expect_new(f"{call}, array {number}", one, array)
        expect_close(call, np.concatenate([np.ravel(one) for one in got]), expected, hints=hints)

    call = "prune_by_magnitude([[0.5, -0.1], [0.3, -2]], 0.5)"
    hints = [([0.5, 0, 0.3, 0], "Compare magnitudes: -2 is large."),
        ([0, -2, 0.5, 0], "Another order?"), ([0.5, 0, 0, 2], "The signs are lost."),
        ([0, -0.1, 0.3, 0], "The largest are gone: the smallest have to go."),
        ([0, -0.1, 0, -2], "Compare magnitudes, and over all arrays.")]  # fmt: skip
    given(call, [np.array([0.5, -0.1]), np.array([0.3, -2])], 0.5, [0.5, 0, 0, -2], hints)
    call, two = "prune_by_magnitude([[5, 6], [1, 2]], 0.5)", np.array([1.0, 2])
    hints = [([0, 6, 0, 2], "Half of each array is gone: compare over all arrays.")]
    given(call, [two + 4, two], 0.5, [5, 6, 0, 0], hints)
    call = "prune_by_magnitude([[1, -1, 1], [-1, 1]], 0.4)"
    hints = [(np.zeros(5), "All are as large as the threshold: two of five have to go."),
        ([1, -1, 1, -1, 1], "None is below the threshold: two of five have to go."),
        ([1, -1, 1, 0, 0], "Of equal ones the first in the list go, not the last.")]  # fmt: skip
    given(call, [np.array([1.0, -1, 1]), np.array([-1.0, 1])], 0.4, [0, 0, 1, -1, 1], hints)
    hints = [([2, 0, -1, 0, 3, 1], "Equal ones go row by row, not column by column."),
        ([2, 1, -1, 0, 3, 0], "Of equal ones the first go, not the last."),
        ([2, 0, -1, 1, 3, 1], "0.3 * 6 is 1.8: round to the nearest, not down."),
        ([2, 0, 0, 0, 3, 1], "0.4 * 6 is 2.4: round to the nearest, not up.")]  # fmt: skip
    for sparsity in (0.3, 0.4):
        call = f"prune_by_magnitude([[[2, 1, -1], [1, 3, 1]]], {sparsity})"
        given(call, [np.array([[2.0, 1, -1], [1, 3, 1]])], sparsity, [2, 0, 0, 1, 3, 1], hints)
    call, many = "prune_by_magnitude([20 twos, then 20 ones], 0.25)", np.repeat([2.0, 1], 20)
    hints = [(np.where(np.isin(np.arange(40), np.argsort(many)[:10]), 0, many),
        'Of equal ones the first go: np.argsort(..., kind="stable"), see Hint 2.')]  # fmt: skip
    given(call, [many], 0.25, np.repeat([2, 0, 1], (20, 10, 10)), hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for sparsity in (0.0, 1.0, *np.round(random.uniform(0.1, 0.9, size=4), 2).tolist()):
        a, b, c = random.permutation(np.arange(2, 9))[:3].tolist()
        weights = [random.normal(size=(a, b)), random.normal(size=(b, c, 2)) * 0.3]
        weights += [random.integers(-3, 4, size=(c, a)) / 2, random.normal(size=1)]
        if abs(sparsity * sum(map(np.size, weights)) % 1 - 0.5) < 0.05:
            weights[-1] = random.normal(size=2)  # so that nothing is to be rounded half
        flat = np.concatenate([array.ravel() for array in weights])
        order = sorted(range(len(flat)), key=lambda i: (abs(flat[i]), i))
        expected = flat.copy()
        expected[order[: round(sparsity * len(flat))]] = 0
        call = f"prune_by_magnitude({len(weights)} arrays, {len(flat)} numbers, {sparsity})"
        given(call, [array.copy() for array in weights], sparsity, expected)
    ### END HIDDEN TESTS


run_check("prune_by_magnitude", _check_prune_by_magnitude)


# %% bad_input="prune_by_magnitude"
def _check_prune_by_magnitude_bad_input():
    weights = [np.array([3.0, 1]), np.array([[2.0]])]
    got = prune_by_magnitude(weights, 1 / 3)
    expect_close("prune_by_magnitude([[3, 1], [[2]]], 1/3)", np.asarray(got[0]), [3, 0])
    for sparsity in (-0.1, 1.5):
        hint = "A share lies between 0 and 1."
        call = f"prune_by_magnitude(weights, {sparsity})"
        expect_error(call, lambda s=sparsity: prune_by_magnitude(weights, s), hint=hint)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    for sparsity in np.round(rng().uniform((1.01, -0.99), (90, -0.01)), 2).tolist():
        call = f"prune_by_magnitude(weights, {sparsity})"
        expect_error(call, lambda s=sparsity: prune_by_magnitude(weights, s))
    ### END HIDDEN TESTS


run_check("prune_by_magnitude, bad input", _check_prune_by_magnitude_bad_input)

# %% [markdown]
# ### Which file gets smaller, and what gets faster?
#
# Now the full network loses half of its weights, and nobody trains it afterwards. The lab's own pruning is a threshold,
# which is good enough where no two weights are equal.
#
# A phone gets a network as one file. **TFLite** (now called LiteRT) is TensorFlow's format for it: the weights, and a
# plan of operations, which a small program, the *interpreter*, carries out. We make the bytes of such a file of each
# network, and compress a copy with gzip.
#
# **Predict.** How many points of accuracy does half of the weights cost? How large is the file, in percent of the full
# network's file? And its compressed copy, in percent of the full network's compressed copy?

# %% guess [markdown]
# *Your prediction: ___ points; file ___ % of file, compressed ___ % of compressed, because ...*


# %%
def kernels_of(network):
    """Return the kernels of the convolutions and of the dense layer (none of BatchNorm's)."""
    kinds = layers.Conv2D | layers.Dense
    return [layer.kernel for layer in network.layers if isinstance(layer, kinds)]


def below_threshold_to_zero(kernels, share):
    """Set the smallest of all weights in some kernels to zero, in place."""
    magnitudes = np.concatenate([np.abs(kernel.numpy()).ravel() for kernel in kernels])
    # of a share of 0 the threshold would be the smallest weight, and that would go
    threshold = np.quantile(magnitudes, share) if share else -1
    for kernel in kernels:
        kernel.assign(np.where(np.abs(kernel) > threshold, kernel, 0))


def copy_of(network):
    """Return a new network with the same weights."""
    copied = keras.models.clone_model(network)
    copied.set_weights(network.get_weights())
    return copied


half = copy_of(networks["full"])
below_threshold_to_zero(kernels_of(half), 0.5)


# %%
@contextlib.contextmanager
def quietly():
    """Hold back the many lines that TensorFlow's converter and interpreter write."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        with native_stderr_held_back():
            yield


def to_tflite(network, calibration=None):
    """Return a network as a TFLite file's bytes: float32, or int8 if there is a calibration."""
    converter = tf.lite.TFLiteConverter.from_keras_model(network)
    if calibration is not None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([one[None]] for one in calibration)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    with quietly():
        return converter.convert()


def sizes(content):
    """Return how many kilobytes a file has, as it is and compressed."""
    return len(content) / 1000, len(gzip.compress(content)) / 1000


# %%
files = {name: to_tflite(network) for name, network in networks.items()}
files["full, half pruned"] = to_tflite(half)
right["full, half pruned"] = accuracy(half)
kilobytes = {name: sizes(content) for name, content in files.items()}
for name, (raw, compressed) in kilobytes.items():
    print(f"{name:17} {raw:6.1f} kB, compressed {compressed:6.1f} kB, accuracy {right[name]:.1%}")

# %% evidence
zeros = np.mean(np.concatenate([np.ravel(kernel) for kernel in kernels_of(half)]) == 0)
assert abs(zeros - 0.5) < 0.001
assert right["full, half pruned"] > right["full"] - 0.12
raw, compressed = np.array(list(kilobytes.values())).T
assert abs(raw[3] - raw[0]) < 0.02 * raw[0]
assert 0.5 < compressed[3] / compressed[0] < 0.75
assert compressed[0] > 0.85 * raw[0]
assert raw[1] < 0.25 * raw[0]
assert raw[2] < 0.25 * raw[0]

# %% [markdown]
# Half of the weights, the smallest, cost some points at most, though nobody trained afterwards. (How far one can go,
# and how much farther with training: section 7, further.) But the file of the pruned network is as large as before: a
# zero takes four bytes like any other float32. Only the compressed copy is smaller, to about 60%, not to half: it
# still has to say where the zeros are. (Weights that are not zero look like noise to gzip: it gains about a tenth on
# the full network.) The separable and the thin network are small as they are.
#
# And the time? An ordinary program multiplies by zero as patiently as by anything else (the table in section 5 times
# it). This is **unstructured pruning**: zeros wherever they happen to be. To gain time one needs a program that skips
# zeros, which pays only where there are very many, or a processor that is made for a fixed pattern, such as two zeros
# in each four. The other way is **structured pruning**: whole filters go, the arrays become smaller, and what is left
# is an ordinary, thinner network (section 7, further).

# %% instructor [markdown]
# **For instructors.** "Pruned by 90%, so ten times as small and as fast" is the belief to break here. Typical wrong
# answers of exercise 3: each array for itself, a threshold with ties, the sign lost, zeros written into the inputs.

# %% [markdown]
# ## 5. Fewer bits: int8 (19 minutes, core)
#
# A float32 number takes 32 bits. **Quantisation** writes it with fewer: as an integer from −128 to 127, which is int8.
# Two numbers say what the integers mean. The **scale** is the distance of two neighbouring values; the **zero point**
# is the integer that stands for 0:
#
# $$q = \text{round}(x / \text{scale}) + \text{zero point},
# \qquad x \approx (q - \text{zero point}) \cdot \text{scale} .$$
#
# The range of values, from low to high, is divided into 255 steps, so scale = (high − low) / 255, and low becomes −128:
# the zero point is round(−128 − low / scale). The range has to contain 0, so that zero (a padding, a ReLU's output) is
# written exactly. What lies outside the range is *clipped* to its ends. For weights, low and high can be their least
# and their largest value (TFLite takes the largest magnitude for both ends, so that the zero point of weights is 0).
# For a layer's outputs nobody knows these beforehand: some training pictures are run through the network, and low and
# high are noted. This is calibration (another one than lab 06's, which was about confidence).
#
# ### Exercise 4: `quantize_linear` (objective 5)
#
# Small example: the range from −1 to 1.55 has the scale 0.01, and the zero point round(−128 + 100) = −28. The numbers
# −1, 0, 0.5, 1.55 and 9 become −128, −28, 22, 127 and 127: the last one is clipped.
#
# In a kernel of shape (3, 3, channels in, filters) each filter can have a range of its own: then low and high are
# arrays, with one value for each position of the last axis. That is quantisation *per channel*; one range for all is
# *per tensor*. A filter of small weights then has small steps, whatever the weights of the other filters are.


# %% exercise="quantize_linear"
def quantize_linear(values, low, high):
    """Write numbers as int8 with a scale and a zero point.

    Args:
        values: floats of any shape; not changed.
        low: the lower end of the range: a number, or an array of one for each position of the last
            axis of values (per channel). Where it is above 0, 0 is taken instead.
        high: the upper end, likewise. Where it is below 0, 0 is taken instead.

    Returns:
        quantised: a new array of the dtype int8, of the shape of values; rounded to the nearest
            integer, and what lies outside the range clipped to -128 and 127.
        scale: (high - low) / 255, a number or an array as low and high are.
        zero_point: the integer that stands for 0, round(-128 - low / scale); likewise.

    Raises:
        ValueError: with a message, if low is not below high (anywhere), as they are given.
    """
    ### BEGIN SOLUTION
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale).astype("int32")
    steps = np.round(values / scale) + zero_point
    return np.clip(steps, -128, 127).astype("int8"), scale, zero_point
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: order</summary>
# Test low and high; let the range contain 0 (<code>np.minimum(low, 0)</code> works for numbers and arrays); scale; zero
# point; divide, round, add; clip; and change the type last.
# </details>
# <details><summary>Hint 2: why the type comes last</summary>
# <code>np.array([200.0]).astype("int8")</code> does not give 127: it wraps around. Clip while the numbers are floats.
# </details>
# <details><summary>Hint 3: per channel</summary>
# NumPy stretches an array of shape (channels,) along the last axis by itself: nothing has to be done for it.
# </details>


# %% check="quantize_linear"
def _check_quantize_linear():
    call = "quantize_linear([-1, 0, 0.5, 1.55, 9], -1, 1.55)"
    values = np.array([-1, 0, 0.5, 1.55, 9])
    before, got = values.copy(), quantize_linear(values, -1.0, 1.55)
    expect_unchanged(call, values, before)
    found = len(got) if isinstance(got, list | tuple) else type(got).__name__
    expect_equal(f"{call}: three results", found, 3)
    hints = [(2.55 / 256, "There are 256 integers and 255 steps between them.")]
    expect_close(f"{call}, scale", got[1], 0.01, hints=hints)
    hints = [(100, "Low becomes -128, not 0: the integers have a sign."),
        (-127, "Divide by scale."), (-27, "Cut off: round the zero point to the nearest."),
        (28, "A sign: low / scale is -100."), (-228, "A sign: low / scale is -100.")]  # fmt: skip
    expect_close(f"{call}, zero point", got[2], -28, hints=hints)
    hints = [([-128, -28, 22, 127, 104], "Wraps around: clip before you change the type."),
        ([-100, 0, 50, 127, 127], "The zero point has to be added."),
        ([-127, -27, 22, 127, 127], "Round the zero point before you add it: it is an integer."),
        ([-128, -28, 22, 127, 872], "What lies outside the range is clipped.")]  # fmt: skip
    expect_close(f"{call}, quantised", got[0], [-128, -28, 22, 127, 127], hints=hints)
    expect_equal(f"{call}: the dtype of the integers", np.asarray(got[0]).dtype.name, "int8")
    call = "quantize_linear([0.3, 2.57, -0.27], 0.5, 2.55)"
    got = quantize_linear(np.array([0.3, 2.57, -0.27]), 0.5, 2.55)
    hints = [(2.05 / 255, "The range has to contain 0: low is above it.")]
    expect_close(f"{call}, scale", got[1], 0.01, hints=hints)
    expect_close(f"{call}, quantised", got[0], [-98, 127, -128])
    kernel = np.array([[0.506, 20], [-0.2505, 100], [-0.256, -3.7]])
    call = "quantize_linear(3 x 2 values, [-0.506, -254.6], [2.044, 0.4])"
    got = quantize_linear(kernel, np.array([-0.506, -254.6]), np.array([2.044, 0.4]))
    expect_close(f"{call}, scale", got[1], [0.01, 1])
    hints = [([-77.4, 126.6], "The zero point is an integer: round it to the nearest."),
        ([-77, 126], "The zero point is cut off: round to the nearest."),
        ([-78, 126], "The zero point is rounded down: round to the nearest.")]  # fmt: skip
    expect_close(f"{call}, zero point", got[2], [-77, 127], hints=hints)
    hints = [([[-27, 127], [-103, 127], [-103, 123]], "Rounded down: round to the nearest."),
        ([[-27, 127], [-102, 127], [-102, 124]], "Cut off: round to the nearest."),
        ([[-27, 127], [-102, 127], [-103, 123]], "Not (x - low) / scale: round x / scale alone."),
        ([[-26, 127], [-102, 127], [-102, 123]], "Cut off: round to the nearest.")]  # fmt: skip
    expect_close(f"{call}, quantised", got[0], [[-26, 127], [-102, 127], [-103, 123]], hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for shape, per_channel in (
        ((40,), False),
        ((3, 3, 4, 6), True),
        ((5, 7), True),
        ((2, 3, 8), False),
    ):
        size = shape[-1] if per_channel else ()
        scale = random.uniform(0.004, 3, size=size)
        zero = random.integers(-127, 127, size=size)
        off = random.uniform(-0.4, 0.4, size=size)  # so that the zero point has to be rounded
        low, high = (-128 - zero + off) * scale, (127 - zero + off) * scale
        integers = random.integers(-140, 140, size=shape)  # some outside the range
        values = (integers - zero + random.uniform(-0.4, 0.4, size=shape)) * scale
        before, call = values.copy(), f"quantize_linear(values of {shape}, {low=}, {high=})"
        got = quantize_linear(values, low, high)
        expect_unchanged(call, values, before)
        expect_close(f"{call}, scale", got[1], scale)
        expect_close(f"{call}, zero point", got[2], zero)
        expect_close(f"{call}, quantised", got[0], np.clip(integers, -128, 127), rtol=0)
        expect_equal(f"{call}: dtype", np.asarray(got[0]).dtype.name, "int8")
    one, scale = np.array([-3.0, -0.3]), float(random.uniform(0.01, 0.02))
    got = quantize_linear(one * scale, -255 * scale, -2 * scale)
    call = f"quantize_linear(values, {-255 * scale:.4f}, {-2 * scale:.4f})"
    expect_close(f"{call}, scale", got[1], scale)
    expect_close(f"{call}, quantised", got[0], [124, 127])
    ### END HIDDEN TESTS


run_check("quantize_linear", _check_quantize_linear)


# %% bad_input="quantize_linear"
def _check_quantize_linear_bad_input():
    values = np.array([[0.0, 1.0]])
    got = quantize_linear(values, -1.28, 1.27)
    expect_close("quantize_linear([[0, 1]], -1.28, 1.27), quantised", got[0], [[0, 100]])
    cases = [(1.0, 1.0), (1.0, -1.0), (0.0, 0.0), ([0.0, 2.0], [1.0, 2.0])]
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    ends = rng().uniform(-2, 2, size=2)
    cases += [(float(ends.max()), float(ends.min())), ([ends.max(), 0.0], [ends.min(), 1.0])]
    ### END HIDDEN TESTS
    for low, high in cases:
        call = f"quantize_linear(values, low={low}, high={high})"
        widened = np.all(np.minimum(low, 0) < np.maximum(high, 0))
        hint = "Test low and high as they are given, before you let the range contain 0."
        hint = hint if widened else "The scale would be 0 or negative."
        ends = [np.array(end) if isinstance(end, list) else end for end in (low, high)]
        expect_error(call, lambda ends=ends: quantize_linear(values, *ends), hint=hint)


run_check("quantize_linear, bad input", _check_quantize_linear_bad_input)

# %% [markdown]
# ### What a library makes of it
#
# TFLite's converter can make a file in which weights (with a scale for each filter) and layers' outputs are int8, and
# biases int32, so that only integers are multiplied. For that it wants pictures to calibrate on. (Only at the two ends
# stand operations that turn floats into int8 and back, so that we may go on handing in floats.) Are eight bits too many
# or too few? Section 8 (further) tries other numbers.
#
# The table below has all that section 6 chooses from. So the rule is fixed here, before you look: the smallest file
# that loses at most one point of validation accuracy against the full network.
#
# **Predict.** The full network as int8: how large is its file, in percent of the float one? Is it faster or slower?

# %% guess [markdown]
# *Your prediction: ___ %; faster or slower, because ...*

# %%
for name in ("full", "separable", "thin"):
    files[f"{name}, int8"] = to_tflite(networks[name], calibration=x_train[:200])


def open_file(content, batch=1):
    """Return a function that takes a batch of images and gives the file's scores, on one core."""
    with quietly():
        interpreter = tf.lite.Interpreter(model_content=content, num_threads=1)
        first, last = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
        interpreter.resize_tensor_input(first["index"], (batch, *first["shape"][1:]))
        interpreter.allocate_tensors()

    def answer(images, training=False):  # called as a network is, by `accuracy`
        interpreter.set_tensor(first["index"], images)
        interpreter.invoke()
        return interpreter.get_tensor(last["index"])

    return answer


# %%
for name, content in files.items():
    kilobytes[name] = sizes(content)
    right[name] = accuracy(open_file(content, batch=1000))
one_image = x_val[:1]
opened = {name: open_file(content) for name, content in files.items()}
calls = {name: lambda answer=answer: answer(one_image) for name, answer in opened.items()}
milliseconds = median_milliseconds(calls, rounds=200)
print("file               kilobytes  compressed  accuracy  microseconds for one image")
for name, (raw, compressed) in kilobytes.items():
    taken = 1000 * milliseconds[name]
    print(f"{name:17} {raw:10.1f} {compressed:11.1f} {right[name]:9.1%} {taken:12.0f}")

# %% evidence
for name in ("full", "separable", "thin"):
    assert abs(right[f"{name}, int8"] - right[name]) < 0.03
assert abs(right["full, int8"] - right["full"]) < 0.015
assert 0.25 < kilobytes["full, int8"][0] / kilobytes["full"][0] < 0.35
assert kilobytes["separable, int8"][0] > 0.35 * kilobytes["separable"][0]

# %% [markdown]
# TFLite's int8 file is near to a quarter of the float one, and its answers are about as good. For the two small
# networks the gain is less: besides the weights, each file holds the plan of operations and, now, scales and zero
# points.
#
# Whether int8 is faster depends on what the processor and the interpreter's program for it can do. Many phones and
# small chips multiply eight-bit numbers several at a time, or have nothing else; on other processors turning numbers
# to and fro can cost more than is saved. Your last column says what it is on your machine.
#
# The same column has the evidence for section 4: compare the times of "full" and "full, half pruned". Both files ask
# for the same multiplications, many of them by zero in the second one.

# %% instructor [markdown]
# **For instructors.** Typical wrong answers of exercise 4: 256 steps, a zero point counted from 0, the type changed
# before clipping, rounding down, `round((x - low) / scale) - 128`, the range tested after 0 has been let in.

# %% [markdown]
# ## 6. Decide (13 minutes, core)
#
# Now the rule of section 5 chooses, and all files come on one plot.
#
# **Predict.** The choice was made on the 5,000 validation pictures. On the test set, how many points will the chosen
# file have more or less than on those?

# %% guess [markdown]
# *Your prediction: ___ points more or less, because ...*

# %%
allowed = [name for name in files if right[name] > right["full"] - 0.01]
chosen = min(allowed, key=lambda name: kilobytes[name][0])
x_test, y_test = clothes.x_test.astype("float32") / 255, clothes.y_test
on_test = {
    name: accuracy(open_file(files[name], batch=1000), x_test, y_test) for name in ("full", chosen)
}
print(f"chosen: {chosen}")
for name, value in on_test.items():
    print(f"{name:17} validation {right[name]:.1%}, test {value:.1%}")
print(f"chosen, test minus validation: {100 * (on_test[chosen] - right[chosen]):+.1f} points")

# %% evidence
show(
    draw.trade_offs(
        right,
        {name: raw for name, (raw, _) in kilobytes.items()},
        milliseconds,
        title="What each network costs, and what it keeps",
    ),
    alt="Two panels of accuracy: over the size of the file and the time for one image. The full "
    "network and its int8 file have about the same accuracy, the int8 file at three tenths of the "
    "size; the separable and the thin network are smaller still and lose some points; the half "
    "pruned one has a file as large as the full one's.",
)
assert right[chosen] > right["full"] - 0.01
assert right["full"] - max(right["separable"], right["thin"]) > 0.003
assert abs(on_test[chosen] - right[chosen]) < 0.03
assert (len(x_val), len(x_test)) == (5_000, 10_000)
spread = np.sqrt(right[chosen] * (1 - right[chosen]) * (1 / len(x_val) + 1 / len(x_test)))
assert 0.0055 < spread < 0.0065
assert abs(on_test[chosen] - on_test["full"]) < 0.015

# %% [markdown]
# On the test set the chosen file is right about as often as on validation data. Chance alone moves the difference of
# two such shares (5,000 and 10,000 pictures) by 0.6 points, its standard deviation, so one point more or less says
# nothing. A large fall would mean that the choice had been fooled by the pictures on which it was made; seven
# candidates on 5,000 pictures leave little room for that. The full network is within 1.5 points of the chosen one on
# the test set, too. The set has been opened here once, for these two; labs 03 to 06 opened it, and lab 07 took pictures
# of it.
#
# ### Exercise 5: `what_to_deploy` (written, objective 7)
#
# Use your own table and plot. For each of three cases choose a network, and give the number that decides (two or three
# sentences a case):
#
# (a) A watch with 100 kB of free flash memory for the file, not compressed. Its chip multiplies integers only; turning
# floats into int8 at the two ends is done by the watch's own program.
#
# (b) A web page that fetches the compressed file at each visit. For its owner a point of accuracy is worth 10 kB.
#
# (c) A server that classifies a million pictures a night. Each mistake costs money; memory is plentiful.
#
# Then say in one sentence why "90% pruned" alone decides none of the three.

# %% [markdown] written="what_to_deploy"
# **Model answer.** (a) Only int8 files come into question, because the chip has no floating point, and only those below
# 100 kB: of the separable and the thin network in int8 (about 36 and 24 kB) the one that is more accurate on validation
# data, if they differ by more than the noise of a point; else the one that is faster on that chip, to be measured
# there. The full one in int8 (about 114 kB) is too large. (b) What counts is the compressed size. The full network in
# int8 has some 80 kB more than the thin one in int8, which eight points would have to pay for; it is about four points
# better. So a small int8 file; of the two, the one that is ahead when 10 kB count as a point. Time would have to be
# measured in browsers, not here. (c) Accuracy decides: the full network, or one that is larger still; then its
# time a picture on that server, in batches, float32 or int8, whichever the measurement favours. "90% pruned" says
# nothing of the accuracy that is left, leaves the file as large as it is unless it is compressed or stored as sparse,
# and leaves the time of an ordinary program as it is.
#
# **Rubric.** 1 point for each case with a choice that fits the case's constraint and the deciding number from the
# student's own table (another choice with a sound reason counts; a time measured on one machine and claimed for another
# does not). 1 point for pruning: two of accuracy, raw file, time in an ordinary program named.

# %% instructor [markdown]
# **For instructors.** Let two students with different machines lay their plots side by side: the left panels agree, the
# right ones need not. In (a) many overlook that the file is not all: layers' outputs need memory, too.

# %% [markdown]
# ## What we have seen
#
# **In one sentence.** Size, time and accuracy are three measurements, and each way to shrink a network moves them
# differently.
#
# **In one paragraph.** A depthwise separable convolution looks first and mixes then, at 1/c_out + 1/k² of the
# multiplications; how much time that saves depends on how often each number is used once it has been fetched, and on
# what it costs to start a call. On our small task a separable network and a thin ordinary one of the same size were
# about level. Half of the weights set to zero cost this network some points without any training afterwards, and made
# its file smaller only when it was compressed. Eight bits in place of 32 cost next to nothing in accuracy and bring
# the file near to a quarter; what they do to the time depends on the processor.
#
# **The full list.**
#
# - Depthwise: a kernel for each channel, no sum over channels. Pointwise: 1 × 1, all channels, one place.
# - The share of a separable convolution is 1/c_out + 1/k², for weights and multiplications alike.
# - Multiplications for each number moved, for 128 channels: some 540 for a full convolution, 4.5 for a depthwise one.
#   Measure time, with the rivals taking turns, each in one call, by the median, on the machine that counts.
# - A width multiplier α leaves about α² of the multiplications.
# - A thin network of the same size belongs into each comparison.
# - Unstructured zeros: same file, same time in ordinary programs. Compressed: smaller. Structured: smaller arrays.
# - Scale and zero point; clip before you change the type; a scale a filter. On the way back, subtract the zero point
#   outside int8 (section 8, further).
# - TFLite calibrates on training data. Count what a library has quantised: Keras' `quantize` passes over convolutions
#   (section 8, further).
# - Fix the rule of choice first, choose on validation data, open the test set once.
#
# **Key terms.** Depthwise separable convolution, pointwise convolution, arithmetic intensity, width multiplier,
# pruning, sparsity, structured pruning, TFLite, quantisation, scale, zero point; gradual pruning,
# knowledge distillation, inverted residual, compound scaling (sections 7 to 10, further).
#
# **To remember it by.** *Count, then clock*: parameters and multiplications are counted, time is clocked, and neither
# stands for the other.

# %% [markdown]
# ## Check yourself
#
# Choose before you open the explanation.
#
# **1. A 5 × 5 convolution from 64 to 128 channels becomes depthwise separable. Which share of its weights is left?**
# (a) 1/25 (b) 1/64 + 1/25 (c) 1/128 + 1/25, about 5% (d) 1/9
#
# <details><summary>Explanation</summary>
# (a) forgets the depthwise step. (b) takes the input's channels. <b>(c) is right</b>: (25 · 64 + 64 · 128) / (25 · 64 ·
# 128). (d) is the limit for 3 × 3.
# </details>
#
# **2. A layer has a tenth of the multiplications and takes the same time. What is the likely reason?** (a) a mistake in
# the count (b) it waits for memory, or for being started, not for products (c) zeros are slow (d) the weights are
# trained badly
#
# <details><summary>Explanation</summary>
# (a) the count can be right. <b>(b) is right</b>: few products for each number moved, or a layer so small that starting
# it costs most. (c) zeros take as long as other numbers. (d) time does not depend on the values.
# </details>
#
# **3. You set 80% of the weights to zero and save the network. The file is...** (a) a fifth (b) smaller only where the
# zeros are in whole rows (c) larger (d) as large as before
#
# <details><summary>Explanation</summary>
# (a) would need a format for sparse arrays, or compression, which still has to say where the zeros are. (b) not by
# itself: the rows would have to be taken out. (c) no. <b>(d) is right.</b>
# </details>
#
# **4. low = −2, high = 3.1. What is the scale, and which integer stands for 0?** (a) 0.02 and −28 (b) 0.02 and 100 (c)
# 0.0199 and 0 (d) 0.04 and −78
#
# <details><summary>Explanation</summary>
# <b>(a) is right</b>: 5.1 / 255 = 0.02, and −128 + 2 / 0.02 = −28. (b) counts from 0. (c) divides by 256 and puts zero
# in the middle. (d) takes half the steps.
# </details>
#
# **5. On which pictures do you calibrate the ranges of the layers' outputs?** (a) test (b) some of the training
# pictures (c) random noise (d) none are needed
#
# <details><summary>Explanation</summary>
# (a) would let the test set take part in a choice. <b>(b) is right</b>: they look like what will come. (c) gives ranges
# that no picture has. (d) holds for weights only.
# </details>
#
# **6. A network of separable convolutions has a tenth of the parameters of the full one and loses two points. What do
# you need before you say that separable convolutions are what made this possible?** (a) a larger test set (b) a longer
# training of the full one (c) an ordinary, thinner network of the same size, and several starts of each (d) its time
#
# <details><summary>Explanation</summary>
# (a) makes the two points more certain, (b) may change them, and neither says anything of their cause. <b>(c) is
# right</b>: a thin network of as many parameters may lose as little (section 3). (d) is worth knowing, and another
# question.
# </details>

# %% [markdown]
# ## Further
#
# Section 7 prunes farther, trains while it prunes, and takes whole filters out. Section 8 goes from int8 back to
# floats, asks how few bits will do, and counts what Keras quantises. In section 9 a small network learns from a large
# one. Section 10 counts MobileNet, MobileNetV2's block and EfficientNet's scaling. Section 11 shrinks lab 07's network
# for a phone, and says what one would do today.

# %% [markdown]
# ## 7. How far, and with training? (30 minutes, further)
#
# In section 4 the full network lost half of its weights, and you have seen what that cost. How far can one go without
# any training? And do the layers have to lose the same share? *By layer*, the weights of each kernel are compared with
# each other only, so each loses the same share; *globally*, as in exercise 3, all are compared with all, and a layer
# with large weights keeps more.
#
# **Predict.** Which accuracy is left when half of the weights go by layer? And when 80% go globally?

# %% guess [markdown]
# *Your prediction: half by layer ___ % accuracy; 80% globally ___ % accuracy, because ...*

# %%
shares = [0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
pruned_right = {"by layer": [], "globally": []}
some = x_val[:1000], y_val[:1000]  # enough for a curve
for way, found in pruned_right.items():
    for share in shares:
        pruned = copy_of(networks["full"])
        kernels = kernels_of(pruned)
        for group in [[kernel] for kernel in kernels] if way == "by layer" else [kernels]:
            below_threshold_to_zero(group, share)
        found.append(accuracy(pruned, *some))
    print(f"{way:9}", " ".join(f"{100 * x:.0f}%: {one:.0%} " for x, one in zip(shares, found)))
left = [float(np.mean(kernel.numpy() != 0)) for kernel in kernels_of(half)]
print("pruned globally by half, each layer keeps", ", ".join(f"{share:.0%}" for share in left))

# %% evidence
show(
    draw.pruned(
        shares,
        pruned_right,
        title="Some of the weights are not missed, then the network falls apart",
    ),
    alt="Accuracy over the share of weights set to 0. Globally pruned the network stays nearly "
    "level at first, then falls to guessing at 90 percent; pruned by layer it falls earlier.",
)
full = pruned_right["globally"][0]  # on the same 1,000 pictures
assert pruned_right["globally"][1] > full - 0.05
assert pruned_right["globally"][3] > pruned_right["by layer"][3] + 0.05
assert shares[3] == 0.5
assert shares[6] == 0.8
assert pruned_right["globally"][6] < full - 0.2
assert max(pruned_right["globally"][-1], pruned_right["by layer"][-1]) < 0.3
assert min(left[:2]) > 0.5
assert max(left[4:6]) < min(left[:2])
assert left[6] == max(left)

# %% [markdown]
# Two weights of ten, the smallest of all, cost a few points of accuracy at most. Half by layer costs more than half
# globally: pruning by layer falls apart earlier. Without eight of ten the globally pruned network, too, has lost at
# least 20 points; with nine of ten gone, little more than guessing is left. Read the rest off your own curve: 1,000
# pictures and one network do not say more. The last line shows how the two differ: compared with each other, the layers
# do not give the same share. The first two convolutions, which are small, keep more than half of their weights, the
# last two fewer, and the dense layer at the end most of all. To take half of each is to take more from those that have
# few small weights; that fits the curves, and does not prove their cause.
#
# ### Pruning with training
#
# After a cut a network can recover: the weights that are left take over. And it need not be cut at one blow.
# **Gradual pruning** raises the sparsity while the network trains. Zhu and Gupta (2017, *To prune, or not to prune*)
# let it grow quickly at first, when there is much to spare, and slowly at the end: for steps t between the beginning t₀
# and the end t₁ it is
#
# $$s(t) = s_1 + (s_0 - s_1) \left(1 - \frac{t - t_0}{t_1 - t_0}\right)^3 .$$
#
# ### Exercise 6: `sparsity_schedule` (objective 4)
#
# Small example: from 0 to 0.8 between step 100 and step 300. At step 200, halfway, it is 0.8 − 0.8 · (1/2)³ = 0.7.


# %% exercise="sparsity_schedule"
def sparsity_schedule(step, begin, end, final, initial=0.0):
    """Return the sparsity of gradual pruning at a step: Zhu and Gupta's cubic.

    Args:
        step: an integer, 0 or more.
        begin: the step at which the sparsity begins to rise; before, it is the initial one.
        end: the step at which it reaches the final one, and stays there.
        final: the sparsity at the end, 0 to 1.
        initial: the sparsity at the beginning, 0 to 1.

    Returns:
        A float.

    Raises:
        ValueError: with a message, if end does not come after begin.
    """
    ### BEGIN SOLUTION
    if end <= begin:
        raise ValueError(f"the end, {end}, has to come after the beginning, {begin}")
    done = min(max((step - begin) / (end - begin), 0), 1)
    return final + (initial - final) * (1 - done) ** 3
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: before and after</summary>
# The formula alone gives nonsense outside t₀ to t₁. Limit the fraction to 0 to 1 first.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>done = min(max((step - begin) / (end - begin), 0), 1)</code>
# </details>


# %% check="sparsity_schedule"
def _check_sparsity_schedule():
    for step, expected in ((100, 0), (200, 0.7), (300, 0.8), (0, 0), (5000, 0.8)):
        call = f"sparsity_schedule({step}, begin=100, end=300, final=0.8)"
        done = (step - 100) / 200
        hints = [(0.8 * done, "That is linear: the cube is missing."),
            (0.8 * done**3, "Slow first and quick last: it has to be the other way round."),
            (0.8 * (1 - done) ** 3, "It falls: this is what is still missing to the final one."),
            (0.8 - 0.8 * (1 - done) ** 2, "The power is 3."),
            (0.8 - 0.8 * (1 - done) ** 3, "Before begin and after end it stays.")]  # fmt: skip
        got = sparsity_schedule(step, 100, 300, 0.8)
        expect_close(call, got, expected, hints=[] if step in (100, 300) else hints)
    call = "sparsity_schedule(5, begin=0, end=10, final=0.9, initial=0.5)"
    hints = [
        (0.9 - 0.9 / 8, "The initial sparsity is left out."),
        (1.35, "A sign: initial - final."),
    ]
    expect_close(call, sparsity_schedule(5, 0, 10, 0.9, 0.5), 0.85, hints=hints)
    call = call.replace("(5", "(0")
    expect_close(call, sparsity_schedule(0, 0, 10, 0.9, 0.5), 0.5)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for _ in range(4):
        begin, span = (int(number) for number in random.integers((0, 10), (500, 900)))
        initial, final = np.round(random.uniform((0, 0.5), (0.4, 1)), 2).tolist()
        end = begin + span
        for step in (0, begin + span // 7, begin + span // 3, end - 1, end, end + span, 10 * end):
            rest = 1 - np.clip((step - begin) / span, 0, 1)
            call = f"sparsity_schedule({step}, {begin}, {end}, {final}, {initial})"
            expected = final - (final - initial) * rest**3
            expect_close(call, sparsity_schedule(step, begin, end, final, initial), expected)
    ### END HIDDEN TESTS


run_check("sparsity_schedule", _check_sparsity_schedule)


# %% bad_input="sparsity_schedule"
def _check_sparsity_schedule_bad_input():
    expect_close("sparsity_schedule(10, 0, 10, 0.8)", sparsity_schedule(10, 0, 10, 0.8), 0.8)
    cases, hint = [(5, 5), (9, 3)], "No step lies between such a begin and end, wherever step is."
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    cases += [(int(rng().integers(50, 90)), int(rng().integers(1, 40))), (0, 0)]
    ### END HIDDEN TESTS
    for begin, end in cases:
        for step in (0, 4, 100):
            call = f"sparsity_schedule({step}, begin={begin}, end={end}, final=0.8)"
            expect_error(
                call, lambda s=step, b=begin, e=end: sparsity_schedule(s, b, e, 0.8), hint=hint
            )


run_check("sparsity_schedule, bad input", _check_sparsity_schedule_bad_input)

# %% [markdown]
# Keras' `PolynomialDecay` of the power 3 is the same curve; it was made for learning rates. The callback below sets the
# smallest weights to zero after each ten steps. Between two cuts the zeros may grow again, and one that has grown
# enough stays. (Zhu and Gupta keep a zero at zero.) We train a copy of the full network for two more epochs. During the
# first one and a half, the share of zeros rises from 0 to 80%; then it stays there.
#
# **Predict.** You have seen which accuracy is left when 80% of the weights go at one blow and nobody trains. Which
# accuracy has the copy after these two epochs?

# %% guess [markdown]
# *Your prediction: ___ % accuracy, because ...*


# %%
class Prune(keras.callbacks.Callback):
    """While a network trains, keep as many of its smallest weights at zero as `share` says."""

    def __init__(self, share):
        super().__init__()
        self.share, self.step = share, 0

    def on_train_batch_end(self, batch, logs=None):
        self.step += 10  # steps_per_execution
        below_threshold_to_zero(kernels_of(self.model), float(self.share(self.step)))


at_once = copy_of(networks["full"])
below_threshold_to_zero(kernels_of(at_once), 0.8)
sparse = copy_of(networks["full"])
cubic = keras.optimizers.schedules.PolynomialDecay(0.0, 75, end_learning_rate=0.8, power=3)
train(sparse, "gradually", epochs=2, peak=2e-3, callbacks=[Prune(cubic)])
zeros = np.mean(np.concatenate([np.ravel(kernel) for kernel in kernels_of(sparse)]) == 0)
sparse_right = {"cut, not trained": accuracy(at_once), "gradually": accuracy(sparse)}
for name, value in sparse_right.items():
    print(f"{name:16} {value:.1%}")
print(f"{zeros:.1%} zeros")

# %% evidence
assert 0.79 < zeros < 0.81
assert sparse_right["gradually"] > right["full"] - 0.06
assert sparse_right["gradually"] > sparse_right["cut, not trained"] + 0.2

# %% [markdown]
# Cut gradually and trained, a network with a fifth of its weights is within a few points of the full one's accuracy.
# Cut by the same share without training, it has lost at least 20 points more. (The full one may gain by two more
# epochs, too, so do not read more into it.) Whether gradual is better than a cut at the start with the same two epochs
# after it, this does not show: replace `cubic` by `lambda step: 0.8`, and take several starts. Zhu and Gupta prune over
# many thousands of steps.
#
# ### Whole filters
#
# Now structured: half of the filters of each convolution are taken out, those with the smallest sums of magnitudes (Li
# and others 2017, *Pruning filters for efficient ConvNets*). The next layer loses the input channels that belong to
# them, BatchNorm its numbers for them. What is left is an ordinary network of half the width.


# %%
def halved(network):
    """Return a network of half the width, with the filters that have the largest weights."""
    smaller, kept = build(width=0.5), [0]  # kept of what comes in: first the only grey channel
    for old, new in zip(network.layers, smaller.layers):
        if isinstance(old, layers.Conv2D):
            kernel = old.kernel.numpy()[:, :, kept]
            strength = np.abs(kernel).sum(axis=(0, 1, 2))
            kept = np.sort(np.argsort(-strength)[: new.filters])
            new.set_weights([kernel[..., kept]])
        elif isinstance(old, layers.BatchNormalization):
            new.set_weights([one[kept] for one in old.get_weights()])
        elif isinstance(old, layers.Dense):
            new.set_weights([old.kernel.numpy()[kept], old.bias.numpy()])
    return smaller


narrow = halved(networks["full"])
cut = accuracy(narrow)
train(narrow, "half of the filters", epochs=2, peak=2e-3)
structured = accuracy(narrow)
contents = {"full": files["full"], "half of the filters": to_tflite(narrow)}
opened = {name: open_file(content) for name, content in contents.items()}
calls = {name: lambda answer=answer: answer(one_image) for name, answer in opened.items()}
taken = median_milliseconds(calls, rounds=200)
print(f"half of the filters: {cut:.1%} cut, {structured:.1%} after two epochs")
for name, content in contents.items():
    print(
        f"{name:19} {len(content) / 1000:5.0f} kB, {1000 * taken[name]:4.0f} microseconds an image"
    )

# %% evidence
assert narrow.count_params() < 0.27 * networks["full"].count_params()
assert len(contents["half of the filters"]) < 0.33 * len(contents["full"])
assert cut < 0.5
assert structured > right["full"] - 0.07
assert abs(structured - right["thin"]) < 0.04

# %% [markdown]
# Half of the filters gone takes about three quarters of the weights along, since each layer loses half of its input
# channels, too. The file shrinks at once, without any compression, and every program that runs networks can use it.
# Whether it pays to inherit the weights is another question: Liu and others (2019, *Rethinking the value of network
# pruning*) found that the thin network, trained from scratch with the same care and as long, is often as good. Section
# 3's thin network, trained from scratch for four epochs, has still fewer filters, and its accuracy is within four
# points of this one's. That fits what they found, and is no test of it: one start each, and another width. The test is
# `build(width=0.5)`, trained for six epochs.

# %% instructor [markdown]
# **For instructors.** A good project: gradual against at once for 90% and 95%, five starts each. Exercise 6 is quick;
# the usual mistake is the formula outside its range.

# %% [markdown]
# ## 8. Back to floats, and how few bits? (16 minutes, further)
#
# Section 5 has written numbers as int8. Here you go back, and find out what the rounding has cost.
#
# ### Exercise 7: `dequantize_linear` (objective 5)
#
# The way back. With the scale 0.01 and the zero point −28 the integers −128, −28, 22 and 127 mean −1, 0, 0.5 and 1.55.
# One trap: 127 − (−28) is 155, and int8 cannot hold it.


# %% exercise="dequantize_linear"
def dequantize_linear(quantised, scale, zero_point):
    """Return the numbers that int8 integers stand for.

    Args:
        quantised: an array of the dtype int8, of any shape; not changed.
        scale: a float, or an array of one for each position of the last axis (per channel).
        zero_point: an integer (a Python integer, or one of NumPy's, also an int8), or an array of
            them, likewise.

    Returns:
        A new array of floats of the shape of quantised: (quantised - zero_point) * scale.
    """
    ### BEGIN SOLUTION
    return (np.asarray(quantised, dtype="float64") - zero_point) * scale
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint: the trap</summary>
# <code>np.int8(127) - np.int8(-28)</code> is −101. <code>quantised.astype("float32")</code> first, then subtract.
# </details>


# %% check="dequantize_linear"
def _check_dequantize_linear():
    quantised, call = np.array([-128, -28, 22, 127], "int8"), "dequantize_linear(int8, 0.01, -28)"
    before = quantised.copy()
    for zero_point in (-28, np.int8(-28)):
        got = dequantize_linear(quantised, 0.01, zero_point)
        expect_unchanged(call, quantised, before)
        hints = [([-1, 0, 0.5, -1.01], "127 - (-28) wraps around in int8: change the type first."),
            ([-1.28, -0.28, 0.22, 1.27], "The zero point has to be subtracted."),
            ([-1.56, -0.56, -0.06, 0.99], "The zero point is subtracted, not added."),
            ([26.72, 27.72, 28.22, 29.27], "Zero point first: before you scale.")]  # fmt: skip
        expect_close(call, got, [-1, 0, 0.5, 1.55], hints=hints)
    rows, zeros = np.array([[127, 0], [2, 100]], "int8"), np.array([-28, 100], "int8")
    call = "dequantize_linear([[127, 0], [2, 100]], [0.01, 2], [-28, 100])"
    hints = [([[1.55, 0.28], [-196, 0]], "A scale for each place on the last axis, not the first."),
        ([[1.55, 0.28], [0.3, 1.28]], "Each channel has a scale and a zero point of its own."),
        ([[-1.01, -200], [0.3, 0]], "127 - (-28) wraps around: change the type.")]  # fmt: skip
    got = dequantize_linear(rows, np.array([0.01, 2]), zeros)
    expect_close(call, got, [[1.55, -200], [0.3, 0]], hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for shape, size in (((4, 5), ()), ((3, 2, 4), 4), ((1,), ()), ((2, 2, 3, 5), 5)):
        scale, zero = random.uniform(0.01, 2, size=size), random.integers(-128, 128, size=size)
        quantised = random.integers(-128, 128, size=shape).astype("int8")
        quantised.flat[0] = 127
        before = quantised.copy()
        call = f"dequantize_linear(int8 of {shape}, scale={scale}, zero_point={zero})"
        expected = (before.astype(float) - zero) * scale
        for kind in ("int64", "int8"):
            got = dequantize_linear(quantised, scale, np.asarray(zero).astype(kind))
            expect_unchanged(call, quantised, before)
            expect_close(call, got, expected, rtol=1e-4, atol=1e-4)
    ### END HIDDEN TESTS


run_check("dequantize_linear", _check_dequantize_linear)

# %% [markdown]
# ### Other numbers of bits
#
# How few bits do the full network's kernels need? Here each number is rounded to the nearest of its allowed values and
# written back as a float, so that the network runs as before: a simulation. Here 0 is in the middle of the range, so no
# zero point is needed: the integers go from −127 to 127, and −128 is left out.
#
# **Predict.** With 8 bits there are 255 values, with 4 bits 15, with 2 bits three. From how many bits on does the
# accuracy suffer, with one scale a kernel, and with one scale a filter?

# %% guess [markdown]
# *Your prediction: one scale a kernel: from ___ bits on; one a filter: from ___ bits on, because ...*


# %%
def rounded(kernel, bits, per_channel):
    """Round a kernel to 2**bits - 1 evenly spaced values, the largest magnitude being the last."""
    axes = tuple(range(kernel.ndim - 1)) if per_channel else None
    step = np.max(np.abs(kernel), axis=axes, keepdims=True) / (2 ** (bits - 1) - 1)
    return np.round(kernel / step) * step


bits, errors = [8, 6, 5, 4, 3, 2], {}
by_bits = {"a scale a kernel": [], "a scale a filter": []}
for way, found in by_bits.items():
    for number in bits:
        copied, squares = copy_of(networks["full"]), []
        for kernel in kernels_of(copied):
            before = kernel.numpy()
            kernel.assign(rounded(before, number, per_channel=way == "a scale a filter"))
            squares.append(np.mean((kernel.numpy() - before) ** 2) / np.var(before))
        found.append(accuracy(copied, x_val[:1000], y_val[:1000]))
        errors[way, number] = float(np.sqrt(np.mean(squares)))  # as a share of the weights' spread
        shown = f"rounding error {errors[way, number]:6.1%}, accuracy {found[-1]:.1%}"
        print(f"{way}, {number} bits: {shown}")

# %% evidence
kernel_way, filter_way = by_bits.values()
full = accuracy(networks["full"], x_val[:1000], y_val[:1000])
show(
    draw.by_bits(
        bits,
        by_bits,
        {way: [errors[way, number] for number in bits] for way in by_bits},
        title="Eight bits are about as good as 32, six nearly; two are too few",
    ),
    alt="Two panels over bits a weight. Accuracy: both lines are level from 8 down to 6 bits, bend "
    "further left, and have fallen far at 2 bits. Rounding error: it grows with each bit that is "
    "taken away, and the line for a scale a filter lies below that for a scale a kernel.",
)
for found in (kernel_way, filter_way):
    assert abs(found[0] - full) < 0.015
    assert found[1] > full - 0.03
    assert found[-1] < full - 0.3
for way in by_bits:
    assert np.all(np.diff([errors[way, number] for number in bits]) > 0)
for number in bits:
    assert errors["a scale a filter", number] < errors["a scale a kernel", number]
assert errors["a scale a kernel", 8] < 0.05

# %% [markdown]
# Eight bits change next to nothing, and so do six; with two, most of what the network knew is gone. In between it is a
# matter of chance how many points a network loses. A scale for each filter made the rounding errors smaller at each
# number of bits: a filter of small weights need not live with the steps that a filter of large ones asks for. (For
# certain, the largest possible error of a weight gets no larger.) It costs one float a filter. So weights are quantised
# per channel as a rule, and eight bits are the usual choice. Where rounding costs too much, one trains with the
# rounding in place: **quantisation-aware training** (Jacob and others 2018).
#
# ### What Keras makes of it
#
# Keras has `network.quantize("int8")`, which needs neither a file nor pictures.
#
# **Predict.** It is asked to quantise the full network. Which share of the network's numbers is int8 afterwards?

# %% guess [markdown]
# *Your prediction: ___ %, because ...*

# %%
by_keras = copy_of(networks["full"])
with quietly():  # Keras says which layers it passes over: we look for ourselves
    by_keras.quantize("int8")
in_int8 = sum(weight.shape.num_elements() for weight in by_keras.weights if weight.dtype == "int8")
print(f"Keras: {in_int8:,} of {networks['full'].count_params():,} numbers are int8")

# %% evidence
assert in_int8 == 640
assert round(100 * in_int8 / networks["full"].count_params(), 1) == 0.6

# %% [markdown]
# Keras has quantised 640 numbers of 100,922, 0.6%: the last layer's. Its `quantize` knows dense layers, embeddings and
# the like, and passes over convolutions. It says so, in a warning for each layer, which we have held back; who does not
# count the int8 weights may believe that the network is a quarter as large. (This is so in the version of Keras on
# which the course runs; try it in yours.)

# %% instructor [markdown]
# **For instructors.** Typical wrong answers of exercise 7: int8 overflow on the way back, the zero point added. The
# trap of Keras' `quantize` is worth a minute: print `by_keras.summary()`.

# %% [markdown]
# ## 9. A large network teaches a small one (24 minutes, further)
#
# A label says "shirt". A trained network's answer says more: 70% shirt, 20% T-shirt, 9% coat, and hardly any boot. How
# the wrong classes compare is knowledge, too. **Knowledge distillation** trains a small network, the *student*, on the
# answers of a large one, the *teacher* (Hinton, Vinyals and Dean 2015, *Distilling the knowledge in a neural network*).
#
# A sure teacher's answers hardly differ from labels. So both networks' logits are divided by a **temperature** T above
# 1 before the softmax: the answers become softer, and small ones can be seen. For one picture with the label y, the
# student's logits s and the teacher's logits t:
#
# $$\text{loss} = (1 - \alpha) \cdot H\big(y, \text{softmax}(s)\big)
# + \alpha \, T^2 \cdot H\big(\text{softmax}(t / T), \text{softmax}(s / T)\big),
# \qquad H(p, q) = -\sum_c p_c \log q_c .$$
#
# Why T²? The slope of the soft part with respect to s is (softmax(s/T) − softmax(t/T)) / T, and the difference of the
# two soft answers is itself about 1/T of that of the logits. So without T² the soft part would fade as 1/T² when T is
# raised, and α would mean something else at each temperature.
#
# ### Exercise 8: `distillation_loss` (objective 6)
#
# Small example: two classes, s = (0, 0), t = (4, 0), label 0, T = 2, α = 0.5. The hard part is −log 0.5 = 0.693. The
# student's soft answer is (0.5, 0.5), so the soft part is 0.693, too, whatever the teacher says. The loss is 0.5 ·
# 0.693 + 0.5 · 4 · 0.693 = 1.733.


# %% exercise="distillation_loss"
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    """Return the loss of a student that learns from labels and from a teacher's answers.

    Written out, with NumPy or keras.ops: without a library's cross-entropy or divergence.
    Functions for softmax and its logarithm are welcome.

    Args:
        student_logits: floats, (n, classes), of any size: some thousands must not overflow; not
            changed.
        teacher_logits: floats, likewise.
        labels: integers, (n,).
        temperature: a number above 0; it softens both answers in the soft part, and nothing in
            the hard part.
        alpha: the share of the soft part, 0 to 1; the hard part has the share 1 - alpha.

    Returns:
        A single number, the mean over the examples: (1 - alpha) * hard + alpha * temperature**2 *
        soft. Hard is the cross-entropy with the labels, soft that of both softened answers.
    """
    ### BEGIN SOLUTION

    def log_softmax(logits):
        moved = logits - np.max(logits, axis=1, keepdims=True)
        return moved - np.log(np.sum(np.exp(moved), axis=1, keepdims=True))

    hard = -log_softmax(student_logits)[np.arange(len(labels)), labels]
    teacher = np.exp(log_softmax(teacher_logits / temperature))
    soft = -np.sum(teacher * log_softmax(student_logits / temperature), axis=1)
    return np.mean((1 - alpha) * hard + alpha * temperature**2 * soft)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: stay with logarithms</summary>
# The logarithm of a softmax is <code>logits - max - log(sum(exp(logits - max)))</code>. A softmax first and a logarithm
# after it gives −∞ where a probability is rounded to 0.
# </details>
# <details><summary>Hint 2: the hard part</summary>
# <code>log_softmax(student_logits)[np.arange(n), labels]</code> takes each example's value at its label. No temperature
# here.
# </details>
# <details><summary>Hint 3: the soft part</summary>
# <code>-(softmax(teacher / T) * log_softmax(student / T)).sum(axis=1)</code>
# </details>


# %% check="distillation_loss"
def _check_distillation_loss():
    library = [f"keras.losses.{n}" for n in ("CategoricalCrossentropy", "KLDivergence")]
    library += [f"keras.losses.{n}" for n in ("SparseCategoricalCrossentropy", "kl_divergence")]
    library += [f"keras.ops.{n}categorical_crossentropy" for n in ("", "sparse_")]
    library += ["tensorflow.nn.softmax_cross_entropy_with_logits"]
    library += ["tensorflow.nn.sparse_softmax_cross_entropy_with_logits"]
    pair = np.array([[0.0, 0.0]]), np.array([[4.0, 0.0]])
    call = "distillation_loss([[0, 0]], [[4, 0]], [0], temperature=2, alpha=0.5)"
    hints = [
        (np.log(2), "T squared is missing on the soft part."),
        (1.0397, "T has to be squared."),
    ]
    hints += [(2.26293, "Teacher and student are swapped.")]
    hints += [(1.0022, "That is the divergence: take the cross-entropy.")]
    got = expect_by_hand(call, distillation_loss, (*pair, np.array([0]), 2, 0.5), *library)
    expect_close(call, got, 2.5 * np.log(2), rtol=1e-4, hints=hints)
    student, teacher = np.array([[2.0, 0, -1], [0, 3, 1]]), np.array([[5.0, 2, 0], [1, 2, 6]])
    given = student.copy(), teacher.copy()
    hard, warm, soft = 1.169846, 0.964369, 1.058286  # warm: hard with T, by mistake
    for alpha in (0.0, 1.0, 0.3):
        call = f"distillation_loss(two students, two teachers, [0, 2], 2, {alpha=})"
        expected = (1 - alpha) * hard + alpha * 4 * soft
        hints = [((1 - alpha) * 4 * soft + alpha * hard, "alpha: the wrong way round."),
            ((1 - alpha) * 4 * hard + alpha * 4 * soft, "T squared on the hard part."),
            ((1 - alpha) * warm + alpha * 4 * soft, "No T in the hard part."),
            (2 * expected, "That is the sum: take the mean over the batch.")]  # fmt: skip
        got = distillation_loss(student, teacher, np.array([0, 2]), 2, alpha)
        expect_unchanged(f"{call}, student", student, given[0])
        expect_unchanged(f"{call}, teacher", teacher, given[1])
        expect_close(call, got, expected, rtol=1e-4, hints=hints)
    call = "distillation_loss([[5000, 0, -5000]], [[0, 5000, 0]], [2], 10, 0.5)"
    large = np.array([[5000.0, 0, -5000]]), np.array([[0.0, 5000, 0]]), np.array([2])
    got = distillation_loss(*large, 10, 0.5)
    log = "A probability is rounded to 0 and its logarithm is -inf: use the log-softmax (Hint 1)."
    hints = [(np.nan, "exp(5000) overflows, or 0 times infinity (Hint 1)."), (np.inf, log)]
    expect_close(call, got, 5000 + 50 * 500, rtol=1e-4, hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for _ in range(5):
        n, classes = random.permutation(np.arange(2, 12))[:2].tolist()
        student, teacher = random.normal(size=(2, n, classes)) * random.uniform(1, 6)
        labels, alpha = (
            random.integers(0, classes, size=n),
            round(float(random.uniform(0.1, 0.9)), 2),
        )
        temperature = round(float(random.uniform(1.5, 8)), 1)
        if random.uniform() < 0.3:
            student = student * 1000
        logs = []
        for logits in (student, student / temperature, teacher / temperature):
            top = logits.max(1, keepdims=True)
            logs.append(logits - top - np.log(np.exp(logits - top).sum(1, keepdims=True)))
        hard = -logs[0][np.arange(n), labels].mean()
        soft = -(np.exp(logs[2]) * logs[1]).sum(1).mean()
        expected = (1 - alpha) * hard + alpha * temperature**2 * soft
        call = f"distillation_loss({n} students, teachers, labels, {temperature}, {alpha})"
        before = student.copy(), teacher.copy()
        got = distillation_loss(student, teacher, labels, temperature, alpha)
        expect_unchanged(f"{call}, student", student, before[0])
        expect_unchanged(f"{call}, teacher", teacher, before[1])
        expect_close(call, got, expected, rtol=1e-3, atol=1e-4)
    ### END HIDDEN TESTS


run_check("distillation_loss", _check_distillation_loss)

# %% [markdown]
# Now a task. The teacher is the lab's full network. The student has no convolution at all: 32 units and ten scores,
# 25,450 parameters, a quarter of the teacher's. It has 1,000 pictures with labels; 8,000 more, which neither has seen,
# have none. Three ways to teach it, each in as many steps: the 1,000 labels; the 1,000 labels and the teacher's
# answers to the same pictures (α = 0.5); the teacher's answers to the 8,000 pictures without labels (α = 1). T is 2,
# and each way has three starts, which are trained as one model (lab 05).
#
# **Predict.** How many points does the teacher bring, on the same 1,000 pictures, and with the 8,000? How near does the
# student come to the teacher?

# %% guess [markdown]
# *Your prediction: the same pictures ___ points, the 8,000 ___ points, still missing ___ points, because ...*


# %%
soft_cross_entropy = keras.losses.CategoricalCrossentropy(from_logits=True)


def teach(label, images, labels, teacher_logits, alpha, epochs=6, temperature=2.0):
    """Train three students; return their validation accuracies."""

    def loss(targets, logits):  # one array, as Keras asks for: one-hot labels, teacher's logits
        answers = keras.ops.softmax(targets[:, 10:] / temperature)
        soft = temperature**2 * soft_cross_entropy(answers, logits / temperature)
        return (1 - alpha) * soft_cross_entropy(targets[:, :10], logits) + alpha * soft

    students = []
    for seed in (10, 11, 12):
        keras.utils.set_random_seed(seed)
        parts = [layers.Flatten(), layers.Dense(32, activation="relu"), layers.Dense(10)]
        students.append(keras.Sequential([keras.Input((28, 28, 1)), *parts]))
    inputs = keras.Input((28, 28, 1))
    joined = keras.Model(inputs, [student(inputs) for student in students])
    targets = np.concatenate([np.eye(10)[labels], teacher_logits], axis=1).astype("float32")
    rate = keras.optimizers.schedules.CosineDecay(0.004, epochs * -(-len(images) // 128))
    joined.compile(keras.optimizers.Adam(rate), [loss] * 3, steps_per_execution=21)
    joined.fit(
        images,
        [targets] * 3,
        batch_size=128,
        epochs=epochs,
        verbose=0,
        callbacks=[ProgressBar(label)],
    )
    return [accuracy(student) for student in students]


# %%
def logits_of(network, images):
    """Return the scores of a network, a thousand images at a time."""
    parts = range(0, len(images), 1000)
    return np.concatenate([network(images[i : i + 1000], training=False) for i in parts])


teacher = networks["full"]
# each of the 1,000 eight times, so that all three ways have epochs of 8,000
few, few_labels = np.tile(x_train[:1000], (8, 1, 1, 1)), np.tile(y_train[:1000], 8)
few_logits = np.tile(logits_of(teacher, x_train[:1000]), (8, 1))
unseen = x_rest[6_400:14_400].astype("float32") / 255
unseen_logits = logits_of(teacher, unseen)
nobodys = np.zeros(len(unseen), int)  # no labels: with alpha = 1 they count for nothing
taught = {
    "1,000 labels": teach("labels", few, few_labels, few_logits, 0.0),
    "labels and teacher": teach("both", few, few_labels, few_logits, 0.5),
    "teacher, 8,000 unlabelled": teach("teacher", unseen, nobodys, unseen_logits, 1.0),
}
for name, found in taught.items():
    print(f"{name:26} {np.mean(found):.1%} ± {np.std(found, ddof=1):.1%}   {np.round(found, 3)}")

# %% evidence
alone, both, unlabelled = (float(np.mean(found)) for found in taught.values())
show(
    draw.students(
        taught,
        right["full"],
        title="Students with and without a teacher, and how far all are behind it",
    ),
    alt="Validation accuracies of nine students, and a dashed line for the teacher, right of all. "
    "The students of 1,000 labels, those of labels and teacher, and those of the teacher's answers "
    "to 8,000 pictures without labels lie near each other.",
)
assert -0.02 < both - alone < 0.04
assert -0.015 < unlabelled - alone < 0.04
assert unlabelled < right["full"] - 0.005

# %% [markdown]
# On the same 1,000 pictures the teacher's answers change little: about half a point on our machine, and
# all three starts with the teacher were ahead of all three without. By chance alone that happens once in twenty times;
# three starts are few, and yours may lie among each other. But a teacher can answer for pictures that nobody has
# labelled: its other students, who never saw a label, are about as good as those with 1,000 labels, in as many
# steps. (The teacher itself has had 6,400 labels, and hands on some of what it made of them.) The student is still
# behind its teacher: it has no convolution, and no answer of a teacher's mends that.
#
# Hinton and his co-authors trained with far more patience, and on all of MNIST: with its teacher's answers their small
# network made 74 errors in place of 146, from the same pictures. An effect is claimed where it was measured: this is
# the one for our task, our student and our budget.

# %% instructor [markdown]
# **For instructors.** Let students vary T and α before you discuss. In exercise 8 the usual mistakes are T² forgotten,
# the temperature in the hard part, and a logarithm of a softmax that has become 0.

# %% [markdown]
# ## 10. MobileNet, counted, and what came after (20 minutes, further)
#
# MobileNet (section 3) is one full convolution with 32 filters, 13 separable blocks and a dense layer for 1,000
# classes. The code cell below lists the filters of the 13 blocks.
#
# **Predict.** MobileNet has 4.25 million parameters at α = 1. How many does it have at α = 0.5: a half, a third, a
# quarter? And of its multiplications, which share is left?

# %% guess [markdown]
# *Your prediction: ___ million parameters, ___ % of the multiplications, because ...*

# %% exact
FILTERS = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024]
HALVES = [1, 3, 5, 11]  # the blocks whose depthwise step has a stride of 2


def mobilenet_cost(alpha, side=224, classes=1000):
    """Count MobileNet's parameters (BatchNorm's four a channel included) and multiplications."""
    channels, side = int(32 * alpha), side // 2
    parameters = 27 * channels + 4 * channels
    products = 27 * channels * side * side
    for block, filters in enumerate(FILTERS):
        filters, side = int(filters * alpha), side // 2 if block in HALVES else side
        parameters += 9 * channels + 4 * channels + channels * filters + 4 * filters
        products += (9 * channels + channels * filters) * side * side
        channels = filters
    return parameters + (channels + 1) * classes, products + channels * classes


for alpha in (1.0, 0.75, 0.5, 0.25):
    parameters, products = mobilenet_cost(alpha)
    print(f"width {alpha:4}: {parameters:9,} parameters, {products / 1e6:3.0f} million products")
incoming = [32, *FILTERS[:-1]]  # channels that come into each block
parts = {"depthwise": sum(9 * channels for channels in incoming)}
parts["pointwise"] = sum(c * filters for c, filters in zip(incoming, FILTERS))
parts["last layer"] = (FILTERS[-1] + 1) * 1000
for name, part in parts.items():
    print(f"{name:10} {part:9,} weights, {part / mobilenet_cost(1.0)[0]:5.1%} of the parameters")

# %% evidence
for alpha in (1.0, 0.5):
    in_keras = keras.applications.MobileNet(weights=None, alpha=alpha).count_params()
    assert mobilenet_cost(alpha)[0] == in_keras
assert mobilenet_cost(1.0)[0] == 4_253_864
assert [round(100 * part / 4_253_864) for part in parts.values()] == [1, 74, 24]
assert 0.31 < mobilenet_cost(0.5)[0] / 4_253_864 < 0.32
assert 0.26 < mobilenet_cost(0.5)[1] / mobilenet_cost(1.0)[1] < 0.27
assert [round(mobilenet_cost(alpha)[1] / 1e6) for alpha in (1, 0.5)] == [569, 149]

# %% [markdown]
# The list gives exactly Keras' count, and the 569 million multiplications of the paper. Half the width leaves 31% of
# the parameters and 26% of the products. A pointwise step has c · c weights, so half the channels leave a quarter; the
# depthwise steps and the last layer shrink only by half. Nearly all of MobileNet is in its pointwise steps, 74% of the
# parameters, and its last layer, 24%. The depthwise steps, for which it is known, hold 1%.

# %% instructor [markdown]
# **For instructors.** Ask why half the width does not leave exactly a quarter.

# %% [markdown]
# MobileNetV2 (Sandler and others 2018) turns the block round. A ResNet's bottleneck (lab 08) is wide at its ends and
# narrow in the middle. The **inverted residual** is narrow at its ends and wide in the middle: a pointwise step that
# makes six times as many channels, a depthwise step on those, and a pointwise step back to few, without an activation
# (a ReLU on few channels would throw information away). Where input and output have the same shape, a shortcut joins
# the narrow ends, so that only small maps have to be kept. EfficientNet's block, and that of EfficientNet-Lite0 in lab
# 07, is this one.
#
# **Predict.** From 32 channels to 32, expanded to 192: how many weights has an inverted residual, compared with one
# full 3 × 3 convolution from 32 to 32 (9,216)? Fewer, about as many, or more?

# %% guess [markdown]
# *Your prediction: ..., because ...*

# %% exact
STAGES = [(1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1)]


def inverted_residual_weights(channels, filters, expansion):
    """Count a block's weights, and BatchNorm's four numbers a channel behind each step."""
    wide = channels * expansion
    widen = channels * wide + 4 * wide if expansion > 1 else 0
    return widen + (9 * wide + 4 * wide) + (wide * filters + 4 * filters)


total, channels = 27 * 32 + 4 * 32, 32
for expansion, filters, repeats in STAGES:
    for _ in range(repeats):
        total += inverted_residual_weights(channels, filters, expansion)
        channels = filters
total += (channels * 1280 + 4 * 1280) + (1280 + 1) * 1000
kernels_alone = 2 * 32 * 192 + 9 * 192
print(f"one block 32 -> 192 -> 32: {kernels_alone:,} weights, full convolution {9 * 32 * 32:,}")
print(f"MobileNetV2: {total:,} parameters")

# %% evidence
assert kernels_alone == 14_016
assert total == 3_538_984
assert keras.applications.MobileNetV2(weights=None).count_params() == total

# %% [markdown]
# More: 14,016 against 9,216. What the block buys with them is a depthwise step on 192 channels, while the maps that are
# handed on have 32. The whole network has exactly Keras' 3,538,984 parameters, 1,281,000 of them in its last layer.
#
# EfficientNet (Tan and Le 2019) asks how to spend more computing once a good small network is found: more layers,
# more channels, or larger pictures? Its answer is **compound scaling**: all three, in fixed proportions. One number φ
# sets depth to 1.2^φ, width to 1.1^φ and resolution to 1.15^φ.
#
# **Predict.** By which factor do the multiplications grow when φ grows by one?

# %% guess [markdown]
# *Your prediction: ___, because ...*

# %% exact
depth, width, resolution = 1.2, 1.1, 1.15
factor = depth * width**2 * resolution**2
for phi in range(4):
    side = 224 * resolution**phi
    print(
        f"phi {phi}: depth x {depth**phi:.2f}, width x {width**phi:.2f}, side {side:3.0f}, "
        f"multiplications x {factor**phi:.2f}"
    )

# %% evidence
assert round(factor, 2) == 1.92

# %% [markdown]
# Depth counts once; width twice, since inputs and outputs of a layer both grow; resolution twice, for height and width.
# So each step of φ costs about twice as much (1.92), and by design: the authors looked for proportions with a product
# of about 2. They found these three numbers by a small search on their smallest network. The networks that were
# published round these values: B1 takes pictures of 240 pixels, not of 258.
#
# ## 11. Lab 07's network, for a phone (10 minutes, further)
#
# The last candidate is the network of lab 07: EfficientNet-Lite0, frozen, and a linear head for eight classes of
# stamps. To save you time the pictures have 96 pixels here. We fit the head on the training half, join the two, and
# make one int8 file, calibrated on training pictures. (Lab 07 has used these test pictures before; nothing is chosen on
# them here.)
#
# **Predict.** 3.4 million parameters. How many megabytes has the int8 file, and how many of the 161 test pictures does
# it answer differently from the float network?

# %% guess [markdown]
# *Your prediction: ___ MB, ___ pictures, because ...*

# %%
stamps = load("stamps")
small = [
    preprocess_input(tf.image.resize(images, (96, 96), antialias=True).numpy())
    for images in (stamps.x_train, stamps.x_test)
]
base = backbone("efficientnet_lite0", input_shape=(96, 96, 3), include_top=False, pooling="avg")
features = [
    np.concatenate([base(images[i : i + 32], training=False) for i in range(0, 161, 32)])
    for images in small
]
probe = LogisticRegression(C=0.1, max_iter=200).fit(features[0], stamps.y_train)
head = layers.Dense(8)
phone = keras.Model(base.input, head(base.output))
head.set_weights([probe.coef_.T, probe.intercept_])
float_answers = probe.predict(features[1])
phone_file = to_tflite(phone, calibration=small[0][::4])
answer = open_file(phone_file)
int8_answers = np.array([np.argmax(answer(image[None])) for image in small[1]])

# %%
megabytes = 4 * phone.count_params() / 1e6, len(phone_file) / 1e6
print(f"float32: {megabytes[0]:.1f} MB of weights; int8: a file of {megabytes[1]:.1f} MB")
for name, answers in (("float32", float_answers), ("int8", int8_answers)):
    print(f"{name:7} right on {np.sum(answers == stamps.y_test)} of 161 test pictures")
differ = int(np.sum(float_answers != int8_answers))
image = small[1][:1]
taken = median_milliseconds({"int8": lambda: answer(image)}, rounds=30)["int8"]
print(f"different answers: {differ}; {taken:.1f} ms a picture on one core of this machine")

# %% evidence
assert phone.count_params() == 3_423_272
assert 3.8 < megabytes[1] < 4.2
assert round(megabytes[0], 1) == 13.7
assert differ <= 16
assert np.mean(float_answers == stamps.y_test) > 0.75
assert abs(np.mean(float_answers == stamps.y_test) - np.mean(int8_answers == stamps.y_test)) < 0.07

# %% [markdown]
# The bill: 13.7 MB of weights become a file of 4 MB, at most a tenth of the answers change, and about as many are right
# as before, give or take the noise of 161 pictures. Such a network fits into any phone. It was made for this:
# EfficientNet-*Lite* leaves out EfficientNet's squeeze-and-excitation (a little network in each block that weighs its
# channels), and replaces its activation, swish, by ReLU6, a ReLU cut off at 6, so that outputs have ranges that int8
# can bear.
#
# ### What a practitioner would do today
#
# 1. Fix the target first: which device, how many milliseconds, how many megabytes, which accuracy on which groups.
# 2. Take a small network that others have trained (MobileNet, EfficientNet-Lite and their successors), and fine-tune it
#    (lab 07). Inventing an own one comes last.
# 3. Quantise to int8 after training, with a scale a filter, calibrated on training pictures: little work, a quarter of
#    the size. If accuracy suffers, train with the rounding in place.
# 4. Measure on the device, with the program that will run there; look at which operations it could not take over.
# 5. If it is still too large or slow: a smaller width or picture, a distilled student. Prune whole filters; prune
#    single weights only where the device can use it.
# 6. Test the very file that you ship, on validation data at every step and on the test set once, and for each group for
#    which it may err (lab 07).

# %% instructor [markdown]
# **For instructors.** The section runs long on old machines: most of it is the conversion. Point 6 is the one that
# teams forget: the float network is tested, and the int8 file is shipped.

# %% [markdown]
# ## Read on
#
# - Howard and others (2017), *MobileNets: efficient convolutional neural networks for mobile vision applications*.
#   Width and resolution multipliers, with their price in accuracy.
# - Chollet (2017), *Xception: deep learning with depthwise separable convolutions*. The same step, in a large network.
# - Sandler, Howard, Zhu, Zhmoginov and Chen (2018), *MobileNetV2: inverted residuals and linear bottlenecks*.
# - Tan and Le (2019), *EfficientNet: rethinking model scaling for convolutional neural networks*.
# - Hinton, Vinyals and Dean (2015), *Distilling the knowledge in a neural network*. Short, and easy to read.
# - Han, Mao and Dally (2016), *Deep compression*. Pruning, shared weights and a code for them, one after the other.
# - Zhu and Gupta (2017), *To prune, or not to prune: exploring the efficacy of pruning for model compression*.
# - Li, Kadav, Durdanovic, Samet and Graf (2017), *Pruning filters for efficient ConvNets*; and Liu and others
#   (2019), *Rethinking the value of network pruning*, which doubts it.
# - Jacob and others (2018), *Quantization and training of neural networks for efficient integer-arithmetic-only
#   inference*. Where scale and zero point come from.
#
# ### An open challenge
#
# Make the smallest TFLite file that names 84% of the 5,000 validation pictures of this lab rightly. Everything that the
# lab has shown is allowed; report kilobytes, compressed kilobytes, and the mean of three starts.
