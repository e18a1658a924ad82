# %% [markdown]
# # 02 Convolution: filters, feature maps, and what they cost
#
# A dense layer that turns one small grey photo into a map of its edges needs 75 billion weights. The layer of this lab
# does it with nine, and you can check its arithmetic by hand.
#
# <!-- facts -->
#
# Besides MNIST, the lab uses a photo that comes with scikit-learn. Lab 01 ended with what a better layer must have:
# local connections, shared weights, hierarchy.
#
# ## Objectives
#
# 1. Compute by hand what a convolution writes at one position, and write it with loops.
# 2. Predict what a small kernel shows of a photo.
# 3. Predict the size of a layer's output from kernel, stride, padding and dilation, and refute a wrong formula.
# 4. Explain every number in a convolutional `model.summary()`, and what a layer costs beyond its parameters.
# 5. Compute how much of the input one output can see.
# 6. Say which moves of the input a convolution follows, and which not.
# 7. (Further.) Write a convolutional layer for batches and channels without a loop over pixels.
# 8. (Further.) Write the backward pass, check it against automatic gradients, and learn a kernel with it.
#
# In every section you commit to a prediction, run the experiment, and read what it showed. Write your predictions
# down: a wrong one that you wrote down teaches you more than a right one that you only thought. The sections marked
# *further* stand after the core; nothing in the core builds on them.

# %% imports
import time

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
from utils.data import load
from utils.figures import convolution as draw
from utils.figures import image_grid, show
import keras
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.datasets import load_sample_image
import tensorflow as tf

# %% [markdown]
# The photo shows a tower of the Summer Palace in Beijing (danielbuechele, 2011, CC BY 2.0). We make it grey by
# averaging red, green and blue, and bring the values to 0 (black) to 1 (white).

# %%
photo = load_sample_image("china.jpg").astype("float32") / 255  # (height, width, channels)
grey = photo.mean(axis=-1)  # (height, width)
dense_weights = grey.size**2
print(f"{grey.shape[0]} x {grey.shape[1]} = {grey.size:,} pixels")
print("a dense layer from this picture to a map of the same size: ", end="")
print(f"{dense_weights:,} weights, {dense_weights * 4e-9:.0f} GB")

# %% evidence
assert 74e9 < dense_weights < 75e9
show(
    image_grid([photo[:360, :400], grey[:360, :400]], ["three channels", "one channel"], size=1.75),
    alt="A tower with tiled roofs under a bright sky, once in colour and once in grey.",
)

# %% [markdown]
# ## 1. One window: nine products, one sum (18 minutes, core)
#
# A **kernel** (or **filter**) is a small array of weights, here 3 x 3. You lay it over a **window** of the picture of
# the same size, multiply each weight with the pixel below it, and add the products. The sum is one number. You write it
# down, slide the kernel one pixel on, and do it again. The array of all the sums is a **feature map**.
#
# Think of a stencil slid over a page: at each place you look only through its hole. Unlike a hole, a kernel's weights
# can be any number, negative ones too.
#
# Here is a kernel known as Sobel x, and a small piece of the photo, the knob on top of the tower, dark against a
# bright sky.
#
# ```
# Sobel x  -1  0  1
#          -2  0  2
#          -1  0  1
# ```
#
# **Predict.** The kernel lies over (a) a window of nothing but sky, (b) the left edge of the knob, where sky ends and
# knob begins, (c) its right edge. Which sum is about zero, which is positive, which negative?

# %% guess [markdown]
# *Your prediction: about zero over ___, positive over ___, negative over ___, because ...*

# %%
knob = grey[26:54, 188:224]
sobel_x = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype="float32")
sums = {}
for place, row, column in [("sky", 8, 2), ("left edge", 8, 7), ("right edge", 8, 25)]:
    window = knob[row : row + 3, column : column + 3]
    sums[place] = np.sum(window * sobel_x)
    print(f"{place:10} sum of the nine products = {sums[place]:+.2f}")

# %% evidence
assert abs(sums["sky"]) < 0.1
assert round(float(sums["left edge"]), 2) == -3.02
assert sums["right edge"] > 1

# %% [markdown]
# Sobel x adds up the right column and takes away the left one, the middle row counting double. On even sky the two are
# the same and cancel. At the left edge the bright pixels lie under the negative weights, so the sum is negative; at
# the right edge the bright pixels lie under the positive ones. Here is the window at the left edge, number by number.

# %% evidence
show(
    draw.window_arithmetic(knob, sobel_x, row=8, column=7),
    alt="A 3 x 3 window at the knob's left edge, bright pixels left and dark ones right. Times "
    "Sobel x, the nine products sum to about -3.02, which is marked as one dark pixel in the "
    "feature map.",
)

# %% [markdown]
# ### Exercise 1: `conv2d_single` (objective 1)
#
# Write what you have just watched: two loops over the window's position, one sum of products each. The window always
# lies wholly inside the image and moves by one pixel.
#
# A small example to do by hand first. The kernel fits into the image at 2 x 2 positions:
#
# ```
# image  1 2 3     kernel  1  0     feature map   4  6
#        4 5 6             2 -1                  10 12
#        7 8 9
#                  upper left:  1*1 + 2*0 + 4*2 + 5*(-1) = 4
# ```


# %% exercise="conv2d_single"
def conv2d_single(image, kernel):
    """Slide a kernel over a grey image, one pixel at a time, and sum the products at each position.

    Written out with NumPy or plain Python: without a convolution or correlation of Keras,
    TensorFlow or SciPy.

    Args:
        image: (height, width), floats or integers (a photo may come as uint8). Not changed.
        kernel: (kernel_height, kernel_width), floats, not always square. Not changed.

    Returns:
        The feature map, a new array of floats of shape
        (height - kernel_height + 1, width - kernel_width + 1).

    Raises:
        ValueError: with a message, if the kernel is higher or wider than the image.
    """
    ### BEGIN SOLUTION
    height, width = image.shape
    kernel_height, kernel_width = kernel.shape
    if kernel_height > height or kernel_width > width:
        raise ValueError(f"the kernel {kernel.shape} does not fit into the image {image.shape}")
    feature_map = np.zeros((height - kernel_height + 1, width - kernel_width + 1))
    for row in range(feature_map.shape[0]):
        for column in range(feature_map.shape[1]):
            window = image[row : row + kernel_height, column : column + kernel_width]
            feature_map[row, column] = np.sum(window * kernel)
    return feature_map
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: where to start</summary>
# Make an empty feature map of the right shape first (<code>np.zeros</code>), then fill it. Ask yourself how many rows
# a window of height 2 can start at in an image of height 3.
# </details>
# <details><summary>Hint 2: the window</summary>
# The window whose upper left pixel is (row, column) is <code>image[row : row + kernel_height, column : column +
# kernel_width]</code>. It has the kernel's shape, so you can multiply the two.
# </details>
# <details><summary>Hint 3: nearly there</summary>
# Test the sizes and raise the error first. Then, inside two loops over <code>range(height - kernel_height + 1)</code>
# and the same for the width: <code>feature_map[row, column] = np.sum(window * kernel)</code>.
# </details>


# %% check="conv2d_single"
def _check_conv2d_single():
    image, kernel = np.arange(1.0, 10.0).reshape(3, 3), np.array([[1.0, 0.0], [2.0, -1.0]])
    before, call = (image.copy(), kernel.copy()), "conv2d_single(image, kernel) of the example"
    library = ["keras.ops.conv", "keras.ops.depthwise_conv", "keras.layers.Conv2D"]
    library += [
        "tensorflow.nn.depthwise_conv2d",
        "tensorflow.nn.conv2d",
        "tensorflow.raw_ops.Conv2D",
    ]
    library += ["tensorflow.nn.convolution", "scipy.ndimage.correlate", "scipy.ndimage.convolve"]
    library += [f"scipy.signal.{n}" for n in ("convolve", "convolve2d", "correlate", "correlate2d")]
    got = expect_by_hand(call, conv2d_single, (image, kernel), *library, "scipy.signal.fftconvolve")
    expect_unchanged(f"{call}, its image", image, before[0])
    expect_unchanged(f"{call}, its kernel", kernel, before[1])
    hints = [
        ([[8, 10], [14, 16]], "This is the kernel turned by 180 degrees: lay it down as it is."),
        ([[0, 2], [6, 8]], "This is the kernel with rows and columns swapped."),
        ([[1, 1.5], [2.5, 3]], "A sum of the products, not their mean."),
        ([[4, 0], [0, 0]], "The last row and column are never filled: one window is missing."),
    ]
    one_more = "One window more fits: the last one ends at the edge. Is a + 1 missing?"
    inside = "Windows lie wholly inside the image, so the map is smaller than the image."
    expect_shape(call, got, (2, 2), hints=[((1, 1), one_more), ((3, 3), inside)])
    expect_close(call, got, [[4, 6], [10, 12]], hints=hints)
    random = np.random.default_rng(1)
    image, kernel = random.normal(size=(5, 8)), random.normal(size=(2, 3))
    expected = keras.ops.conv(image[None, ..., None], kernel[..., None, None])[0, ..., 0]
    call, got = "conv2d_single(a 5 x 8 image, a 2 x 3 kernel)", conv2d_single(image, kernel)
    expect_shape(call, got, (4, 6), hints=[((3, 5), one_more), ((5, 8), inside)])
    expect_close(call, got, expected, rtol=1e-4, atol=1e-5)
    image, kernel = np.array([[10, 7, 2], [0, 5, 250]], dtype="uint8"), np.array([[0.5, 0.25]])
    call, got = "conv2d_single(a uint8 image, kernel)", conv2d_single(image, kernel)
    lost = "Fractions are lost: is your map one of integers, like the image?"
    cast = "Is the kernel made one of integers, like the image? 0.5 and 0.25 become 0."
    hints = [([[6, 4], [1, 65]], lost), (np.zeros((2, 2)), cast)]
    expect_close(call, got, [[6.75, 4], [1.25, 65]], hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    rows, columns, few, some = random.integers((3, 6, 1, 3), (6, 9, 3, 5)).tolist()
    for shape, kernel_shape in [
        ((columns, columns), (some, some)),
        ((columns, rows), (1, rows)),
        ((rows, columns), (rows, columns)),
        ((columns, rows), (some, few)),
        ((rows, columns), (few, some)),
        ((rows, columns), (1, 1)),
    ]:
        image, kernel = random.normal(size=shape), random.normal(size=kernel_shape)
        expected = keras.ops.conv(image[None, ..., None], kernel[..., None, None])[0, ..., 0]
        copies = image.copy(), kernel.copy()
        call = f"conv2d_single(an image of {shape}, a kernel of {kernel_shape})"
        got = expect_by_hand(call, conv2d_single, (image, kernel))
        expect_unchanged(call, image, copies[0])
        expect_unchanged(call, kernel, copies[1])
        expect_shape(call, got, expected.shape)
        expect_close(call, got, expected, rtol=1e-4, atol=1e-5)
    expect_new("conv2d_single(image, [[1.0]])", conv2d_single(image, np.ones((1, 1))), image)
    image = random.integers(0, 256, size=(5, 6)).astype("uint8")
    kernel = random.integers(-4, 4, size=(2, 2)) / 2 + 0.25  # never whole
    places = [(i, j) for i in range(2) for j in range(2)]
    exact = sum(kernel[i, j] * image[i : i + 4, j : j + 5].astype(float) for i, j in places)
    call, got = "conv2d_single(an image of integers, kernel)", conv2d_single(image, kernel)
    expect_close(call, got, exact, rtol=1e-4, atol=1e-3, hints=[(np.trunc(exact), lost)])
    ### END HIDDEN TESTS


run_check("conv2d_single", _check_conv2d_single)


# %% bad_input="conv2d_single"
def _check_conv2d_single_bad_input():
    call, got = (
        "conv2d_single(3 x 3 ones, 3 x 3 ones)",
        conv2d_single(np.ones((3, 3)), np.ones((3, 3))),
    )
    expect_close(call, got, [[9]])
    for shape, why in [((4, 2), "The kernel is higher."), ((2, 4), "The kernel is wider.")]:
        call = f"conv2d_single(a 3 x 3 image, a {shape[0]} x {shape[1]} kernel)"
        given = np.ones((3, 3)), np.ones(shape)
        expect_error(call, lambda given=given: conv2d_single(*given), hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    few, many = random.integers((2, 6), (5, 9)).tolist()
    for size, shape in [
        ((many, few), (1, few + 1)),
        ((few, many), (few + 1, 1)),
        ((few, few), (many, many)),
    ]:
        call = f"conv2d_single(an image of {size}, a kernel of {shape})"
        given = np.ones(size), np.ones(shape)
        expect_error(call, lambda given=given: conv2d_single(*given))
    ### END HIDDEN TESTS


run_check("conv2d_single, bad input", _check_conv2d_single_bad_input)

# %% instructor [markdown]
# **For instructors.** Put one window on the board and have nine products added aloud before anyone opens the figure.
# What goes wrong in exercise 1, and what the checks name: the kernel turned by 180 degrees (from a lecture on signal
# processing), rows and columns swapped, a mean in place of the sum, loops that end one window early, and
# `np.zeros_like(image)`, which makes a map of integers for a photo of integers. Section 13 (further) has the same
# picture with controls. The section's minutes count the opening of the lab.

# %% [markdown]
# ## 2. What nine numbers can see (5 minutes, core)
#
# Five kernels, and five descriptions in another order.
#
# ```
# A  1/9 1/9 1/9     B  -1 0 1     C  -1 -2 -1     D  0  1 0     E   0 -1  0
#    1/9 1/9 1/9        -2 0 2         0  0  0        1 -4 1        -1  5 -1
#    1/9 1/9 1/9        -1 0 1         1  2  1        0  1 0         0 -1  0
# ```
#
# 1. answers to edges of every direction
# 2. makes the picture softer
# 3. answers to level (horizontal) edges
# 4. makes the picture crisper
# 5. answers to upright (vertical) edges
#
# **Predict.** Which kernel does what? A trick that helps: what does each answer to a flat, white piece of wall? Add up
# its weights.
#
# The cell uses Keras' function. `keras.ops.conv` works on batches of pictures with channels, so one grey picture gets
# two more axes of length 1, and the kernel too (section 4 says what they are for). `"valid"` means that windows lie
# wholly inside the picture.

# %% guess [markdown]
# *Your prediction: A ___, B ___, C ___, D ___, E ___. The weights of ... add up to ...*

# %%
five_kernels = {
    "A": np.full((3, 3), 1 / 9, dtype="float32"),
    "B": sobel_x,
    "C": sobel_x.T,
    "D": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], dtype="float32"),
    "E": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], dtype="float32"),
}
roofs = grey[25:125, 130:280]
five_maps = {}
for name, kernel in five_kernels.items():
    feature_map = keras.ops.conv(roofs[None, ..., None], kernel[..., None, None], padding="valid")
    five_maps[name] = np.asarray(feature_map)[0, ..., 0]
    print(f"{name}: on a flat white wall {kernel.sum():+.0f}, on the photo ", end="")
    print(f"{five_maps[name].min():+.2f} to {five_maps[name].max():+.2f}")

