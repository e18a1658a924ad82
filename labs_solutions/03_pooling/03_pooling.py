# %% [markdown]
# # 03 Pooling: smaller maps, and what invariance is worth
#
# Below you will see two T-shirts, 14 x 14 pixels each, one dark and one bright. They were made from two photos by
# keeping every second pixel of every second row, which is what a convolution with stride 2 does to its feature map. How
# do you think the two photos differ?
#
# <!-- facts -->
#
# Besides Fashion-MNIST, the lab uses a photo of a page that comes with scikit-image. Of lab 02 it needs windows,
# stride, padding, receptive field and equivariance. The sections marked *further* stand after the core and can be left
# out.
#
# ## Objectives
#
# 1. Write max, average and global average pooling, with any window and stride, and predict the size of what comes out.
# 2. Say what each way of making a map smaller keeps of a picture, and what it loses.
# 3. Send a gradient back through a maximum, and check it against automatic gradients.
# 4. Recognise aliasing in a picture, explain where it comes from, and say what a blur mends of it and what it costs.
# 5. Measure how far a network's answer depends on where the object stands, with a mean and a spread over several
#    trainings.
# 6. Count what pooling saves in later layers, and choose between pooling, stride and neither for a given task.
#
# Objectives 1, 3, 5 and 6 have functions for you to write (those of 3 and 6 in further sections); 2 and 4 come in the
# experiments and in the written answer at the end of the core. In every section you commit to a prediction, run the
# experiment, and read what it showed. Write your predictions down before you run the cell.

# %% imports
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
from utils.figures import image_grid, show
from utils.figures import pooling as draw
from utils.training import ProgressBar
import keras
from keras import layers
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from skimage.data import page
import tensorflow as tf

# %%
data = load("fashion_mnist")
photo_a, photo_b = draw.two_shirts(data.x_train)  # (32, 32) each, 0 is black and 1 is white
small_shirts = [photo_a[2:-2:2, 2:-2:2], photo_b[2:-2:2, 2:-2:2]]
print(f"mean brightness {small_shirts[0].mean():.2f} and {small_shirts[1].mean():.2f}")

# %% evidence
assert small_shirts[1].mean() > 1.8 * small_shirts[0].mean()
show(
    image_grid(small_shirts, ["from photo A", "from photo B"], columns=2, size=2, vmin=0, vmax=1),
    alt="Two coarse T-shirts of 14 by 14 pixels: the left one has a nearly black body, the right "
    "one a nearly white body.",
)

# %% guess [markdown]
# *Your guess: the two photos differ in ...*

# %% [markdown]
# Keep your guess. The photos themselves come in section 3, and what they mean for a network's answers in section 4.
#
# ## 1. One number for a window (34 minutes, core)
#
# **Pooling** makes a feature map smaller. It lays a window on the map, writes down *one* number for all the values in
# it, and moves on by the stride. **Max pooling** writes the largest value, **average pooling** the mean. There is
# nothing to learn in it: no weights, no bias. And unlike a convolution, which adds up all channels, pooling treats
# every channel on its own.
#
# **Predict.** A 4 x 4 map, windows of 2 x 2 side by side. Write down the four maxima and the four means.
#
# ```
# 1 3 0 2
# 4 2 1 1
# 5 0 7 3
# 1 2 6 8
# ```

# %% guess [markdown]
# *Your prediction: the maxima ___ ___ / ___ ___; the means ___ ___ / ___ ___.*

# %% exact
feature_map = np.array([[1, 3, 0, 2], [4, 2, 1, 1], [5, 0, 7, 3], [1, 2, 6, 8]], dtype="float32")
one_image = feature_map[None, :, :, None]  # Keras wants (batch, height, width, channels)
pooled = {
    "max": np.asarray(layers.MaxPooling2D(pool_size=2)(one_image))[0, :, :, 0],
    "average": np.asarray(layers.AveragePooling2D(pool_size=2)(one_image))[0, :, :, 0],
}
for name, values in pooled.items():
    print(name, values.tolist())
print("parameters of a pooling layer:", layers.MaxPooling2D(pool_size=2).count_params())

# %% evidence
show(
    draw.pooled_windows(feature_map, pooled, window=2),
    alt="A map of 4 by 4 numbers cut into four windows. Max pooling keeps 4, 2, 5 and 8, average "
    "pooling 2.5, 1, 2 and 6.",
)

# %% [markdown]
# A 2 x 2 window with stride 2 keeps one number of four: height and width are halved, the number of channels stays.
#
# The size follows the formula of lab 02, $\lfloor (n + p_\mathrm{total} - k)/s \rfloor + 1$ for a map of $n$, a window
# of $k$, a stride of $s$ and $p_\mathrm{total}$ rows of padding in all (lab 02 wrote $2p$: $p$ on each side).
# `padding="valid"` means no padding; a last window that does not fit is dropped. `padding="same"` pads until $\lceil
# n/s \rceil$ windows fit. And one default is worth knowing: in Keras the stride of a pooling layer is its *window*,
# where that of a convolution is 1. (`MaxPooling2D()` takes a window of 2; `AveragePooling2D()` without a window is an
# error.)
#
# **Predict.** What size does each of five max poolings make of its input: a map of 28 and `pool_size=2`; 28 and
# `pool_size=3`; 28 and `pool_size=3, strides=2`; 7 and `pool_size=2`; 7 and `pool_size=2, padding="same"`?

# %% guess [markdown]
# *Your prediction, in this order: ___, ___, ___, ___, ___.*

# %% exact
print("input  layer")
for size, arguments in [
    (28, {"pool_size": 2}),
    (28, {"pool_size": 3}),
    (28, {"pool_size": 3, "strides": 2}),
    (7, {"pool_size": 2}),
    (7, {"pool_size": 2, "padding": "same"}),
]:
    shape = layers.MaxPooling2D(**arguments).compute_output_shape((None, size, size, 1))
    print(f"   {size:2}  {arguments}: {shape[1]}")

# %% [markdown]
# 28 pooled by 3 gives 9, because the windows lie side by side and the last column and row are left over. With stride 2
# they overlap, and 13 fit. Of a map of 7, windows of 2 see only 6 rows: whatever stands in the seventh is never looked
# at. `"same"` looks at it, and needs padding for that.
#
# **Predict.** With what does `"same"` pad? A 3 x 3 map holds −1 everywhere. Both kinds of pooling, windows of 2,
# `padding="same"`: is the lower right number −1, 0, or something between?

# %% guess [markdown]
# *Your prediction: max pooling gives ___, average pooling ___, because "same" pads with ...*

# %% exact
minus_one = np.full((1, 3, 3, 1), -1.0, dtype="float32")
for layer in [layers.MaxPooling2D(2, padding="same"), layers.AveragePooling2D(2, padding="same")]:
    print(f"{layer.__class__.__name__:17}", np.asarray(layer(minus_one))[0, :, :, 0].tolist())

# %% [markdown]
# −1, both times. A padding of zeros would give a maximum of 0 and a mean of −0.25 in the corner. Instead, max pooling
# pads with minus infinity, which never wins, and average pooling divides by the number of *real* values in the window.
# So a pooled value never goes outside the range of the real values in its window. A convolution's zero padding gives
# no such promise.
#
# ### Exercise 1: `max_pool2d` (objective 1)
#
# Write max pooling for a batch of images with channels. An example without padding, windows of 2 and stride 1, so that
# the windows overlap:
#
# ```
# -1 -3  4          -1  4
# -2 -5  0    ->    -2  6
# -9 -7  6
# ```