# %% evidence
assert all(abs(five_kernels[name].sum()) < 1e-6 for name in "BCD")
assert all(abs(five_kernels[name].sum() - 1) < 1e-6 for name in "AE")
dot, edge = np.zeros((5, 5), "float32"), np.zeros((5, 5), "float32")
dot[2, 2], edge[:, 3:] = 1, 1
laplacian = five_kernels["D"][..., None, None]
of_dot, of_edge = (np.asarray(keras.ops.conv(x[None, ..., None], laplacian)) for x in (dot, edge))
assert of_dot.min() == -4
assert (of_edge.min(), of_edge.max()) == (-1, 1)
title = "Five kernels and what they make of the same photo"
show(
    draw.kernels_and_maps(five_kernels, five_maps, suptitle=title),
    alt="Five kernels above their feature maps: A is a softer photo, B shows upright edges, C "
    "level edges, D thin outlines in all directions, E a crisper photo.",
)

# %% [markdown]
# A is 2, a **blur**: the mean of nine pixels. B is 5, Sobel x, and C is 3, Sobel y. D is 1, the **Laplacian**: four
# neighbours against four times the middle. It answers to edges of every direction, and most to a lone dot: a white
# pixel on black gives −4, an upright or level edge from black to white only −1 and +1. E is 4, **sharpening**: the
# picture minus its Laplacian, so that what differs from its neighbours differs more.
#
# The sum of the weights tells two families apart. Where it is 1 (A, E) a flat wall stays as it is, and the map still
# looks like a photo. Where it is 0 (B, C, D) a flat wall gives 0 and only change gives an answer: these detect.
#
# A word on the word: in mathematics a **convolution** turns the kernel by 180 degrees before it is laid down; without
# the turn the operation is called **cross-correlation**. Keras' `Conv2D` and almost every other library's compute the
# second and call it the first. So do we; section 12 (further) turns the five kernels and shows what changes.

# %% instructor [markdown]
# **For instructors.** The sum of the weights (1 or 0) is what to take away; ask for it before the figure. B and C are
# mixed up easily: Sobel y answers to level edges. Whoever knows the convolution of mathematics will miss the turn:
# it is settled here in three sentences, and tried in section 12.

# %% [markdown]
# ## 3. How many windows fit? (24 minutes, core)
#
# The size of a feature map is the number of places where the window can lie. Three more settings change it:
#
# - **stride**: by how many pixels the window moves from one place to the next;
# - **padding**: how many pixels, usually zeros, are put around the picture first, so that windows can lie over the
#   edge;
# - **dilation**: how far apart the pixels are that the kernel reads. With dilation 2 it reads every second one, and
#   its window is wider than the kernel, with holes.
#
# Rows and columns are counted in the same way and independently, so a strip of pixels in one dimension shows all there
# is to know.
#
# **Predict.** A strip of 7 pixels, a kernel of 3. How many windows fit with stride 1? With stride 2? With stride 2 and
# one pixel of padding on each side? With stride 1 and dilation 2? And 8 pixels, kernel 3, stride 3: what happens to
# the pixels that are left over?

# %% guess [markdown]
# *Your prediction: stride 1: ___ windows; stride 2: ___; stride 2 with padding: ___; dilation 2: ___; the pixels that
# are left over ...*

# %%
settings = [  # size, kernel, stride, padding, dilation
    (7, 3, 1, 0, 1),
    (7, 3, 2, 0, 1),
    (7, 3, 2, 1, 1),
    (7, 3, 1, 0, 2),
    (8, 3, 3, 0, 1),
    (4, 2, 2, 0, 1),
]

# %% evidence
counts = [len(range(0, n + 2 * p - d * (k - 1), s)) for n, k, s, p, d in settings]
assert counts == [5, 3, 4, 3, 2, 2]
show(
    draw.window_positions(settings),
    alt="Strips of pixels with their windows below. Size 7, kernel 3: 5 windows with stride 1, 3 "
    "with stride 2, 4 with stride 2 and padding 1, 3 with dilation 2. Size 8 with stride 3: 2, the "
    "last two pixels unread. Size 4, kernel 2, stride 2: 2.",
)

# %% [markdown]
# Two pixels on the right of the fifth strip are never read: no window starts where it could not end. That is why the
# number of windows is rounded *down*.

# %% [markdown]
# ### Exercise 2: `output_size` (objective 3)
#
# Find the rule yourself from the picture. The questions that lead to it: how many pixels does a window span, holes
# included? How long is the strip with its padding? The first window starts at 0: where does the last possible one
# start? How many steps of the stride fit between the two?
#
# Example: `output_size(7, 3, stride=2, padding=1)` is 4, the third strip above.


# %% exercise="output_size"
def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    """Return how many windows fit on a strip of pixels.

    This is the height (or width) of a convolution's output.

    Args:
        size: pixels of the input, at least 1.
        kernel_size: pixels that the kernel reads, at least 1.
        stride: pixels from one window to the next, at least 1.
        padding: pixels added on each side, 0 or more.
        dilation: distance between two pixels that the kernel reads, at least 1.

    Returns:
        A whole number (4 or 4.0), at least 1.

    Raises:
        ValueError: with a message, if a number is below its least value, or the window is wider
            than the padded input.
    """
    ### BEGIN SOLUTION
    if size < 1 or kernel_size < 1 or stride < 1 or dilation < 1:
        raise ValueError("size, kernel_size, stride and dilation have to be at least 1")
    if padding < 0:
        raise ValueError(f"padding has to be 0 or more, got {padding}")
    span = dilation * (kernel_size - 1) + 1
    last_start = size + 2 * padding - span
    if last_start < 0:
        raise ValueError(f"a window of {span} pixels does not fit into {size + 2 * padding}")
    return last_start // stride + 1
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: the span</summary>
# A kernel of 3 with dilation 1 spans 3 pixels, with dilation 2 it spans 5, with dilation 3 it spans 7. Between 3
# pixels there are 2 gaps.
# </details>
# <details><summary>Hint 2: the last start</summary>
# On a padded strip of <code>length</code> pixels the last possible window starts at <code>length - span</code>. If
# that is negative, nothing fits.
# </details>
# <details><summary>Hint 3: counting</summary>
# From 0 to the last start there are <code>last_start // stride</code> whole steps. Windows are fence posts, steps are
# the gaps between them: there is one post more.
# </details>


# %% check="output_size"
def _check_output_size():
    cases = [  # arguments, right result, {wrong result: why}
        ((28, 3), {}, 26, {28: "28 is the size with padding.", 25: "Fence posts: one window more.",
            28 / 3 + 1: "Not a whole number: count the places where a window can start."}),
        ((7, 3), {"stride": 2}, 3,
            {2: "Fence posts: one window more than steps.", 5: "The stride is not used."}),
        ((8, 3), {"stride": 3}, 2,
            {3: "The last pixels hold no whole window: round down.", 8 / 3: "Round down."}),
        ((7, 3), {"stride": 2, "padding": 1}, 4,
            {3: "Padding is added on both sides: twice.", 3.5: "Padding is added twice."}),
        ((7, 3), {"dilation": 2}, 3,
            {5: "Does dilation widen the window?", 2: "3 pixels have 2 gaps: they span 5, not 6."}),
        ((224, 7), {"stride": 2, "padding": 3}, 112,
            {113: "Round down.", 112.5: "Round down.", 111: "Padding is added twice."}),
        ((1, 1), {}, 1, {}), ((3, 5), {"padding": 1}, 1, {}),
    ]  # fmt: skip
    for arguments, settings, expected, wrong in cases:
        named = [f"{name}={value}" for name, value in settings.items()]
        call = f"output_size({', '.join([*map(str, arguments), *named])})"
        try:
            got = output_size(*arguments, **settings)
        except ValueError as error:
            said = f"{call}: expected {expected}, got a ValueError: {error}. The call is valid:"
            raise AssertionError(f"{said} compare the window with the padded strip.") from None
        expect_equal(call, got, expected, hints=wrong.items())
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for _ in range(200):
        size, kernel_size, stride, padding, dilation = case = [
            int(random.integers(low, high))
            for low, high in [(1, 60), (1, 9), (1, 6), (0, 5), (1, 5)]
        ]
        span = len(range(dilation * (kernel_size - 1) + 1))
        starts = range(0, size + 2 * padding - span + 1, stride)
        call = f"output_size({size}, {kernel_size}, {stride}, {padding}, {dilation})"
        if len(starts):
            expect_equal(call, expect_by_hand(call, output_size, case), len(starts))
    n = int(random.integers(5, 30))
    for case, expected in [
        ((n, n, 4), 1),
        ((n, n + 1, 1, 1, 1), 2),
        ((2 * n + 1, 3, 3 * n, 0, n), 1),
        ((1, 1, 3, 2), 2),
    ]:
        call = f"output_size{case}"
        expect_equal(call, expect_by_hand(call, output_size, case), expected)
    ### END HIDDEN TESTS


run_check("output_size", _check_output_size)


# %% bad_input="output_size"
def _check_output_size_bad_input():
    expect_equal("output_size(7, 3)", output_size(7, 3), 5)
    bads = {
        (7, 3, 0): "A stride of 0 never moves on.",
        (7, 3, 1, -1): "Padding cannot be negative.",
        (7, 3, 1, 0, 0): "A dilation of 0 reads one pixel again and again.",
        (0, 3, 1, 2): "A strip without pixels: padding does not make one.",
        (7, 0): "A kernel without pixels.",
        (4, 5): "The window is wider than the strip.",
        (4, 3, 1, 0, 2): "With its holes the window spans 5 pixels.",
    }
    for bad, why in bads.items():
        named = zip(("size", "kernel_size", "stride", "padding", "dilation"), bad)
        call = f"output_size({', '.join(f'{name}={value}' for name, value in named)})"
        expect_error(call, lambda bad=bad: output_size(*bad), hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    n, few, some = random.integers((9, 1, 2), (30, 4, 5)).tolist()
    more = [
        (n, 3, -few),
        (n, 3, 1, -few),
        (n, 3, 1, 0, -few),
        (-few, 1),
        (-few, 3, 1, 5),
        (n, -few),
        (n, -some, 2, 1),
    ]
    for bad in [*more, (n, n + 3, 1, 1), (2 * n, 3, 1, 0, n), (2 * n - 2, 3, 2, 1, n)]:
        call = f"output_size{bad}"
        expect_error(call, lambda bad=bad: output_size(*bad))
    ### END HIDDEN TESTS


run_check("output_size, bad input", _check_output_size_bad_input)

# %% [markdown]
# ### Exercise 3: `which_formula_is_wrong` (written, objective 3)
#
# Keras knows two words instead of a number: `padding="valid"` adds nothing, and `padding="same"` adds as many zeros as
# it takes to get an output of the input's size divided by the stride, rounded up. (Sometimes that is an odd number of
# zeros; section 11, further, finds out where the odd one goes.)
#
# A stack of flashcards offers four formulas for the output size. $n$ is the input's size, $k$ the kernel's, $s$ the
# stride, $p$ the padding on each side, $d$ the dilation.
#
# - A: $\;n / k / s + 1$
# - B: $\;\lfloor (n + 2p - k)/s \rfloor + 1$
# - C: $\;\lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$
# - D: $\;\lceil n/s \rceil$
#
# Three of them are right, in general or under a condition on padding or dilation that can be named. One follows from a
# wrong idea and is right only by coincidence; yet its author had tested it, on $n = 4$, $k = 2$, $s = 2$ without
# padding, the last strip of the picture above. (1) Which one is wrong? Give a counterexample, with the formula's
# number and Keras'. (2) What did its author picture in place of sliding, and why did the test not show it? (3) When is
# each of the other three right? The next cell asks Keras for you; change the numbers.

# %%
n, k, s = 4, 2, 2
layer = keras.layers.Conv2D(filters=1, kernel_size=k, strides=s, padding="valid")
shape = layer.compute_output_shape((None, n, n, 1))
print(f"n = {n}, k = {k}, s = {s}: Keras gives {shape[1]}; formula A gives {n / k / s + 1:g}")

# %% [markdown] written="which_formula_is_wrong"
# **Model answer.** A is wrong. For n = 28, k = 3, s = 1 it gives 28/3 + 1 = 10.33, which is not even a whole number;
# Keras gives 26. Its author pictured kernels laid side by side, so that n/k of them fit, and thinned them out by the
# stride. But windows overlap: what counts is at how many places a window can *start*, and these are n − k + 1 with
# stride 1, however large k is. For n = 4, k = 2, s = 2 both ways of counting give 2 by chance (4/2/2 + 1 = 2 and ⌊(4 −
# 2)/2⌋ + 1 = 2): one test that happens to agree proves nothing.
#
# C is right in general. B is C without dilation (d = 1). D is right for Keras' `"same"`, whatever the kernel, because
# there the padding is chosen to make it so. With a fixed padding it is C for 2p = d(k − 1), half a window on each side;
# without padding only for k = 1, or by chance.
#
# **Rubric.** 1 point: names A, with a counterexample whose two numbers are right (any one will do, also one where A
# gives a whole number). 1 point: says what was left out: windows overlap, or: places are counted, not kernels side by
# side. 1 point: says that the author's test agrees by coincidence (2 = 2; that windows of 2 with stride 2 do not
# overlap is a sound reason too). 1 point: B needs d = 1 (k = 1 is as good); D needs "same", or the padding that amounts
# to it, or k = 1; C is general (who adds "for the same padding on both sides" or "where a window fits" is right). A
# plain "the formula is wrong because Keras says so" without a number gets no point for the first.

# %% instructor [markdown]
# **For instructors.** Exercise 2 asks for the rule, so do not show the formula before it; it stands in exercise 3. The
# usual slips: gaps in place of fence posts, padding on one side only, dilation forgotten or a span of k times d, and a
# comparison with the strip without its padding, which refuses `output_size(3, 5, padding=1)`. In exercise 3 Keras
# itself shows which formula is wrong; the second question, what its author pictured, is the one to discuss in pairs.

# %% [markdown]
# ## 4. Many channels in, many out (4 minutes, core)
#
# A colour photo has three **channels**; a feature map inside a network can have hundreds. A kernel then has a slice for
# each input channel. At one position you multiply every slice with its channel's window, add up all the products,
# over all channels, and add one more number, the bias. That is one number of one output channel. A layer with 16
# output channels has 16 such kernels and 16 biases. Keras keeps the kernels in one array of shape (kernel height,
# kernel width, input channels, output channels).
#
# **Predict.** A 3 x 3 kernel for colour photos: all weights of the red slice are 1/9, all of the green slice −1/9, all
# of the blue slice 0. What will be bright in its map, what dark: sky, trees, lake, roof tiles?

# %% guess [markdown]
# *Your prediction: bright: ___; dark: ___; because ...*

# %%
red_minus_green = np.zeros((3, 3, 3, 1), dtype="float32")
red_minus_green[:, :, 0, 0], red_minus_green[:, :, 1, 0] = 1 / 9, -1 / 9
feature_map = np.asarray(keras.ops.conv(photo[None], red_minus_green, padding="valid"))[0, ..., 0]
regions = {"tiles": np.s_[92:108, 212:236], "sky": np.s_[20:80, 400:600]}
regions |= {"lake": np.s_[250:300, 380:500], "trees": np.s_[330:400, 20:100]}
means = {name: feature_map[region].mean() for name, region in regions.items()}
print({name: f"{mean:+.2f}" for name, mean in means.items()})

# %% evidence
assert means["tiles"] > 0.15
assert -0.05 < means["sky"] < 0
assert -0.06 < means["lake"] < 0
assert abs(means["trees"]) < 0.05
products = photo[100:103, 220:223] * red_minus_green[..., 0]  # one window: 27 products, one number
assert products.size == 27
assert abs(products.sum() - feature_map[100, 220]) < 1e-5
show(
    draw.named_regions(photo, feature_map, regions, reach=0.4, title="red minus green; 0 is grey"),
    alt="The whole photo and its map, with boxes round a piece of the tiles, the sky, the lake and "
    "the trees. Tiles and red walls are bright in the map; sky, lake and trees are all near "
    "mid-grey.",
)

# %% [markdown]
# The tiles and the red walls stand out. Sky and lake have about as much green as red and come out near zero, a little
# below. Did you expect the trees to be dark? They come out near zero too: in this photo the leaves hold about as much
# red as green, which the eye does not tell you. A kernel over channels can detect a colour, and, in deeper layers, any
# weighted sum of what earlier kernels found. And count once more: 3 x 3 x 3 = 27 products went into each number of the
# map, and the map has one channel, not three.

# %% instructor [markdown]
# **For instructors.** "A kernel for each input channel" and "one kernel with a slice for each input channel" are told
# apart best by the sum of the 27 products: one number comes out, not three. Have the trees guessed by a
# show of hands.

# %% [markdown]
# ## 5. What a layer costs (15 minutes, core)
#
# A convolution is a linear map from pixels to map values. So there is a dense layer that computes exactly the same.
# What do its weights look like?
#
# To find out, take a picture in which one pixel is 1 and all others are 0, and convolve it: the result is that pixel's
# column of the dense layer's weight matrix. Do it for all 36 pixels of a 6 x 6 picture.
#
# **Predict.** The matrix for a 3 x 3 kernel has 16 rows (the 4 x 4 outputs) and 36 columns (the pixels). How many of
# its 576 weights are not zero? How many different values do they have?

# %% guess [markdown]
# *Your prediction: ___ of the 576 weights are not zero, with ___ different values.*

# %%
kernel = np.arange(1, 10, dtype="float32").reshape(3, 3, 1, 1)
each_pixel = np.eye(36, dtype="float32").reshape(36, 6, 6, 1)  # 36 pictures, one white pixel each
columns = keras.ops.conv(each_pixel, kernel, padding="valid")  # (36, 4, 4, 1)
dense_matrix = np.asarray(columns).reshape(36, 16).T
nonzero = dense_matrix[dense_matrix != 0]
print(f"{dense_matrix.size} weights, {nonzero.size} of them not zero, ", end="")
print(f"{len(np.unique(nonzero))} different values")

# %% evidence
assert (dense_matrix.size, nonzero.size, len(np.unique(nonzero))) == (576, 144, 9)
show(
    draw.matrix(
        dense_matrix,
        xlabel="input pixel (0 to 35)",
        ylabel="output (0 to 15)",
        title="A convolution as a dense layer: mostly zeros (white), "
        "the same nine greys in each row",
    ),
    alt="A 16 x 36 matrix, white but for diagonal bands: each row holds the same nine grey values, "
    "shifted to the right.",
)

# %% [markdown]
# Each row holds the same nine weights, moved along; all else is zero. So a convolution is a dense layer under two
# restrictions, the first two on lab 01's list: local connections (most weights are zero) and shared weights
# (the rest are the same nine). It can do nothing that a dense layer could not do. It gives up freedom, and
# gets for it that what is learned at one place holds at all: nine weights to learn from data in place of 576.
#
# ### Exercise 4: `conv_param_count` (objective 4)
#
# How many parameters does a layer have? Example: 3 x 3 kernels from 1 to 16 channels: 144 weights and 16 biases, 160
# in all. Note what you do *not* need to know: the size of the picture.


# %% exercise="conv_param_count"
def conv_param_count(kernel_height, kernel_width, channels_in, channels_out, use_bias=True):
    """Return the number of trainable parameters of a Conv2D layer.

    Args:
        kernel_height: rows of each kernel.
        kernel_width: columns of each kernel.
        channels_in: channels of the input.
        channels_out: kernels, and so channels of the output.
        use_bias: whether each output channel has a bias.

    Returns:
        A whole number.

    Raises:
        ValueError: with a message, if one of the four numbers is below 1.
    """
    ### BEGIN SOLUTION
    if min(kernel_height, kernel_width, channels_in, channels_out) < 1:
        raise ValueError("kernel sizes and channels have to be at least 1")
    weights_per_output = kernel_height * kernel_width * channels_in
    return (weights_per_output + (1 if use_bias else 0)) * channels_out
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1</summary>
# Count what <em>one</em> output channel needs: a slice for every input channel, and one bias.
# </details>
# <details><summary>Hint 2</summary>
# The kernels' array has shape (kernel_height, kernel_width, channels_in, channels_out). How many numbers is that? And
# the bias is one per output channel, not one per weight.
# </details>


# %% check="conv_param_count"
def _check_conv_param_count():
    swapped = "Input and output channels are swapped: the order is in, out."
    hints = [
        (144, "The 16 biases are missing."),
        (145, "Each of the 16 output channels has a bias of its own."),
        (145, swapped),
        (288, "One bias per output channel, not one per weight."),
    ]
    expect_equal("conv_param_count(3, 3, 1, 16)", conv_param_count(3, 3, 1, 16), 160, hints=hints)
    hints = [
        (320, "Each kernel has a slice for every one of the 16 input channels."),
        (4608, "The 32 biases are missing."),
        (4624, "The biases belong to the 32 output channels, not to the 16 input channels."),
        (4624, swapped),
        (5120, "One bias per output channel, not one for each slice of a kernel."),
    ]
    expect_equal(
        "conv_param_count(3, 3, 16, 32)", conv_param_count(3, 3, 16, 32), 4640, hints=hints
    )
    got = conv_param_count(5, 1, 3, 8, use_bias=False)
    hints = [
        (128, "use_bias=False: no biases here."),
        (600, "The kernel has 5 rows and 1 column."),
        (24, "The kernel has 5 rows and 1 column."),
    ]
    expect_equal("conv_param_count(5, 1, 3, 8, use_bias=False)", got, 120, hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for trial in range(12):
        drawn = random.permutation(np.arange(2, 12)).tolist()  # all different
        height, width, channels_in, channels_out = drawn[:4]
        use_bias = bool(trial % 2)
        layer = keras.layers.Conv2D(channels_out, (height, width), use_bias=use_bias)
        layer.build((None, 32, 32, channels_in))
        got = conv_param_count(height, width, channels_in, channels_out, use_bias=use_bias)
        call = f"conv_param_count({height}, {width}, {channels_in}, {channels_out}, {use_bias=})"
        expect_equal(call, got, layer.count_params())
    expect_equal("conv_param_count(1, 1, 1, 1)", conv_param_count(1, 1, 1, 1), 2)
    expect_equal("conv_param_count(1, 1, 1, 1, False)", conv_param_count(1, 1, 1, 1, False), 1)
    ### END HIDDEN TESTS


run_check("conv_param_count", _check_conv_param_count)


# %% bad_input="conv_param_count"
def _check_conv_param_count_bad_input():
    expect_equal("conv_param_count(3, 3, 1, 8)", conv_param_count(3, 3, 1, 8), 80)
    for bad in [(0, 3, 1, 8), (3, 0, 1, 8), (3, 3, 0, 8), (3, 3, 1, 0)]:
        why = "There is no layer of such a shape."
        expect_error(f"conv_param_count{bad}", lambda bad=bad: conv_param_count(*bad), hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    a, b, c, d = random.integers(2, 9, size=4).tolist()
    for bad in [(-a, -b, c, d), (a, -b, c, d), (a, b, -c, -d), (a, b, c, -d, False), (-1, b, c, d)]:
        expect_error(f"conv_param_count{bad}", lambda bad=bad: conv_param_count(*bad))
    ### END HIDDEN TESTS


run_check("conv_param_count, bad input", _check_conv_param_count_bad_input)

# %% [markdown]
# ### Find the error
#
# An often-copied exercise: *"Input 32 x 32 x 1, a convolution with 16 kernels of 3 x 3, one with 32 kernels of 3 x 3,
# a dense layer with 10 outputs, no padding. How many parameters? Answer: 144 + 4,608 + 250,880 = 255,632."*
#
# **Predict.** The answer is wrong. What is missing, and by how much will Keras' number differ? And a second question:
# which of the three layers does most of the computing?

# %% guess [markdown]
# *Your prediction: ... is missing, so Keras' number differs by ___. Most of the computing is done by ..., because ...*

# %%
network = keras.Sequential(
    [
        keras.Input((32, 32, 1)),
        keras.layers.Conv2D(16, 3, name="first"),
        keras.layers.Conv2D(32, 3, name="second"),
        keras.layers.Flatten(name="flatten"),
        keras.layers.Dense(10, name="dense"),
    ],
    name="example",
)
network.summary(line_length=70)

# %% evidence
assert network.count_params() == 255_690

# %% [markdown]
# Keras counts 255,690. The copied answer has counted the weights and forgotten the biases, one for each output channel
# and each dense unit: 16 + 32 + 10 = 58. Read the table once more: each size in it is an `output_size`, each number in
# the last column is a `conv_param_count` or a dense layer's (25,088 + 1) x 10, and `Flatten` has no parameters, as
# 25,088 is just 28 x 28 x 32 written in one row.
#
# Now the second question. A weight of a dense layer is used once per picture; a weight of a convolution is used at
# every position. So the multiplications are the weights times the positions.

# %% exact
rows = []
for layer in network.layers:
    if layer.weights:
        weights = int(np.prod(layer.kernel.shape))
        positions = int(
            np.prod(layer.output.shape[1:-1])
        )  # where they are used; 1 for the dense layer
        rows.append((layer.name, weights, positions, weights * positions))
weight_sum, multiplication_sum = sum(row[1] for row in rows), sum(row[3] for row in rows)
for name, weights, positions, multiplications in rows:
    share = f"({weights / weight_sum:5.1%})"
    print(f"{name:8}{weights:9,} weights {share} x {positions:4} places = ", end="")
    print(f"{multiplications:10,} multiplications ({multiplications / multiplication_sum:5.1%})")

# %% evidence
assert rows[2][1] > 0.98 * weight_sum
assert rows[1][3] > 0.9 * multiplication_sum
same = [n * n * 9 for n in (32, 64)]  # multiplications of a 3 x 3 layer, 1 to 1 channels, "same"
valid = [(n - 2) ** 2 * 9 for n in (32, 64)]
assert same[1] == 4 * same[0]
assert 4 < valid[1] / valid[0] < 4.5

# %% [markdown]
# Over 98% of the weights sit in the dense layer, over 90% of the multiplications are done by the second convolution.
# Parameters cost memory (and so do the maps, which a network keeps while it learns); multiplications cost time. Ask of
# every layer for both. Doubling height and width leaves a convolution's parameters as they are and quadruples its
# multiplications (exactly so with "same", a little more without padding); the weights of a dense layer that reads the
# picture quadruple.

# %% instructor [markdown]
# **For instructors.** Let the class vote on the second question before the table is run: weights and multiplications
# point at different layers, which is the point of the section. In exercise 4 the usual answers are without the biases,
# with one bias for the whole layer, with a bias for each weight, without a slice for each input channel, or with the
# two numbers of channels swapped; the check names each of them.

# %% [markdown]
# ## 6. How far one output sees (17 minutes, core)
#
# One output of a 3 x 3 layer sees 3 x 3 pixels. An output of a second 3 x 3 layer on top sees 3 x 3 outputs of the
# first. The smallest square of the input that holds all pixels which one output can depend on is its
# **receptive field**. Hierarchy, the third on lab 01's list, lives on its growth: edges first, then corners made of
# edges, then parts made of corners.
#
# You can measure it without any formula: a pixel belongs to the field if the output changes when the pixel does, and
# that is what a gradient tells: for each pixel, how fast the output changes with it. TensorFlow's `GradientTape`
# records what is computed inside its `with` block and then walks back along the record, to the gradient of the result
# with respect to whatever it was told to watch. The function below builds layers of nothing but ones, and measures from
# the first to the last column with a gradient that is not zero.


# %%
def measured_field(layers):
    """Measure the side of the receptive field, in pixels.

    layers: (kernel size, stride, dilation) of each, from input to output.
    """
    network = keras.Sequential([keras.Input((301, 301, 1))])
    for kernel_size, stride, dilation in layers:
        network.add(
            keras.layers.Conv2D(
                1, kernel_size, stride, dilation_rate=dilation, kernel_initializer="ones"
            )
        )
    picture = tf.ones((1, 301, 301, 1))
    with tf.GradientTape() as tape:
        tape.watch(picture)
        maps = network(picture)
        one_output = maps[0, maps.shape[1] // 2, maps.shape[2] // 2, 0]
    gradient = tape.gradient(one_output, picture).numpy()[0, ..., 0]
    reached = np.flatnonzero(gradient.any(axis=0))  # columns with a gradient that is not zero
    return int(reached[-1] - reached[0] + 1)


# %% [markdown]
# **Predict.** The receptive field's side for each of these stacks of 3 x 3 layers: two layers; ten layers; four layers
# of stride 2; four layers of stride 1 with dilations 1, 2, 4, 8; six layers of stride 2.

# %% guess [markdown]
# *Your prediction: two layers ___; ten layers ___; four of stride 2 ___; four with dilations 1, 2, 4, 8 ___; six of
# stride 2 ___ pixels.*

# %%
stacks = {
    "1 layer": [(3, 1, 1)],
    "2 layers": [(3, 1, 1)] * 2,
    "10 layers": [(3, 1, 1)] * 10,
    "4 layers, stride 2": [(3, 2, 1)] * 4,
    "4 layers, dilation 1, 2, 4, 8": [(3, 1, dilation) for dilation in (1, 2, 4, 8)],
    "6 layers, stride 2": [(3, 2, 1)] * 6,
}
fields = {name: measured_field(layers) for name, layers in stacks.items()}
print(fields)

# %% evidence
assert list(fields.values()) == [3, 5, 21, 31, 31, 127]
in_the_figure = ("1 layer", "10 layers", "4 layers, stride 2", "6 layers, stride 2")
drawn = {name: fields[name] for name in in_the_figure}
show(
    draw.receptive_fields(
        grey[90:250, 150:310], drawn, center=(80, 80), title="What one output in the middle can see"
    ),
    alt="Squares around one point of the tower: 3 pixels wide after 1 layer, 21 after 10 layers, "
    "31 after 4 layers of stride 2, 127 after 6 layers of stride 2, which is most of two storeys.",
)

# %% [markdown]
# With stride 1 each layer adds 2 pixels: ten layers for 21. After a layer of stride 2, neighbouring outputs lie two
# pixels apart in the input, so the next layer's two extra neighbours reach twice as far, then four times: 3, 7, 15, 31
# and on to 127. Growing dilations reach the same 31 with four layers, and their windows start at every pixel still.
# (That an output *can* depend on a pixel does not say how much: section 10, further, measures it.)
#
# ### Exercise 5: `receptive_field` (objective 5)
#
# Walk through the layers from the input on and keep two numbers: the field so far, and how many input pixels lie
# between neighbours in the current map (the **jump**, 1 at the input).
#
# Example: `receptive_field([(3, 2, 1), (3, 1, 1)])` is 7. The first layer sees 3 and makes the jump 2; the second adds
# two neighbours, each 2 pixels away: 3 + 2·2 = 7.


# %% exercise="receptive_field"
def receptive_field(layers):
    """Return the side of the square that one output of a stack of convolutions can depend on.

    Args:
        layers: a list of (kernel size, stride, dilation), three whole numbers of at least 1 each,
            from the input to the output. The list stays as it is.

    Returns:
        A whole number of input pixels; 1 for an empty list, because an input pixel sees itself.

    Raises:
        ValueError: with a message, if a number is below 1.
    """
    ### BEGIN SOLUTION
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        if min(kernel_size, stride, dilation) < 1:
            raise ValueError(f"all three have to be at least 1: {kernel_size, stride, dilation}")
        field += dilation * (kernel_size - 1) * jump
        jump *= stride
    return field
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: the first layer</summary>
# Start with a field of 1 and a jump of 1. From a kernel's first place to its last there are k − 1 steps, each of
# <code>dilation</code> places in the map below it, and there a place is <code>jump</code> pixels.
# </details>
# <details><summary>Hint 2: the order</summary>
# A layer's own stride does not widen its own field. It changes how far apart <em>its outputs</em> lie, which matters
# from the next layer on.
# </details>
# <details><summary>Hint 3: nearly there</summary>
# For each layer: <code>field += dilation * (kernel_size - 1) * jump</code>, and after that <code>jump *=
# stride</code>.
# </details>


# %% check="receptive_field"
def _check_receptive_field():
    own_stride = "A stride widens the fields of the layers after it: update the jump last."
    span = "Between 3 pixels there are 2 gaps: dilation d spans 2 * d + 1 pixels, not 3 * d."
    overlap = "Fields of neighbours overlap: each layer adds 2, not 3."
    cases = [
        ([], 1, {0: "An input pixel sees itself."}),
        ([(5, 1, 1)], 5, {4: "Start with a field of 1."}),
        ([(3, 1, 1)] * 10, 21, {30: overlap, 111: "A stride of 1 leaves the jump as it is."}),
        ([(3, 2, 1)], 3, {5: f"{own_stride} Or: a layer is (kernel size, stride, dilation)."}),
        ([(3, 2, 1), (3, 1, 1)], 7,
            {5: "The second's neighbours lie 2 pixels apart. Or: the list begins at the input.",
             9: own_stride}),
        ([(3, 2, 1)] * 4, 31,
            {15: "Strides multiply from layer to layer: 1, 2, 4, 8.",
             21: "Strides multiply, not add up."}),
        ([(3, 1, 1), (3, 1, 2), (3, 1, 4), (3, 1, 8)], 31,
            {9: "The dilation is not used.", 42: span,
             151: "Only strides enlarge the jump, dilations do not."}),
        ([(3, 2, 1), (3, 1, 2)], 11,
            {7: "Both jump and dilation count here.", 9: "They multiply, not add up.", 13: span}),
    ]  # fmt: skip
    for layers, expected, wrong in cases:
        before, call = list(layers), f"receptive_field({layers})"
        got = expect_by_hand(call, receptive_field, (layers,))
        expect_equal(f"{call}, its list afterwards", layers, before)
        expect_equal(call, got, expected, hints=wrong.items())
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for _ in range(60):
        depth = int(random.integers(1, 6))
        layers = [tuple(random.integers(1, (8, 4, 4)).tolist()) for _ in range(depth)]
        expected = 1  # from the output back: how many inputs do so many neighbours need?
        for kernel_size, stride, dilation in reversed(layers):
            expected = (expected - 1) * stride + dilation * (kernel_size - 1) + 1
        before, call = list(layers), f"receptive_field({layers})"
        got = expect_by_hand(call, receptive_field, (layers,))
        expect_equal(f"{call}, its list afterwards", layers, before)
        expect_equal(call, got, expected)
    layers = [(7, 2, 1), (3, 2, 1), (3, 1, 3)]
    expect_equal(f"receptive_field({layers})", receptive_field(layers), 35)
    expect_equal("receptive_field([(1, 5, 5)])", receptive_field([(1, 5, 5)]), 1)
    ### END HIDDEN TESTS


run_check("receptive_field", _check_receptive_field)


# %% bad_input="receptive_field"
def _check_receptive_field_bad_input():
    expect_equal(
        "receptive_field([(3, 2, 1), (3, 1, 2)])", receptive_field([(3, 2, 1), (3, 1, 2)]), 11
    )
    for bad, name in [((0, 1, 1), "kernel"), ((3, 0, 1), "stride"), ((3, 1, 0), "dilation")]:
        why = f"There is no {name} of 0."
        expect_error(f"receptive_field([{bad}])", lambda bad=bad: receptive_field([bad]), hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    a, b, c = random.integers((2, 1, 1), (8, 4, 4)).tolist()
    good = a, b, c
    for bad in [(-a, 1, 1), (a, -b, 1), (a, 1, -c), (-1, 1, -1)]:
        for layers in [good, bad], [bad, good], [good, bad, good]:
            call = f"receptive_field({layers})"
            expect_error(call, lambda layers=layers: receptive_field(layers))
    ### END HIDDEN TESTS


run_check("receptive_field, bad input", _check_receptive_field_bad_input)

# %% instructor [markdown]
# **For instructors.** Draw the stack as a pyramid on the board and let the jump (how far apart neighbours lie) be said
# aloud for each layer. Exercise 5 fails in the order of two lines: a layer's own stride must not widen its own field.
# Other answers that the check names: strides that add up, only the last stride, a span of k times d, dilation times
# jump taken as a sum.

# %% [markdown]
# ## 7. Moved input, moved output (17 minutes, core)
#
# In lab 01 a picture moved by a few pixels was a new picture to the dense network. A convolution uses the same weights
# everywhere. So if the input moves by three pixels, the feature map should move by three pixels. This is
# **equivariance**: first move then convolve is the same as first convolve then move. (**Invariance** would be: the
# output does not change at all. That is something else.)
#
# We cut two 64 x 64 pieces out of the photo, the second one three columns further left, so that everything in it
# appears three columns further right. A random layer with 8 kernels of 5 x 5 and `"same"` padding looks at both.
#
# **Predict.** We move the first piece's maps by three columns and compare them with the second's, where both show the
# same content. Is the difference zero everywhere? If not, where not?

# %% guess [markdown]
# *Your prediction: the difference is zero ..., and not zero ..., because ...*

# %%
keras.utils.set_random_seed(1)
layer = keras.layers.Conv2D(8, 5, padding="same", activation="relu")


def feature_maps(layer, picture):
    """(height, width) -> (height, width, channels)."""
    return layer(picture[None, ..., None])[0].numpy()


here, there = grey[60:124, 160:224], grey[60:124, 157:221]
maps_here, maps_there = feature_maps(layer, here), feature_maps(layer, there)
difference = np.abs(maps_there[:, 3:] - maps_here[:, :-3]).max(axis=-1)
columns = np.flatnonzero(difference.max(axis=0) > 1e-5)
print("columns that differ after moving back:", columns.tolist(), "of", difference.shape[1])
not_moved = np.abs(maps_there - maps_here).mean() / maps_here.mean()
print(f"without moving back, the maps differ by {not_moved:.0%} on average")

# %% evidence
assert columns.tolist() == [0, 1, 59, 60]
assert not_moved > 0.1
pictures = [here[:, :-3], maps_here[:, :-3, 0], maps_there[:, 3:, 0], -difference]
titles = ["piece 1", "a map of it", "of 2, moved back", "difference (dark)"]
show(
    draw.moved_pieces(pictures, titles),
    alt="A piece of roof and two equal maps; their difference is zero but for two dark columns at "
    "each side.",
)

# %% [markdown]
# In the middle the two are the same: the layer is equivariant there. It is not invariant: without moving back, the
# maps differ a lot. And at the two borders they differ even after moving back, by two columns on each side, half a
# kernel: windows there reach into the padding, and find zeros where the other piece's windows found photo. Zero padding
# tells a layer where the border is.
#
# **Predict.** Two more questions. What does a stride of 2 (without padding) do for shifts of 1, 2, 3, 4 pixels? And if
# the picture is *turned* by 90 degrees, are the maps the same but turned?

# %% guess [markdown]
# *Your prediction: with a stride of 2, shifts of 1, 2, 3, 4 pixels ... The turned picture gives ...*

# %%
strided = keras.layers.Conv2D(8, 5, strides=2, activation="relu")  # no padding
unmoved = feature_maps(strided, here)
errors = {}
for shift in range(5):
    moved = feature_maps(strided, grey[60:124, 160 - shift : 224 - shift])
    tries = [
        np.abs(moved[:, back:] - unmoved[:, : unmoved.shape[1] - back]).mean() for back in range(4)
    ]
    errors[shift] = min(tries) / unmoved.mean()  # the best of moving back by 0, 1, 2 or 3 places
    print(f"moved by {shift} px and back as well as possible: the maps differ by ", end="")
    print(f"{errors[shift]:4.0%}")
turned = feature_maps(layer, np.rot90(here))[2:-2, 2:-2]  # the layer from above, borders left out
upright = np.rot90(maps_here)[2:-2, 2:-2]
turn_error = np.abs(turned - upright).mean() / upright.mean()
print(f"turned by 90 degrees, borders left out: the maps differ by {turn_error:.0%}")

# %% evidence
assert turn_error > 0.15
assert all(np.array_equal(np.rot90(five_kernels[name]), five_kernels[name]) for name in "ADE")
assert max(errors[0], errors[2], errors[4]) < 1e-4
assert min(errors[1], errors[3]) > 0.1

# %% [markdown]
# With a stride of 2 an even shift moves the maps by whole places, but an odd one has no counterpart: the windows fall
# on other pixels, and no way of moving back helps. And a turned picture gives other maps, because the kernels were not
# turned with it. (A kernel that looks the same after the turn, as A, D and E of section 2 do, would not notice it.) The
# whole claim, then: a convolution of stride 1 is equivariant to shifts by whole pixels, away from the borders. To turns
# it is not, as a rule, and not to sizes either: the kernels do not grow with the picture. Lab 03 measures what is left
# of equivariance when maps are made smaller.

# %% instructor [markdown]
# **For instructors.** Two words to keep apart on the board: equivariant (moves along) and invariant (stays). The
# sentence "a convolution does not care about shifts" is what this section takes apart: borders, strides, turns. Lab 03
# builds on the result for stride 2. The core ends here, so this is also the place to collect the predictions that were
# wrong. The section's minutes count the summary and the five questions.

# %% [markdown]
# ## What we have seen
#
# **In one sentence.** A convolution slides one small set of weights over all places of a picture and sums products, so
# that it costs few parameters, and its map moves along where the picture is shifted.
#
# **In one paragraph.** A kernel writes one number per window: the sum of products with the pixels below it, over all
# input channels, plus a bias. How many windows fit depends on span, padding and stride, and is rounded down. A
# convolution is a dense layer with most of its weights zero and the others shared, so its parameters do not depend on
# the picture's size, while its multiplications do. Stacked layers see more and more of the input. Stride-1 convolutions
# are equivariant to shifts away from the borders, and as a rule not to turns.
#
# **The full list.**
#
# - Weights that sum to 1 keep a flat surface, weights that sum to 0 detect change. Keras' convolution is
#   cross-correlation.
# - Windows: $\lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$. Keras' `"same"` gives $\lceil n/s \rceil$.
# - Parameters: (kernel height · kernel width · channels in + 1) · channels out.
# - Multiplications: weights · positions. The layer with the most weights is often not the one that computes most.
# - Receptive field: each layer adds $d(k-1)$ times the product of the strides before it.
# - Equivariance breaks at padded borders, and with a stride for shifts that are not its multiples.
#
# **Key terms.** Kernel, window, feature map, cross-correlation, stride, padding, dilation, channel, bias, local
# connections, shared weights, receptive field, jump, equivariance, invariance, gradient; in the further sections
# vectorisation, view, effective receptive field, 1 x 1 convolution.
#
# **To remember it by.** *Slide, multiply, add up, write down.* And for the size: *posts, not gaps*: as many windows as
# steps, plus one.

# %% [markdown]
# ## Check yourself
#
# Choose before you open the explanation.
#
# **1. A 3 x 3 layer turns 28 x 28 x 8 into 28 x 28 x 16. How many parameters has it?** (a) 160 (b) 1,152 (c) 1,168 (d)
# 112,896
#
# <details><summary>Explanation</summary>
# (a) has 9 weights a kernel: it forgets that each kernel has a slice for all 8 input channels. (b) is 3·3·8·16, the
# weights without the 16 biases. <b>(c) is right</b>: (3·3·8 + 1)·16. (d) multiplies 9·16 by the 28·28 positions: but
# the weights are shared by all positions.
# </details>
#
# **2. Input 32, kernel 5, stride 2, one pixel of padding on each side. The output's size?** (a) 14 (b) 15 (c) 15.5 (d)
# 16
#
# <details><summary>Explanation</summary>
# (a) is without padding: (32 − 5)/2 rounded down, plus 1. <b>(b) is right</b>: (34 − 5)/2 = 14.5, rounded down to 14
# steps, 15 windows. (c) forgets to round: no half windows. (d) is what "same" would give, 32/2, but with a kernel of 5
# that takes three zeros in all, and here are two.
# </details>
#
# **3. You double height and width of all pictures. What happens to a convolutional layer with "same" padding?** (a)
# four times the parameters (b) nothing (c) the same parameters, four times the multiplications (d) twice the receptive
# field
#
# <details><summary>Explanation</summary>
# (a) is true of a dense layer's weights: one for each pixel. (b) overlooks the work: there are more windows. <b>(c)
# is right</b>: the same kernels at four times as many places. (d) the field is counted in pixels and stays; it now
# covers a <em>smaller</em> part of the scene.
# </details>
#
# **4. The whole picture before a network of stride-1 convolutions with zero padding moves by five pixels. The last
# feature map...**
# (a) stays the same (b) moves by five, everywhere exactly (c) moves by five, but near the borders it also changes (d)
# cannot be predicted
#
# <details><summary>Explanation</summary>
# (a) would be invariance. (b) forgets the padding: windows at the border read zeros in place of the scene. <b>(c) is
# right.</b> (d) is true of turns and of odd shifts under a stride of 2, not here.
# </details>
#
# **5. Three 3 x 3 layers in a row, or one layer of 7 x 7, from one channel to one, strides of 1. What have the two in
# common?** (a) the receptive field (b) the number of weights (c) the number of biases (d) what they can compute
#
# <details><summary>Explanation</summary>
# <b>(a) is right</b>: 1 + 2 + 2 + 2 = 7. (b) 27 weights against 49. (c) three against one. (d) without ReLU
# between them the three are one linear map of 7 x 7, but 27 weights do not reach every choice of 49; with ReLU they
# compute what no single convolution can.
# </details>

# %% [markdown]
# ## Further
#
# Section 8 writes the layer fast; section 9 writes its backward pass and learns a kernel with it; section 10 asks how
# much of its receptive field an output uses; section 11 looks at borders; section 12 turns kernels round; section 13
# has two pictures with controls; section 14 looks at kernels of one pixel. Each stands on its own after the core.

# %% [markdown]
# ## 8. The layer, written fast (35 minutes, further)
#
# This is the whole definition of section 4 for a batch, with stride 1 and no padding. Read it until each index is
# clear: it is what you are about to write faster.


# %%
def conv2d_loops(images, kernels, bias):
    """Convolve: images (batch, height, width, c_in) -> maps (batch, rows, columns, c_out).

    kernels: (kernel_height, kernel_width, c_in, c_out); bias: (c_out,).
    """
    batch, height, width, _ = images.shape
    kernel_height, kernel_width, _, c_out = kernels.shape
    maps = np.zeros((batch, height - kernel_height + 1, width - kernel_width + 1, c_out))
    for index in range(batch):
        for row in range(maps.shape[1]):
            for column in range(maps.shape[2]):
                window = images[index, row : row + kernel_height, column : column + kernel_width]
                for channel in range(c_out):
                    maps[index, row, column, channel] = (
                        np.sum(window * kernels[..., channel]) + bias[channel]
                    )
    return maps


# %% [markdown]
# Each round of the innermost loop costs Python far more for finding its way than for the arithmetic. The cure: have
# NumPy lay out all windows in one array, and do all products and sums in one call. That is **vectorisation**: one call
# on whole arrays in place of a loop over numbers.
#
# `sliding_window_view` makes the array of all windows without copying a pixel: it is a **view**, a second way of
# reading the same memory. Here on a 4 x 4 picture.

# %% exact
small = np.arange(16).reshape(4, 4)
windows = sliding_window_view(small, (3, 3))
print("windows:", windows.shape, " the one at (1, 0):", windows[1, 0].tolist())
print("every second window:", windows[::2, ::2].shape)
print("corners of each window only:", windows[..., ::2, ::2].shape)
batch = np.zeros((32, 28, 28, 8))
print("a batch with channels:", sliding_window_view(batch, (3, 3), axis=(1, 2)).shape)
assert np.shares_memory(windows, small)
five_two_three, three_two_seven = np.zeros((5, 2, 3)), np.zeros((3, 2, 7))
print("tensordot:", np.tensordot(five_two_three, three_two_seven, axes=[(1, 2), (1, 0)]).shape)

# %% [markdown]
# The first axes say *where* the window is, the last two say *what is in it*. So slicing the first with `[::2]` is a
# stride of 2, and slicing the last with `[::2]` is a dilation of 2. In the batch the channels stand between them:
# (batch, row, column, channel, row in window, column in window).
#
# What is left is to multiply and sum over three axes at once. `np.tensordot(a, b, axes=[(...), (...)])` does that: it
# pairs the named axes of `a` with those of `b`, sums over them, and keeps the others. A small one: `np.tensordot` of
# arrays of shape (5, 2, 3) and (3, 2, 7) with `axes=[(1, 2), (1, 0)]` has shape (5, 7): the 2 is paired with the 2,
# the 3 with the 3.
#
# ### Exercise 6: `conv2d` (objective 7)
#
# The forward pass of `Conv2D`, without a loop over pixels. A small example: one image of one row, `[1, 2, 3, 4]`, one
# channel; a kernel of one row, `[1, 10]`; bias 100.
#
# | setting | output |
# |---|---|
# | stride 1 | 121, 132, 143 |
# | stride 2 | 121, 143 |
# | dilation 2 | 131, 142 |
#
# The checks compare with Keras on random sizes and settings. They accept a solution with loops too; the race after
# them does not.


# %% exercise="conv2d"
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    """Convolve a batch of images (cross-correlation, as in Keras); nothing that is given changes.

    Written out with NumPy or plain Python: without a convolution of Keras, TensorFlow or SciPy.

    Args:
        images: (batch, height, width, c_in), floats.
        kernels: (kernel_height, kernel_width, c_in, c_out), not always square.
        bias: (c_out,), added to every value of its output channel.
        stride, padding, dilation: as in output_size, on rows and columns; padding with zeros.

    Returns:
        The feature maps, a new array of shape (batch, output height, output width, c_out).

    Raises:
        ValueError: for a stride or dilation below 1, a negative padding, images and kernels that
            differ in c_in, or a window larger than the padded image. Raise it yourself, with a
            message: NumPy's own messages name no argument.
    """
    ### BEGIN SOLUTION
    if stride < 1 or dilation < 1 or padding < 0:
        raise ValueError(f"{stride=} or {dilation=} is below 1, or {padding=} below 0")
    span = [dilation * (n - 1) + 1 for n in kernels.shape[:2]]
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    if images.shape[-1] != kernels.shape[2] or np.any(np.greater(span, padded.shape[1:3])):
        raise ValueError(f"{kernels.shape} kernels, {dilation=}, on padded {padded.shape} images")
    windows = sliding_window_view(padded, span, axis=(1, 2))
    windows = windows[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) + bias
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: the plan</summary>
# Four steps: test the arguments; pad with <code>np.pad</code>; make the windows and thin them out; one
# <code>np.tensordot</code>, and the bias. Print the shape after each step.
# </details>
# <details><summary>Hint 2: padding and windows</summary>
# <code>np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))</code> pads rows and columns only. The
# window that you ask for has to span the holes too: <code>dilation * (kernel_height - 1) + 1</code> rows. Then
# <code>[:, ::stride, ::stride, :, ::dilation, ::dilation]</code>. Print the shapes of windows and kernels before you
# call <code>tensordot</code>.
# </details>
# <details><summary>Hint 3: the sum</summary>
# Windows: (batch, row, column, channel, row in window, column in window). Kernels: (row in window, column in window,
# channel, output channel). Pair axes 4, 5, 3 of the first with 0, 1, 2 of the second; if the printed sizes of a pair
# differ, an earlier step is at fault. What is kept is (batch, row, column, output channel), to which <code>+
# bias</code> adds along the last axis.
# </details>


# %% check="conv2d"
def _check_conv2d_reference(images, kernels, bias, stride, padding, dilation, before=1, after=1):
    padded = np.pad(images, ((0, 0), *[(before * padding, after * padding)] * 2, (0, 0)))
    maps = keras.ops.conv(padded, kernels, padding="valid", dilation_rate=dilation)
    return np.asarray(maps[:, ::stride, ::stride] + bias)


def _check_conv2d():
    random = np.random.default_rng(2)
    given = [random.normal(size=size) for size in [(2, 7, 9, 3), (3, 2, 3, 4), 4]]
    copies, call = [part.copy() for part in given], "conv2d((2, 7, 9, 3) images, kernels, bias)"
    library = ["keras.ops.conv", "keras.ops.depthwise_conv", "keras.layers.Conv2D"]
    library += [f"tensorflow.nn.{n}" for n in ("conv2d", "convolution", "depthwise_conv2d")]
    library += ["tensorflow.raw_ops.Conv2D", "scipy.ndimage.correlate", "scipy.ndimage.convolve"]
    library += [f"scipy.signal.{n}" for n in ("convolve", "convolve2d", "correlate", "correlate2d")]
    got = expect_by_hand(call, conv2d, given, *library)
    for name, now, then in zip(("images", "kernels", "bias"), given, copies):
        expect_unchanged(f"{call}, its {name}", now, then)
    strip = np.array([1.0, 2, 3, 4]).reshape(1, 1, 4, 1)
    pair, bias = np.array([1.0, 10]).reshape(1, 2, 1, 1), np.array([100.0])
    turned = [[[[112], [123], [134]]]], "This is the kernel turned round: lay it down as it is."
    examples = ({}, 121, 132, 143), ({"stride": 2}, 121, 143), ({"dilation": 2}, 131, 142)
    for setting, *right in examples:
        said = f"conv2d of the example, {setting or 'stride 1'}"
        right = np.reshape(right, (1, 1, -1, 1))
        hints = [(right - 100, "The bias is missing."), turned, (right / 2 + 50, "A sum, no mean.")]
        got = expect_by_hand(said, lambda s=setting: conv2d(strip, pair, bias, **s), ())
        expect_close(said, got, right, rtol=1e-4, atol=1e-4, hints=hints)
    for setting in (1, 0, 1), (2, 0, 1), (1, 2, 1), (1, 0, 2), (2, 1, 2):
        right = _check_conv2d_reference(*given, *setting)
        rim = _check_conv2d_reference(*given, *setting, before=0, after=2)
        bare = right - given[2], "The bias is missing."
        first = bare[0] + given[2][0], "Each output channel has a bias of its own."
        hints = [bare, first, (rim, "Padding: on each of the four sides.")]
        stride, padding, dilation = setting
        call = f"conv2d(7 x 9 x 3 images, 3 x 2 kernels, bias, {stride=}, {padding=}, {dilation=})"
        got = expect_by_hand(call, conv2d, (*given, *setting), *library)
        expect_close(call, got, right, rtol=1e-4, atol=1e-4, hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for trial in range(36):  # every stride, padding and dilation with every other
        setting = [1 + trial % 3, trial // 3 % 4, 1 + trial // 12]
        batch, c_in, c_out, *kernel_shape = random.integers(1, (4, 6, 6, 5, 5)).tolist()
        least = [max(1, setting[2] * (n - 1) + 1 - 2 * setting[1]) for n in kernel_shape]
        sides = (least + random.integers(0, 7, size=2)).tolist()
        shapes = (batch, *sides, c_in), (*kernel_shape, c_in, c_out), c_out
        kind = ("float32", "float64")[trial % 2]
        given = [random.normal(size=shape).astype(kind) for shape in shapes]
        copies = [part.copy() for part in given]
        call = f"conv2d({shapes[0]} images, {shapes[1]} kernels, bias, {str(setting)[1:-1]})"
        got = expect_by_hand(call, conv2d, (*given, *setting))
        for now, then in zip(given, copies):
            expect_unchanged(call, now, then)
        right = _check_conv2d_reference(*given, *setting)
        expect_close(call, got, right, rtol=1e-4, atol=1e-4)
    image, kernel = np.ones((1, 3, 3, 1)), np.ones((1, 1, 1, 1))
    got = conv2d(image, kernel, np.zeros(1))
    expect_new("conv2d(image, a 1 x 1 kernel of 1, no bias)", got, image)
    ### END HIDDEN TESTS


run_check("conv2d", _check_conv2d)


# %% bad_input="conv2d"
def _check_conv2d_bad_input():
    images, kernels, bias = np.ones((2, 7, 9, 3)), np.ones((3, 2, 3, 4)), np.zeros(4)
    got = conv2d(images, kernels, bias)
    expect_close("conv2d(ones, ones, zeros)", got, np.full((2, 5, 8, 4), 18), rtol=1e-4)
    bads = {
        "stride=0": {"stride": 0},
        "stride=-1": {"stride": -1},
        "padding=-1": {"padding": -1},
        "dilation=0": {"dilation": 0},
        "dilation=5": {"dilation": 5},
        "kernels for 1 channel": {"kernels": kernels[:, :, :1]},
    }
    for name, bad in bads.items():
        arguments = {"images": images, "kernels": kernels, "bias": bias} | bad
        call = f"conv2d((2, 7, 9, 3) images, (3, 2, 3, 4) kernels, bias) with {name}"
        expect_error(call, lambda arguments=arguments: conv2d(**arguments), own=True)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    n, c = random.integers((4, 3), (8, 6)).tolist()
    for channels, kernel_shape, setting in [
        (c, (3, 3, c - 1), (1, 0, 1)),
        (1, (3, 3, c - 1), (1, 0, 1)),
        (1, (3, 3, c), (1, 0, 1)),
        (c, (n + 1, 1, c), (1, 0, 1)),
        (c, (1, n + 1, c), (1, 0, 1)),
        (c, (1, n + 3, c), (1, 1, 1)),
        (c, (3, 3, c), (1, 0, -1)),
        (c, (n, n, c), (0, 0, 1)),
        (c, (1, 1, c), (1, -1, 1)),
    ]:
        shapes = (1, n, n, channels), (*kernel_shape, 1), 1
        given = *map(np.ones, shapes), *setting
        call = f"conv2d({shapes[0]} images, {shapes[1]} kernels, bias, {str(setting)[1:-1]})"
        expect_error(call, lambda given=given: conv2d(*given), own=True)
    ### END HIDDEN TESTS


run_check("conv2d, bad input", _check_conv2d_bad_input)

# %% [markdown]
# ### The same layer three ways
#
# A batch of 32 maps of 28 x 28 x 8, and a layer of 16 kernels of 3 x 3. All three ways compute the same 346,112
# numbers.
#
# **Predict.** By which factor is your `conv2d` faster than the loops: 2, 10, 100, more? And Keras faster than yours?
# (The cell takes a few seconds: guess which part of it.)

# %% guess [markdown]
# *Your prediction: yours is ___ times as fast as the loops, Keras ___ times as fast as yours, because ...*

# %% uses="conv2d"
random = np.random.default_rng(0)
images = random.normal(size=(32, 28, 28, 8)).astype("float32")
kernels = random.normal(size=(3, 3, 8, 16)).astype("float32")
bias = random.normal(size=16).astype("float32")
ways = {
    "Keras": lambda: np.asarray(keras.ops.conv(images, kernels, padding="valid") + bias),
    "vectorised (yours)": lambda: conv2d(images, kernels, bias),
    "loops": lambda: conv2d_loops(images, kernels, bias),
}
maps, seconds = {}, {}
for name, way in ways.items():
    tries = []
    for _ in range(1 if name == "loops" else 7):  # the best of seven; the first warms up
        start = time.process_time()  # the processor's time, not the clock's
        maps[name] = way()
        tries.append(time.process_time() - start)
    seconds[name] = min(tries)
    print(f"{name:18} {seconds[name] * 1000:9.1f} ms")

# %% evidence uses="conv2d"
if "loops" not in seconds:
    raise NotImplementedError("this picture needs your conv2d: exercise 6")
assert maps["Keras"].size == 346_112
assert maps["Keras"].size * 3 * 3 * 8 == 24_920_064  # multiplications
assert all(np.allclose(result, maps["Keras"], atol=1e-4) for result in maps.values())
assert seconds["loops"] > 50 * seconds["vectorised (yours)"], (
    "under 50 times faster: does your conv2d loop over windows?"
)
show(
    draw.times(seconds, title="One layer, one batch: the loops are slower by orders of magnitude"),
    alt="Bars on a logarithmic axis: the loops take by far the longest, the vectorised version "
    "less than a fiftieth of it; Keras is fast as well.",
)

# %% [markdown]
# Which digits to trust? None of them, only how many there are. The cell insists on a factor of 50 between the loops and
# your version, and what it printed is probably far more. The processor's time depends less on what else the machine
# does than the clock's; still it changes from machine to machine and from run to run, in its first digit, and which of
# the two fast ways wins changes with it. The arithmetic is the same, 25 million multiplications. The loops pay Python's
# overhead once for each of the 346,112 numbers; `tensordot` lays the windows out as the rows of one matrix and calls
# one matrix product, which keeps the processor's arithmetic units busy. The price is memory: each pixel is copied into
# up to nine windows.

# %% instructor [markdown]
# **For instructors.** Exercise 6 is the longest of the lab: have the shapes of windows and kernels printed before
# anybody calls `tensordot`. What the checks name: the bias forgotten, dilation forgotten (the window has to span the
# holes), padding on two sides only or before the batch axis too, and errors left to NumPy, whose messages name no
# argument. A solution with loops passes the checks and fails the race. A break fits after the exercise: the race
# stands on its own.

# %% [markdown]
# ## 9. The way back (42 minutes, further)
#
# To learn its kernels, a layer needs the gradient of the loss: for each weight, how the loss changes when this weight
# does. Automatic differentiation does it for you, and lab 04 uses that throughout. Here you write it once by yourself,
# because it is short, and because it shows who is connected with whom.
#
# Start from what comes from above. For each output $y$ of the layer, the layers after it say how the loss $L$ changes
# with it: $g = \partial L / \partial y$, an array of the output's shape, called `grad_output` in code. Now ask three
# questions.
#
# 1. The bias is added to every output of its channel. Raise it by a little, and all of them rise by the same. So
#    its gradient is the sum of all $g$ of its channel.
# 2. A weight at place $(i, j)$ in the kernel met one pixel in every window, and was multiplied with it. Its
#    gradient: the sum, over all windows, of $g$ times the pixel that it met.
# 3. A pixel was read by several windows, each time under another weight. Its gradient: the sum, over these
#    windows, of $g$ times the weight above it.
#
# The third is easiest to do backwards: each window *stamps* the whole kernel, times its $g$, onto the place that it
# had read, and stamps that overlap add up.
#
# **Predict.** By hand: a 3 x 3 image, the kernel 1 2 / 3 4, and `grad_output` 1 2 / 0 −1. What is the gradient of the
# pixel in the middle? It was read by all four windows.

# %% guess [markdown]
# *Your prediction: ___, from the four products ...*

# %%
image = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], dtype="float32")
kernel = np.array([[1, 2], [3, 4]], dtype="float32")
grad_output = np.array([[1, 2], [0, -1]], dtype="float32")
stamps = []
for row in range(2):
    for column in range(2):
        stamp = np.zeros((3, 3), dtype="float32")
        stamp[row : row + 2, column : column + 2] = grad_output[row, column] * kernel
        stamps.append(stamp)
grad_image = sum(stamps)

# %% evidence
assert grad_image[1, 1] == 1 * 4 + 2 * 3 + 0 * 2 - 1 * 1 == 9
titles = [
    f"g = {grad_output[place]:.0f}\nat {place}".replace("-", "−") for place in np.ndindex(2, 2)
]
show(
    draw.number_grids(
        [*stamps, grad_image],
        [*titles, "sum: gradient\nof the image"],
        ["+", "+", "+", "="],
        suptitle="Each output stamps the kernel, times its gradient, onto the window it had read",
    ),
    alt="Four 3 x 3 arrays, each zero but for the kernel times 1, 2, 0 and -1 in one corner; their "
    "sum has 9 in the middle.",
)

# %% [markdown]
# The pixel in the middle has 4·1 + 3·2 + 2·0 + 1·(−1) = 9: it was read by several windows, each of which changes the
# loss, and so its gradient is a sum. Now let us ask TensorFlow's `GradientTape`; `output_gradients` hands it our $g$.
# For the kernel we do question 2 by hand: weight (0, 1) met the pixels 2, 3, 5, 6 in the four windows.

# %% exact
image_tensor = tf.constant(image[None, ..., None])
kernel_tensor = tf.constant(kernel[..., None, None])
with tf.GradientTape() as tape:
    tape.watch([image_tensor, kernel_tensor])
    output = keras.ops.conv(image_tensor, kernel_tensor, padding="valid")
by_tape = tape.gradient(
    output, [image_tensor, kernel_tensor], output_gradients=grad_output[None, ..., None]
)
print("image:  stamps", grad_image.tolist())
print("        tape  ", by_tape[0].numpy()[0, ..., 0].tolist())
by_hand = np.sum(grad_output * image[0:2, 1:3])  # g times the pixels that weight (0, 1) met
print("weight (0, 1): by hand", by_hand, " tape", by_tape[1].numpy()[0, 1, 0, 0])

# %% evidence
assert np.array_equal(grad_image, by_tape[0].numpy()[0, ..., 0])
assert by_hand == by_tape[1].numpy()[0, 1, 0, 0] == 2

# %% [markdown]
# The line of `by_hand` is worth a second look: the gradient of weight (0, 1) used the piece `image[0:2, 1:3]`, all
# pixels that this weight met, in one slice. That is the trick that makes the backward pass short: loop over the few
# places *in the kernel*, not over the many windows. With a stride it is `image[i : ... : stride, j : ... : stride]`,
# as many rows and columns as the output has.
#
# ### Exercise 7: `conv2d_backward` (objective 8)
#
# The backward pass of a convolution with stride and padding (dilation stays 1). Your function gets what the forward
# pass got, and `grad_output`. It needs none of your other functions.
#
# With channels, only one thing is added: weight $(i, j)$ is now a matrix from input channels to output channels,
# `kernels[i, j]` of shape (c_in, c_out). Forward, each output got `pixels @ kernels[i, j]`, summed over $(i, j)$. For
# the way back, think of a dense layer $y = xW$: the gradient of $W$ is $x^T g$ and that of $x$ is $g\,W^T$.


# %% exercise="conv2d_backward"
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    """Return the loss's gradients with respect to what conv2d got; nothing that is given changes.

    Written out: without automatic gradients and a library's convolution.

    Args:
        images, kernels, stride, padding: as in conv2d, padding with zeros.
        grad_output: (batch, output height, output width, c_out), the gradient by the output.

    Returns: a tuple (grad_images, grad_kernels, grad_bias), like images, kernels, and (c_out,).

    Raises:
        ValueError: raised by yourself, with a message, for a stride below 1, a negative padding,
            or a grad_output that does not have the output's shape.
    """
    ### BEGIN SOLUTION
    if stride < 1 or padding < 0:
        raise ValueError(f"stride {stride} or padding {padding} is too small")
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    rows, columns = ((n - k) // stride + 1 for n, k in zip(padded.shape[1:3], kernels.shape))
    if grad_output.shape != (len(images), rows, columns, kernels.shape[-1]):
        raise ValueError(f"grad_output: {grad_output.shape}, output: {len(images), rows, columns}")
    grad_padded, grad_kernels = np.zeros_like(padded), np.zeros_like(kernels)
    for i, j in np.ndindex(*kernels.shape[:2]):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(padded[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_padded[met] += grad_output @ kernels[i, j].T
    inside = slice(padding, -padding or None)  # 0:-0 would be empty
    return grad_padded[:, inside, inside], grad_kernels, grad_output.sum(axis=(0, 1, 2))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: the plan</summary>
# Pad the images as in the forward pass. Make arrays of zeros for the padded images' gradient and the kernels'
# gradient. Loop over the places (i, j) in the kernel and fill both. At the end cut the padding off: nobody needs the
# gradient of the added zeros. The bias's gradient is one sum over three axes.
# </details>
# <details><summary>Hint 2: which pixels did weight (i, j) meet?</summary>
# In the window of output (row, column): the pixel (row * stride + i, column * stride + j) of the padded image. All of
# them at once: <code>padded[:, i : i + stride * rows : stride, j : j + stride * columns : stride]</code>, where rows
# and columns are the sizes of <code>grad_output</code>. It has the shape (batch, rows, columns, c_in).
# </details>
# <details><summary>Hint 3: the two lines in the loop</summary>
# With <code>met</code> for that slice (<code>met = np.s_[:, i : ..., j : ...]</code> keeps a slice under a name):
# <code>grad_kernels[i, j] = np.tensordot(padded[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])</code> has shape
# (c_in, c_out). And <code>grad_padded[met] += grad_output @ kernels[i, j].T</code>. Why +=? Because several windows
# have read the same pixel.
# </details>


# %% check="conv2d_backward"
def _check_by_tape(images, kernels, grad_output, stride, padding):
    x, w, b = (tf.constant(part) for part in (images, kernels, np.zeros_like(kernels[0, 0, 0])))
    with tf.GradientTape() as tape:
        tape.watch([x, w, b])
        output = tf.nn.conv2d(x, w, stride, [(0, 0), *[(padding, padding)] * 2, (0, 0)]) + b
    return dict(zip(("images", "kernels", "bias"), tape.gradient(output, [x, w, b], grad_output)))


def _check_conv2d_backward():
    image, kernel = np.arange(1.0, 10).reshape(1, 3, 3, 1), np.arange(1.0, 5).reshape(2, 2, 1, 1)
    given = image, kernel, np.array([1.0, 2, 0, -1]).reshape(1, 2, 2, 1)
    copies, call = [part.copy() for part in given], "conv2d_backward(...) of the example above"
    library = ["tensorflow.GradientTape", "keras.layers.Conv2D", "tensorflow.nn.conv2d_transpose"]
    library += ["tensorflow.nn.conv2d", "tensorflow.nn.convolution", "keras.ops.conv_transpose"]
    library += [f"scipy.signal.{n}" for n in ("convolve", "convolve2d", "correlate", "correlate2d")]
    library += ["keras.ops.conv", "tensorflow.gradients", "scipy.ndimage.correlate"]
    library += [f"tensorflow.raw_ops.Conv2DBackprop{of}" for of in ("Input", "Filter")]
    got = expect_by_hand(call, conv2d_backward, given, *library)
    for name, now, then in zip(("images", "kernels", "grad_output"), given, copies):
        expect_unchanged(f"{call}, its {name}", now, then)
    found = len(got) if isinstance(got, tuple | list) else type(got).__name__
    assert found == 3, f"{call}: expected a tuple of three gradients, got {found}."
    add, mean = "Stamps overlap: add them up with +=.", "A sum, not a mean."
    hints = [([1, 2, 4, 3, 4, 8, 0, 0, -4], add), ([1, 2, 4, 0, -1, -2, 0, -3, -4], add)]
    hints += [([4, 11, 6, 2, 1, -1, 0, -2, -1], "Stamp the kernel as it is, not turned.")]
    hints += [([], "-0 is 0: [0:-0] is empty."), ([0, 2, 6, 8], "The kernels' comes second.")]
    right, random = [1, 4, 4, 3, 9, 6, 0, -3, -4], np.random.default_rng(3)
    expect_close(f"{call}, grad_images", np.ravel(got[0]), right, hints=hints)
    for stride, padding, *size in [(1, 0, 4, 6), (1, 2, 8, 10), (2, 0, 2, 3), (2, 1, 3, 4)]:
        given = [random.normal(size=n) for n in ((2, 6, 7, 4), (3, 2, 4, 5), (2, *size, 5))]
        call = f"conv2d_backward(images, kernels, grad_output, {stride=}, {padding=})"
        got = expect_by_hand(call, conv2d_backward, (*given, stride, padding), *library)
        rim = (2, 6 + 2 * padding, 7 + 2 * padding, 4), "Cut the padding off at the end."
        for part, (name, right) in zip(got, _check_by_tape(*given, stride, padding).items()):
            expect_shape(f"{call}, grad_{name}", part, right.shape, hints=[rim])
            hints = [(right / 2, mean), (right / given[2][..., 0].size, mean)]
            expect_close(f"{call}, grad_{name}", part, right, rtol=1e-4, atol=1e-4, hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for trial in range(14):
        stride, padding = setting = 1 + trial % 3, trial // 3 % 3
        batch, c_in, c_out, *kernel_shape = random.integers(1, 5, size=5).tolist()
        sides = random.integers(4, 10, size=2).tolist()
        sizes = [(n + 2 * padding - k) // stride + 1 for n, k in zip(sides, kernel_shape)]
        shapes = (batch, *sides, c_in), (*kernel_shape, c_in, c_out), (batch, *sizes, c_out)
        kind = ("float32", "float64")[trial % 2]
        given = [random.normal(size=shape).astype(kind) for shape in shapes]
        copies = [part.copy() for part in given]
        call = f"conv2d_backward({shapes[0]} images, {shapes[1]} kernels, {stride=}, {padding=})"
        got = expect_by_hand(call, conv2d_backward, (*given, *setting))
        for now, then in zip(given, copies):
            expect_unchanged(call, now, then)
        tape = _check_by_tape(*given, *setting)
        for part, (name, right) in zip(got, tape.items()):
            expect_close(f"{call}, grad_{name}", part, right, rtol=1e-4, atol=1e-4)
    ### END HIDDEN TESTS


run_check("conv2d_backward", _check_conv2d_backward)


# %% bad_input="conv2d_backward"
def _check_conv2d_backward_bad_input():
    images, kernels, grad = np.ones((2, 5, 6, 3)), np.ones((3, 3, 3, 4)), np.ones((2, 3, 4, 4))
    got = conv2d_backward(images, kernels, grad)
    expect_close("conv2d_backward(ones, ones, ones), grad_bias", got[2], [24] * 4, rtol=1e-4)
    for name, bad in {
        "stride=0": {"stride": 0},
        "padding=-1": {"grad_output": np.ones((2, 1, 2, 4)), "padding": -1},
        "a grad_output of batch 1": {"grad_output": grad[:1]},
        "a grad_output one row short": {"grad_output": grad[:, :2]},
        "a grad_output one column short": {"grad_output": grad[:, :, :3]},
        "a grad_output of one channel": {"grad_output": grad[..., :1]},
    }.items():
        arguments = {"images": images, "kernels": kernels, "grad_output": grad} | bad
        call = f"conv2d_backward((2, 5, 6, 3) images, (3, 3, 3, 4) kernels, ...) with {name}"
        why = "The output has the shape (2, 3, 4, 4)." if "grad_output of" in name else ""
        expect_error(
            call, lambda arguments=arguments: conv2d_backward(**arguments), own=True, hint=why
        )
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    b, n, c = random.integers((3, 3, 3), (6, 6, 6)).tolist()  # n rows and columns come out
    images, kernels, half = np.ones((b, n + 2, n + 2, 2)), np.ones((3, 3, 2, c)), (n + 1) // 2
    for grad_shape, settings, why in [
        ((b, n, n, c), {"stride": -1}, "conv2d_backward(..., stride=-1)"),
        ((b, n - 2, n - 2, c), {"padding": -1}, "conv2d_backward(..., padding=-1)"),
        ((b, n + 1, n, c), {}, "a grad_output one row too large"),
        ((b, n, n + 1, c), {}, "a grad_output one column too large"),
        ((b, 1, n, c), {}, "a grad_output of one row"),
        ((b, n, 1, c), {}, "a grad_output of one column"),
        ((b, n, n, c - 1), {}, f"a grad_output of {c - 1} channels, not {c}"),
        ((b, n * n, 1, c), {}, f"a grad_output of {n * n} x 1 places, not {n} x {n}"),
        ((b - 1, n, n, c), {}, f"a grad_output of {b - 1} images, not {b}"),
        ((1, half, half, c), {"stride": 2}, f"a grad_output of 1 image, not {b}, stride 2"),
        ((b, n, n, c), {"stride": 2}, "a grad_output for stride 1, stride 2"),
        ((b, n, n, c), {"padding": 1}, "a grad_output for no padding, padding 1"),
    ]:
        given = images, kernels, np.ones(grad_shape)
        expect_error(why, lambda given=given, s=settings: conv2d_backward(*given, **s), own=True)
    ### END HIDDEN TESTS


run_check("conv2d_backward, bad input", _check_conv2d_backward_bad_input)

# %% [markdown]
# ### A kernel that is learned, not made
#
# Somebody has run an unknown 3 x 3 kernel over 32 handwritten digits. You have the digits and the maps. (We know that
# it was Sobel x; the learner does not.) Start from a random kernel and go downhill: forward, error, backward, a small
# step. The way back is your own function.
#
# **Predict.** Will it find Sobel's nine numbers, or some other kernel that gives about the same maps? And which comes
# first: a small error, or the right kernel?

# %% guess [markdown]
# *Your prediction: it finds ...; first comes ..., because ...*


# %% uses="conv2d_backward"
def learn_kernel(images, target, steps, learning_rate):
    """Return the learned 3 x 3 kernel, and its way there after 0, 1, 2, ... steps.

    The way: mean squared error, and squared distance to Sobel x.
    """
    kernel = np.random.default_rng(0).normal(scale=0.1, size=(3, 3, 1, 1)).astype("float32")
    losses, distances = [], []
    for _ in range(steps):
        error = np.asarray(keras.ops.conv(images, kernel)) - target
        losses.append(np.mean(error**2))  # both belong to the kernel before this step
        distances.append(np.sum((kernel[..., 0, 0] - sobel_x) ** 2))
        grad_maps = 2 * error / error.size  # of the mean squared error
        _, grad_kernel, _ = conv2d_backward(images, kernel, grad_maps)
        kernel = kernel - learning_rate * np.asarray(grad_kernel)
    return kernel[..., 0, 0], np.array(losses), np.array(distances)


# %% uses="conv2d_backward"
digits = load("mnist").x_train[:32].reshape(32, 28, 28, 1).astype("float32") / 255
learned = None
target = np.asarray(keras.ops.conv(digits, sobel_x[..., None, None]))
learned, losses, distances = learn_kernel(digits, target, steps=300, learning_rate=0.5)
losses, distances = losses / losses[0], distances / distances[0]  # relative to the random kernel
for step in (10, 30, 100, 299):
    print(f"after {step:3} steps: {losses[step]:7.3%} of the error left, ", end="")
    print(f"{distances[step]:6.2%} of the distance to Sobel x")
correlation = np.corrcoef(learned.ravel(), sobel_x.ravel())[0, 1]
print(f"correlation of the learned kernel with Sobel x: {correlation:.4f}")

# %% evidence uses="conv2d_backward"
if learned is None:
    raise NotImplementedError("this picture needs your function: exercise 7")
assert 0.06 < losses[10] < 0.11  # all relative to the random kernel
assert 0.12 < distances[10] < 0.19
assert losses[30] < 0.008
assert 0.035 < distances[30] < 0.08
assert 0.01 < distances[100] < 0.03
assert correlation > 0.99
assert np.abs(learned - sobel_x).max() < 0.15
title = "The error falls at once, the kernel comes later"
show(
    draw.learning_a_kernel(losses, distances, title=title),
    alt="On one logarithmic axis, error and squared distance to Sobel x fall steeply side by "
    "side for about ten steps. Then they part: the error is down to less than a hundredth at "
    "step 30, the distance to about a twentieth, and both creep on.",
)
grids, names = [sobel_x, learned], ["Sobel x", "learned"]
show(
    draw.number_grids(grids, names, ["≈"], suptitle="Nine numbers found again", digits=2),
    alt="The nine weights of Sobel x beside the nine learned ones: they agree to about a tenth.",
)

# %% [markdown]
# It finds Sobel's kernel itself, to a correlation above 0.99. The order is worth a thought. For about ten steps error
# and distance fall side by side, to 8% and 15% of what they were. Then they part: after 30 steps less than a hundredth
# of the error is left but about a twentieth of the distance, and the next 70 steps, more than twice as many as it took
# to get there, bring the distance only from a twentieth to a fiftieth. The maps are nearly right long before the
# kernel is.
#
# Why? Neighbouring pixels of a picture are almost equal, so weight moved from one place in the kernel to the next
# hardly changes the maps: the loss is a long valley, steep across and flat along. How steep it is in which direction
# can be computed. The loss is quadratic in the kernel's nine numbers, so nine directions in the space of kernels (the
# eigenvectors of the mean product of window with window) have each a curvature of its own, $\lambda$, and a step of
# gradient descent with rate $r$ multiplies what is wrong in that direction by $1 - r\lambda$. This predicts the whole
# way, without one step being taken.

# %%
pixels = sliding_window_view(digits[..., 0], (3, 3), axis=(1, 2)).reshape(-1, 9)  # all windows
curvatures, directions = np.linalg.eigh(2 * pixels.T @ pixels / len(pixels))
start = np.random.default_rng(0).normal(scale=0.1, size=9) - sobel_x.ravel()  # what is wrong
parts = directions.T @ start  # of it, in each direction
print("curvatures:", curvatures.round(3))
predicted = {}
for step in (10, 30, 100):
    left = (parts * (1 - 0.5 * curvatures) ** step) ** 2
    predicted[step] = (
        np.sum(curvatures * left) / np.sum(curvatures * parts**2),
        np.sum(left) / np.sum(parts**2),
    )
    print(f"after {step:3} steps, by the formula: {predicted[step][0]:7.3%} of the error, ", end="")
    print(f"{predicted[step][1]:6.2%} of the distance")

# %% evidence uses="conv2d_backward"
if learned is None:
    raise NotImplementedError("this comparison needs your function: exercise 7")
for step, both in predicted.items():
    assert np.allclose(both, (losses[step], distances[step]), rtol=0.05)
assert curvatures[-1] > 200 * curvatures[0]
assert np.ptp(np.abs(directions[:, -1])) < 0.1  # the steepest: all nine weights alike
chequered = np.sign(directions[:, 0]) * (-1) ** np.arange(9)
assert abs(chequered.sum()) == 9
assert (1 - 0.5 * curvatures[0]) ** 100 > 0.7

# %% [markdown]
# The formula gives the table. The steepest direction, all nine weights raised alike, curves more than 200 times as
# strongly as the flattest, a chequered pattern: what is wrong in the first is gone after a few steps, while a hundred
# steps leave more than 70% of what is wrong in the second, and that costs the maps almost nothing. Lab 04 shows what
# better optimisers do about such valleys.
#
# Here we knew the maps to aim at. A network does not: it only knows the label at its far end, and the gradient of each
# layer's output comes from the layer above, by the same `conv2d_backward`.

# %% instructor [markdown]
# **For instructors.** The prediction by hand (9) is worth three minutes at the board: four windows, four stamps. In
# exercise 7 the order that works is bias, kernels, images. What the check names: stamps that overwrite one another
# (`=` for `+=`), the turned kernel (from formulas that gather instead of stamping), the mean over the batch, the
# padding left on, and `[padding:-padding]`, which is empty without padding. Nine eigenvectors are for classes that have
# met them; for others the valley in words will do.

# %% [markdown]
# ## 10. Sees, or uses? (7 minutes, further)
#
# The receptive field of section 6 says which pixels *can* matter. How much each of them matters is another question,
# and the size of the gradient answers it.
#
# **Predict.** Ten 3 x 3 layers with random weights have a field of 21 x 21. Does an output depend about equally on all
# 441 pixels? Draw the curve that you expect along the middle row.

# %% guess [markdown]
# *Your prediction: an output depends ... on all 441 pixels; the curve along the middle row starts at ..., has ... in
# the middle, and looks like ...*


# %%
def sensitivity(seed):
    """Square the gradient of the middle output of ten random layers by each of 31 x 31 pixels."""
    random = np.random.default_rng(seed)
    pictures = maps = tf.constant(random.normal(size=(16, 31, 31, 1)), "float32")
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        for c_in in [1] + [8] * 9:  # 8 channels between the layers
            scale = np.sqrt(2 / (9 * c_in))  # so that maps neither fade nor grow: lab 04
            kernels = random.normal(scale=scale, size=(3, 3, c_in, 8)).astype("float32")
            maps = tf.nn.relu(keras.ops.conv(maps, kernels))
        middle = tf.reduce_sum(maps[:, 5, 5])
    return np.mean(tape.gradient(middle, pictures).numpy()[..., 0] ** 2, axis=0)


strength = np.sqrt(np.mean([sensitivity(seed) for seed in range(32)], axis=0))  # of 32 networks
share = {}
for side in (11, 15, 21):
    inside = slice(15 - side // 2, 16 + side // 2)
    share[side] = strength[inside, inside].sum() / strength.sum()
print("share of the gradient in a square of", {side: f"{part:.1%}" for side, part in share.items()})
ends = [strength[15, 5], strength[15, 25], strength[5, 15], strength[25, 15]] / strength[15, 15]
print("the four ends of middle row and column against the middle:", ends.round(4))
corner = strength[5, 5] / strength[15, 15]
print(f"a corner of the field against the middle: {corner:.5f}")

# %% evidence
assert share[21] > 0.9999
assert 0.92 < share[15] < 0.97
assert 0.007 < ends.min() < ends.max() < 0.015
assert 5e-5 < corner < 2e-4
show(
    draw.effective_field(
        strength,
        theoretical=21,
        inner=15,
        title="Ten layers see 21 x 21 pixels, and use the middle of them",
    ),
    alt="A dark blot in the middle of a dashed 21 x 21 square, fading to nothing well before its "
    "border; along the middle row the gradient is a bell curve whose ends are close to zero.",
)

# %% [markdown]
# Outside the square of 21 there is nothing: the formula is right. Inside, the gradient is a bell: about 95% of it lies
# in the middle 15 x 15 pixels, half of the area, an end of the middle row counts for about a hundredth of the middle,
# and a corner for about a ten-thousandth. (The blot is a little ragged because it is a mean over 32 random networks
# only.) The reason is counting: how many ways lead from a pixel to the output?

# %%
ways = np.ones(1)
for _ in range(10):
    ways = np.convolve(ways, [1, 1, 1])  # along a row, each layer reads three neighbours
print(f"along a row: {ways[0]:.0f} way from the outermost pixel, {ways[10]:,.0f} from the middle")
bell = np.sqrt(np.outer(ways, ways))  # rows times columns; why the root is said below
print(f"an end of the middle row, 1 / root of 8,953: {bell[10, 0] / bell[10, 10]:.4f}")
print(f"a corner, 1 / 8,953: {bell[0, 0] / bell[10, 10]:.5f}")
by_counting = {}
for side in (11, 15):
    inside = slice(10 - side // 2, 11 + side // 2)
    by_counting[side] = bell[inside, inside].sum() / bell.sum()
print("by counting, in a square of", {side: f"{part:.1%}" for side, part in by_counting.items()})

# %% evidence
assert (len(ways), ways[0], ways[10]) == (21, 1, 8953)
assert all(abs(by_counting[side] - share[side]) < 0.015 for side in by_counting)
measured = strength[5:26, 5:26] / strength[15, 15]
assert np.corrcoef(measured.ravel(), bell.ravel())[0, 1] > 0.99
assert np.allclose(ends.mean(), 1 / np.sqrt(8953), rtol=0.2)

# %% [markdown]
# Along a row, the outermost pixel reaches the output in one way, a step inwards at each of the ten layers; the middle
# pixel has 8,953 ways, through any mix of steps that ends where it began. In the plane rows and columns multiply: one
# way for the corner, 8,953 squared for the middle. Each way carries a product of random weights, with a sign of its
# own. Such products mostly cancel: the sum of $N$ of them grows with the root of $N$, not with $N$. So the corner comes
# to 1/8,953 of the middle, and the end of the middle row, 8,953 ways against 8,953 squared, to one over the root of
# 8,953. The experiment says the same within the scatter of 32 networks, for the squares of 11 and 15 to a percent.
#
# Luo and others (2016) call the blot the **effective receptive field**; its width grows only like the square root of
# the depth, and they saw training widen it. So do not trust the number on paper alone: in a network like this one, an
# object as large as the theoretical field is seen mostly by its middle.

# %% instructor [markdown]
# **For instructors.** Ask for a sketch on paper before the cell is run: the formula of section 6 suggests a flat curve
# with a sudden end. The step from ways to their root is the one that needs the board: a random walk of N steps ends
# about root N away.

# %% [markdown]
# ## 11. At the border (8 minutes, further)
#
# `padding="same"` adds as many zeros as it takes, and sometimes that is an odd number.
#
# **Predict.** A 4 x 4 picture of ones, a 3 x 3 kernel of ones, stride 2, `"same"`: two windows a row span 5 pixels,
# one more than there are, so one zero is added. Does Keras put it on the left or on the right? Each output counts the
# real pixels that its window covers. What would the output be?

# %% guess [markdown]
# *Your prediction: Keras puts the zero on the ___; the output is ___ ___ / ___ ___.*

# %% exact
ones = np.ones((1, 4, 4, 1), dtype="float32")
kernel_of_ones = np.ones((3, 3, 1, 1), dtype="float32")
keras_same = np.asarray(keras.ops.conv(ones, kernel_of_ones, strides=2, padding="same"))[0, ..., 0]
both_sides = np.pad(ones, ((0, 0), (1, 1), (1, 1), (0, 0)))
one_each = np.asarray(keras.ops.conv(both_sides, kernel_of_ones, strides=2))[0, ..., 0]
print("Keras, same:                ", keras_same.astype(int).tolist())
print("one zero on every side:     ", one_each.astype(int).tolist())

# %% evidence
assert keras_same.tolist() == [[9, 6], [6, 4]]
assert one_each.tolist() == [[4, 6], [6, 9]]
for size in (5, 7, 9):  # two zeros in all
    square = np.ones((1, size, size, 1), dtype="float32")
    wide = np.pad(square, ((0, 0), (1, 1), (1, 1), (0, 0)))
    by_word = keras.ops.conv(square, kernel_of_ones, strides=2, padding="same")
    assert np.array_equal(by_word, keras.ops.conv(wide, kernel_of_ones, strides=2))

# %% [markdown]
# The first window covers nine real pixels, so nothing was added above and on the left: the odd zero goes to the right
# and to the bottom. With `padding=1` on every side, as PyTorch does it, the output has the same size and other values:
# the windows lie one pixel further up and left. So a layer whose weights are carried from one library to the other
# sees its input shifted by a pixel wherever the zeros are odd in number. With a kernel of 3 and a stride of 2 that is
# so for even sizes, like this one; for odd sizes (5, 7, 9, ...) it takes two zeros in all, one on each side, and the
# two libraries agree.
#
# Zeros at the border also disturb: in section 7 two columns at each side of the maps could tell that the picture had
# been moved.
#
# **Predict.** How many columns at each side differ after two such layers, and after four?

# %% guess [markdown]
# *Your prediction: after two layers ___ columns differ at each side, after four ___.*

# %%
rims = {}
for depth in (1, 2, 4):
    keras.utils.set_random_seed(1)
    stack = keras.Sequential(
        [keras.layers.Conv2D(8, 5, padding="same", activation="relu") for _ in range(depth)]
    )
    deep_here, deep_there = feature_maps(stack, here), feature_maps(stack, there)
    moved = np.abs(deep_there[:, 3:] - deep_here[:, :-3]).max(axis=(0, 2)) > 1e-4 * deep_here.max()
    rims[depth] = int(np.argmin(moved)), int(np.argmin(moved[::-1]))
    print(f"depth {depth}: columns that differ on the left and on the right: {rims[depth]}")

# %% evidence
assert rims == {1: (2, 2), 2: (4, 4), 4: (8, 8)}

# %% [markdown]
# The border's damage grows inwards by two columns a layer, half a kernel each time: it is the receptive field again,
# seen from the border. In a deep network with padding it reaches far into the map (Alsallakh and others, 2021).

# %% [markdown]
# ## 12. Turned kernels: convolution or cross-correlation? (5 minutes, further)
#
# Section 2 said that Keras lays a kernel down as it is, where mathematics first turns it by 180 degrees. What would
# the turn change?
#
# **Predict.** You turn all five kernels of section 2 by 180 degrees. Which feature maps change, and how? And a single
# white pixel on black, under the kernel 1 2 3 / 4 5 6 / 7 8 9: what does its map look like in Keras?

# %% guess [markdown]
# *Your prediction: A ..., B ..., C ..., D ..., E ...; the white pixel gives ...*

# %%
turned_maps = {}
for name, kernel in five_kernels.items():
    turned = np.rot90(kernel, 2).copy()
    turned_map = keras.ops.conv(roofs[None, ..., None], turned[..., None, None], padding="valid")
    turned_maps[name] = np.asarray(turned_map)[0, ..., 0]
    same = np.allclose(turned_maps[name], five_maps[name], atol=1e-5)
    negative = np.allclose(turned_maps[name], -five_maps[name], atol=1e-5)
    print(f"{name}: same map {same!s:5}  same but for the sign {negative}")

point = np.zeros((1, 5, 5, 1), dtype="float32")
point[0, 2, 2, 0] = 1  # a single white pixel
numbered = np.arange(1, 10, dtype="float32").reshape(3, 3, 1, 1)
answer = np.asarray(keras.ops.conv(point, numbered, padding="valid"))[0, ..., 0]
print("a white pixel under the kernel 1 2 3 / 4 5 6 / 7 8 9 gives", answer.astype(int).tolist())

# %% evidence
for name, turned_map in turned_maps.items():
    expected = five_maps[name] if name in "ADE" else -five_maps[name]
    assert np.allclose(turned_map, expected, atol=1e-5)
assert np.array_equal(answer, np.rot90(numbered[..., 0, 0], 2))

# %% [markdown]
# A, D and E look the same from both sides, so nothing changes; the Sobel kernels change their sign. The last line
# proves which operation Keras computes: a single white pixel comes out as the kernel *turned*, 9 first. A true
# convolution would print the kernel as it is.
#
# For a layer that learns its weights the difference does not matter: it would learn the turned kernel. It does matter
# when you carry a kernel from a textbook or a signal-processing library into Keras by hand.

# %% [markdown]
# ## 13. Two pictures with controls (5 minutes, further)
#
# While a kernel is running, the next two cells give you pictures of sections 1 and 3 with controls: press Tab to reach
# one, then the arrow keys up and down to change it. (Where no kernel runs, on a web page for example, the controls do
# not appear; the pictures in those sections say the same for single settings.)
#
# First the window on the knob. Find the window with the largest positive sum, and one in the middle of the knob that
# gives almost zero.
#
# <details><summary>What there is to find</summary>
# The largest sum, about 1.67, is not on the knob at all: it is at row 23, column 13, where dark wood meets the bright
# patch below the knob. The knob's own right edge comes to 1.59 at most. In the middle of the knob many windows give
# almost zero, the one at row 14, column 14 for example: dark as they are, left and right are equally dark.
# </details>

# %%
explorer_kernels = {"Sobel x": sobel_x, "Sobel y": sobel_x.T, "blur": np.full((3, 3), 1 / 9)}
draw.explore_window(knob, explorer_kernels, row=8, column=7)

# %% evidence
of_knob = five_maps["B"][1:27, 58:92]  # the part of B's map in section 2 that belongs to the knob
assert np.unravel_index(of_knob.argmax(), of_knob.shape) == (23, 13)
assert np.allclose([of_knob[23, 13], of_knob[8:20, 20:].max()], [1.67, 1.59], atol=0.01)
assert abs(of_knob[14, 14]) < 0.1

# %% [markdown]
# And one strip of section 3, with a field for each of the five numbers. Find settings where a larger kernel does not
# change the count, and where the window no longer fits at all.

# %%
draw.explore_positions()

# %% [markdown]
# ## 14. Kernels of one pixel (4 minutes, further)
#
# **Predict.** A kernel can be 1 x 1. On a grey picture that would only scale it. What does a 1 x 1 kernel of shape (1,
# 1, 3, 2) do to a colour photo, and which layer from lab 01 does the same at every pixel?

# %% guess [markdown]
# *Your prediction: it ...; from lab 01, the ... layer does the same.*

# %% exact
one_by_one = np.array([[0.30, 1.0], [0.59, -1.0], [0.11, 0.0]], dtype="float32")
# column 0: grey as the eye weighs it; column 1: red - green
by_convolution = np.asarray(keras.ops.conv(photo[None], one_by_one[None, None], padding="valid"))[0]
print(photo.shape, "->", by_convolution.shape)

# %% evidence exact
by_matrix = photo @ one_by_one  # a dense layer's weights, used at each of the pixels
same = np.allclose(by_convolution, by_matrix, atol=1e-5)
print("equal to a matrix product at every pixel:", same)
assert same

# %% [markdown]
# A **1 x 1 convolution** is a dense layer from channels to channels, applied at each pixel with the same weights. It
# mixes channels and leaves places alone. Lin, Chen and Yan (2014) introduced it; Szegedy and others (2015, *Going
# deeper with convolutions*) use it to make many channels few before an expensive layer.

# %% [markdown]
# ## Read on
#
# - V. Dumoulin and F. Visin (2016), *A guide to convolution arithmetic for deep learning*. Every case of the size
#   formula, drawn.
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner (1998), *Gradient-based learning applied to document recognition*.
#   Section II: local fields and shared weights, in the words of those who made them work.
# - M. Lin, Q. Chen and S. Yan (2014), *Network in network*. The 1 x 1 convolution.
# - W. Luo, Y. Li, R. Urtasun and R. Zemel (2016), *Understanding the effective receptive field in deep convolutional
#   neural networks*.
# - A. Araujo, W. Norris and J. Sim (2019), *Computing receptive fields of convolutional neural networks*.
# - B. Alsallakh, N. Kokhlikyan, V. Miglani, J. Yuan and O. Reblitz-Richardson (2021), *Mind the pad: CNNs can develop
#   blind spots*.
# - I. Goodfellow, Y. Bengio and A. Courville (2016), *Deep learning*, chapter 9.
#
# ### An open challenge
#
# Sobel x is the product of a column (1, 2, 1) and a row (−1, 0, 1). So you can slide the row first and the column over
# its result: 6 multiplications a pixel in place of 9, and 22 in place of 121 for an 11 x 11 blur. Which of the five
# kernels of section 2 can be split in this way? `np.linalg.svd` tells, and for those that cannot it gives the best sum
# of one, two, three such pairs. Take the kernels of a trained layer (lab 06 will give you some), replace each by its
# best single pair, and measure: how much faster is the layer, and how much accuracy does it cost?