# %% exercise="max_pool2d"
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    """Write down the largest value of each window, for each image and each channel.

    By hand: no pooling of a library (keras.layers, keras.ops, tf.nn, scikit-image, SciPy).

    Args:
        images: (batch, height, width, channels), floats, which may be negative and of any size.
        pool_size, stride: side of the window, step between windows; None means `pool_size`.
        padding: "valid": none, a window that does not fit is dropped. "same": an axis of n values
            has w = ceil(n / stride) windows, and max((w - 1) * stride + pool_size - n, 0) rows of
            padding, never the largest: half, rounded down, before the image, the rest behind.

    Returns: a new float array, (batch, rows, columns, channels). `images` stays as it was.

    Raises:
        ValueError: with a message, for another padding ("Valid" is one), a pool_size or stride
            below 1, and, with "valid", a window larger than the image.
    """
    ### BEGIN SOLUTION
    stride = pool_size if stride is None else stride
    most = {"valid": min(images.shape[1:3]), "same": np.inf}.get(padding, 0)
    if not (1 <= pool_size <= most and stride >= 1):
        raise ValueError(f"cannot pool {images.shape} with {pool_size=}, {stride=}, {padding=}")
    if padding == "same":
        pads = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(0, 0), *((n // 2, n - n // 2) for n in pads), (0, 0)]
        images = np.pad(images, pads, constant_values=-np.inf)
    windows = sliding_window_view(images, (pool_size,) * 2, axis=(1, 2))[:, ::stride, ::stride]
    return windows.max(axis=(-2, -1))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: where to start</summary>
# First <code>"valid"</code>, first with loops. How many windows start in an axis of n values? Make an empty array of
# that shape, and fill <code>pooled[:, row, column]</code>, all images and all channels at once.
# </details>
# <details><summary>Hint 2: the window</summary>
# The window of output (row, column) is <code>images[:, top : top + pool_size, left : left + pool_size]</code> with
# <code>top = row * stride</code>. Take the maximum over its axes 1 and 2, so that images and channels stay apart.
# </details>
# <details><summary>Hint 3: "same"</summary>
# Pad first (<code>np.pad</code> takes a pair (before, after) for each axis, and <code>constant_values</code>), then do
# exactly what you do for "valid". The padding must never win a maximum: 0 would, against negative values;
# <code>-np.inf</code> does not.
# </details>


# %% check="max_pool2d"
def _check_max_pool2d():
    library = "keras.layers.MaxPooling2D keras.layers.MaxPool2D keras.ops.max_pool "
    library += "tensorflow.nn.pool tensorflow.nn.max_pool tensorflow.nn.max_pool2d "
    library += "skimage.measure.block_reduce scipy.ndimage.maximum_filter "
    library = (library + "scipy.ndimage.grey_dilation").split()
    image = np.array([[-1.0, -3.0, 4.0], [-2.0, -5.0, 0.0], [-9.0, -7.0, 6.0]]).reshape(1, 3, 3, 1)
    call, before = "max_pool2d(the example, 2, 1)", image.copy()
    got = expect_by_hand(call, max_pool2d, (image, 2, 1), *library)
    expect_unchanged(call, image, before)
    hints = [([[-2.75, -1], [-5.75, -1.5]], "These are the means of the windows, not the maxima.")]
    hints += [([[0, 4], [0, 6]], "Negative windows have negative maxima: start from -inf, not 0.")]
    expect_shape(call, got, (1, 2, 2, 1))
    expect_close(call, np.asarray(got)[0, ..., 0], [[-1, 4], [-2, 6]], hints=hints)

    images, padded = -1e4 - np.random.default_rng(1).random((2, 7, 9, 3)) * 1e4, []
    for row, value, why in [
        ((0, 1), 0, "The padding wins against negative values: pad with -inf, not with 0."),
        ((0, 1), -999, "The padding wins against values below it: pad with -inf."),
        ((1, 0), -np.inf, "One row of padding has to stand behind the image, not before it."),
    ]:
        wide = np.pad(images, [(0, 0), row, row, (0, 0)], constant_values=value)
        padded.append((keras.ops.max_pool(wide, 2), why))
    shapes = [((2, 6, 8, 3), "That is stride 1. With None the stride is the pool_size.")]
    shapes += [((2, 4, 5, 3), "One window too many.")]
    same = [(size, 2, "same") for size in (2, 3, 1)]
    for given in [(2, None, "valid"), (3, 2, "valid"), *same]:
        call = f"max_pool2d(images of 7 x 9, {', '.join(map(repr, given))})"
        got = expect_by_hand(call, max_pool2d, (images, *given), *library)
        expected = np.asarray(keras.ops.max_pool(images, *given))
        close = keras.ops.max_pool(images, given[0], 1)[:, : expected.shape[1], : expected.shape[2]]
        hints = [*padded, (close, "Windows one step apart: top is row * stride, left likewise.")]
        for axis in (3, (0, 3)):
            mixed = np.broadcast_to(expected.max(axis, keepdims=True), expected.shape)
            hints += [(mixed, "Images or channels are mixed: the maximum over axes 1 and 2 only.")]
        expect_shape(call, got, expected.shape, hints=shapes)
        expect_close(call, got, expected, hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    shape = (3, *random.permutation(np.arange(6, 12))[:2].tolist(), 2)
    drawn = [shape, *random.permutation([2, 3, 4])[:2].tolist()]
    for shape, *arguments in [
        [(1, 6, 6, 1), 1, 1, "valid"], [(3, 5, 8, 2), 4, 1, "same"], [(2, 8, 5, 4), 2, 3, "same"],
        [(1, 9, 4, 2), 4, 3, "valid"], [(2, 6, 7, 1), 5, 2, "same"], [(2, 3, 3, 1), 5, 1, "same"],
        [(1, 10, 11, 2), 3, None, "same"], [(1, 4, 4, 3), 4, None, "valid"],
        [(2, 6, 8, 2), 2, 2, "same"], [*drawn, "valid"], [*drawn, "same"],
        [(1, 6, 8, 1), 2, 4, "same"], [(2, 3, 5, 1), 1, None, "same"], [(1, 3, 8, 1), 4, 2, "same"],
    ]:  # fmt: skip
        scale = 10 ** random.uniform(5, 30)
        images = ((random.normal(size=shape) - 3) * scale).astype("float32")
        before = images.copy()
        got, expected = max_pool2d(images, *arguments), keras.ops.max_pool(images, *arguments)
        call = f"max_pool2d(images of {shape}, {', '.join(map(repr, arguments))})"
        expect_unchanged(call, images, before)
        expect_new(call, got, images)
        expect_shape(call, got, expected.shape)
        expect_close(call, got, expected)
    images = random.normal(size=(1, 6, 8, 1))
    got, expected = max_pool2d(images), keras.ops.max_pool(images, 2)
    expect_close("max_pool2d(images)", got, expected)
    got = max_pool2d(images, padding="same", stride=1)
    expected = keras.ops.max_pool(images, 2, 1, "same")
    expect_close('max_pool2d(images, padding="same", stride=1)', got, expected)
    ### END HIDDEN TESTS


run_check("max_pool2d", _check_max_pool2d)


# %% bad_input="max_pool2d"
def _check_max_pool2d_bad_input():
    images = -np.arange(63.0).reshape(1, 7, 9, 1)
    expect_close("max_pool2d(images of 7 x 9, 7)", max_pool2d(images, 7), [[[[0]]]])
    for wrong, why in [
        ((8,), "A window of 8 does not fit in 7 rows, and nothing is padded."),
        ((0, 1), "A window of 0 holds nothing."),
        ((2, 0), "A stride of 0 never moves on (and `stride or pool_size` takes it for None)."),
        ((2, None, "full"), 'There are two paddings, "valid" and "same".'),
    ]:
        call = f"max_pool2d(images of 7 x 9, {', '.join(map(repr, wrong))})"
        expect_error(call, lambda wrong=wrong: max_pool2d(images, *wrong), hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    call, why = "max_pool2d(images, 2, padding='Valid')", 'The docstring refuses "Valid".'
    expect_error(call, lambda: max_pool2d(images, 2, padding="Valid"), hint=why)
    side, most, less = rng().integers([3, 7, -9], [7, 10, 0]).tolist()
    for shape, given in [
        ((1, 7, 9, 1), (less, 1)), ((1, 7, 9, 1), (2, less)), ((1, 7, 9, 1), (0, 1, "same")),
        ((1, most, side, 1), (side + 1,)), ((1, side, most, 1), (side + 1,)),
        ((1, 7, 9, 1), (2, 0, "same")),
    ]:  # fmt: skip
        call = f"max_pool2d(images of {shape}, {', '.join(map(repr, given))})"
        expect_error(call, lambda shape=shape, given=given: max_pool2d(np.ones(shape), *given))
    ### END HIDDEN TESTS


run_check("max_pool2d, bad input", _check_max_pool2d_bad_input)

# %% instructor [markdown]
# **For instructors.** In exercise 1 let students write `"valid"` first, then pad. What the checks name: a maximum that
# starts from 0, padding with 0 or with -999 (which win against values below them), the odd row of padding before the
# image, stride 1 as the default, windows that are one step apart whatever the stride, and a maximum over channels or
# images too, for want of an axis. The errors are checked apart, for one of the five points. A break fits after it.

# %% [markdown]
# ## 2. What each way keeps of a picture (7 minutes, core)
#
# There are three simple ways to make a map smaller by a factor $k$: the maximum of each $k \times k$ window, its mean,
# or just one of its pixels, as a stride of $k$ does: that is **striding**. Here they are as functions of a picture.


# %%
def largest(picture, window):
    return np.asarray(keras.ops.max_pool(picture[None, :, :, None], window))[0, :, :, 0]


def mean(picture, window):
    return np.asarray(keras.ops.average_pool(picture[None, :, :, None], window))[0, :, :, 0]


def one_pixel(picture, window):
    return picture[::window, ::window]


ways = {"max": largest, "average": mean, "one pixel": one_pixel}

# %% [markdown]
# "Max pooling keeps the most important feature" is a sentence that you will meet. Put it to the test on a photo of a
# printed page: dark letters on bright paper, 0 is black and 1 is white.
#
# **Predict.** You max-pool the page with windows of 2, then of 4. Will the letters be bolder, thinner, or gone? And
# after average pooling? How much of the ink (pixels darker than 0.4) does each way leave?

# %% guess [markdown]
# *Your prediction: after max pooling with 2 the letters are ..., with 4 ...; after average pooling ...*

# %%
printed = page()[44:140, 60:220].astype("float32") / 255
pictures = {
    name: {window: way(printed, window) for window in (1, 2, 4, 6)} for name, way in ways.items()
}
ink = {
    name: {window: np.mean(small < 0.4) for window, small in row.items()}
    for name, row in pictures.items()
}
for name, row in ink.items():
    shares = [f"window {window}: {share:5.1%} ink" for window, share in row.items()]
    print(f"{name:10}", "  ".join(shares))

# %% evidence
assert ink["max"][4] == 0 < ink["average"][4] < ink["average"][1] / 2 + 0.01
assert min(ink["one pixel"].values()) > 0.12
assert max(ink["one pixel"].values()) < 0.17
for place in range(16):
    spot = (np.arange(16) == place).reshape(4, 4).astype("float32")
    assert [way(spot, 4).item() for way in ways.values()] == [1, 1 / 16, float(place == 0)]
show(
    draw.ways_and_windows(pictures, suptitle="A page of print made smaller in three ways"),
    alt="A page of print under three ways of pooling with windows of 1, 2, 4 and 6. Max pooling "
    "makes the letters thin at 2 and wipes them out at 4. Average pooling makes them grey and "
    "soft. Keeping one pixel makes them ragged.",
)

# %% [markdown]
# Max pooling with windows of 4 has erased every dark pixel, because the ink is the *small* number. The maximum keeps
# the *largest* value, which is the most important one only where large means "here is something". In the feature maps
# of a trained network that is so: a unit behind a ReLU is 0 where its pattern is absent and large where it is there.
#
# Average pooling keeps a little of everything and makes it pale: at windows of 4 half of the ink is no longer dark.
# Keeping one pixel leaves the *amount* of ink nearly as it was, between 12 and 17 in a hundred at every window, but
# which strokes survive is a lottery. Section 3 will show that this is its worst side.
#
# Where in the window did it stand? Let a 4 x 4 window hold a single 1 among zeros, and try all 16 places. The maximum
# is 1 each time: it knows surely *that* something is there, and has forgotten *where*. The mean is 1/16 each time: just
# as forgetful, and faint, for sixteen faint things look like one strong one. The one pixel is 1 in one case of 16 and
# else 0: a move by one pixel decides.
#
# A picture to remember max pooling by: each district has a detective, who reports a single number, the strength of the
# strongest clue in the district. A real detective would also say where the clue lay and how many more there were; a
# maximum says neither. And the borders of the districts are fixed: a clue that moves across one is suddenly another
# detective's.

# %% instructor [markdown]
# **For instructors.** Ask who has heard that max pooling keeps the most important feature, and only then show the
# page. Have the case of the single 1 worked out on the board before it is read.

# %% [markdown]
# ## 3. What falls between the samples (5 minutes, core)
#
# Back to the two T-shirts. Here are the photos, and what four ways of halving make of them. The fourth is new: a
# **blur**, which replaces each pixel by a weighted mean of itself and its eight neighbours (weights 1, 2, 1 along each
# axis), and then every second pixel.
#
# **Predict.** Before you run the cell: what could photo A and photo B differ in, so that the one becomes dark and the
# other bright?

# %% guess [markdown]
# *Your prediction: photo A and photo B differ in ..., so that ...*

# %%
blur_kernel = np.outer([1, 2, 1], [1, 2, 1]).astype("float32") / 16


def blur(picture):
    image = np.pad(picture, 1, mode="edge")[None, :, :, None].astype("float32")
    return np.asarray(keras.ops.conv(image, blur_kernel[:, :, None, None]))[0, :, :, 0]


halvings = {
    "photo": lambda picture: picture,
    "every second": lambda picture: one_pixel(picture, 2),
    "max": lambda picture: largest(picture, 2),
    "average": lambda picture: mean(picture, 2),
    "blur, every second": lambda picture: one_pixel(blur(picture), 2),
}
halved = {name: [halve(photo) for photo in (photo_a, photo_b)] for name, halve in halvings.items()}
brightness = {name: [picture.mean() for picture in pair] for name, pair in halved.items()}
for name, (of_a, of_b) in brightness.items():
    print(f"{name:20} mean brightness {of_a:.2f} from photo A, {of_b:.2f} from photo B")

# %% evidence readme
of_photo = brightness["photo"][0]
assert brightness["every second"][1] > 1.8 * brightness["every second"][0]
for name in ("photo", "max", "average", "blur, every second"):
    assert abs(brightness[name][1] / brightness[name][0] - 1) < 0.02
assert brightness["max"][0] > 1.4 * of_photo
for name in ("average", "blur, every second"):
    assert abs(brightness[name][0] / of_photo - 1) < 0.02
assert np.array_equal(photo_b, np.roll(photo_a, 1, axis=0))
from_a, from_b = ([pair[index] for pair in halved.values()] for index in (0, 1))
show(
    draw.picture_table(
        {"A": from_a, "B": from_b}, list(halved), suptitle="The same shirt, moved down by one pixel"
    ),
    alt="A shirt with stripes of one pixel, and the same shirt one pixel lower. Keeping every "
    "second pixel gives a dark shirt and a bright shirt; max pooling a bright one twice; average "
    "and blur the same grey one twice.",
)

# %% [markdown]
# It is *one* shirt, and photo B is photo A moved down by one pixel. Its stripes are one pixel bright, one pixel
# dark. Keeping every second row keeps either all the dark ones or all the bright ones, and the position decides which:
# one result is twice as bright as the other. The stripes themselves are gone in both. Max pooling always finds the
# bright ones, so its two shirts agree, but both are much brighter than the photo. Average and blur mix bright and dark
# into the grey that is true from afar: their brightness is the photo's.
#
# How can detail turn into something else? What is too fine for the coarser grid does not simply vanish: it comes back
# as something coarser that was never in the picture, here as one flat brightness. That is **aliasing**: the fine
# pattern goes under the alias of a coarse one. (Section 7, further, asks how fine is too fine, and shows how much of
# the aliases one blur removes, and two.)
#
# In signal processing a picture is blurred before it is sampled, as a matter of course: what is too fine for the new
# grid is taken out before it can come back. In convolutional networks it became usual to leave that out. The next
# section measures whether it matters to the answers, as Azulay and Weiss (2019) and Zhang (2019) did.

# %% instructor [markdown]
# **For instructors.** The two T-shirts are the picture of the lab: have the guesses from its beginning read out before
# this section's first cell is run. Its printed lines refute "one photo is darker": the photos are equally bright, only
# every second pixel is not.

# %% [markdown]
# ## 4. Does the answer move? (38 minutes, core)
#
# Lab 02 had two words. A map is *equivariant* to shifts if it moves along with the picture; an answer is *invariant*
# if it stays as it is. A classifier should be invariant: a sneaker two pixels further right is a sneaker. It is often
# said that pooling makes networks so. You will measure it.
#
# First you need the last piece of the network. **Global average pooling** takes one window as large as the whole map:
# it turns each channel into one number, its mean, and so a map of any size into a fixed number of values.
#
# ### Exercise 2: `global_average_pool` (objective 1)
#
# One image of 2 x 2 with two channels, `[[[1, 10], [3, 20]], [[5, 30], [7, 60]]]`, becomes `[4, 30]`: (1 + 3 + 5 +
# 7)/4 and (10 + 20 + 30 + 60)/4.


# %% exercise="global_average_pool"
def global_average_pool(feature_maps):
    """Replace each channel of each image by the mean over all its positions.

    Written by hand: no pooling of a library (keras.layers, keras.ops, tf.nn); a mean is one.

    Args:
        feature_maps: (batch, height, width, channels), floats or integers; height and width are not
            always equal.

    Returns:
        A new float array, (batch, channels), with fractions also for integers. `feature_maps` stays
        as it was.
    """
    ### BEGIN SOLUTION
    return np.mean(feature_maps, axis=(1, 2))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: where to start</summary>
# Two of the four axes have to go. Which?
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>np.mean</code> takes a tuple of axes. Axes 0 (the images) and 3 (the channels) stay.
# </details>


# %% check="global_average_pool"
def _check_global_average_pool():
    library = (
        "keras.layers.GlobalAveragePooling2D keras.layers.GlobalAvgPool2D keras.ops.average_pool"
    )
    library += " keras.layers.AveragePooling2D keras.layers.AvgPool2D skimage.measure.block_reduce"
    library += " tensorflow.nn.avg_pool tensorflow.nn.avg_pool2d tensorflow.nn.pool"
    feature_maps = np.array([[[[1.0, 10.0], [3.0, 20.0]], [[5.0, 30.0], [7.0, 60.0]]]])
    call, before = "global_average_pool(the example)", feature_maps.copy()
    got = expect_by_hand(call, global_average_pool, (feature_maps,), *library.split())
    expect_unchanged(call, feature_maps, before)
    hints = [
        ([[16, 120]], "These are the sums: divide by the number of positions."),
        ([[7, 60]], "These are the maxima, not the means."),
        (17, "This is the mean over everything: channels have to stay apart."),
        ([17], "This is the mean over each image, channels included: channels have to stay apart."),
        ([[[[4, 30]]]], "Right numbers, but the axes of length 1 have to go: do not use keepdims."),
    ]
    expect_close(call, got, [[4, 30]], hints=hints)
    feature_maps = np.random.default_rng(4).normal(size=(3, 5, 2, 4))
    expected = feature_maps.reshape(3, 10, 4).mean(axis=1)
    call, got = "global_average_pool(3 maps of 5 x 2 x 4)", global_average_pool(feature_maps)
    expect_close(call, got, expected, rtol=1e-4, atol=1e-5)
    one_position = feature_maps[:, :1, :1]
    call, got = "global_average_pool(3 maps of 1 x 1 x 4)", global_average_pool(one_position)
    expect_new(call, got, feature_maps)
    expect_close(call, got, one_position.reshape(3, 4), rtol=1e-4, atol=1e-5)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    drawn = tuple(random.permutation(np.arange(2, 9))[:4].tolist())
    shapes = [(1, 1, 1, 1), (2, 3, 8, 5), (4, 6, 4, 4), (5, 7, 7, 1), (1, 2, 9, 3)]
    for shape in [*shapes, drawn]:
        feature_maps = random.normal(random.uniform(1, 9), size=shape).astype("float32")
        before, expected = feature_maps.copy(), layers.GlobalAveragePooling2D()(feature_maps)
        call, got = f"global_average_pool(maps of {shape})", global_average_pool(feature_maps)
        expect_unchanged(call, feature_maps, before)
        expect_close(call, got, expected, rtol=1e-4, atol=1e-5)
    for kind in ("uint8", "int64"):
        whole = random.integers(100, 256, size=(3, 3, 5, 4)).astype(kind)
        expected = whole.reshape(3, 15, 4).astype(float).mean(axis=1)
        hints = [(np.trunc(expected), "Fractions are lost."), (np.round(expected), "Do not round.")]
        call, got = f"global_average_pool(maps of {kind})", global_average_pool(whole)
        expect_close(call, got, expected, rtol=1e-5, atol=1e-4, hints=hints)
    ### END HIDDEN TESTS


run_check("global_average_pool", _check_global_average_pool)

# %% [markdown]
# ### The measure: shift-consistency
#
# Zhang (2019) asks: how often does the network give the same answer to a picture and to the picture moved a little?
# This fraction is its **shift-consistency**. No labels are needed: this is about the answer *staying*, not about its
# being right. A network that says "bag" to everything is perfectly consistent, so consistency is always read together
# with accuracy.
#
# ### Exercise 3: `shift_consistency` (objective 5)
#
# Move the images up, down, left and right, and count how often the predicted class stays. What moves in from outside
# is black (0), and what moves out is lost.
#
# A small example: a "network" of which the scores are the three columns' sums, so that it names the brightest column,
# and an image of 3 x 3 with one bright pixel in the middle. Moved by 1 up or down, the bright pixel stays in its
# column; left or right, it does not. The consistency is 2/4 = 0.5.


# %% exercise="shift_consistency"
def shift_consistency(predict, images, distance):
    """Tell how often a classifier's answer stays the same when its images are moved.

    Args:
        predict: a function that takes images, (m, height, width, channels), and returns scores,
            (m, classes), as a NumPy array or as a tensor: deal with both. The predicted class is
            the one with the largest score.
        images: (n, height, width, channels), numbers of any sign.
        distance: by how many pixels the images are moved, a whole number; at 0 the result is 1.

    Returns:
        A number from 0 to 1: the fraction, over all images and the four directions (up, down, left,
        right), of moved images for which the class is the same as for the image in its place.
        Pixels that move in are 0; none comes back on the other side. `images` stay as they were.

    Raises:
        ValueError: if distance is negative, not smaller than the height, or not smaller than the
            width, with a message.
    """
    ### BEGIN SOLUTION
    height, width = images.shape[1:3]
    if not 0 <= distance < min(height, width):
        raise ValueError(f"expected a distance below {min(height, width)}, got {distance}")
    stays, in_place = [], np.argmax(predict(images), axis=-1)
    wide = np.pad(images, [(0, 0), (distance, distance), (distance, distance), (0, 0)])
    for top, left in [(0, 1), (2, 1), (1, 0), (1, 2)]:  # times the distance
        moved = wide[:, top * distance :, left * distance :][:, :height, :width]
        stays.append(np.mean(np.argmax(predict(moved), axis=-1) == in_place))
    return np.mean(stays)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: where to start</summary>
# Write the four moved copies first, and look at one. Then compare classes, not scores: <code>np.argmax(scores,
# axis=-1)</code> gives one class for each image, from an array as well as from a tensor (a tensor has no method
# <code>.argmax</code>, and an array has no <code>.numpy</code>).
# </details>
# <details><summary>Hint 2: moving without wrapping round</summary>
# <code>np.roll</code> brings back on the left what leaves on the right. Instead, pad the images with
# <code>distance</code> zeros on all four sides and cut a window of the old size out of the larger picture. The window
# in the middle is the image in its place; a window that starts <code>distance</code> columns further left shows the
# image moved to the right. (If you copy slices instead, mind distance 0: <code>[:-0]</code> is <code>[:0]</code>,
# which is empty.)
# </details>
# <details><summary>Hint 3: nearly there</summary>
# In the padded pictures the four windows start at row and column (0, d), (2d, d), (d, 0) and (d, 2d). For each:
# <code>np.mean(classes_of_moved == classes_in_place)</code>. The result is the mean of the four.
# </details>


# %% check="shift_consistency"
def _check_shift_consistency_network(name, shape, kind=tf.constant):
    def predict(given):
        expect_shape("what predict is given", given, (len(given), *shape))
        axes = {"brightest_column": (1, 3), "brightest_row": (2, 3)}.get(name, (1, 2))
        scores = np.asarray(given, dtype=float).sum(axis=axes)
        return kind(scores * [1, 0] + [0, 1.2] if name == "above_1.2" else scores)

    return predict


def _check_shift_consistency():
    middle, upper, three = np.zeros((1, 3, 3, 1)), np.zeros((1, 3, 3, 1)), np.zeros((3, 5, 7, 1))
    middle[0, 1, 1] = upper[0, 0, 1] = three[0, 1, 3] = three[1, 0, 3] = three[2, 2, 0] = 1
    upper[0, 1, 1], got = 0.5, []
    hints = [
        ([2, 2, 3], "These are numbers of moved images: divide by four."),
        ([50, 50, 75], "A fraction, not a percentage."), ([1, 1, 1], "Is anything moved at all?"),
        ([2 / 3, 2 / 3, 0.875], "Compare classes (np.argmax), not scores."),
        ([1, 0, 0.5], "Only up and down are counted."), ([0, 1, 1], "Only left and right count."),
        ([0, 0, 0.5], "Your moves are diagonal: move along one axis at a time."),
        ([0.5, 0.5, 1], "What leaves must not come back at the other side (np.roll wraps round)."),
        ([0.75, 0.75, 0.75], "The class is the one with the largest score, not the smallest."),
        ([0, 0, 0], "Every move counts by itself: take the mean over the four.")]  # fmt: skip
    names = ("brightest_column", "brightest_row", "above_1.2")  # of the last, a sum above or not
    for name, image in zip(names, [middle, middle, upper]):
        call, before = f"shift_consistency({name}, an image of 3 x 3, 1)", image.copy()
        got.append(shift_consistency(_check_shift_consistency_network(name, (3, 3, 1)), image, 1))
        expect_unchanged(call, image, before)
        expect_shape(call, got[-1], ())
    expect_close(f"shift_consistency of {', '.join(names)}", got, [0.5, 0.5, 0.75], hints=hints)
    hints = [(0.25, "One class for each image, all counted: np.argmax(scores, axis=-1).")]
    hints += [(0.5, "Is distance 1 taken for every distance? And are the pixels that move in 0?")]
    for kind, name in (tf.constant, "a tensor"), (np.array, "an array"):
        predict = _check_shift_consistency_network("brightest_column", (5, 7, 1), kind)
        call = f"shift_consistency(predict, which returns {name}, 3 images of 5 x 7, "
        expect_close(call + "2)", shift_consistency(predict, three, 2), 5 / 12, hints=hints)
        expect_close(call + "0)", shift_consistency(predict, three, 0), 1)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    height, width, far = random.integers([5, 9, 1], [9, 13, 4]).tolist()
    for shape, distance, least in [
        ((20, 8, 5, 1), 1, 0), ((15, 6, 9, 3), 2, -0.5), ((9, 4, 6, 1), 3, 0),
        ((30, 7, 7, 2), 3, 0.7), ((12, 10, 4, 1), 0, 0.5), ((40, height, width, 1), far, -0.3),
    ]:  # fmt: skip
        images = (random.random(shape) + least).astype("float32")
        weights = random.normal(np.linspace(-0.3, 0.3, 4), size=(int(np.prod(shape[1:])), 4))

        def predict(given, weights=weights, images=images):
            expect_shape("what predict is given", given, (len(given), *images.shape[1:]))
            scores = np.reshape(given, (len(given), -1)) @ weights
            return tf.constant(scores) if images.shape[-1] > 1 else scores

        classes, same = np.argmax(predict(images), axis=-1), []
        for axis in (1, 2):
            for direction in (-1, 1):
                moved = np.roll(images, direction * distance, axis=axis)
                lost = slice(-distance if direction < 0 else 0, None if direction < 0 else distance)
                if distance:
                    np.moveaxis(moved, axis, 0)[lost] = 0
                same.append(np.mean(np.argmax(predict(moved), axis=-1) == classes))
        call, before = f"shift_consistency(..., images of {shape}, {distance})", images.copy()
        got = shift_consistency(predict, images, distance)
        expect_unchanged(call, images, before)
        expect_close(call, got, np.mean(same))
    totals = random.permutation([1.6] * 3 + [4.0] * int(random.integers(1, 6)))  # 3 fall below 1.2
    images = random.uniform(1, 1.1, size=(len(totals), 7, 7, 1))
    images *= totals[:, None, None, None] / images.sum(axis=(1, 2, 3), keepdims=True)
    predict = _check_shift_consistency_network("above_1.2", (7, 7, 1))
    call = f"shift_consistency(above_1.2, {len(totals)} images of 7 x 7, 3)"
    expect_close(call, shift_consistency(predict, images, 3), np.mean(totals > 2))
    ### END HIDDEN TESTS


run_check("shift_consistency", _check_shift_consistency)


# %% bad_input="shift_consistency"
def _check_shift_consistency_bad_input():
    def predict(images):
        return (
            np.sum(images, axis=(1, 3)) if np.ndim(images) == 4 and len(images) else np.ones((1, 2))
        )

    images = np.zeros((1, 3, 5, 1))
    images[0, 1, 2] = 1
    got = shift_consistency(predict, images, 1)
    expect_close("shift_consistency(predict, an image of 3 x 5, 1)", got, 0.5)
    for shape, distance, why in [
        ((1, 3, 3, 1), -1, "Four directions are tried already: a distance has no sign."),
        ((1, 3, 3, 1), 3, "Nothing of the picture would be left."),
        ((3, 5, 7, 1), 5, "Moved up by 5, nothing of 5 rows would be left."),
        ((3, 7, 5, 1), 5, "Moved left by 5, nothing of 5 columns would be left."),
    ]:
        call = f"shift_consistency(predict, images of {shape}, {distance})"
        images = np.ones(shape)
        expect_error(call, lambda i=images, d=distance: shift_consistency(predict, i, d), hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    side, most, more = rng().integers([3, 7, 1], [7, 10, 9]).tolist()
    for shape, distance in [
        ((2, most, side, 1), side), ((2, side, most, 1), side), ((2, side, most, 1), side + 1),
        ((2, side, side, 1), side + more), ((2, 6, side, 2), -more),
    ]:  # fmt: skip
        call, images = f"shift_consistency(predict, images of {shape}, {distance})", np.ones(shape)
        expect_error(call, lambda i=images, d=distance: shift_consistency(predict, i, d))
    ### END HIDDEN TESTS


run_check("shift_consistency, bad input", _check_shift_consistency_bad_input)

# %% instructor [markdown]
# **For instructors.** Exercise 2 is one line; exercise 3 is the work of this section. What its checks name: `np.roll`
# (what leaves comes back), only two of the four directions, diagonal moves, a percentage or a count, scores compared in
# place of classes, one class for all images for want of an axis, `.argmax()` on a tensor and `.numpy()` on an array,
# which have no such methods. Slices such as `[:-0]` are empty at distance 0.

# %% [markdown]
# ### The networks
#
# Five small networks, equal but for the way they halve their maps: three convolutions with 6, 12 and 24 channels, a
# halving after the first and after the second, then global average pooling and ten scores.
#
# - *strided*: the convolution itself has stride 2. It computes what a stride-1 convolution would, at every second
#   place only.
# - *max*, *average*: convolution with stride 1, then 2 x 2 pooling.
# - *blurred*: convolution with stride 1, then the fixed 1, 2, 1 blur, then every second value. It is the strided
#   network with a blur put in. The blur is a **depthwise convolution**: each channel has a kernel of its own, and
#   nothing is added up over the channels, as in pooling.
# - *none*: no halving at all.


# %%
def binomial(shape, dtype=None):
    """Return the 1, 2, 1 blur as the kernel of a depthwise layer: the same for every channel."""
    return np.broadcast_to(blur_kernel[:, :, None, None], shape)


def make_cnn(way):
    cnn = keras.Sequential([keras.Input((28, 44, 1))], name=way)
    for filters in (6, 12):
        strides = 2 if way == "strided" else 1
        cnn.add(layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu"))
        if way == "max":
            cnn.add(layers.MaxPooling2D(2))
        elif way == "average":
            cnn.add(layers.AveragePooling2D(2))
        elif way == "blurred":
            fixed = {"depthwise_initializer": binomial, "use_bias": False, "trainable": False}
            cnn.add(layers.DepthwiseConv2D(3, strides=2, padding="same", **fixed))
    cnn.add(layers.Conv2D(24, 3, padding="same", activation="relu"))
    cnn.add(layers.GlobalAveragePooling2D())
    cnn.add(layers.Dense(10))
    return cnn


# %% [markdown]
# There is no softmax at the end: the ten scores are **logits**, numbers of any sign, and `from_logits=True` has the
# loss put the softmax in. Which class is largest is the same before and after it.
#
# The images get a frame of 8 black columns left and right, so that a move sideways cuts nothing off. (In this frame
# `np.roll` is safe: what wraps round is black.) We train on 3,000 images for 4 epochs, which is little: the accuracy
# will be modest, the comparison is what counts. The images are divided by 64 rather than 255, because the mean over a
# mostly black map makes the signal small. The learning rate rises in the first quarter of the steps and then falls to
# zero; lab 04 tells why, and where the shape comes from.

# %%
frame = 8
images, labels, x_val, y_val = split_validation(data.x_train, data.y_train, 1_000)
x_train, y_train = images[:3_000], labels[:3_000]
x_train, x_val = (
    np.pad(x / np.float32(64), [(0, 0), (0, 0), (frame, frame), (0, 0)]) for x in (x_train, x_val)
)


def one_cycle(peak, steps):
    """Return rates: a straight rise to `peak` in a quarter of the steps, then a cosine to zero."""
    rise = steps // 4
    return keras.optimizers.schedules.CosineDecay(
        peak / 25, steps - rise, warmup_target=peak, warmup_steps=rise
    )


def train(way, seed):
    keras.utils.set_random_seed(seed)
    cnn, epochs, batch_size = make_cnn(way), 4, 60
    rate = one_cycle(0.02, epochs * len(x_train) // batch_size)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    # 50 steps at a time, without going back to Python after each: a little faster, the same result
    cnn.compile(keras.optimizers.Adam(rate), loss, steps_per_execution=50)
    progress = ProgressBar(f"{way}, seed {seed}")
    cnn.fit(x_train, y_train, batch_size, epochs, verbose=0, callbacks=[progress])
    return cnn


# %% [markdown]
# For each network we note the predicted classes of the 1,000 validation images in their place and moved 1, 2, 3 and 4
# pixels to the right, three times with different seeds.
#
# **Predict.** Which is more consistent, strided or max? And at which distance, from 1 to 4 pixels, is each at its
# worst and at its best? Sketch two curves.

# %% guess [markdown]
# *Your prediction: ... is more consistent; strided is worst at ___ px and best at ___ px, max worst at ___ px and best
# at ___ px. From 1 to 4 px: strided ___, ___, ___, ___; max ___, ___, ___, ___.*

# %%
distances = np.arange(5)
models, accuracy, consistency = {}, {}, {}


def measure(way, seeds=(0, 1, 2)):
    """Train once a seed; keep accuracy and consistency, (seeds, distances), and print both."""
    accuracy[way], consistency[way] = np.zeros((2, len(seeds), len(distances)))
    for row, seed in enumerate(seeds):
        models[way, seed] = cnn = train(way, seed)
        classes = [
            np.argmax(cnn(np.roll(x_val, distance, axis=2)), axis=-1) for distance in distances
        ]
        accuracy[way][row] = [np.mean(moved == y_val) for moved in classes]
        consistency[way][row] = [np.mean(moved == classes[0]) for moved in classes]
    print(f"{way}, seeds {seeds}, moved by 0 to 4 pixels")
    for name, values in {"accuracy": accuracy[way], "consistency": consistency[way]}.items():
        spreads = values.std(axis=0, ddof=1) if len(seeds) > 1 else [None] * 5  # one seed has none
        pairs = zip(values.mean(axis=0), spreads)
        texts = [f"{mean:.3f}" + (f" ± {spread:.3f}" if spread else "") for mean, spread in pairs]
        print(f"  {name:11}", "  ".join(texts))


for way in ("strided", "max"):
    measure(way)

# %% evidence
show(
    draw.consistency_curves(consistency, title="Down, and up again"),
    alt="Two curves start at 1, fall to their lowest point at 2 pixels and rise back to 1, or "
    "nearly 1, at 4 pixels. The strided one falls to about 0.74, max pooling to about 0.88.",
)
changed = {way: 1 - values[:, 2] for way, values in consistency.items()}
assert 0.2 < changed["strided"].mean() < 0.34
assert 0.09 < changed["max"].mean() < 0.16
assert changed["strided"].mean() > changed["max"].mean() + 0.1
assert consistency["strided"][:, 4].min() > 0.99
assert consistency["max"][:, 4].min() > 0.97
assert np.mean(accuracy["strided"][:, 0] - accuracy["strided"][:, 2]) > 0.03

# %% [markdown]
# Two pixels change the strided network's answer for about a quarter of the images, and that of the network with max
# pooling for about one in eight (the bands are one standard deviation of the three seeds wide to each side). These are
# no harmless changes: strided's accuracy falls with them. The seeds lie far apart: the same recipe makes a steadier
# network or a less steady one. And then, at four pixels, nearly everything is back!
#
# Four is the product of the two strides. When the image moves by 4, the first halved map moves by exactly 2 and the
# second by exactly 1: every sample falls on the same spot of the sneaker as before, the last map only moves along, and
# the global average does not care. When it moves by 2, the second halving falls *between* its old samples and gets
# other values, as the T-shirt did. So the network is equivariant to shifts by 4, not to shifts. (Section 10, further,
# looks for what *max* misses to 1 at four pixels.)
#
# Why is max steadier than strided, though it is no blur? A likely reason: it looks at all four values of a window where
# strided computes only one, and a strong value that moves *inside* its window gives the same maximum. The maximum
# changes only when the value crosses into the next window, or a stronger one comes in.
# (Section 12, further, shows such a change of mind in a single garment.)
#
# Now the two that mix the values of a window before they drop any, and the one that drops nothing. It computes much
# more, so one seed has to do.
#
# **Predict.** Where will *average*, *blurred* and *none* lie at 2 pixels: below strided, between strided and max, above
# max? And whose accuracy will be the best of the five, whose the worst?

# %% guess [markdown]
# *Your prediction: average lies ..., blurred ..., none ...; the best accuracy has ..., the worst ...*

# %%
for way, seeds in {"average": (0, 1, 2), "blurred": (0, 1, 2), "none": (0,)}.items():
    measure(way, seeds)

# %% evidence
show(
    draw.consistency_curves(consistency, title="Who mixes before dropping is steadier"),
    alt="Five curves: strided falls deepest at two pixels, then max pooling; average and blurred "
    "lie together at about 0.96, and without halving the curve is flat at 1.",
)
at_two = {way: values[:, 2].mean() for way, values in consistency.items()}
in_place = {way: values[:, 0].mean() for way, values in accuracy.items()}
assert at_two["strided"] < at_two["max"] - 0.08
assert at_two["max"] + 0.04 < min(at_two["average"], at_two["blurred"])
assert abs(at_two["average"] - at_two["blurred"]) < 0.03
assert all(0.025 < 1 - at_two[way] < 0.06 for way in ("average", "blurred"))
assert consistency["none"].min() > 0.997
assert all(0.69 < in_place[way] < 0.79 for way in ("strided", "max", "average", "blurred"))
assert in_place["none"] < min(in_place[way] for way in list(in_place)[:-1]) - 0.03

# %% [markdown]
# Average and blurred lie above max pooling, both nearly flat: they change their answer for about one image in
# twenty-five. The strided network and the blurred one differ in a single thing, a blur with nine fixed weights before
# the samples are dropped, and it takes away most of the changes of mind. Without halving the answers stay, practically
# all of them: stride-1 convolutions are equivariant, and the mean over an equivariant map is invariant as long as
# nothing reaches the border. So it is *not* the 2 x 2 pooling in between that makes a network invariant. Convolution
# and the global average do; halving breaks it, and the ways of halving differ in how badly. But *none* has the worst
# accuracy; section 5 looks for reasons.
#
# Which digits can you trust? With 1,000 images, a fraction near 0.9 is uncertain by about 0.01 from the choice of
# images alone, and the seeds of *strided* lie several times as far apart. So the four ways that halve were trained
# once more with ten other seeds (10 to 19; 40 trainings, 110 seconds of computing, not run here), and looked at on
# 4,000 other images, moved by 2 pixels (mean ± one standard deviation of the ten seeds):
#
# | | strided | max | average | blurred |
# |---|---|---|---|---|
# | consistency | 0.759 ± 0.097 | 0.897 ± 0.023 | 0.969 ± 0.008 | 0.979 ± 0.005 |
# | accuracy in place | 0.729 ± 0.018 | 0.735 ± 0.010 | 0.725 ± 0.021 | 0.727 ± 0.017 |
#
# The order strided, max, average is safe as an order of means, but one of ten strided networks had 0.942, more than
# any of the ten with max pooling. Between average and blurred, which three seeds could not tell apart, blurred was
# steadier for nine seeds of ten, by 0.01 on average. In accuracy no way of halving stands out: if your three seeds put
# one of them last, ten do not bear it out.
#
# Say you need answers that stay and can pay for the blur: you choose *blurred*, the steadiest of four that are equally
# accurate within the spread. Now, and only now, and only for the chosen one, the test set, which no lab has opened
# before.

# %%
x_test = np.pad(data.x_test[:2_000] / np.float32(64), [(0, 0), (0, 0), (frame, frame), (0, 0)])
y_test = data.y_test[:2_000]
test_accuracy, test_consistency = [], []
for seed in (0, 1, 2):
    in_place_classes = np.argmax(models["blurred", seed](x_test), axis=-1)
    moved_classes = np.argmax(models["blurred", seed](np.roll(x_test, 2, axis=2)), axis=-1)
    test_accuracy.append(np.mean(in_place_classes == y_test))
    test_consistency.append(np.mean(in_place_classes == moved_classes))
on_test = {"accuracy": test_accuracy, "consistency at 2 pixels": test_consistency}
for name, values in on_test.items():
    print(f"blurred, test set, {name}: {np.mean(values):.3f} ± {np.std(values, ddof=1):.3f}")

# %% evidence
assert abs(np.mean(test_consistency) - at_two["blurred"]) < 0.03
assert abs(np.mean(test_accuracy) - in_place["blurred"]) < 0.05

# %% [markdown]
# The test set says what the validation images said, within the spread.

# %% instructor [markdown]
# **For instructors.** The thirteen trainings are most of the lab's computing: start the cells while the predictions are
# being written, and let the table of mean and spread be read before the figure. Two things to insist on: consistency
# says nothing without accuracy beside it, and the test set is opened once, for the chosen network only. A good
# question: why would the seeds of *strided* lie so far apart? (Nobody has shown it here.)

# %% [markdown]
# ## 5. What halving saves (16 minutes, core)
#
# Why then halve at all? Pooling has no parameters. Does it save any? And what does it save of the work? For a
# convolution, the multiplications are its weights (without biases) times the positions at which it is computed.
#
# **Predict.** How many times the multiplications of *max* does *none* need: about 2, 4, 9 or 16? Which of the five
# networks needs the fewest, which has the most parameters that training can change, and of which does a value of the
# last map see most pixels (lab 02's receptive field)?

# %% guess [markdown]
# *Your prediction: none needs about ___ times the multiplications of max; the fewest has ..., most parameters ..., and
# most pixels sees ...*

# %%
work, sees, trainable, flattened = {}, {}, {}, {}
for way in consistency:
    cnn, step = models[way, 0], 1
    work[way], sees[way] = 0, 1
    for layer in cnn.layers[:-2]:
        size = getattr(layer, "kernel_size", None) or layer.pool_size
        sees[way], step = sees[way] + (size[0] - 1) * step, step * layer.strides[0]
        if isinstance(layer, layers.Conv2D | layers.DepthwiseConv2D):
            weights, positions = layer.kernel.shape, layer.output.shape[1:3]
            work[way] += int(np.prod(weights)) * int(np.prod(positions))
    trainable[way] = sum(int(np.prod(weight.shape)) for weight in cnn.trainable_weights)
    flattened[way] = (int(np.prod(cnn.layers[-3].output.shape[1:])) + 1) * 10
    loss = cnn.history.history["loss"][-1]
    print(f"{way:8} {work[way]:9,} multiplications an image, sees {sees[way]:2} x {sees[way]:2}")
    print(f"         {trainable[way]:,} trainable parameters, last training loss {loss:.2f}")
print("parameters of ten scores from the flattened map:", flattened)

# %% evidence
assert work["none"] / work["max"] == (54 + 648 + 2_592) / (54 + 162 + 162) == 3_294 / 378
assert min(work, key=work.get) == "strided"
assert set(trainable.values()) == {3_586}
assert 1.05 < work["blurred"] / work["max"] < 1.06
assert sees == {"strided": 15, "max": 18, "average": 18, "blurred": 21, "none": 7}
assert flattened["none"] == 295_690
assert flattened["max"] == 18_490
last_loss = {way: models[way, 0].history.history["loss"][-1] for way in consistency}
assert last_loss["none"] > max(last_loss[way] for way in list(last_loss)[:-1]) + 0.1

# %% [markdown]
# Almost nine times, not sixteen. Layer by layer the ratio is 1, 4 and 16: for each position of the picture 54 + 648 +
# 2,592 = 3,294 multiplications without halving, 54 + 162 + 162 = 378 with pooling, and 3,294/378 is 8.7. (The first
# convolution works on the full picture in both.) Strided needs the fewest: it does not even compute what it would
# drop. The blur adds between five and six in a hundred to *max*.
#
# All have the same 60 + 660 + 2,616 + 250 = 3,586 parameters to train: pooling and blur have nothing to train, a stride
# changes no kernel, and behind a global average the size of the last map does not matter. So the networks differ in
# nothing but the way they halve. Parameters are saved *later*: a dense layer on the flattened map has a weight for each
# position and channel, and each halving divides that by four: 295,690 parameters without halving, 18,490 with two.
# Global average pooling saves them altogether: 250 in each case, whatever the size of the map. That is also why
# networks that end in it take pictures of any size.
#
# And halving buys sight. Three 3 x 3 convolutions see 7 x 7 pixels. With the same kernels and two halvings in between
# it is 15 x 15 with strides, 18 x 18 with pooling and 21 x 21 with the blur: half of the height of a coat and more.
# That is a likely reason for the lower accuracy of *none*, but it is not shown to be the only one: its last training
# loss is the highest too, so four epochs may be too few for it. To tell the two apart, one would train longer, or widen
# the view without halving (a larger kernel, or dilation).

# %% [markdown]
# ### Exercise 4: `pooling_or_stride` (written, objectives 2, 4 and 6)
#
# Four people ask for your advice. Choose for each among max pooling, average pooling or blur, strided convolution, and
# no halving at all, and give the reason from what you have measured. More than one choice can be defended; a choice
# without a reason cannot.
#
# 1. A camera films clothes on a moving belt, 30 pictures a second, and a display names each. The customer complains
#    that the name flickers.
# 2. A sensor runs on a coin cell. Each part lies against a stop, so that it is always at the same place to the pixel.
#    Every multiplication costs battery.
# 3. A microscope picture of 512 x 512 pixels goes in, and a map of 512 x 512 has to come out that marks the centre of
#    each cell to the pixel.
# 4. Scanned letters, dark ink on white paper, have to be made four times smaller per side before they go into a
#    network that somebody else has trained on small scans.

# %% [markdown] written="pooling_or_stride"
# **Model answer.**
#
# 1. Average pooling or blur. From picture to picture the garment moves by a pixel or two. At two pixels the strided
#    network changed its answer for about a quarter of the images, the one with max pooling for about one in eight,
#    average and blurred for about one in twenty-five. (No halving changed none, but at nearly nine times the
#    multiplications, thirty times a second, and with a lower accuracy. Averaging the scores of several pictures helps
#    as well.)
# 2. Strided convolution. It needs the fewest multiplications, about 266,000 in place of 466,000 with pooling, because
#    it does not compute what it drops. Its weakness, the change under shifts, cannot show where nothing shifts.
# 3. No halving, or halving that is undone later with the lost positions brought back in another way. Pooling forgets
#    where in the window something was: each halving costs a factor of two in precision. The price is nearly nine times
#    the work and a small receptive field, which dilation (lab 02) can widen.
# 4. Average pooling with windows of 4, or a blur as wide (one blur of 1, 2, 1 is too narrow for a factor of 4; blur and
#    halve twice). The ink is the small value: max pooling erased the print with windows of 4. Keeping one pixel of
#    sixteen makes strokes ragged or lets them vanish, depending on where they lie: aliasing.
#
# **Rubric.** 1 point for each case: a choice that fits (1: blur or average, or none at all with its consistency of 1
# and its price; 2: strided, or a smaller network of any kind if the multiplications are counted; 3: none, or a stated
# way to get positions back; 4: average or blur, or minimum pooling, which is max pooling of the *inverted* scan: both
# keep the ink) together with a reason that names a measurement or mechanism of this lab; numbers of the student's own
# run count, whatever they are. The width of the blur in case 4 and bolder strokes after a minimum are not needed for
# the point. Half a point for a fitting choice with a vague reason ("it is more robust"). Max pooling in case 1 gets
# half a point if it is compared with stride by number.

# %% instructor [markdown]
# **For instructors.** Let the numbers be guessed aloud before the table is run. Exercise 4 is worth its time in pairs:
# a choice without a reason gets nothing, and more than one choice can be defended. What to look for is a number or a
# mechanism of this lab ("the ink is the small value"), not "more robust".

# %% [markdown]
# ## What we have seen
#
# **In one sentence.** Making a map smaller buys sight and saves work and pays with position, and whoever drops samples
# without mixing them first pays with answers that change when the picture moves.
#
# **In one paragraph.** Pooling writes one number for a window, channel by channel, without parameters. The maximum
# keeps the largest value, the mean a share of all. Keeping every second value, which is what a stride does, lets
# patterns finer than the new grid come back as coarse ones: aliasing. So a network with two halvings is equivariant
# only to shifts of four pixels, and in between its answers change: on average most with a bare stride, less with max
# pooling, least with average pooling or a blur; single trainings differ much. Without halving, convolutions and a
# global average are invariant away from the borders, at nearly nine times the work and with a view of 7 x 7 pixels.
#
# **The full list.**
#
# - Windows: $\lfloor (n - k)/s \rfloor + 1$ without padding; a rest is dropped. Keras' pooling strides by its window.
# - `"same"` never invents values: max pooling pads with −∞, average pooling divides by the real values.
# - Max keeps the largest, not the most important: on dark print it erases the ink.
# - Aliasing: what is too fine for the new grid comes back as something coarser. Blur first, then sample.
# - Consistency needs no labels, and says nothing without accuracy beside it. Report mean and spread, and mistrust an
#   order that rests on three seeds.
# - Pooling saves no parameters of its own; it saves them in later dense layers, and work in later convolutions. Global
#   average pooling saves the flatten.
# - Invariance measured here is to shifts. Nothing here is invariant to turning or to size.
# - Further: average pooling is a convolution with fixed weights; max pooling is not linear (section 6). At a step of 2
#   a period of less than 4 pixels comes back as a longer one (section 7). Backward, max pays all to the first winner,
#   average in equal shares, and overlapping windows add up (section 8).
#
# **Key terms.** Pooling, max pooling, average pooling, global average pooling, striding, blur, aliasing, depthwise
# convolution, logits, shift-consistency; further: linear, period, Nyquist limit, tie.
#
# **To remember it by.** *Mix before you drop.*

# %% [markdown]
# ## Check yourself
#
# Choose before you open the explanation.
#
# **1. `MaxPooling2D(pool_size=3)` on a map of 14 x 14 x 8 gives...** (a) 12 x 12 x 8 (b) 4 x 4 x 8 (c) 5 x 5 x 8 (d) 4
# x 4 x 1
#
# <details><summary>Explanation</summary>
# (a) is stride 1, a convolution's default. <b>(b) is right</b>: the stride is 3, and (14 − 3)/3 rounded down plus 1 is
# 4; two rows are left over. (c) is <code>padding="same"</code>, 14/3 rounded up. (d) mixes the channels, which pooling
# never does.
# </details>
#
# **2. Of which map does max pooling with windows of 4 surely lose the pattern?** (a) bright dots on black (b) one
# bright line on black (c) dark lines, a pixel wide, on white (d) one bright corner on black
#
# <details><summary>Explanation</summary>
# (a), (b) and (d): the bright value is the largest of its window and stays, though its exact place is lost. <b>(c) is
# right</b>: every window holds some white, which is larger than the line. It was so with the printed page.
# </details>
#
# **3. A network halves three times with stride 2. Away from borders, a move of the picture by which distance surely
# keeps its answers, if it ends in a global average?** (a) 2 (b) 3 (c) 6 (d) 8
#
# <details><summary>Explanation</summary>
# (a) is enough for the first halving only. (b) is the number of halvings, not their product. (c) adds the strides up:
# they multiply. <b>(d) is right</b>: 2·2·2; then every layer's samples fall on the same spots again.
# </details>
#
# **4. Network A has a consistency of 0.99, network B of 0.95. Then...** (a) A is more accurate (b) A is the better
# choice (c) A changes its answer less often; which is better depends on the accuracies, the spread, and the task (d) B
# was trained badly
#
# <details><summary>Explanation</summary>
# (a) A network that says "bag" to everything has a consistency of 1. (b) jumps to a decision without accuracy and
# spread. <b>(c) is right.</b> (d) The way of halving alone can make this difference, as you have measured with equal
# training; and so can another seed.
# </details>
#
# **5. Why does a blur before striding help?** (a) it makes the network deeper (b) it takes out patterns that are too
# fine for the new grid before they can come back as coarse ones (c) it adds parameters (d) it makes the output larger
#
# <details><summary>Explanation</summary>
# (a) nothing is learned in it. <b>(b) is right.</b> (c) its nine weights are fixed: the count of trainable parameters
# stayed at 3,586. (d) the size is the same as with a bare stride.
# </details>

# %% [markdown]
# ## Further
#
# Section 6 writes average pooling and asks whether pooling is a convolution; section 7 tells how fine is too fine, and
# what one blur and two take away of the aliases; section 8 sends the gradient back through pooling; section 9 builds
# the networks of section 4 in general; section 10 tests them in four directions and looks at their borders; section 11
# is the page with controls; section 12 shows one garment about which a network changes its mind. Each stands on its own
# after the core (section 10 uses exercise 3).

# %% [markdown]
# ## 6. Averages by hand, and is it a convolution? (14 minutes, further)
#
# ### Exercise 5: `avg_pool2d` (objective 1)
#
# The windows of exercise 1, with the mean, and without padding. The same example gives
#
# ```
# -1 -3  4          -2.75 -1
# -2 -5  0    ->    -5.75 -1.5
# -9 -7  6
# ```


# %% exercise="avg_pool2d"
def avg_pool2d(images, pool_size=2, stride=None):
    """Write down the mean of each window, for each image and each channel, without padding.

    Written by hand: no pooling of a library (keras.layers, keras.ops, tf.nn, scikit-image, SciPy).

    Args:
        images: (batch, height, width, channels), floats or integers (a photo may come as uint8).
        pool_size: side of the square window, 1 or more.
        stride: step between windows, 1 or more; None means `pool_size`.

    Returns:
        A new float array, (batch, rows, columns, channels), with fractions also where the images
        hold integers, of whatever type. `images` stays as it was.

    Raises:
        ValueError: for a pool_size or stride below 1, or a window larger than the image; with a
            message.
    """
    ### BEGIN SOLUTION
    stride = pool_size if stride is None else stride
    if pool_size < 1 or stride < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError(f"cannot pool images of {images.shape[1:3]} with {pool_size=}, {stride=}")
    windows = sliding_window_view(images, (pool_size, pool_size), axis=(1, 2))
    return windows[:, ::stride, ::stride].mean(axis=(-2, -1))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: where to start</summary>
# Everything but the last step is as in exercise 1. What has to be different about the array that you fill, when the
# images hold integers?
# </details>
# <details><summary>Hint 2: integers</summary>
# <code>np.zeros(shape)</code> holds floats; <code>np.zeros_like(images)</code> holds what the images hold, and cuts
# every fraction off. And a sum of bytes starts again at 0 beyond 255: turn the images into floats first, or use
# <code>mean</code>, which does.
# </details>
# <details><summary>Hint 3: nearly there</summary>
# <code>pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))</code>,
# and the errors first.
# </details>


# %% check="avg_pool2d"
def _check_avg_pool2d():
    library = "keras.layers.AveragePooling2D keras.layers.AvgPool2D keras.ops.average_pool"
    library += " tensorflow.nn.avg_pool tensorflow.nn.avg_pool2d tensorflow.nn.pool"
    library += " skimage.measure.block_reduce scipy.ndimage.uniform_filter"
    image = np.array([[-1.0, -3.0, 4.0], [-2.0, -5.0, 0.0], [-9.0, -7.0, 6.0]]).reshape(1, 3, 3, 1)
    call, before = "avg_pool2d(the example, 2, 1)", image.copy()
    got = expect_by_hand(call, avg_pool2d, (image, 2, 1), *library.split())
    expect_unchanged(call, image, before)
    hints = [
        ([[-1, 4], [-2, 6]], "These are the maxima of the windows, not the means."),
        ([[-11, -4], [-23, -6]], "These are the sums: divide by the number of values in a window."),
        ([[-5.5, -2], [-11.5, -3]], "A window holds pool_size squared values, not pool_size."),
    ]
    expect_shape(call, got, (1, 2, 2, 1))
    got, expected = np.asarray(got)[0, ..., 0], [[-2.75, -1], [-5.75, -1.5]]
    expect_close(call, got, expected, hints=hints)
    images = np.random.default_rng(2).normal(size=(2, 7, 9, 3))
    for given in [(2, None), (3, 2), (1, 3)]:
        call = f"avg_pool2d(images of 7 x 9, {given[0]}, {given[1]})"
        got = expect_by_hand(call, avg_pool2d, (images, *given), *library.split())
        expected = keras.ops.average_pool(images, *given)
        shapes = [((2, 6, 8, 3), "That is stride 1. With stride=None the stride is the pool_size.")]
        shapes += [((2, 4, 5, 3), "One window too many.")]
        expect_shape(call, got, expected.shape, hints=shapes)
        mixed = np.broadcast_to(np.mean(expected, axis=3, keepdims=True), expected.shape)
        hints = [(mixed, "Channels are mixed: take the mean over axes 1 and 2 only.")]
        expect_close(call, got, expected, rtol=1e-4, atol=1e-5, hints=hints)
    hints = [([[252, 0]], "Fractions are lost: is your array one of integers, like the images?")]
    hints += [
        ([[60, 0.75]], "252, and not 252 - 192: a sum of bytes starts again at 0 beyond 255.")
    ]
    for kind in ("uint8", "int64"):
        photo = np.array([[250, 255, 1, 2], [251, 252, 0, 0]], dtype=kind).reshape(1, 2, 4, 1)
        call, got = f"avg_pool2d(a photo of {kind}, 2)", avg_pool2d(photo, 2)
        expect_shape(call, got, (1, 1, 2, 1))
        expect_close(call, np.asarray(got)[0, ..., 0], [[252, 0.75]], rtol=1e-4, hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    rows, columns = random.permutation(np.arange(6, 12))[:2].tolist()
    size, step, channels = random.permutation([2, 3, 4]).tolist()
    for shape, pool_size, stride in [
        ((1, 6, 6, 1), 1, 1), ((3, 5, 8, 2), 4, 1), ((2, 8, 5, 4), 2, 3), ((1, 4, 4, 3), 4, None),
        ((2, 4, 9, 1), 4, None), ((1, 9, 4, 2), 3, 2), ((2, 3, 5, 1), 1, None),
        ((5, rows, columns, channels), size, step),
    ]:  # fmt: skip
        images = random.normal(random.uniform(-2, 2), size=shape).astype("float32")
        before, call = images.copy(), f"avg_pool2d(images of {shape}, {pool_size}, {stride})"
        got = avg_pool2d(images, pool_size, stride)
        expected = keras.ops.average_pool(images, pool_size, stride)
        expect_unchanged(call, images, before)
        expect_new(call, got, images)
        expect_close(call, got, expected, rtol=1e-4, atol=1e-5)
    lost, large = "Fractions are lost: ", 2 * int(random.integers(400, 1600)) + 1
    for kind, factor in ("uint8", 1), ("int64", 1), ("int32", 1), ("int32", large):
        photo = (random.integers(0, 256, size=(1, 4, 6, 2)) * factor).astype(kind)
        exact = sum(photo[:, i::2, j::2].astype(float) for i in (0, 1) for j in (0, 1)) / 4
        hints = [(np.trunc(exact), f"{lost}is your array one of integers, like the images?")]
        hints += [(np.round(exact), f"{lost}do not round.")]
        call, got = f"avg_pool2d(a photo of {kind} up to {photo.max()})", avg_pool2d(photo)
        expect_close(call, got, exact, rtol=1e-4, atol=1e-3, hints=hints)
    ### END HIDDEN TESTS


run_check("avg_pool2d", _check_avg_pool2d)


# %% bad_input="avg_pool2d"
def _check_avg_pool2d_bad_input():
    images = np.arange(63.0).reshape(1, 7, 9, 1)
    got = avg_pool2d(images, 7)
    expect_close("avg_pool2d(images of 7 x 9, 7)", got, [[[[30]]]], rtol=1e-4)
    for wrong, why in [
        ((8,), "A window of 8 does not fit in 7 rows."),
        ((0, 1), "A window of 0 holds nothing."),
        ((2, 0), "A stride of 0 never moves on (and `stride or pool_size` takes it for None)."),
    ]:
        call = f"avg_pool2d(images of 7 x 9, {', '.join(map(str, wrong))})"
        expect_error(call, lambda wrong=wrong: avg_pool2d(images, *wrong), hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    side, most, less = rng().integers([3, 7, -9], [7, 10, 0]).tolist()
    for shape, given in [
        ((1, 4, 4, 1), (2, less)), ((1, 4, 4, 1), (less, 1)), ((1, most, side, 1), (side + 1,)),
        ((1, side, most, 1), (side + 1,)),
    ]:  # fmt: skip
        call = f"avg_pool2d(images of {shape}, {', '.join(map(str, given))})"
        expect_error(call, lambda shape=shape, given=given: avg_pool2d(np.ones(shape), *given))
    ### END HIDDEN TESTS


run_check("avg_pool2d, bad input", _check_avg_pool2d_bad_input)

# %% [markdown]
# Did it strike you that you have written this before? A sum of products in which every weight is $1/k^2$ is a mean.
# Average pooling is a convolution with a fixed kernel, applied to each channel on its own, and a stride. Is max pooling
# one too?
#
# **Predict.** How can a test *rule out* that something is a convolution, without looking inside? Think of what happens
# to the result when you double the input, add two inputs, or flip the sign.

# %% guess [markdown]
# *Your prediction: when I double the input, a convolution ...; when I add two inputs ...; when I flip the sign ...*

# %%
random = np.random.default_rng(0)
first, second = random.normal(size=(2, 1, 8, 8, 3)).astype("float32")
box = np.full((2, 2, 3, 1), 1 / 4, dtype="float32")  # quarters, for each of three channels
by_kernel = keras.ops.depthwise_conv(first, box, strides=2)
same = np.allclose(by_kernel, keras.ops.average_pool(first, 2), atol=1e-6)
print("average pooling is the same as a convolution with quarters:", same)
tests = {}
for name, pool in {"average": keras.ops.average_pool, "max": keras.ops.max_pool}.items():
    doubles = np.allclose(pool(2 * first, 2), 2 * pool(first, 2), atol=1e-5)
    adds_up = np.allclose(pool(first + second, 2), pool(first, 2) + pool(second, 2), atol=1e-5)
    flips = np.allclose(pool(-first, 2), -pool(first, 2), atol=1e-5)
    tests[name] = doubles, adds_up, flips
    print(f"{name:8} doubles with its input: {doubles}, adds up: {adds_up}, ", end="")
    print(f"flips its sign: {flips}")

# %% evidence
assert same
assert tests == {"average": (True, True, True), "max": (True, False, False)}

# %% [markdown]
# Average pooling passes all three tests, max pooling only the first: the largest of a window in the sum of two
# pictures need not be the sum of the largest. What passes all three, with any factor in place of 2, is called
# **linear**. A convolution without a bias is linear, and so max pooling cannot be one: the test has *ruled it out*.
# The other way round it proves nothing. A convolution also has to treat every place alike, which is lab 02's
# equivariance (that average pooling is one, the kernel of quarters in the cell has shown); and one with a bias, which
# is added whatever the input, fails all three tests.
#
# So max pooling brings a nonlinearity of its own into a network, and it treats bright and dark differently, as the
# page has shown.

# %% instructor [markdown]
# **For instructors.** In exercise 5 the stumble is the type: `np.zeros_like(images)` holds integers for a photo of
# integers and cuts every fraction off. A stride of 0 given as `stride or pool_size` is taken for `None`: it costs half
# a point, in the check of bad input, which says why.

# %% [markdown]
# ## 7. Rings that are not there (8 minutes, further)
#
# How fine is too fine? Say **period** for the distance from one bright stripe to the next; the shirt's is 2 pixels. The
# grey line below is a fine wave, the squares are the samples that a step of 2 keeps, and the dashed line is the slowest
# wave that goes through the squares.
#
# **Predict.** Periods of 2, of 2.5 and of 6 pixels: through which will the dashed wave be the true one?

# %% guess [markdown]
# *Your prediction: the dashed wave is the true one for a period of ...*

# %% evidence
show(
    draw.between_the_samples([2, 2.5, 6], step=2),
    alt="Three waves sampled at every second pixel. A period of 2 pixels becomes a constant, a "
    "period of 2.5 pixels becomes a slow wave with a period of 10 pixels that is not there, a "
    "period of 6 pixels is kept as it is.",
)

# %% [markdown]
# Only the last. Samples at a step of 2 can show periods of *more than 4 pixels*: two samples in each period are not
# quite enough. (At exactly 4 it depends on where the samples fall: on the bright and dark peaks, or all on the grey
# halfway between them, where nothing is left of the wave.) The limit, a period of two samples, is the
# **Nyquist limit**. What is finer comes back as an alias: the period of 2.5 pixels as one of 10.
#
# In two dimensions the same is seen without a formula. The rings below get finer outwards; at the middle of each edge
# their period has come down to about 2 pixels. The picture has one centre; other centres in what is made of it are
# ghosts.
#
# **Predict.** The picture is halved in five ways: every second pixel, max, average, one blur and every second pixel,
# two blurs and every second pixel. Put them in the order of what they show at the edges that is not there.

# %% guess [markdown]
# *Your prediction: most ghosts has ..., then ..., fewest ...*

# %%
side = 180
offset = np.arange(side) - (side - 1) / 2
squared_radius = offset[:, None] ** 2 + offset**2
rings = 0.5 + 0.5 * np.cos(0.95 * np.pi / side * squared_radius).astype("float32")
smaller = {"the picture": rings}
smaller |= {name: halve(rings) for name, halve in list(halvings.items())[1:]}
smaller["two blurs, every second"] = one_pixel(blur(blur(rings)), 2)
rim = {name: picture[:6, 39:51].std() for name, picture in list(smaller.items())[1:]}
print("contrast of the ghost at the top:", {name: f"{value:.2f}" for name, value in rim.items()})

# %% evidence
assert rim["every second"] > 1.4 * rim["max"] > 2 * rim["average"]
assert rim["average"] > rim["blur, every second"] > 1.3 * rim["two blurs, every second"]
show(
    draw.pixel_exact(smaller, columns=3, side=side, suptitle="Rings that are not there"),
    alt="Rings that get finer outwards, made half as large in five ways. Every second pixel shows "
    "four more ring centres at the edges as strong as the real one; max pooling shows many ghosts; "
    "average fewer; after one blur they are faint and after two almost gone.",
)

# %% [markdown]
# Whatever stands at the edges (half rings, at the top and at the sides) is an alias of rings too fine for the smaller
# picture. A blur *before* the sampling takes the finest rings away, so that little is left to come back: one blur with
# weights 1, 2, 1 weakens the ghosts, a second one weakens them more. The price is that the finest *true* rings become
# paler too. Average pooling is itself a blur, with weights 1, 1, and so it is better than a bare stride. Max pooling is
# no blur at all: besides paler ghosts at the edges it has some of its own, the pale discs near the corners, and it
# makes the fine rings brighter than they are, as it did with the shirt.

# %% instructor [markdown]
# **For instructors.** The ghost's contrast is measured at the top edge, for each picture at the same 6 x 12 pixels; let
# students find the pale discs of max pooling in the figure, which the number does not count. For the waves, draw the
# period and the step of 2 on the board and let students mark the samples by hand.

# %% [markdown]
# ## 8. The gradient's way back (30 minutes, further)
#
# A network learns from gradients, and they have to come back through the pooling layer. From above comes one number
# for each window: how much the loss changes when this *output* changes a little. Which *inputs* get it?
#
# The rule needs no formula. Wiggle one input a little and ask whether the output moves. In a mean of four, each input
# moves it by a quarter. In a maximum, only the largest input moves it, one to one; the others can wiggle without
# anybody noticing.
#
# **Predict.** The 4 x 4 map from the beginning, 2 x 2 windows, and from above comes 10 for each window. Write down the
# gradient for all 16 inputs, for max and for average pooling.

# %% guess [markdown]
# *Your prediction: max ___ ___ ___ ___ / ___ ___ ___ ___ / ___ ___ ___ ___ / ___ ___ ___ ___; average ...*

# %%
one_image_tensor = tf.constant(one_image)
gradients = {}
for name, layer in {"max": layers.MaxPooling2D(2), "average": layers.AveragePooling2D(2)}.items():
    with tf.GradientTape() as tape:
        tape.watch(one_image_tensor)
        output = layer(one_image_tensor)
    gradient = tape.gradient(output, one_image_tensor, output_gradients=10 * tf.ones_like(output))
    gradients[name] = gradient.numpy()[0, :, :, 0]

# %% evidence
assert all(gradient.sum() == 40 for gradient in gradients.values())
named = {f"gradient, {name}": gradient for name, gradient in gradients.items()}
show(
    draw.pooled_windows(feature_map, named, window=2),
    alt="The 4 by 4 map with its windows. The gradient through max pooling is 10 at the largest "
    "value of each window and 0 elsewhere; through average pooling it is 2.5 everywhere.",
)

# %% [markdown]
# Four windows with 10 each come in, and 40 comes out, in both cases. Max pooling hands all of it to the winner,
# average pooling shares it out.
#
# Two cases need a decision. Where windows overlap, an input can win more than once: its gradients add up, as in lab
# 02's backward pass. And where several values are largest, a **tie**, somebody has to be chosen: we take the first in
# reading order (left to right, top to bottom). Half to each would also be a valid choice, if it is said: the slope is
# not unique there, but every choice that is allowed (every *subgradient*) hands out the whole amount. Giving every
# winner all of it would be wrong, because then more gradient comes out than went in, and so would giving it to none.
# Ties are not rare: behind a ReLU, whole windows are 0.
#
# ### Exercise 6: `max_pool2d_backward` (objective 3)
#
# Images, windows of 2 with stride 1, the gradient from above, and the result. The 4 wins twice; the window of zeros is
# a tie.
#
# ```
# images  1 4 2     from above  10  1     result  0 10+1 0
#         0 0 3                  5  2             5  0   2
#         0 0 1                                   0  0   0
#                                        the zeros tie: the first gets the 5
# ```


# %% exercise="max_pool2d_backward"
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    """Send the gradient of a loss back through max pooling without padding.

    Written by hand: no automatic gradients (tf.GradientTape), no pooling of a library.

    Args:
        images: (batch, height, width, channels), floats: what went into the pooling.
        grad_output: (batch, rows, columns, channels): the gradient by each pooled value.
        pool_size, stride: of the pooling, as in `max_pool2d`.

    Returns:
        A new float array like `images`: the gradient by each input value. The largest of a window
        (the first in reading order, if several are) gets its gradient. Where windows overlap,
        gradients add up. What was given stays as it was.

    Raises:
        ValueError: with a message, if grad_output has not exactly the pooled images' shape.
    """
    ### BEGIN SOLUTION
    stride = pool_size if stride is None else stride
    windows = sliding_window_view(images, (pool_size,) * 2, axis=(1, 2))[:, ::stride, ::stride]
    if tuple(grad_output.shape) != windows.shape[:4]:
        raise ValueError(f"grad_output: expected {windows.shape[:4]}, got {grad_output.shape}")
    grad_images = np.zeros(images.shape)
    for place, gradient in np.ndenumerate(grad_output):
        image, row, column, channel = place
        down, right = divmod(np.argmax(windows[place]), pool_size)
        grad_images[image, row * stride + down, column * stride + right, channel] += gradient
    return grad_images
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: where to start</summary>
# Start with an array of zeros of the shape of <code>images</code> (of floats), and go through all windows: four loops,
# over images, rows, columns and channels, are fine. Each window changes one single number of your array.
# </details>
# <details><summary>Hint 2: the winner</summary>
# <code>np.argmax(window)</code> counts through the window in reading order and gives the first of several winners.
# <code>divmod(np.argmax(window), pool_size)</code> turns the count into a row and a column <em>inside the window</em>:
# where is that in the image?
# </details>
# <details><summary>Hint 3: nearly there</summary>
# <code>grad_images[image, top + winner_row, left + winner_column, channel] += grad_output[image, row, column,
# channel]</code>. With <code>=</code> in place of <code>+=</code> overlapping windows would overwrite one another.
# </details>


# %% check="max_pool2d_backward"
def _check_max_pool2d_backward_reference(images, pool_size, stride):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(tensor := tf.constant(images))
        output = tf.nn.max_pool2d(tensor, pool_size, stride or pool_size, "VALID")
    return output.shape, lambda grad_output: tape.gradient(output, tensor, grad_output)


def _check_max_pool2d_backward():
    library = "keras.layers.MaxPooling2D keras.layers.MaxPool2D keras.ops.max_pool "
    library += "tensorflow.nn.max_pool tensorflow.nn.max_pool2d tensorflow.nn.pool "
    library += "tensorflow.nn.max_pool_with_argmax tensorflow.GradientTape"
    images = np.array([[1.0, 4.0, 2.0], [0.0, 0.0, 3.0], [0.0, 0.0, 1.0]]).reshape(1, 3, 3, 1)
    grad_output = np.array([[10.0, 1.0], [5.0, 2.0]]).reshape(1, 2, 2, 1)
    call, before = "max_pool2d_backward(the example, 2, 1)", (images.copy(), grad_output.copy())
    got = expect_by_hand(call, max_pool2d_backward, (images, grad_output, 2, 1), *library.split())
    expect_unchanged(f"{call}, its images", images, before[0])
    expect_unchanged(f"{call}, its grad_output", grad_output, before[1])
    hints = [
        ([[0, 1, 0], [5, 0, 2], [0, 0, 0]], "The 4 wins twice, and is overwritten: add with +=."),
        ([[0, 11, 0], [5, 5, 2], [5, 5, 0]], "Every value of a tie gets it all, not the first."),
        ([[0, 11, 0], [1.25, 1.25, 2], [1.25, 1.25, 0]], "A tie is shared: the first gets it all."),
        ([[0, 11, 0], [0, 0, 2], [0, 5, 0]], "The last of a tie gets it: it has to be the first."),
        ([[2.5, 2.75, 0.25], [3.75, 4.5, 0.75], [1.25, 1.75, 0.5]], "That is for average pooling."),
        ([[0, 1, 0], [15, 0, 0], [0, 2, 0]], "divmod gives row, then column: yours are swapped."),
        ([[6, 12, 0], [0, 0, 0], [0, 0, 0]], "Counted from the window's corner: add top and left."),
    ]
    expect_shape(call, got, (1, 3, 3, 1))
    expect_close(call, np.asarray(got)[0, ..., 0], [[0, 11, 0], [5, 0, 2], [0, 0, 0]], hints=hints)
    for shape, window in [((2, 6, 7, 3), 2), ((1, 7, 11, 1), 3)]:
        images = np.sin(np.arange(np.prod(shape)) ** 2.0).reshape(shape)
        pooled_shape, gradient = _check_max_pool2d_backward_reference(images, window, None)
        grad_output = np.arange(1.0, 1 + np.prod(pooled_shape)).reshape(pooled_shape)
        call = f"max_pool2d_backward(images of {shape}, ..., {window})"
        got = max_pool2d_backward(images, grad_output, window)
        expect_close(call, got, gradient(grad_output), rtol=1e-4, atol=1e-5)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    rows, columns = random.permutation(np.arange(6, 12))[:2].tolist()
    for shape, *arguments in [
        ((1, 5, 5, 1), 3, 1), ((2, 7, 9, 2), 3, 2), ((3, 8, 5, 2), 2, 3), ((1, 4, 6, 4), 4, None),
        ((2, 9, 6, 1), 2, 1), ((2, 3, 4, 2), 1, 1), ((2, 6, 8, 2),), ((1, 4, 4, 1), 4, 2),
        ((3, rows, columns, 2), *random.permutation([2, 3, 4])[:2].tolist()),
    ]:  # fmt: skip
        images = random.permutation(np.prod(shape)).reshape(shape) / 10 - 500  # no ties, negative
        given = [*arguments, *[2, None][len(arguments) :]]
        pooled_shape, gradient = _check_max_pool2d_backward_reference(images, *given)
        grad_output = random.normal(size=pooled_shape).astype("float32")
        expected, images = gradient(grad_output.astype(float)), images.astype("float32")
        before = images.copy(), grad_output.copy()
        call = f"max_pool2d_backward(images of {shape}, {', '.join(map(str, ['...', *arguments]))})"
        got = max_pool2d_backward(images, grad_output, *arguments)
        expect_unchanged(f"{call}, its images", images, before[0])
        expect_unchanged(f"{call}, its grad_output", grad_output, before[1])
        expect_new(call, got, grad_output)
        expect_close(call, got, expected, rtol=1e-4, atol=1e-4)
    relu = np.maximum(random.integers(-4, 3, size=(2, 6, 6, 2)), 0).astype("float32")
    relu[0, :2, :2, 0] = [[0, 5], [5, 1]]  # the first by rows is not the first by columns
    grad_output, expected = random.normal(size=(2, 3, 3, 2)), np.zeros(relu.shape)
    for image, row, column, channel in np.ndindex(grad_output.shape):
        window = relu[image, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2, channel]
        first = int(np.argmax(window))
        place = (image, 2 * row + first // 2, 2 * column + first % 2, channel)
        expected[place] = grad_output[image, row, column, channel]
    call, got = "of maps behind a ReLU, with ties", max_pool2d_backward(relu, grad_output)
    expect_close(f"max_pool2d_backward {call}", got, expected, rtol=1e-4, atol=1e-5)
    ### END HIDDEN TESTS


run_check("max_pool2d_backward", _check_max_pool2d_backward)


# %% bad_input="max_pool2d_backward"
def _check_max_pool2d_backward_bad_input():
    images = np.ones((1, 3, 3, 1))
    got = max_pool2d_backward(images, np.full((1, 1, 1, 1), 7.0))[0, ..., 0]
    expect_close("max_pool2d_backward(ones, 7)", got, [[7, 0, 0], [0, 0, 0], [0, 0, 0]])
    images = np.ones((1, 6, 9, 1))
    for shape, why in [
        ((1, 2, 4, 1), "The pooled images have 3 columns; a fourth value belongs to no window."),
        ((1, 2, 2, 1), "The pooled images have 3 columns; a window would get no gradient."),
        ((1, 3, 2, 1), "2 rows and 3 columns, not the other way round."),
    ]:
        call = f"max_pool2d_backward(images of 6 x 9, a grad_output of {shape}, 3)"
        grad_output = np.ones(shape)
        expect_error(call, lambda g=grad_output: max_pool2d_backward(images, g, 3), hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    n, rows, columns, c = rng().permutation(np.arange(2, 7))[:4].tolist()
    images = np.ones((n, 2 * rows, 2 * columns, c))
    for shape in [
        (1, rows, columns, c), (n, rows, columns, 1), (n, 1, columns, c), (n, rows, 1, c),
        (n, rows, columns, c + 1), (n + 1, rows, columns, c), (n, rows + 1, columns, c),
        (n, 1, 1, c), (n, columns, rows, c),
    ]:  # fmt: skip
        call = f"max_pool2d_backward(images of {images.shape}, a grad_output of {shape})"
        expect_error(call, lambda shape=shape: max_pool2d_backward(images, np.ones(shape)))
    ### END HIDDEN TESTS


run_check("max_pool2d_backward, bad input", _check_max_pool2d_backward_bad_input)

# %% [markdown]
# What does that mean for a network with several pooling layers? Take a sneaker of 28 x 28 = 784 pixels through one,
# two and three poolings of 2 x 2, and ask which pixels get any gradient at all from the sum of the outputs.
#
# **Predict.** How many of the 784 pixels are that, for max and for average pooling?

# %% guess [markdown]
# *Your prediction: after one, two, three poolings: max ___, ___, ___ pixels; average ___, ___, ___ pixels.*

# %% exact
sneaker = tf.constant(data.x_train[data.y_train == 7][:1] / 255, dtype="float32")
maps = {}
for way, layer in {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}.items():
    for times in (1, 2, 3):
        with tf.GradientTape() as tape:
            tape.watch(sneaker)
            total = tf.reduce_sum(keras.Sequential([layer(2) for _ in range(times)])(sneaker))
        maps[f"{way}, {times} times"] = tape.gradient(total, sneaker).numpy()[0]
for name, gradient in maps.items():
    print(f"{name:16} {np.count_nonzero(gradient):3} of 784 pixels, ", end="")
    print(f"the gradients sum to {gradient.sum():.0f}")

# %% evidence
show(
    image_grid(
        [sneaker.numpy()[0], *list(maps.values())[:3]],
        ["sneaker", *list(maps)[:3]],
        columns=4,
        size=2,
        suptitle="White pixels get gradient",
    ),
    alt="A sneaker, and three masks of the pixels that get gradient through one, two and three max "
    "poolings: one pixel in four, one in sixteen, then nine single pixels.",
)

# %% [markdown]
# Around the shoe the white pixels form a regular grid. There the background is 0 everywhere, every window is a tie of
# four zeros, and the first of them, at the upper left, gets the gradient.
#
# Each max pooling passes one path in four: 196, 49, 9. (Three times halved, 28 is 3: the last row and column of the
# map of 7 are dropped.) Average pooling reaches all 784, with smaller shares, and 576 after the third for the same
# reason.
#
# So few paths do not stop learning: in a network a convolution stands between the poolings, and each winner there was
# made from a whole window. But it is a real difference. With max pooling, what was not the strongest in its window
# gets no correction from this picture.

# %% instructor [markdown]
# **For instructors.** The rule (wiggle one input, does the output move?) needs no formula: have it said for one window
# before the cell is run. What the checks of exercise 6 name: `=` for `+=` where windows overlap, the whole gradient
# for every value of a tie, a tie shared out, the last of a tie, row and column of `divmod` swapped, and a winner's
# place without `top` and `left`. Four loops are fine here; students who ask for a faster way can be sent to
# `np.add.at`.

# %% [markdown]
# ## 9. Build the networks yourself (17 minutes, further)
#
# ### Exercise 7: `build_cnn` (objective 6)
#
# `make_cnn` in section 4 is the pattern, with everything but the way fixed. Generalise it: any number of blocks, any
# input and any number of classes, and *every* block halves, the last one too (there is no convolution behind it). The
# blur is left out, and a way that does not exist is refused. For `filters=(8, 16)` and images of 28 x 28 x 1, each way
# has 80 + 1,168 + 170 = 1,418 parameters, and the last map is 7 x 7 x 16, or 28 x 28 x 16 for `"none"`.


# %% exercise="build_cnn"
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    """Build a convolutional classifier that halves its maps as chosen, at the end of each block.

    For each number in `filters` one block: a 3 x 3 convolution with so many filters, a bias,
    `padding="same"` and ReLU, and the halving, also in the last block. Then global average pooling
    and a dense layer; nothing that differs while training.

    Args:
        downsampling: "max" or "average": 2 x 2 pooling; "strided": the convolution itself has
            stride 2; "none": nothing.
        filters: channels of each block, in order.
        input_shape: (height, width, channels); sides can be halved in every block.
        classes: how many scores come out.

    Returns:
        An untrained, built Keras model that gives scores, not probabilities: (batch, classes).

    Raises:
        ValueError: for another downsampling, with a message that names it.
    """
    ### BEGIN SOLUTION
    poolings = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*poolings, "strided", "none"):
        raise ValueError(f"there is no downsampling {downsampling!r}")
    stack, strides = [keras.Input(input_shape)], 2 if downsampling == "strided" else 1
    for channels in filters:
        stack.append(layers.Conv2D(channels, 3, strides=strides, padding="same", activation="relu"))
        stack += [poolings[downsampling](2)] if downsampling in poolings else []
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: where to start</summary>
# Write it for <code>"none"</code> first: a loop over <code>filters</code> that adds convolutions to a
# <code>keras.Sequential</code> that begins with <code>keras.Input(input_shape)</code>. Look at
# <code>model.summary()</code>.
# </details>
# <details><summary>Hint 2: the four ways</summary>
# For "max" and "average" a layer more in each turn of the loop (<code>layers.AveragePooling2D</code> needs its window:
# 2); for "strided" no layer more, but another argument of the convolution.
# </details>
# <details><summary>Hint 3: the end</summary>
# <code>layers.GlobalAveragePooling2D()</code>, then <code>layers.Dense(classes)</code> without an activation. Test
# <code>downsampling</code> before you build anything.
# </details>


# %% check="build_cnn"
def _check_build_cnn_scores(case, way, relu=keras.ops.relu, last=np.mean, pad="same", stay=0):
    (*blocks, dense, end), maps = case
    for place, (kernel, bias) in enumerate(zip(blocks[::2], blocks[1::2])):
        step = 2 if way != "none" and place + stay < len(blocks) / 2 else 1
        maps = keras.ops.conv(maps, kernel, step if way == "strided" else 1, pad) + bias
        maps = getattr(keras.ops, f"{way}_pool", lambda x, n: x)(relu(maps), step)
    return last(np.asarray(maps), axis=(1, 2)) @ dense + end


def _check_build_cnn_case(random, call, model, filters, shape, classes):
    blocks = [s for a, b in zip((shape[2], *filters), filters) for s in [(3, 3, a, b), (b,)]]
    end, n = [(filters[-1], classes), (classes,)], filters[-1] * shape[0] * shape[1]
    flat = [[*blocks, (n // k, classes), (classes,)] for k in (1, 4 ** len(filters))]
    twice = blocks + end + [s for b in filters for s in [(3, 3, b, b), (b,)]]
    whys = ["No weights yet: does it begin with a keras.Input?", "The convolutions have no biases."]
    whys += [
        "The convolution has to take the stride itself.",
        *["A flattened map? Average it."] * 2,
    ]
    hints = [(sorted(s), why) for s, why in zip([[], blocks[::2] + end, twice, *flat], whys)]
    got = sorted(tuple(weight.shape) for weight in model.weights)
    expect_equal(f"{call}, the shapes of its weights", got, sorted(blocks + end), hints=hints)
    values = [random.normal(size=size).astype("float32") for size in blocks + end]
    model.set_weights([next(v for v in values if v.shape == w.shape) for w in model.weights])
    return values, random.normal(size=(2, *shape)).astype("float32")


def _check_build_cnn(given=((4, 6, 5), (32, 40, 2), 3), scores=_check_build_cnn_scores):
    for way in (ways := ("max", "average", "strided", "none")):
        call, random = f"build_cnn{(way, *given)}", np.random.default_rng(8)
        case = _check_build_cnn_case(random, call, model := build_cnn(way, *given), *given)
        expected, hints = scores(case, way), [(scores(case, o), f"That is {o!r}.") for o in ways]
        hints += [(keras.ops.softmax(expected), "Probabilities: give scores, without softmax.")]
        changes = {"There is no ReLU.": {"relu": np.asarray}, "A global maximum?": {"last": np.max}}
        changes |= {"Not in the last block?": {"stay": 1}, 'padding="same"?': {"pad": "valid"}}
        hints += [(scores(case, way, **change), why) for why, change in changes.items()]
        expect_close(f"{call}(images)", model(case[1]), expected, rtol=1e-3, atol=1e-3, hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    a, b, c, d, e, f = random.permutation(np.arange(2, 8)).tolist()  # equal ones would be mixed up
    (rows, columns), colours = random.permutation([8, 12, 16, 20])[:2].tolist(), 1 + a % 3
    for way, *given in [
        ("max", (a,), (rows, columns, 3), b), ("average", (c, d, e), (16, 24, 1), f),
        ("strided", (a, d), (columns, rows, 2), e), ("none", (b, f), (9, 7, 1), c),
        ("strided", (e,), (10, 8, 1), d), ("max", (f, c), (rows, 24, colours), 10), ("average",),
    ]:  # fmt: skip
        call, model = f"build_cnn({', '.join(map(repr, [way, *given]))})", build_cnn(way, *given)
        case = _check_build_cnn_case(random, call, model, *(given or [(8, 16), (28, 28, 1), 10]))
        expected = _check_build_cnn_scores(case, way)
        hints = [(np.maximum(expected, 0), "A ReLU on the scores loses everything below 0.")]
        expect_close(f"{call}(images)", model(case[1]), expected, rtol=1e-3, atol=1e-3, hints=hints)
        same = np.allclose(model(case[1], training=True), expected, rtol=1e-3, atol=1e-3)
        hints = [(False, "The scores while training are others: Dropout or noise?")]
        expect_equal(f"{call}, the same scores while training", same, True, hints=hints)
    ### END HIDDEN TESTS


run_check("build_cnn", _check_build_cnn)


# %% bad_input="build_cnn"
def _check_build_cnn_bad_input():
    scores = build_cnn("none", (2,), (4, 4, 1), 3)(np.zeros((1, 4, 4, 1)))
    expect_close("build_cnn('none', (2,), (4, 4, 1), 3)(zeros)", scores, np.zeros((1, 3)))
    call, why = "build_cnn('median')", "There are four ways, and this is none."
    expect_error(call, lambda: build_cnn("median"), says="median", hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    drawn = "".join(rng().permutation(list("downsampling")))
    for word in ("Max", "No", "stride", "maximum", drawn):
        expect_error(f"build_cnn({word!r})", lambda word=word: build_cnn(word), says=word)
    ### END HIDDEN TESTS


run_check("build_cnn, bad input", _check_build_cnn_bad_input)

# %% instructor [markdown]
# **For instructors.** The checks judge by values, so any kind of model is right. What they name: softmax at the end
# (scores are asked for), a flattened map in place of the global average, a last block that does not halve, a strided
# convolution *added* in place of a stride, no `padding="same"`, no ReLU, no bias, Dropout, and no `keras.Input`, which
# leaves a model without weights.

# %% [markdown]
# ## 10. Two pixels in all four directions (8 minutes, further)
#
# With your own function from exercise 3 you can ask the networks of section 4 a harder question, two pixels in all
# four directions. There is a black frame left and right, but none above and below.
#
# **Predict.** Which of the five will lose most against its move to the right, on the same 300 images?

# %% guess [markdown]
# *Your prediction: ... loses most, because ...*

# %% uses="shift_consistency"
few = x_val[:300]
sideways, four_directions = {}, {}
for way in consistency:
    network = models[way, 0]
    right_classes = np.argmax(network(np.roll(few, 2, axis=2)), axis=-1)
    sideways[way] = np.mean(right_classes == np.argmax(network(few), axis=-1))
    four_directions[way] = shift_consistency(network, few, 2)
    print(f"{way:8} to the right {sideways[way]:.3f}, ", end="")
    print(f"in four directions {four_directions[way]:.3f}")

# %% evidence uses="shift_consistency"
if not four_directions:
    raise NotImplementedError("this needs your function: exercise 3")
for way in ("average", "blurred", "none"):
    assert four_directions[way] < sideways[way] - 0.05
lost = {way: sideways[way] - four_directions[way] for way in sideways}
assert sideways["none"] > 0.99
assert max(lost, key=lost.get) == "none"

# %% [markdown]
# *None* loses most: its perfection was the frame's gift. A move up cuts off collars, and a shoe or a trouser leg that
# ended at the picture's edge now ends before it. What a convolution sees beyond the edge is zeros, and deeper in the
# network these are not the same as black background, which has become a ReLU of the bias by then. Lab 02 found
# equivariance broken at padded borders; here is what that does to answers. (How much of it is the cut and how much the
# padding, this run does not tell. It is one training of each, on 300 images: differences of a few hundredths say
# nothing.)
#
# So was it the border, too, that kept *max* from a consistency of exactly 1 at four pixels sideways? A value of its
# last map sees 18 columns, so that it may see garment and edge at once where fewer than 18 lie between them, and the
# frame has 8.
#
# **Predict.** The same trained network gets a frame of 24 columns in place of 8. Its consistency at 4 pixels?

# %% guess [markdown]
# *Your prediction: ___, because ...*

# %%
wide = keras.Sequential([keras.Input((28, 76, 1)), *models["max", 0].layers])
x_wide = np.pad(x_val, [(0, 0), (0, 0), (16, 16), (0, 0)])
classes = [np.argmax(wide(np.roll(x_wide, distance, axis=2)), axis=-1) for distance in (0, 4)]
in_wide_frame = np.mean(classes[0] == classes[1])
print(f"max at 4 pixels, in a frame of 8 columns: {consistency['max'][0, 4]:.3f}, ", end="")
print(f"in one of 24: {in_wide_frame:.3f}")
wide_accuracy = np.mean(classes[0] == y_val)
print(f"its accuracy there: {accuracy['max'][0, 0]:.3f}, and {wide_accuracy:.3f}")

# %% evidence
assert consistency["max"][0, 4] < 0.995
assert in_wide_frame > 0.998
assert wide_accuracy > accuracy["max"][0, 0] - 0.1

# %% [markdown]
# In the wide frame 20 columns are left even behind the moved image, so that no value sees garment and edge at once, and
# the answers stay: the border it was. The accuracy is printed beside it, since a network that says the same to
# everything would be as steady: this one still tells the garments apart.

# %% [markdown]
# ## 11. Pick your own window (2 minutes, further)
#
# While a kernel is running, the next cell gives you the page of section 2 with controls: press Tab to reach one, then
# the arrow keys to change it. From which window on can you no longer read the page, for each way? (Where no kernel
# runs, on a web page for example, the controls do not appear; the picture in that section says the same for four
# windows.)

# %%
draw.explore_pooling(printed, ways)

# %% [markdown]
# ## 12. One garment, five positions (3 minutes, further)
#
# How does a change of mind look in a single case? Of the thousand validation images, the next cell looks for the one of
# which the strided network is surest three times: of the right class in place, of a wrong one two pixels on, and of the
# right one again at four.

# %%
network = models["strided", 0]
probabilities = np.stack(
    [keras.ops.softmax(network(np.roll(x_val, distance, axis=2))) for distance in distances]
)
everyone = np.arange(len(y_val))
right = probabilities[0, everyone, y_val]  # how sure it is of the right class, in place
is_wrong = probabilities[2].argmax(axis=-1) != y_val
wrong = probabilities[2].max(axis=-1) * is_wrong  # and of a wrong one, 2 pixels on
again = probabilities[4, everyone, y_val]  # and of the right one again, 4 pixels on
chosen = int(np.argmax(np.minimum(np.minimum(right, again), wrong)))
print("the label says", data.class_names[y_val[chosen]])

# %% evidence
titles = [
    f"{distance} px: {data.class_names[p.argmax()]}\n{p.max():.0%} sure"
    for distance, p in zip(distances, probabilities[:, chosen])
]
moved = [np.roll(x_val[chosen], distance, axis=1) for distance in distances]
show(
    draw.picture_table({"": moved}, titles, suptitle="One garment, moved to the right"),
    alt="One garment in five positions, each one pixel further right; the network's answer above "
    "it changes from the right class to a wrong one at two pixels and back at four.",
)
assert min(right[chosen], wrong[chosen], again[chosen]) > 0.5

# %% [markdown]
# You can hardly see that the garment moved. The network is more than half sure of the right class, of a wrong one, and
# of the right one again at four pixels. (It is the clearest case, looked for, and not a typical one.) Azulay and Weiss
# (2019) found such cases in networks thousands of times its size.

# %% [markdown]
# ## Read on
#
# - R. Zhang (2019), *Making convolutional networks shift-invariant again*. The blur before the sampling, in large
#   networks; also how to put it into max pooling.
# - A. Azulay and Y. Weiss (2019), *Why do deep convolutional networks generalize so poorly to small image
#   transformations?* The measurement that started it, and the sampling theorem behind it.
# - J. T. Springenberg, A. Dosovitskiy, T. Brox and M. Riedmiller (2015), *Striving for simplicity: the all
#   convolutional net*. The case for strides in place of pooling.
# - M. Lin, Q. Chen and S. Yan (2014), *Network in network*. Global average pooling.
# - D. Scherer, A. Müller and S. Behnke (2010), *Evaluation of pooling operations in convolutional architectures for
#   object recognition*. Max pooling against a trainable average, an early comparison.
#
# ### An open challenge
#
# There is another way to make a network steady: show it moved pictures while it trains. Train the *strided* network
# with each training image moved sideways by a random 0 to 3 pixels, three seeds. How much of the gap to *blurred* does
# that close at 2 pixels? Now test at distances and on pictures unlike the training ones (upside down, or digits): does
# the steadiness that was *learned* go along, and does the one that was *built in*?
