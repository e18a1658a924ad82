# %% [markdown]
# # 12 Segmentation: a class for every pixel
#
# A pathologist wants to know how many nuclei a picture shows, where each ends, and how large it is. One class for the
# whole picture does not help. In this lab a network gives every pixel a class; you build it, compare it with thresholds
# that get the same care, and ask whether a mask with nearly every pixel right gives the right count.
#
# <!-- facts -->
#
# From lab 02 you need convolution, stride and padding, from lab 03 pooling, from lab 04 the sigmoid and cross-entropy,
# from lab 08 the functional API.
#
# ## Objectives
#
# 1. Measure a segmentation, and say why pixel accuracy misleads.
# 2. Write a transposed convolution, and say what it is the transpose of.
# 3. Build a U-Net, and say which shapes its blocks have.
# 4. Train a U-Net on one image, and compare it with a threshold that gets the same care.
# 5. Go from pixels to objects, and count them against the truth.
# 6. Choose a metric for a purpose.
# 7. Write the Dice loss, and say what it changes where a class is rare.
# 8. Show by experiment what skips, a lost pixel, overlapping kernels and the receptive field do.
#
# Write your prediction into the cell below each question before you run on; nobody grades it. The cells that draw or
# check what came out, or hold functions that an experiment needs, are folded: run them like the others.

# %% imports
from utils.backbones import backbone, preprocess_input
from utils.checks import (
    expect_by_hand,
    expect_close,
    expect_equal,
    expect_error,
    expect_shape,
    expect_unchanged,
    run_check,
)
from utils.data import load
from utils.figures import curves, show
from utils.figures import segmentation as draw
from utils.training import ProgressBar
import keras
from keras import layers
import numpy as np
from scipy import ndimage
from skimage.feature import peak_local_max
from skimage.filters import threshold_otsu
from skimage.segmentation import watershed
import tensorflow as tf
from utils import scenes

# %% [markdown]
# ## 1. A class for every pixel (18 minutes, core)
#
# **Semantic segmentation** gives each pixel of an image a class. The result is a **mask**: an array as large as the
# image, with a class in each place. Our data are one real image: 512 × 512 pixels of cells under a fluorescence
# microscope, in which people outlined 125 nuclei by hand (from the set of Caicedo and others 2019, CC0). One image is
# little, but it has 262,144 pixels, and nearly each is an example.
#
# Neighbouring pixels are not independent, so the split is by place: columns 0 to 255 are for training, 256 to 351 for
# validation, the rest for the test, which stays closed until the end of section 4. Ten nuclei lie across a border and
# count in both parts: 73 + 27 + 35 = 135. With more images you would split by image, or better by patient.

# %% exact
nuclei = load("nuclei")
image, numbers = nuclei.x_train[0, ..., 0], nuclei.y_train[0]  # numbers: 0, or which nucleus
image_train, numbers_train = image[:, :256], numbers[:, :256]
image_val, numbers_val = image[:, 256:], numbers[:, 256:]
truth_train, truth_val = numbers_train > 0, numbers_val > 0
nuclei_val = len(np.unique(numbers_val)) - 1  # without the 0 of the background
nuclei_train = len(np.unique(numbers_train)) - 1
print(f"training {image_train.shape} with {nuclei_train} nuclei")
print(f"validation {image_val.shape} with {nuclei_val} nuclei")
print(f"nucleus pixels: {truth_train.mean():.1%} of training, {truth_val.mean():.1%} of validation")

# %% [markdown]
# Nuclei are bright, so the simplest segmentation is a threshold. **Otsu's method** (1979) finds one without any
# label: it splits the grey values into two groups so that the variance *within* the groups is least. A camera adds
# noise to each pixel, so the second rival blurs the image first, by a Gaussian of one pixel. The third compares each
# blurred pixel with its surroundings, a wider Gaussian: it has to be brighter by some grey values. How wide and how
# much brighter is chosen among 24 pairs with the labels of the training part: the care that a network gets. The fourth
# says "background" everywhere.
#
# Two measures: **pixel accuracy** is the share of pixels whose class is right. Intersection over union
# (IoU, Jaccard 1912) of a class counts the pixels that truth *and* guess give to it, and divides by those that truth
# *or* guess give to it.
#
# **Predict.** What pixel accuracy, and what IoU of the class nucleus, have two of the four on the validation part:
# "background" everywhere, and Otsu's threshold?

# %% guess [markdown]
# *Your prediction (accuracy, IoU): background everywhere ___, ___; Otsu ___, ___*


# %%
def iou(truth, guess):
    """Return intersection over union of two masks of booleans."""
    return np.sum(truth & guess) / np.sum(truth | guess)


def blurred(part, pixels=1):
    """Blur a part of the image by a Gaussian of so many pixels."""
    return ndimage.gaussian_filter(part.astype(float), pixels)


def local(part, wide, more):
    """Return which pixels are brighter than their surroundings, by more grey values."""
    return blurred(part) > blurred(part, wide) + more


pairs = [(wide, more) for wide in (10, 15, 20, 30) for more in (0, 2, 4, 6, 8, 10)]
chosen = max(pairs, key=lambda pair: iou(truth_train, local(image_train, *pair)))
print("chosen on the training part: wide and more", chosen)

# %%
rivals = {
    "background everywhere": np.zeros(truth_val.shape, dtype=bool),
    "Otsu": image_val > threshold_otsu(image_val),
    "blurred, then Otsu": blurred(image_val) > threshold_otsu(blurred(image_val)),
    "local threshold": local(image_val, *chosen),
}
accuracy = {name: np.mean(mask == truth_val) for name, mask in rivals.items()}
overlap = {name: iou(truth_val, mask) for name, mask in rivals.items()}
for name in rivals:
    print(f"{name:21} pixel accuracy {accuracy[name]:.3f}, IoU of nucleus {overlap[name]:.3f}")

# %% evidence
assert 0.81 < accuracy["background everywhere"] < 0.83
assert overlap["background everywhere"] == 0
assert 0.94 < accuracy["Otsu"] < accuracy["blurred, then Otsu"] < 0.96
assert 0.004 < accuracy["blurred, then Otsu"] - accuracy["Otsu"] < 0.006
assert 0.75 < overlap["Otsu"] < overlap["blurred, then Otsu"] - 0.02 < 0.78
assert overlap["local threshold"] > overlap["blurred, then Otsu"] + 0.07
show(
    draw.masks(
        image_val[:256],
        {name: mask[:256] for name, mask in list(rivals.items())[1:]},
        truth=truth_val[:256],
        title="Most pixels are right in each mask (lines: the truth)",
    ),
    alt="The upper half of the validation part with the outlines of the nuclei, and three "
    "masks: Otsu's, whose nuclei are full of holes; the blurred one, whose nuclei are "
    "closed and smooth but smaller than the outlines where they are dim, with two bright "
    "ones run together; and the local one, which is nearer to the outlines of both.",
)

# %% [markdown]
# Whoever says "background" everywhere is right at 82% of the pixels and finds nothing. Otsu is right at 95%, which
# sounds nearly perfect, and yet of the pixels that it or the truth calls nucleus less than four fifths are in both.
# The many pixels of the background fill the accuracy; IoU leaves them out. Blurring first adds half a point of
# accuracy and two points of IoU. The local threshold adds more than seven points of IoU: one threshold for all is too
# low in the glow round a bright nucleus and too high inside a dim one. It is the bar for the network.
#
# Classes are rarely equally frequent, so IoU is taken for each class, and then averaged: mean IoU, the common
# measure of semantic segmentation. Its relative is the **Dice coefficient** (Dice 1945), twice the intersection over
# the sum of both areas. For one class each follows from the other: Dice = 2 IoU / (1 + IoU).
#
# ### Exercise 1: `mean_iou` (objective 1)
#
# Example: truth [0, 0, 0, 1], guess [0, 0, 1, 1], three classes. Class 0: 2 of 3 pixels; class 1: 1 of 2; class 2 is
# nowhere. The mean of 2/3 and 1/2 is 0.583.


# %% exercise="mean_iou"
def mean_iou(truth, guess, num_classes):
    """Return the mean over classes of intersection over union.

    Args:
        truth: integers from 0 to num_classes - 1, an array of any shape, such as (n, height,
            width), with one pixel at least.
        guess: integers likewise, of the same shape. Neither array is changed.
        num_classes: how many classes there are.

    Returns:
        A number. Of each class, the pixels of all images are counted together: those that both
        arrays give to it, over those that at least one of them gives to it. A class that is in
        neither array is left out of the mean.

    Raises:
        ValueError: with a message, if the shapes differ or a label is outside the range.
    """
    ### BEGIN SOLUTION
    truth, guess = np.asarray(truth), np.asarray(guess)
    if truth.shape != guess.shape:
        raise ValueError(f"a guess of shape {guess.shape} for a truth of shape {truth.shape}")
    if min(truth.min(), guess.min()) < 0 or max(truth.max(), guess.max()) >= num_classes:
        raise ValueError(f"labels have to be from 0 to {num_classes - 1}")
    ratios = []
    for label in range(num_classes):
        union = np.sum((truth == label) | (guess == label))
        if union > 0:
            ratios.append(np.sum((truth == label) & (guess == label)) / union)
    return np.mean(ratios)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: one class</summary>
# <code>truth == label</code> and <code>guess == label</code> are two masks of booleans. <code>&amp;</code> is their
# intersection, <code>|</code> their union, <code>np.sum</code> counts.
# </details>
# <details><summary>Hint 2: which classes count</summary>
# A class with a union of 0 is skipped. One that is in the guess only has the IoU 0, and counts.
# </details>


# %% check="mean_iou"
def _check_mean_iou():
    truth = np.array([[0, 0, 0, 1], [0, 2, 2, 1]])
    guess = np.array([[0, 0, 1, 1], [0, 2, 0, 1]])
    before, call = (truth.copy(), guess.copy()), f"mean_iou({truth.tolist()}, {guess.tolist()}, 4)"
    got = mean_iou(truth, guess, 4)
    expect_unchanged(f"{call}, truth", truth, before[0])
    expect_unchanged(f"{call}, guess", guess, before[1])
    hints = [
        ((3 / 5 + 2 / 3 + 1 / 2) / 4, "Class 3 is in neither array: leave it out of the mean."),
        ((3 / 5 + 2 / 3 + 1 / 2 + 1) / 4, "Class 3 is in neither array: leave it out."),
        ((2 / 3 + 1 / 2) / 2, "The background is a class like the others."),
        (6 / 8, "That is pixel accuracy, or you divide by the truth's pixels: take the union."),
        (6 / 10, "Divide class by class, then take the mean."),
        ((3 / 4 + 4 / 5 + 2 / 3) / 3, "That is the Dice coefficient."),
        ((3 / 4 + 2 / 3 + 1) / 3, "You divide by the guess's pixels: take the union."),
        ([3 / 5, 2 / 3, 1 / 2], "These are the classes' own: take their mean."),
        ((3 / 8 + 2 / 5 + 1 / 3) / 3, "The union counts a pixel once: T + G - I."),
        (0.625, "You take the first axis apart: count the pixels of all images together."),
    ]
    expect_close(call, got, (3 / 5 + 2 / 3 + 1 / 2) / 3, hints=hints)
    hints = [(0.75, "Class 1 is in the guess: it counts, with 0.")]
    zeros, some = np.array([0, 0, 0, 0]), np.array([0, 0, 0, 1])
    expect_close(
        "mean_iou([0, 0, 0, 0], [0, 0, 0, 1], 2)", mean_iou(zeros, some, 2), 0.375, hints=hints
    )
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for shape, classes in [((3, 8, 9), 4), ((2, 5, 6, 1), 6), ((40,), 3), ((6, 6), 1)]:
        truth = random.integers(0, max(1, classes - 1), size=shape)
        guess = np.where(random.random(shape) < 0.6, truth, random.integers(0, classes, size=shape))
        guess[0] = np.minimum(guess[0], truth[0])  # images unlike each other
        counts = np.zeros((classes + 1, classes + 1))
        np.add.at(counts, (truth.ravel(), guess.ravel()), 1)
        union = counts.sum(axis=0) + counts.sum(axis=1) - np.diag(counts)
        expected = (np.diag(counts)[union > 0] / union[union > 0]).mean()
        for more in (0, 2):  # classes that nobody uses
            call = f"mean_iou(arrays of shape {shape}, {classes + more} classes)"
            hints = [(np.mean(truth == guess), "That is pixel accuracy.")]
            expect_close(call, mean_iou(truth, guess, classes + more), expected, hints=hints)
    ### END HIDDEN TESTS


run_check("mean_iou", _check_mean_iou)


# %% bad_input="mean_iou"
def _check_mean_iou_bad_input():
    some = np.array([[0, 1], [1, 1]])
    expect_close("mean_iou(an array, itself, 2)", mean_iou(some, some, 2), 1)
    hint = "NumPy would stretch the smaller array: compare the shapes first."
    call = "mean_iou(labels of shape (2, 2), labels of shape (1, 2), 2)"
    expect_error(call, lambda: mean_iou(some, some[1:], 2), hint=hint)
    hint = "The label 1 is outside the range: with one class it ends at 0."
    expect_error(
        "mean_iou([[0, 1], [1, 1]], the same, 1)", lambda: mean_iou(some, some, 1), hint=hint
    )
    call, hint = "mean_iou([[0, 1], [1, 1]], [[0, -1], [-1, -1]], 2)", "-1 is outside the range."
    expect_error(call, lambda: mean_iou(some, -some, 2), hint=f"In guess, too: {hint}")
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    high = int(rng().integers(3, 200))
    for truth, guess in [(some, some * high), (some * high, some), (some, -some), (-some, some)]:
        call = f"mean_iou({truth.tolist()}, {guess.tolist()}, {high})"
        hint = f"A label is outside the range 0 to {high - 1}."
        expect_error(call, lambda t=truth, g=guess: mean_iou(t, g, high), hint=hint)
    expect_error("mean_iou((2, 2), (2, 2, 1), 2)", lambda: mean_iou(some, some[..., None], 2))
    ### END HIDDEN TESTS


run_check("mean_iou, bad input", _check_mean_iou_bad_input)

# %% instructor [markdown]
# **For instructors.** Ask for the IoU of a guess that is one pixel too wide all round a square of 10 × 10 (100/144 =
# 0.69), and of 100 × 100 (0.96): IoU is harsh to small objects. Common slips: mean over images, a class in the guess
# only left out, division by 0.

# %% [markdown]
# ## 2. Up again: the transposed convolution (17 minutes, core)
#
# A network that ends in one class makes its maps smaller on the way. A mask is as large as the image, so something has
# to make maps larger again. One way is to repeat each value; a way with weights to learn is the
# **transposed convolution**. A convolution takes a window and makes one number of it. Its transpose takes one number
# and lays down a whole kernel, multiplied by it; from one number to the next it moves by the stride, and where kernels
# overlap, they add up. Of a 1 × 2 map [1, 2] and the kernel [1, 10, 100] with stride 2:
#
# ```
#  1 × [1, 10, 100]        =  1  10  100
#  2 × [1, 10, 100]        =          2   20  200
#                    sum      1  10  102  20  200
# ```
#
# With stride 1 it would be [1, 12, 120, 200].
#
# **Predict.** In two dimensions: the map [[1, 2], [3, 4]] and a kernel of 2 × 2 ones, once with stride 1 and once with
# stride 2. How many rows and columns come out, and what is the largest number in each?

# %% guess [markdown]
# *Your prediction: stride 1: ___ × ___, largest ___; stride 2: ___ × ___, largest ___*

# %%
four = np.array([[1.0, 2], [3, 4]], dtype="float32")
laid = {}
for stride in (1, 2):
    square = np.ones((2, 2, 1, 1), dtype="float32")
    out = keras.ops.conv_transpose(four[None, ..., None], square, stride, "valid")
    laid[stride] = np.asarray(out)[0, ..., 0]
    print(f"stride {stride}: shape {laid[stride].shape}, largest {laid[stride].max():.0f}")

# %% evidence
assert laid[1].tolist() == [[1, 3, 2], [4, 10, 6], [3, 7, 4]]
assert laid[2].tolist() == np.kron(four, np.ones((2, 2))).tolist()
show(
    draw.numbered(
        {"map": four, "stride 1": laid[1], "stride 2": laid[2]},
        title="A kernel of 2 × 2 ones, laid down for each number",
    ),
    alt="Three grids of numbers. The map: 1, 2 above 3, 4. Stride 1: 3 x 3 numbers with 10, the "
    "sum of all four, in the middle. Stride 2: 4 x 4 numbers, each of the map four times.",
)

# %% [markdown]
# With stride 1 all four copies lie on the middle, so it holds 1 + 2 + 3 + 4 = 10. With stride 2 no two overlap.
#
# ### Exercise 2: `transposed_conv2d` (objective 2)
#
# Write it for maps with rows, columns and channels. The kernel's axes are (height, width, c_out, c_in): the *last* one
# belongs to the channels of the map that comes in, the one before to those that come out. `Conv2D` has it the other
# way round.


# %% exercise="transposed_conv2d"
def transposed_conv2d(feature_map, kernel, stride=1):
    """Lay a kernel down for each value of a feature map, and add up where kernels overlap.

    Written out with NumPy or plain Python: without a convolution of Keras, TensorFlow or SciPy.

    Args:
        feature_map: (height, width, c_in), an array of floats.
        kernel: (kernel_height, kernel_width, c_out, c_in), floats, as Conv2DTranspose keeps it.
            Neither array is changed.
        stride: rows and columns from one copy to the next, 1 to the kernel's smaller side.

    Returns:
        A new array, ((height - 1) * stride + kernel_height, (width - 1) * stride + kernel_width,
        c_out), without padding or bias. The value at row i, column j, channel c adds value *
        kernel[:, :, k, c] to channel k, from row i * stride and column j * stride on.

    Raises:
        ValueError: with a message, if stride is below 1 or the two arrays differ in c_in.
    """
    ### BEGIN SOLUTION
    (height, width, c_in), (rows, columns, c_out, _) = feature_map.shape, kernel.shape
    if stride < 1 or kernel.shape[3] != c_in:
        raise ValueError(f"{stride=}, a map of {c_in} channels, a kernel for {kernel.shape[3]}")
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns, c_out))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            larger[top : top + rows, left : left + columns] += kernel @ feature_map[i, j]
    return larger
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: the frame</summary>
# An array of zeros of the output's shape, and two loops over rows and columns of the <em>small</em> map. Each turn
# adds one copy with <code>+=</code>.
# </details>
# <details><summary>Hint 2: where a copy lies</summary>
# It covers kernel_height rows from row i · stride on, and as many columns as the kernel is wide from column j · stride
# on: a slice of both axes, with all channels.
# </details>
# <details><summary>Hint 3: the channels</summary>
# For one place, <code>feature_map[i, j]</code> has c_in numbers and the kernel's last axis as many. Multiply and sum
# over this axis (<code>@</code> does both); what is left has the shape (kernel_height, kernel_width, c_out).
# </details>


# %% check="transposed_conv2d"
def _check_transposed_conv2d():
    strip = np.array([1.0, 2]).reshape(1, 2, 1), np.array([1.0, 10, 100]).reshape(1, 3, 1, 1)
    two, one, joined = [1, 10, 102, 20, 200], [1, 12, 120, 200], "They overlap: add, with +=."
    flipped = [100, 10, 201, 20, 2], [100, 210, 21, 2]
    for stride, right, wrong in [(2, two, [1, 10, 2, 20, 200]), (1, one, [1, 2, 20, 200])]:
        call = f"transposed_conv2d([1, 2], the kernel [1, 10, 100], stride={stride})"
        got = _check_call(call, strip, stride)
        sizes = [((1, 2 * stride, 1), "The last kernel sticks out: (width - 1) * stride + 3.")]
        sizes += [((1, 3 * stride, 1), "The last copy begins at (width - 1) * stride.")]
        sizes += [((1, len(right)), "Keep the axis of the channels.")]
        expect_shape(call, got, (1, len(right), 1), hints=sizes)
        hints = [(wrong, joined), (flipped[2 - stride], "This kernel is turned round.")]
        expect_close(call, np.asarray(got)[0, :, 0], right, hints=hints)
    _check_against_keras(np.random.default_rng(3), (3, 4, 2), (3, 2, 5, 2), 2)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for stride, kernel in [(1, (2, 3)), (2, (4, 2)), (3, (3, 5)), (2, (3, 3)), (1, (1, 1))]:
        height, width, c_in, c_out = random.integers(1, (6, 6, 4, 4)).tolist()
        kind = ("float32", "float64")[height % 2]
        sizes = (height, width, c_in), (*kernel, c_out, c_in)
        _check_against_keras(random, *sizes, stride, kind)
    ### END HIDDEN TESTS


def _check_call(call, arrays, stride):
    library = "keras.ops.conv keras.ops.conv_transpose keras.layers.Conv2DTranspose scipy.signal.* "
    library += "keras.layers.Conv2D tensorflow.nn.* scipy.ndimage.convolve scipy.ndimage.correlate"
    before = [array.copy() for array in arrays]
    try:
        got = expect_by_hand(call, transposed_conv2d, (*arrays, stride), *library.split())
    except AssertionError as error:
        why = "Compare the array, each slice, and the kernel's axes (c_in is last) with Returns."
        raise AssertionError(f"{error} {why if 'valid' in str(error) else ''}") from None
    for name, now, was in zip(("feature_map", "kernel"), arrays, before):
        expect_unchanged(f"{call}, {name}", now, was)
    return got


def _check_against_keras(random, map_shape, kernel_shape, stride, kind="float64"):
    small, kernel = (random.normal(size=s).astype(kind) for s in (map_shape, kernel_shape))
    call = f"transposed_conv2d({map_shape} map, {kernel_shape} kernel, stride={stride})"
    got = _check_call(call, (small, kernel), stride)
    right = np.asarray(keras.ops.conv_transpose(small[None], kernel, stride, "valid"))[0]
    turned = np.asarray(keras.ops.conv_transpose(small[None], kernel[::-1, ::-1], stride, "valid"))
    expect_close(call, got, right, rtol=1e-4, atol=1e-4, hints=[(turned[0], "It is turned round.")])


run_check("transposed_conv2d", _check_transposed_conv2d)


# %% bad_input="transposed_conv2d"
def _check_transposed_conv2d_bad_input():
    small, kernel = np.ones((2, 2, 1)), np.ones((2, 2, 1, 1))
    got = transposed_conv2d(small, kernel, 2)
    expect_close("transposed_conv2d(2 x 2 ones, 2 x 2 ones, stride=2)", got, np.ones((4, 4, 1)))
    expect_error("transposed_conv2d(..., stride=0)", lambda: transposed_conv2d(small, kernel, 0))
    call, hint = "transposed_conv2d(3 channels, a kernel for 1)", "Compare the two c_in."
    expect_error(call, lambda: transposed_conv2d(np.ones((2, 2, 3)), kernel), hint=hint)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    more = int(rng().integers(2, 6))
    call = f"transposed_conv2d(1 channel, a kernel for {more})"
    expect_error(call, lambda: transposed_conv2d(small, np.ones((2, 2, 1, more))), hint=hint)
    expect_error(f"{call}, stride={-more}", lambda: transposed_conv2d(small, kernel, -more))
    ### END HIDDEN TESTS


run_check("transposed_conv2d, bad input", _check_transposed_conv2d_bad_input)

# %% [markdown]
# The old name "deconvolution" promises an inverse; section 7 puts that to the test. What the name *transposed* means:
# write the convolution as a matrix; the transposed one is multiplication by the transpose of this matrix. You know it
# from lab 02: it takes the gradient back through a convolution (`conv2d_backward`).

# %% instructor [markdown]
# **For instructors.** Draw the 1 × 2 example as a matrix of 2 × 5 and its transpose. Students mix up the kernel's
# channel axes: Conv2DTranspose has (…, out, in), Conv2D (…, in, out), since it is the same array in both directions.

# %% [markdown]
# ## 3. U-Net: down, and up again (25 minutes, core)
#
# Long, Shelhamer and Darrell (2015) turned classifiers into **fully convolutional networks** (FCN): in place of the
# dense layer a 1 × 1 convolution scores each place of the last map, and the scores are made larger again. Such a map
# is coarse: in theirs, 32 × 32 pixels share one place. **U-Net** (Ronneberger, Fischer and Brox 2015) goes up in
# steps, and at each step sets the map of the same size from the way down beside it: a skip (lab 08's are added, not set
# beside). Section 6 measures what skips are worth. Two 3 × 3 convolutions make a block; the last layer is a 1 × 1
# convolution.

# %%
show(
    draw.u_net(
        [(64, 64, 8), (32, 32, 16), (16, 16, 32), (32, 32, 16), (64, 64, 8)],
        title="A U-Net of depth 2: height × width × channels behind each block",
    ),
    alt="Five blocks in the form of a U. On the way down 64 x 64 x 8, 32 x 32 x 16, and 16 x "
    "16 x 32 at the bottom; on the way up 32 x 32 x 16 and 64 x 64 x 8. Arrows for "
    "pooling lead down, for transposed convolution up, and dashed skips lead across "
    "between blocks of one size.",
)

# %% [markdown]
# On the way down each block has twice the channels of the one before; on the way up the transposed convolution halves
# them. The picture's shapes step by step, for a square of 64 × 64 × 1:
#
# | step | gives | then | gives |
# |---|---|---|---|
# | block, level 0 (kept) | 64 × 64 × 8 | pooling | 32 × 32 × 8 |
# | block, level 1 (kept) | 32 × 32 × 16 | pooling | 16 × 16 × 16 |
# | block at the bottom | 16 × 16 × 32 | transposed convolution | 32 × 32 × 16 |
# | beside the kept 32 × 32 × 16 | 32 × 32 × 32 | block, level 1 | 32 × 32 × 16 |
# | transposed convolution | 64 × 64 × 8 | beside the kept 64 × 64 × 8 | 64 × 64 × 16 |
# | block, level 0 | 64 × 64 × 8 | 1 × 1 convolution | 64 × 64 × 1 |
#
# U-Net's authors used no padding, so their masks were smaller than the images; here all is padded.
#
# ### Exercise 3: `build_unet` (objective 3)
#
# Now the network itself. The functional API lets you keep a tensor on the way down and use it again on the way up
# (lab 08). It returns logits: with one class, a sigmoid of a pixel's logit is the probability that it is a nucleus.


# %% exercise="build_unet"
def build_unet(input_shape, filters=8, depth=2, classes=1):
    """Build a U-Net; a block is two 3 x 3 convolutions, padding "same", ReLU, n filters each.

    Args:
        input_shape: (height, width, channels); height and width may be None.
        filters, depth: channels of the first block, and how many times the map is halved.
        classes: how many logits each pixel gets.

    Returns:
        A new functional Keras model, not compiled, of these layers, and no others with weights.
        Down, for level 0 to depth - 1: a block of filters * 2**level, 2 x 2 max pooling. At the
        bottom a block of filters * 2**depth. Up, for level depth - 1 to 0: a Conv2DTranspose of
        filters * 2**level, kernel 2, stride 2, no activation; what it gives concatenated, along
        the channels, with the same level's block from the way down; a block of filters *
        2**level. Last a 1 x 1 convolution of classes, no activation. All convolutions have biases.
    """
    ### BEGIN SOLUTION
    conv = {"padding": "same", "activation": "relu"}
    x, kept = (inputs := keras.Input(input_shape)), []
    for n in [filters * 2**level for level in range(depth + 1)]:
        x = x if not kept else layers.MaxPooling2D()(x)
        x = layers.Conv2D(n, 3, **conv)(layers.Conv2D(n, 3, **conv)(x))
        kept.append(x)
    for n, skip in [(skip.shape[-1], skip) for skip in kept[-2::-1]]:
        x = layers.Concatenate()([skip, layers.Conv2DTranspose(n, 2, strides=2)(x)])
        x = layers.Conv2D(n, 3, **conv)(layers.Conv2D(n, 3, **conv)(x))
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: write the block first</summary>
# A small function inside yours: two <code>layers.Conv2D(filters, 3, padding="same", activation="relu")</code>. You need
# it 2 · depth + 1 times.
# </details>
# <details><summary>Hint 2: keep what you need later</summary>
# On the way down append each block's output to a list <em>before</em> pooling it. On the way up take them from the end:
# <code>for level in reversed(range(depth))</code>.
# </details>
# <details><summary>Hint 3: one step up</summary>
# <code>x = layers.Conv2DTranspose(n, 2, strides=2)(x)</code>, then
# <code>layers.Concatenate()([kept[level], x])</code>, then the block. For one channel, 8 filters and depth 2 there
# are 29,321 weights.
# </details>


# %% check="build_unet"
def _check_unet_of(call, network, shape, filters, depth, classes):
    expect_equal(f"{call}.input_shape", network.input_shape, (None, *shape))
    data = np.ones((2, 40, 40, shape[-1])) * (np.indices((40, 40)).sum(axis=0) % 2)[..., None]
    ns = [filters * 2**level for level in range(depth)]
    blocks = [(shape[-1], filters)] + [(n, 2 * n) for n in ns] + [(2 * n, n) for n in ns]
    w = [(1, 1, filters, classes), (classes,), *((2, 2, n, 2 * n) for n in ns), *((n,) for n in ns)]
    w += [size for a, n in blocks for size in [(3, 3, a, n), (n,), (3, 3, n, n), (n,)]]
    hints = [(14_265, "Two convolutions a block."), (7_025, "Twice the filters at each level."),
        (34_785, "Conv2DTranspose halves channels."), (29_617, "Up: Conv2DTranspose."),
        (26_441, "Nothing concatenated."), (32_521, "Its kernel: 2 x 2."), (14_409, "No bottom."),
        (29_385, "The last is 1 x 1."), (19_049, "The bottom has filters * 2**depth.")]  # fmt: skip
    expect_equal(f"{call}, weights", network.count_params(), sum(map(np.prod, w)), hints=hints)
    expect_equal(f"{call}, shapes", sorted(tuple(v.shape) for v in network.weights), sorted(w))
    ends = [(-2, "A ReLU is missing."), (0, "No last ReLU."), (0.2689, "No sigmoid.")]
    for k, b, said, wrong in [("00001", "-----", -1, ends),
        ("01101", "0+0-0", 0.5, [(1, "No ReLU in Conv2DTranspose."), (0, "Where is the skip?")]),
        ("00101", "--+00", 1, [(0, "ReLU follows the first convolution of a block, too.")]),
        ("11111", "00000", 0.5, [(0.25, "An average."), (1, "Skip before pooling.")])]:  # fmt: skip
        for kernel, bias in zip(network.weights[::2], network.weights[1::2]):
            (side, _, a, n), value = kernel.shape, np.zeros(kernel.shape)
            kind = {1: 4, 2: 3}.get(side, 2 if a == n else int(a == 2 * n))
            value[np.s_[1:2, 1:2] if side == 3 else ...] = int(k[kind]) / (n if side == 2 else a)
            kernel.assign(value), bias.assign(np.full(bias.shape, "-0+".index(b[kind]) - 1.0))
        expect_close(f"{call}, a logit", network(data)[0, 0, 0, 0], said, rtol=1e-3, hints=wrong)


def _check_build_unet():
    up, more = "The way up has levels depth - 1 to 0, and their blocks.", ((40, 40, 3), 4, 1, 2)
    why = {"10, 10, 16)": "Keep a block's map before its pooling.", "10, 10, 32)": up, "range": up,
        "40, 40, 8)": up, "": 'Is it padding="same", and strides=2 on the way up?'}  # fmt: skip
    try:
        network = build_unet((40, 40, 1))
    except (ValueError, LookupError) as e:
        hint = next(hint for part, hint in why.items() if part in str(e))
        raise AssertionError(f"build_unet((40, 40, 1)): expected a model, got {e} {hint}") from None
    _check_unet_of("build_unet((40, 40, 1))", network, (40, 40, 1), 8, 2, 1)
    _check_unet_of(f"build_unet{more}", build_unet(*more), *more)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    def value(*shape):
        """Return one value a shape, alike for both halves of what is joined."""
        drawn = np.random.default_rng([secret, *shape]).normal(size=shape)
        if len(shape) == 4 and shape[2] == 2 * shape[3]:
            drawn[:, :, shape[3] :] = drawn[:, :, : shape[3]]
        return (drawn / np.sqrt(np.prod(shape[:3]) / 2)).astype("float32")

    def conv(x, n, size=3):
        return keras.ops.conv(x, value(size, size, x.shape[-1], n), padding="same") + value(n)

    def logits(x, filters, depth, classes):
        kept, relu = [], keras.ops.relu
        for level in range(depth + 1):
            x = x if not kept else keras.ops.max_pool(x, 2)
            x = relu(conv(relu(conv(x, filters << level)), filters << level))
            kept.append(x)
        for skip in kept[-2::-1]:
            n = skip.shape[-1]
            x = keras.ops.conv_transpose(x, value(2, 2, n, 2 * n), 2) + value(n)
            x = relu(conv(relu(conv(keras.ops.concatenate([skip, x], axis=-1), n)), n))
        return np.asarray(conv(x, classes, 1))

    secret, channels, classes, filters = rng().integers((0, 2, 2, 5), (999, 5, 5, 8)).tolist()
    for depth in (1, 3):
        settings = filters, depth, classes
        call = f"build_unet((None, None, {channels}), {filters}, {depth}, {classes})"
        network, shape = build_unet((None, None, channels), *settings), (None, None, channels)
        _check_unet_of(call, network, shape, *settings)
        for weight in network.weights:
            weight.assign(value(*weight.shape))
        data = keras.random.normal((2, 24, 16, channels), seed=secret)
        for training in (False, True):
            got, right = network(data, training=training), logits(data, *settings)
            expect_close(f"{call}, {training=}", got, right, rtol=1e-3, atol=1e-3)
    call, net = "build_unet((16, 24, 2), classes=3)", build_unet((16, 24, 2), classes=3)
    expect_equal(f"{call}, input", (*net.input_shape, net.compiled), (None, 16, 24, 2, False))
    ### END HIDDEN TESTS


run_check("build_unet", _check_build_unet)

# %% [markdown]
# ### On real nuclei
#
# The course's own U-Net, the same with an option for the skips, learns from 2,400 squares of 64 × 64 pixels. `crops`
# cuts them from the training part at random places, turned and mirrored, and `train` shows each once, in batches of 8.
# To save time one network is compiled for all seeds, its weights and its optimizer's variables set anew for each, and
# `steps_per_execution` runs six steps in one call. The network is fully convolutional, so afterwards it takes the whole
# validation part at once. Its threshold is a probability of 0.5 (a logit of 0). Three networks differ in their seeds.


# %% helper
def unet(filters=8, depth=3, skips=True):
    """Build a U-Net for grey images of any size, with or without its skips."""
    conv, join = {"padding": "same", "activation": "relu"}, layers.Concatenate
    x, kept = (inputs := keras.Input((None, None, 1))), []
    for level in range(depth + 1):
        x = layers.MaxPooling2D()(x) if level else x
        for _ in range(2):
            x = layers.Conv2D(filters * 2**level, 3, **conv)(x)
        kept.append(x)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = join()([kept[level], x]) if skips else x
        for _ in range(2):
            x = layers.Conv2D(filters * 2**level, 3, **conv)(x)
    return keras.Model(inputs, layers.Conv2D(1, 1)(x))


# %% helper
def prepared(part):
    """Bring grey values to mean 0 and spread 1 of training, as a batch of one image."""
    grey_mean, grey_spread = image_train.mean(), image_train.std()
    return ((part.astype("float32") - grey_mean) / grey_spread)[None, ..., None]


def crops(mask, count, random, side=64):
    """Cut squares from the training part, turned and mirrored; return them and their masks."""
    both, cut = np.stack([prepared(image_train)[0, ..., 0], mask.astype("float32")], axis=-1), []
    for _ in range(count):
        top, left = random.integers(0, (512 - side, 256 - side))
        square = np.rot90(both[top : top + side, left : left + side], random.integers(4))
        cut.append(square[:, :: random.choice([-1, 1])])
    return np.stack(cut)[..., :1], np.stack(cut)[..., 1:]


# %% helper
def train(build, mask, seeds, loss=None, count=2400):
    """Train a network for each seed on squares that are seen once each; return all of them."""
    rate = keras.optimizers.schedules.CosineDecay(4e-3, count // 8)
    loss = loss or keras.losses.BinaryCrossentropy(from_logits=True)
    learner, trained = build(), []  # one is compiled, and begins anew with each seed
    learner.compile(keras.optimizers.Adam(rate), loss, steps_per_execution=6)
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        trained.append(build())
        learner.set_weights(trained[-1].get_weights())
        for state in learner.optimizer.variables:
            state.assign(keras.ops.zeros_like(state))
        x, y = crops(mask, count, np.random.default_rng(seed))
        bar = ProgressBar(f"seed {seed}")
        learner.fit(x, y, batch_size=8, epochs=1, verbose=0, callbacks=[bar])
        trained[-1].set_weights(learner.get_weights())
    return trained


def logits_of(network, part):
    """Return the logits of a whole part, (height, width)."""
    return np.asarray(network(prepared(part), training=False))[0, ..., 0]


# %% [markdown]
# **Predict.** What IoU do the three reach on the validation part, where Otsu's blurred threshold had 0.79 and the local
# one 0.87?

# %% guess [markdown]
# *Your prediction: IoU ___, ___, ___*

# %%
networks = train(unet, truth_train, range(3))
val_logits = [logits_of(network, image_val) for network in networks]
unet_iou = [iou(truth_val, logits > 0) for logits in val_logits]
print(f"{networks[0].count_params():,} weights; IoU by seed {np.round(unet_iou, 3)}")

# %% evidence
assert 0.785 < overlap["blurred, then Otsu"] < 0.795 < 0.865 < overlap["local threshold"] < 0.875
assert min(unet_iou) > overlap["blurred, then Otsu"] + 0.04
assert -0.01 < np.mean(unet_iou) - overlap["local threshold"] < 0.04
pair = (306, 86), (324, 86)  # inside two bright nuclei at the right edge
assert numbers_val[pair[0]] != numbers_val[pair[1]]
blobs = [rivals["blurred, then Otsu"], *(logits > 0 for logits in val_logits)]
patches_at = [[ndimage.label(blob)[0][place] for place in pair] for blob in blobs]
joined = [first == second > 0 for first, second in patches_at]
assert joined[0]
print(
    f"two bright nuclei at the right edge: one blob for Otsu, and for {sum(joined[1:])} of 3 U-Nets"
)
show(
    draw.masks(
        image_val[256:420],
        {
            "blurred, then Otsu": rivals["blurred, then Otsu"][256:420],
            "local threshold": rivals["local threshold"][256:420],
            "U-Net, seed 0": (val_logits[0] > 0)[256:420],
        },
        truth=truth_val[256:420],
        title="The last two are near the drawn line",
    ),
    alt="A part of the validation image with the outlines of the nuclei, and three masks. "
    "Otsu's reaches beyond the outlines of bright nuclei and stays inside those of some "
    "dim ones; the local threshold's and the U-Net's are nearer to the outlines at both. Two "
    "bright nuclei at the right edge are one blob for Otsu.",
)

# %% [markdown]
# With each seed the network is far above Otsu's threshold, but on average about level with the local one, or a few
# points above. Beside Otsu alone it would have looked like magic; most of that gain is what a look at the surroundings
# gives, with two numbers in place of 120,681. In the picture two bright nuclei at the right edge are one blob for Otsu,
# and often for a U-Net, too (the line above the picture says for how many): section 4 counts. What people drew holds
# habits, too: how far out the line runs is part of the truth here, and all that is fitted to labels learns it. The
# seeds differ by a hundredth or more: whether there is a lead over the local threshold, 27 nuclei cannot tell. The test
# part says more.

# %% instructor [markdown]
# **For instructors.** The hardest step in exercise 3 is which tensor is kept. Let students draw the U and write a
# variable's name at each arrow before they type. Break it: concatenate behind the pooling, and read Keras' message.

# %% [markdown]
# ## 4. From pixels to nuclei (30 minutes, core)
#
# The pathologist asked for nuclei. Semantic segmentation gives all nuclei one class; **instance segmentation** tells
# one from the next. The simplest way: pixels of a mask that hang together are one object, a **connected component**.
#
# ### Exercise 4: `count_objects` (objective 5)
#
# Noise makes patches of one or two pixels; so the function takes the least area that counts. `ndimage.label(mask)`
# is welcome: it returns an array of numbers (0 outside the mask, 1, 2, … for the patches), and how many there are.
#
# Example: the mask [[1, 1, 0], [0, 0, 1]] has two patches, of two pixels and of one: they meet at a corner only.


# %% exercise="count_objects"
def count_objects(mask, least=1):
    """Count the objects of a mask: patches of pixels that hang together.

    Args:
        mask: (height, width), booleans, or integers 0 and 1; it is not changed.
        least: pixels that a patch must have to be counted, 1 or more.

    Returns:
        An integer: how many patches have least pixels or more. Two pixels of the mask hang
        together if they share an edge; a corner is not enough.

    Raises:
        ValueError: with a message, if mask has not 2 axes.
    """
    ### BEGIN SOLUTION
    if np.ndim(mask) != 2:
        raise ValueError(f"expected a mask (height, width), got the shape {np.shape(mask)}")
    patches, _ = ndimage.label(mask)
    areas = np.bincount(patches.ravel())[1:]  # without the background, number 0
    return int(np.sum(areas >= least))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: areas</summary>
# <code>np.bincount(patches.ravel())</code> counts how often each number occurs. Its first entry is the background.
# </details>
# <details><summary>Hint 2: the end</summary>
# <code>np.sum(areas &gt;= least)</code>, as an <code>int</code>.
# </details>


# %% check="count_objects"
def _check_count_objects():
    rows = [[1, 1, 0, 0, 1], [0, 0, 1, 0, 1], [0, 0, 1, 0, 0], [1, 0, 0, 0, 1]]
    for kind in (bool, int):
        mask = np.array(rows).astype(kind)
        before, call = mask.copy(), f"count_objects({rows} as {kind.__name__})"
        got = count_objects(mask)
        expect_unchanged(call, mask, before)
        hints = [(4, "Pixels that meet at a corner only do not hang together.")]
        hints += [(6, "The background is no object."), (8, "These are pixels: count patches."),
            (3, "A patch of just least pixels counts: >=, not >; least is 1.")]  # fmt: skip
        expect_equal(call, got, 5, hints=hints)
        hints = [(0, "A patch of just least pixels counts."), (5, "Leave out what is too small.")]
        hints += [(4, "The background is no object."), (2, "These are the ones left out.")]
        expect_equal(f"{call}, least=2", count_objects(mask, 2), 3, hints=hints)
    nothing = np.zeros((3, 3), dtype=bool)
    hints = [(1, "The background is no object.")]
    expect_equal("count_objects(a mask of zeros)", count_objects(nothing), 0, hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for trial in range(4):
        areas = random.integers(1, 12, size=int(random.integers(3, 8))).tolist()
        mask = np.zeros((2 * len(areas) + 3, 14), dtype=(bool, int)[trial % 2])
        for row, area in enumerate(areas):
            mask[2 * row, :area] = 1
        mask[-2:, 0], mask[-2:, 1] = (0, 1), (1, 0)  # two that meet at a corner
        areas += [1, 1]
        for least in (1, *random.choice(areas, 2), 13):
            right = int(np.sum(np.array(areas) >= least))
            call = f"count_objects(patches of {areas} pixels, least={least})"
            expect_equal(call, count_objects(mask if trial < 2 else mask.T, int(least)), right)
    ### END HIDDEN TESTS


run_check("count_objects", _check_count_objects)


# %% bad_input="count_objects"
def _check_count_objects_bad_input():
    expect_equal("count_objects(a mask of 2 x 2 ones)", count_objects(np.ones((2, 2), int)), 1)
    call, hint = "count_objects(a mask of shape (1, 4, 4))", "A batch would be one block of pixels."
    expect_error(call, lambda: count_objects(np.ones((1, 4, 4), int)), hint=hint)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    side = int(rng().integers(2, 9))
    for shape in [(side,), (side, side, 1), (2, side, side)]:
        call = f"count_objects(a mask of shape {shape})"
        expect_error(call, lambda s=shape: count_objects(np.ones(s, int)))
    ### END HIDDEN TESTS


run_check("count_objects, bad input", _check_count_objects_bad_input)

# %% [markdown]
# ### Count nuclei, and find them
#
# The course's own `objects_of` numbers the patches. A count can be right by luck, when what is merged and what is
# split balance. So a second function asks nucleus by nucleus: a true nucleus is *found* if its IoU with one object is
# above 0.5. No object can do that for two nuclei.


# %% helper
def objects_of(mask, least=50):
    """Number the patches of a mask that have least pixels or more."""
    patches, _ = ndimage.label(mask)
    large = np.bincount(patches.ravel()) >= least
    large[0] = False  # the background
    return np.where(large[patches], patches, 0)


def count(numbered):
    """Return how many objects an array of numbers has; 0 is none."""
    return len(np.unique(numbered[numbered > 0]))


def find(truth, guess):
    """Return how many true objects have an IoU above 0.5 with a guessed one."""
    found = 0
    for nucleus in np.unique(truth[truth > 0]):
        inside = guess[(truth == nucleus) & (guess > 0)]
        if inside.size:
            found += iou(truth == nucleus, guess == np.bincount(inside).argmax()) > 0.5
    return int(found)


# %% [markdown]
# What is the best that this way can do? Count the patches of the *true* mask. Patches below 50 pixels do not count.
#
# **Predict.** The training part has 73 nuclei. How many patches has its true mask, and how many nuclei are found?

# %% guess [markdown]
# *Your prediction: ___ patches, ___ found*

# %%
train_patches = objects_of(truth_train)
train_count, train_found = count(train_patches), find(numbers_train, train_patches)
print(
    f"training: {count(numbers_train)} nuclei; true mask {train_count} objects, {train_found} found"
)
nets = [f"U-Net, seed {k}" for k in range(3)]
masks = {"true mask": truth_val, **dict(list(rivals.items())[2:])}
masks |= {name: logits > 0 for name, logits in zip(nets, val_logits)}
patches = {name: objects_of(mask) for name, mask in masks.items()}
counted = {name: count(numbered) for name, numbered in patches.items()}
found = {name: find(numbers_val, numbered) for name, numbered in patches.items()}
for name in masks:
    print(f"validation: {nuclei_val} nuclei; {name} {counted[name]} objects, {found[name]} found")

# %% evidence
assert (train_count, train_found) == (55, 52)
assert counted["true mask"] == found["true mask"] == 24
assert found["blurred, then Otsu"] < counted["blurred, then Otsu"] < 24
assert found["blurred, then Otsu"] < found["local threshold"] < 24
net_found = np.mean([found[name] for name in nets])
assert found["blurred, then Otsu"] + 1 < net_found < found["local threshold"] + 2
print(f"the U-Nets find {net_found:.1f} on average")
show(
    draw.objects(
        {
            f"{count(numbers_train)} nuclei, outlined": numbers_train[330:],
            f"true mask: {train_count} objects": train_patches[330:],
        },
        title="Training part: nuclei that touch become one object (counts: all of it)",
        width=4.4,
    ),
    alt="The lower part of the training image twice, each object in its own tone. On the left "
    "the nuclei as they were outlined; on the right the patches of the true mask, in "
    "which groups of two to four nuclei that touch have one tone.",
)

# %% [markdown]
# On the training part the *true* mask, without one wrong pixel, has 55 objects for 73 nuclei, and finds 52 of them:
# nuclei that touch are one patch. No better IoU can mend that. On the validation part, where hardly any touch, it finds
# 24 of 27: two are pieces of less than 50 pixels at a border, one touches another. On average the three U-Nets find
# more than the blurred threshold, and no more than the local one, give or take two; from seed to seed the number may
# differ by several, at nearly the same IoU. Section 8 parts what touches.
#
# ### The test part, once
#
# Nothing is open any more: the local threshold's two numbers were chosen on the training part, and the loss, the depth,
# the probability of 0.5 and the 50 pixels were set before. (A nucleus has about 440 pixels, the median of the training
# part; a tenth of that is rather noise or a piece at a border.) Now the columns 352 to 511, which no lab has opened
# before. Otsu's threshold is taken from the test part's own grey values, as a user would: it needs no examples.
#
# **Predict.** Of the 35 nuclei here, how many does the U-Net with seed 0 find?

# %% guess [markdown]
# *Your prediction: it finds ___*

# %%
image_test, numbers_test = nuclei.x_test[0, ..., 0], nuclei.y_test[0]
guesses = {"true mask": numbers_test > 0}
guesses["blurred, then Otsu"] = blurred(image_test) > threshold_otsu(blurred(image_test))
guesses["local threshold"] = local(image_test, *chosen)
guesses |= {f"U-Net, seed {k}": logits_of(net, image_test) > 0 for k, net in enumerate(networks)}
test_iou = {name: iou(numbers_test > 0, mask) for name, mask in guesses.items()}
test_found = {name: find(numbers_test, objects_of(mask)) for name, mask in guesses.items()}
test_count = {name: count(objects_of(mask)) for name, mask in guesses.items()}
for name in guesses:
    print(f"{name:18} IoU {test_iou[name]:.3f}", end=", ")
    print(f"{test_count[name]:3} objects, finds {test_found[name]} of {count(numbers_test)} nuclei")

# %% evidence
worst = min(test_iou[name] for name in nets)
assert 0.78 < test_iou["blurred, then Otsu"] < 0.8
assert 0.83 < test_iou["local threshold"] < 0.85 < worst - 0.02
net_found = np.mean([test_found[name] for name in nets])
assert test_found["local threshold"] > test_found["blurred, then Otsu"]
assert test_found["blurred, then Otsu"] + 1 < net_found < test_found["local threshold"] + 3
print(f"the U-Nets find {net_found:.1f} on average")
assert test_found["true mask"] == 30
here = {name: iou(numbers_test[200:340] > 0, mask[200:340]) for name, mask in guesses.items()}
assert here["U-Net, seed 0"] > here["local threshold"] > here["blurred, then Otsu"]
assert (count(numbers_train), nuclei_val, count(numbers_test)) == (73, 27, 35)
areas = np.unique(numbers_train[numbers_train > 0], return_counts=True)[1]
assert 430 < np.median(areas) < 450
show(
    draw.masks(
        image_test[200:340],
        {name: mask[200:340] for name, mask in list(guesses.items())[1:4]},
        truth=numbers_test[200:340] > 0,
        title="Nearest to the drawn line: the U-Net",
        width=1.9,
    ),
    alt="A part of the test image with the outlines of the nuclei, and three masks. Otsu's "
    "leaves out parts of dim nuclei; the local threshold's is closer to the outlines, with "
    "some ragged edges; the U-Net's fills most of the outlines.",
)

# %% [markdown]
# With each seed the network has the best IoU on the test part; Otsu's threshold has 0.79, the local one 0.84. In nuclei
# found the three U-Nets are on average no better than the local threshold, give or take three, and a single seed may
# find fewer; on average they find more than Otsu. 30 is what the true mask finds, since nuclei that touch are one
# object there, too. So which is better depends on what you want, outlines or a count. On validation the lead in IoU was
# smaller: two parts of one image already differ by that much.
#
# One image, one microscope, one pair of hands that drew the outlines: this is a measurement of *this* image. On another
# kind of cell each of them can fail; of the three, Otsu's threshold is the only one that needs no new labels.
#
# ### Exercise 5: `metric_for_a_clinic` (written, objective 6)
#
# A clinic looks for small metastases on MRI scans of the brain; most scans have none to three, and together they cover
# 0.05% of the pixels. Two networks are offered, each with the same test set of 200 patients (numbers made up):
#
# | network | pixel accuracy | Dice, all pixels pooled | lesions found | false alarms a scan |
# |---|---|---|---|---|
# | A | 99.99% | 0.86 | 71% | 0.1 |
# | B | 99.98% | 0.82 | 93% | 1.4 |
#
# The clinic wants (i) a second reader that keeps radiologists from overlooking a lesion, and (ii) outlines for
# radiation of lesions that a doctor has already confirmed. (a) Why does pixel accuracy say nothing here, and what would
# the network "nothing anywhere" have? (b) How can A have the better Dice and find fewer lesions? (c) Which network
# and which metric for (i), which metric for (ii), and why? Four to six sentences.

# %% [markdown] written="metric_for_a_clinic"
# **Model answer.** (a) With 0.05% of the pixels in lesions, "nothing anywhere" is right at 99.95%. Between that and A
# lie four hundredths of a per cent; the true negatives outweigh everything. (b) Pooled Dice counts pixels. One large
# lesion has as many as hundreds of small ones, so A can outline the large ones well and miss small ones; B finds
# these, but its false alarms or looser outlines cost pixels. (c) For (i) B: the price of an overlooked lesion is high,
# a false alarm is looked at and dismissed; the metric is the share of lesions found (sensitivity by lesion), at a
# number of false alarms a scan that radiologists accept, best as a curve over thresholds. For (ii) lesions are known,
# so what counts is the outline of each: Dice or IoU by lesion, averaged over lesions, and the distance between the
# outlines in mm, since radiation harms what lies beside. The table does not say who is better there: pooled Dice is no
# answer.
#
# **Rubric.** 1 point: pixel accuracy, with 99.95% for nothing. 1 point: pooled pixels favour large lesions. 1 point: B
# for (i), with lesions found and false alarms. 1 point: outlines by lesion for (ii). Half a point off for a metric
# without its purpose.

# %% instructor [markdown]
# **For instructors.** The count of a mask is what students trust most, and what fails most quietly: let the class find
# two nuclei that are one object and one nucleus that is two. Ask at which density of cells the count of the true mask
# itself goes wrong. Maier-Hein and others (2024) have more cases for exercise 5. Scans without a
# lesion: Dice and IoU are 0/0 there, so report them apart, by false alarms.

# %% [markdown]
# ## What we have seen
#
# **In one sentence.** A U-Net gives each pixel a class and outlines nuclei better than thresholds, but it finds no more
# of them than a careful threshold, give or take a few: a mask is not yet a count, and which number you read decides
# what you see.
#
# **In one paragraph.** Pixel accuracy is high for whoever says "background"; IoU and Dice are not. A transposed
# convolution lays down kernels and makes maps larger. A U-Net goes down and up again, with skips across. Trained on
# half an image it outlines nuclei better than Otsu's threshold and, by less, than a local one, on a test part that was
# opened once. Counting patches of a mask merges nuclei that touch, even with the true mask.
#
# **The full list.**
#
# - Split by place, image or patient: neighbouring pixels are not independent.
# - Give a threshold the same care as a network before you say that the network is needed.
# - IoU by class, then the mean. Dice = 2 IoU / (1 + IoU).
# - Transposed convolution: (n − 1) · stride + kernel; copies add up where they overlap.
# - Connected components merge what touches. Nuclei found (IoU above 0.5) say more than a count.
# - The metric follows from the purpose: pixels, outlines, or objects.
#
# **Key terms.** Semantic segmentation, mask, Otsu's method, pixel accuracy, intersection over union, Dice coefficient,
# transposed convolution, fully convolutional network, U-Net, skip connection, instance segmentation, connected
# component.
#
# **To remember it by.** *Down, up, and across*; and *a mask is not a count*.

# %% [markdown]
# ## Check yourself
#
# **1. 2% of the pixels are vessels. A network has a pixel accuracy of 98%. That tells you...** (a) that it is good (b)
# no more than that of a network that says "no vessel" everywhere (c) that its IoU is 0.98
#
# <details><summary>Explanation</summary>
# (a) "No vessel" everywhere has 98% too. <b>(b) is right</b>: only another measure can tell. (c) The IoU of vessels may
# be 0.
# </details>
#
# **2. Truth has 100 pixels, the guess 100, and 50 are in both. IoU is...** (a) 1/2 (b) 1/3 (c) 2/3
#
# <details><summary>Explanation</summary>
# (a) That is Dice: 2 · 50 / 200. <b>(b) is right</b>: 50 of 150. (c) would need 80 in both.
# </details>
#
# **3. A 5 × 5 map, kernel 4, stride 2, no padding, transposed. The output has...** (a) 10 × 10 (b) 12 × 12 (c) 13 × 13
#
# <details><summary>Explanation</summary>
# (a) 5 · 2 forgets that the last copy sticks out. <b>(b) is right</b>: (5 − 1) · 2 + 4. (c) is the size for a kernel
# of 5.
# </details>
#
# **4. (Section 7, further.) A convolution with stride 2 makes 47 × 47 numbers of 96 × 96 pixels. A transposed one
# behind it...** (a) can give back every image (b) can give back every image up to a factor (c) can give back the 96 ×
# 96 places
#
# <details><summary>Explanation</summary>
# (a), (b) 2,209 numbers cannot hold 9,216 pixels: some images share theirs. <b>(c) is right.</b>
# </details>
#
# **5. (Section 6, further.) Why does a U-Net have skips?** (a) they bring places from the way down (b) they make it
# smaller (c) without them it cannot be trained
#
# <details><summary>Explanation</summary>
# <b>(a) is right.</b> (b) Concatenation makes the next convolution larger. (c) It can: section 6 trains one.
# </details>
#
# **6. A mask has an IoU of 0.95. Its patches are 20% fewer than the cells. Probably...** (a) cells that touch were
# merged (b) 20% of the cells were missed (c) the threshold is too high
#
# <details><summary>Explanation</summary>
# <b>(a) is right</b>: a bridge of few pixels costs an object, and hardly any IoU. (b) With so many pixels missing IoU
# would be lower. (c) A threshold that is too high splits rather than merges.
# </details>

# %% [markdown]
# ## Further
#
# Section 5: a loss for rare classes. Section 6: U-Net with and without its skips. Section 7: what a transposed
# convolution brings back, and what it can leave. Section 8: how to part nuclei that touch. Section 9: several classes,
# and an FCN on a network that knows photos. Section 10: how far a pixel sees, and what people use today.
#
# They need the cells of sections 1 to 4 above, section 9 the imports and `iou` only.

# %% [markdown]
# ## 5. A loss for rare classes (20 minutes, further)
#
# A nucleus covers a fifth of the pixels. Other classes are rare: a vessel, a crack, the rim of a nucleus. Cross-entropy
# adds up over pixels, so the class with the most pixels has the most weight. Milletari, Navab and Ahmadi (2016)
# took the Dice coefficient itself as a loss, with probabilities in place of yes and no: the **Dice loss**. Pixels of
# the background that are called background are in none of its three sums.
#
# ### Exercise 6: `dice_loss` (objective 7)
#
# Example: one image of 1 × 2 pixels, truth [1, 0], probabilities [0.5, 0.5], smooth 1. I = 0.5, T = 1, P = 1, so the
# loss is 1 − 2/3 = 1/3.


# %% exercise="dice_loss"
def dice_loss(truth, probability, smooth=1.0):
    """Return the mean Dice loss of a batch of masks.

    Written out with NumPy or keras.ops, without keras.losses.

    Args:
        truth: (n, height, width), 0 and 1, integers, booleans or floats.
        probability: (n, height, width), floats from 0 to 1. Neither array is changed.
        smooth: a number added above and below the line, so that an image without an object, and
            without a guess, has no loss.

    Returns:
        A single number, the mean over the images of 1 - (2 * I + smooth) / (T + P + smooth). I is
        the sum, over an image's pixels, of truth times probability; T and P are the sums of truth
        and of probability.

    Raises:
        ValueError: with a message, if the shapes differ.
    """
    ### BEGIN SOLUTION
    if np.shape(truth) != np.shape(probability):
        raise ValueError(f"truth {np.shape(truth)}, probability {np.shape(probability)}")
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return np.mean(1 - (2 * both + smooth) / (areas + smooth))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: an image at a time</summary>
# <code>np.sum(x, axis=(1, 2))</code> keeps the images apart. The mean comes last.
# </details>
# <details><summary>Hint 2: shapes</summary>
# (n, height, width) times (n, height, width, 1) is no error in NumPy, and nonsense: compare the shapes first.
# </details>


# %% check="dice_loss"
def _check_dice_loss():
    truth = np.array([[[1.0, 1], [0, 0]], [[0, 0], [0, 0]]])
    probability = np.array([[[0.8, 0.4], [0.2, 0]], [[0, 0], [0, 0.5]]])
    before = truth.copy(), probability.copy()
    library = ("keras.losses.*",)
    call = f"dice_loss({truth.tolist()}, {probability.tolist()})"
    got = expect_by_hand(call, dice_loss, (truth, probability), *library)
    expect_unchanged(f"{call}, truth", truth, before[0])
    expect_unchanged(f"{call}, probability", probability, before[1])
    first, second = 1 - 3.4 / 4.4, 1 - 1 / 1.5
    hints = [
        (1 - 3.4 / 4.9, "Each image has its own loss: sum over height and width only."),
        (1 - (first + second) / 2, "That is the coefficient: the loss is 1 minus it."),
        (first + second, "That is the sum over the images: take the mean."),
        ([first, second], "That is one loss an image: take the mean."),
        ((1 - 2.2 / 4.4 + second) / 2, "The intersection counts twice."),
        ((1 - 2.2 / 3.2 + second) / 2, "That is IoU: below the line stands T + P."),
        ((1 - 3.4 / 3.2 + second) / 2, "T + P, without taking I off: 2 * I stands above the line."),
        ((1 - 3.4 / 3.84 + 1 - 1 / 1.25) / 2, "T and P are sums, not sums of squares."),
        ((1 - 2.4 / 3.4 + 1) / 2, "smooth is missing."),
        (-0.5, "smooth is missing below the line."),
        (-1 / 6, "smooth is added to 2 * I, not doubled with I."),
        ((1 - 2.4 / 4.4 + 1) / 2, "smooth is missing above the line."),
    ]
    expect_close(call, got, (first + second) / 2, hints=hints)
    call = "dice_loss(nothing there, nothing guessed)"
    nothing = np.zeros((1, 2, 2))
    expect_close(call, dice_loss(nothing, nothing), 0)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for kind, smooth in [("bool", 1.0), ("int64", 0.25), ("float32", 3.0)]:
        shape = tuple(random.integers((2, 3, 5), (5, 6, 9)).tolist())
        share = random.uniform(0.1, 0.9, size=(shape[0], 1, 1))  # images unlike each other
        truth = (random.random(shape) < share).astype(kind)
        probability = random.random(shape).astype("float64" if kind == "bool" else "float32")
        ones, flat = (
            truth.astype("float64").reshape(shape[0], -1),
            probability.reshape(shape[0], -1),
        )
        above = 2 * np.einsum("np,np->n", ones, flat) + smooth
        right = 1 - (above / (ones.sum(1) + flat.sum(1) + smooth)).mean()
        call = f"dice_loss({kind} truth {shape}, probability, {smooth=})"
        got = expect_by_hand(call, dice_loss, (truth, probability, smooth), *library)
        expect_close(call, got, right, rtol=1e-4, atol=1e-5)
    ### END HIDDEN TESTS


run_check("dice_loss", _check_dice_loss)


# %% bad_input="dice_loss"
def _check_dice_loss_bad_input():
    one = np.ones((1, 2, 2))
    expect_close("dice_loss(ones, ones)", dice_loss(one, one), 0)
    call, hint = "dice_loss((1, 2, 2), (1, 2, 2, 1))", "NumPy stretches both to (1, 2, 2, 2)."
    expect_error(call, lambda: dice_loss(one, one[..., None]), hint=hint)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    n = int(rng().integers(2, 6))
    for shape in [(n, 1, 2), (1, 2, 2), (n, 2, 1)]:
        call = f"dice_loss({(n, 2, 2)}, {shape})"
        expect_error(call, lambda s=shape: dice_loss(np.ones((n, 2, 2)), np.ones(s)))
    ### END HIDDEN TESTS


run_check("dice_loss, bad input", _check_dice_loss_bad_input)

# %% [markdown]
# ### What a lazy network would say
#
# A network that learns nothing but one number gives each pixel the same probability p. 5% of the pixels are rim.
#
# **Predict.** Which p has the least cross-entropy? Which the least Dice loss?

# %% guess [markdown]
# *Your prediction: cross-entropy at p = ___, Dice loss at p = ___*

# %%
share, p = 0.05, np.linspace(0.002, 0.998, 250)
cross_entropy = -share * np.log(p) - (1 - share) * np.log(1 - p)
lazy_dice = 1 - 2 * share * p / (share + p)  # without smooth: an image has many pixels
best_p = {"cross-entropy": p[cross_entropy.argmin()], "Dice loss": p[lazy_dice.argmin()]}
print({name: f"least at p = {value:.2f}" for name, value in best_p.items()})

# %% evidence
assert abs(best_p["cross-entropy"] - share) < 0.005
assert best_p["Dice loss"] == p[-1]
seen = cross_entropy < 1.9
show(
    curves(
        {"cross-entropy": (p[seen], cross_entropy[seen]), "Dice loss": (p, lazy_dice)},
        xlabel="the same probability p for each pixel (5% are rim)",
        ylabel="loss",
        title="One loss settles at the share, the other at yes",
        ylim=(0, 2),
    ),
    alt="Cross-entropy has its minimum at a probability of 0.05 and rises ever more steeply. "
    "The Dice loss falls all the way from 1 at p near 0 to about 0.9 at p = 1.",
)

# %% [markdown]
# Cross-entropy is honest: its best constant is the share of the class, 0.05, which a threshold of 0.5 turns into
# "nothing anywhere". The Dice loss is least at p = 1, "rim everywhere": it fears a miss more than a false alarm. So
# with cross-entropy a rare class is often missed *at the threshold of 0.5*. But the threshold is ours. The honest rival
# of the Dice loss is cross-entropy with a threshold that is chosen; and the Dice loss may choose one, too.
#
# The class is now the rim: pixels of a nucleus at most two from its edge. U-Nets of depth 2, two seeds each, learn from
# 1,600 squares with cross-entropy, with the Dice loss, and with the sum of both. The chosen threshold is the one with
# the best IoU on the training part.
#
# **Predict.** IoU of the rim on validation, at 0.5 and at the chosen threshold: cross-entropy, Dice loss, sum. And how
# sure will each be: what share of its probabilities lies between 0.1 and 0.9?

# %% guess [markdown]
# *Your prediction (at 0.5, chosen): cross-entropy ___, ___; Dice loss ___, ___; sum ___, ___; between 0.1 and 0.9: ___*


# %%
def rims(numbers):
    """Return the pixels of nuclei that are at most two from their edge."""
    inner = np.zeros(numbers.shape, dtype=bool)
    for nucleus in np.unique(numbers[numbers > 0]):
        inner |= ndimage.binary_erosion(numbers == nucleus, iterations=2, border_value=1)
    return (numbers > 0) & ~inner


def dice_of_logits(truth, logits):
    """Return the Dice loss of a batch (n, height, width, 1), for training with logits."""
    probability = keras.ops.sigmoid(logits)
    both = keras.ops.sum(truth * probability, axis=(1, 2, 3))
    areas = keras.ops.sum(truth + probability, axis=(1, 2, 3))
    return 1 - (2 * both + 1) / (areas + 1)


rim_train, rim_val = rims(numbers_train), rims(numbers_val)
print(f"rim pixels: {rim_train.mean():.1%} of training, {rim_val.mean():.1%} of validation")


# %%
def both_losses(truth, logits):
    """Return the sum of cross-entropy and Dice loss, for training with logits."""
    entropy = keras.losses.binary_crossentropy(truth, logits, from_logits=True)
    return keras.ops.mean(entropy, axis=(1, 2)) + dice_of_logits(truth, logits)


losses = {"cross-entropy": None, "Dice loss": dice_of_logits, "sum": both_losses}
rim_iou = {f"{name}{how}": [] for name in losses for how in ("", ", chosen")}
unsure, called_rim = {name: [] for name in losses}, {name: [] for name in losses}
for name, loss in losses.items():
    for rim_net in train(lambda: unet(depth=2), rim_train, (10, 11), loss, count=1600):
        logits, on_train = logits_of(rim_net, image_val), logits_of(rim_net, image_train)
        rim_iou[name].append(iou(rim_val, logits > 0))
        called_rim[name].append(np.mean(logits > 0))
        unsure[name].append(np.mean(np.abs(logits) < np.log(9)))  # a probability of 0.1 to 0.9
        values = np.quantile(on_train, np.linspace(0.5, 0.999, 200))
        bar = max(values, key=lambda value: iou(rim_train, on_train > value))
        rim_iou[f"{name}, chosen"].append(iou(rim_val, logits > bar))

# %%
for name, values in rim_iou.items():
    print(f"{name:22} IoU {np.round(values, 3)}", end="")
    if name in losses:
        print(f", calls rim {np.mean(called_rim[name]):.1%} of the pixels", end="")
        print(f", unsure at {np.mean(unsure[name]):.1%}", end="")
    print()

# %% evidence
mean_iou_of = {name: np.mean(values) for name, values in rim_iou.items()}
assert mean_iou_of["cross-entropy, chosen"] > mean_iou_of["cross-entropy"] + 0.1
assert mean_iou_of["cross-entropy, chosen"] > mean_iou_of["Dice loss, chosen"] + 0.05
assert mean_iou_of["sum"] > mean_iou_of["Dice loss, chosen"] + 0.05
assert abs(mean_iou_of["sum"] - mean_iou_of["cross-entropy, chosen"]) < 0.12
assert abs(mean_iou_of["Dice loss, chosen"] - mean_iou_of["Dice loss"]) < 0.03
assert np.mean(called_rim["cross-entropy"]) < 0.5 * rim_val.mean()
assert np.mean(called_rim["Dice loss"]) > 2 * rim_val.mean()
assert np.mean(unsure["Dice loss"]) < 0.5 * np.mean(unsure["cross-entropy"])
show(
    draw.seeds(
        rim_iou,
        xlabel="IoU of the rim on validation, a point a seed",
        title="A chosen threshold lifts cross-entropy above the Dice loss",
    ),
    alt="Six rows of two points and a line at their mean: the IoU of the rim for cross-entropy, "
    "the Dice loss and their sum, each at a threshold of 0.5 and at a chosen one; where seeds "
    "agree, points lie on each other. On average cross-entropy is lowest at 0.5, and with a "
    "chosen threshold about level with the sum; the Dice loss is lower than that at both.",
)

# %% [markdown]
# At 0.5 cross-entropy calls far too few pixels rim; the Dice loss calls too many, whole nuclei, and is so sure of them
# that no threshold parts them. The lazy curves hint at
# it: one is least at a low p, the other at the highest. A
# threshold chosen on the training part costs nothing and lifts cross-entropy clearly above the Dice loss alone. The sum
# of both losses does about as well at 0.5, and is what people mostly use. This is a short training of small networks,
# no law. (In runs of ours outside this lab the Dice loss alone did the same with a quarter of the learning rate.)
# What stands: compare losses for a rare class at *chosen* thresholds, not at 0.5, and do not read the outputs of the
# Dice loss as probabilities.

# %% instructor [markdown]
# **For instructors.** Let somebody argue that the Dice loss is better, and somebody that the threshold is; then show
# the chosen thresholds. Sudre and others (2017) compare more losses for very rare classes.

# %% [markdown]
# ## 6. With and without skips (10 minutes, further)
#
# Drozdzal and others (2016) found skips important for deep segmentation networks. Here is the same U-Net of depth 3
# without them: on the way up each block sees only what comes from below. Same seeds, same squares; once the 2,400
# squares of section 3, and once a third of them.
#
# **Predict.** By how much does the IoU fall, at 2,400 and at 800 squares? Where are the pixels that are lost?

# %% guess [markdown]
# *Your prediction: at 2,400 squares by ___, at 800 by ___; the pixels are ...*

# %%
skip_iou, skip_logits = {("with", 2400): unet_iou[:2]}, {("with", 2400): val_logits[:2]}
for kind, squares in [("without", 2400), ("without", 800), ("with", 800)]:
    build = unet if kind == "with" else lambda: unet(skips=False)
    trained = train(build, truth_train, range(2), count=squares)
    skip_logits[kind, squares] = [logits_of(net, image_val) for net in trained]
    skip_iou[kind, squares] = [iou(truth_val, x > 0) for x in skip_logits[kind, squares]]
for (kind, squares), values in skip_iou.items():
    print(f"{kind:7} skips, {squares} squares: IoU {np.round(values, 3)}")

# %%
inside = ndimage.distance_transform_edt(truth_val)
to_line = inside + ndimage.distance_transform_edt(~truth_val)  # pixels to the nearest other class
wrong = {}
for kind in ("with", "without"):
    missed = np.mean([(x > 0) != truth_val for x in skip_logits[kind, 2400]], axis=0)
    wrong[kind] = missed[to_line <= 3].sum() / missed.size, missed[to_line > 3].sum() / missed.size
    print(
        f"{kind:7} skips: wrong within 3 pixels of the line {wrong[kind][0]:.2%} of all pixels",
        end="",
    )
    print(f", farther off {wrong[kind][1]:.2%}")

# %% evidence
gap = {n: np.mean(skip_iou["with", n]) - np.mean(skip_iou["without", n]) for n in (800, 2400)}
assert 0.01 < gap[2400] < 0.1
assert gap[800] > gap[2400] + 0.05
near, far = np.subtract(wrong["without"], wrong["with"])
assert near > 1.5 * max(far, 0)
show(
    draw.seeds(
        {
            f"{kind} skips, {squares} squares": skip_iou[kind, squares]
            for squares in (800, 2400)
            for kind in ("with", "without")
        },
        xlabel="IoU of nucleus on validation, a point a seed",
        title="Without skips it takes more training, and stays behind",
    ),
    alt="Four rows of two points and a line at their mean; where seeds agree, points lie on each "
    "other. At 800 squares the network without skips is far behind "
    "the one with them, at 2,400 squares by a few hundredths.",
)

# %% [markdown]
# Without skips each place has to be squeezed through maps of an eighth of the size, and brought back by the transposed
# convolutions alone. The network learns that, but later: at 800 squares it is far behind, at 2,400 by a few hundredths,
# and most of what it loses there lies within 3 pixels of the line. That is what can be said here: with skips it is
# better at both lengths, and the gap shrinks with training. Nor is it a law for every depth: in
# runs of ours outside this lab, with two poolings in place of three, a network without skips did about as well.

# %% [markdown]
# ## 7. The way back, and what lies on each pixel (18 minutes, further)
#
# A transposed convolution brings back the size. Does it bring back the image? Try it: a convolution with stride 2 and
# a kernel of 4 × 4 ones over 16 makes 47 × 47 numbers of a patch of 96 × 96; the transposed one with the same kernel
# makes 96 × 96 of these again. A second patch is the same with bright and dark columns, one pixel wide, painted over:
# 20 grey values up, 20 down.
#
# **Predict.** Does the first patch come back? And by how much do the 47 × 47 numbers of the striped patch differ from
# those of the plain one?

# %% guess [markdown]
# *Your prediction: what comes back is ..., the difference is about ___ grey values*

# %%
blur = np.full((4, 4, 1, 1), 1 / 16, dtype="float32")


def down(patch):
    """Convolve with stride 2: (96, 96) becomes (47, 47)."""
    return np.asarray(keras.ops.conv(patch[None, ..., None], blur, 2, "valid"))[0, ..., 0]


def up(small):
    """Go back by the transposed convolution: (47, 47) becomes (96, 96)."""
    wide = small[None, ..., None].astype("float32")
    return np.asarray(keras.ops.conv_transpose(wide, blur, 2, "valid"))[0, ..., 0]


patch = image_val[300:396].astype("float32")
striped = patch + 20 * (-1.0) ** np.arange(96, dtype="float32")
back = up(down(patch))
best_factor = np.sum(back * patch) / np.sum(back**2)  # the fairest: least squares
off = np.mean(np.abs(best_factor * back - patch)) / np.mean(np.abs(patch - patch.mean()))
stripes_left = np.abs(down(striped) - down(patch)).max()
print(f"what comes back, times {best_factor:.2f}, differs from the patch by {off:.0%} of what")
print("the patch differs from its own mean (mean absolute differences)")
print(f"numbers of the striped patch differ by {stripes_left:.4f} grey values at most")

# %%
random = np.random.default_rng(0)
some = random.normal(size=(47, 47)).astype("float32")
here, there = np.sum(down(patch) * some), np.sum(patch * up(some))
print(f"sum of down(patch) * some: {here:.3f}, sum of patch * up(some): {there:.3f}")

# %% evidence
assert 0.1 < off < 0.9
assert stripes_left < 1e-3
assert abs(here - there) < 1e-3 * np.abs(down(patch)).sum()
show(
    draw.objects(
        {
            "patch": patch,
            "with stripes": striped,
            f"back, times {best_factor:.2f}": best_factor * back,
            "back from the stripes": best_factor * up(down(striped)),
        },
        title="The shape comes back, the values do not",
        width=1.9,
    ),
    alt="A grainy patch with nuclei; the same with fine vertical stripes all over; and what "
    "comes back from each: two pictures alike, coarse, darker at the edge, and without "
    "stripes.",
)

# %% [markdown]
# The shape comes back, with blurred values in it. The values cannot: both patches have the same 47 × 47 numbers, so no
# layer behind can tell which it was. What the name does mean: write the convolution as a matrix C that takes the
# 9,216 pixels to 2,209 numbers; the transposed one is multiplication by Cᵀ, its transpose. That is the equation of the
# last two sums: for *any* numbers, the sum of (C patch) times them equals the sum of the patch times (Cᵀ them). You
# know Cᵀ: it takes the gradient back through a convolution (lab 02's `conv2d_backward`).

# %% [markdown]
# ### How many copies lie on a pixel
#
# Transposed convolutions can leave a pattern (Odena, Dumoulin and Olah 2016). To see why, count: into a map of ones a
# kernel of ones is laid down, so the output says how many copies lie on each pixel.
#
# **Predict.** For stride 2: how many copies lie on the pixels in the middle with a kernel of 2 × 2, 3 × 3 and 4 × 4?

# %% guess [markdown]
# *Your prediction: 2 × 2: ...; 3 × 3: ...; 4 × 4: ...*

# %%
ones = np.ones((1, 5, 5, 1), dtype="float32")
copies = {}
for side in (2, 3, 4):
    kernel = np.ones((side, side, 1, 1), dtype="float32")
    copies[side] = np.asarray(keras.ops.conv_transpose(ones, kernel, 2, "valid"))[0, ..., 0]
    middle = copies[side][4:6, 4:6]
    print(f"kernel {side} x {side}: {middle.astype(int).tolist()} on four pixels in the middle")
random_kernels = np.random.default_rng(1).normal(size=(3, 3, 400, 1)).astype("float32")
from_noise = np.asarray(keras.ops.conv_transpose(ones, random_kernels, 2, "valid"))[0]
spread = from_noise[4:6, 4:6].std(axis=-1)
print("random 3 x 3 kernels, spread of these four pixels:")
print(np.round(spread, 1))

# %% evidence
assert np.ptp(copies[2][2:8, 2:8]) == 0
assert np.ptp(copies[4][2:8, 2:8]) == 0
assert set(copies[3][2:8, 2:8].ravel()) == {1, 2, 4}
assert spread[0, 0] > 1.6 * spread[1, 1]
show(
    draw.numbered(
        {f"kernel {side} × {side}": copies[side][:9, :9] for side in copies},
        title="Copies on each pixel, stride 2 (the upper left of each output)",
        cell=0.3,
    ),
    alt="Three grids of numbers. Kernel 2: all ones. Kernel 3: ones, twos and fours in a "
    "checkered pattern. Kernel 4: fours everywhere but at the edge.",
)

# %% [markdown]
# A kernel whose side is a multiple of the stride lays equally many copies on each pixel (but at the edge); 3 × 3 with
# stride 2 lays one, two or four. With random weights the pixel under four copies therefore varies twice as strongly as
# the one under a single copy (√4 to √1). Training can even this out. With a 2 × 2 kernel the four pixels have a weight
# each, so there, too, nothing but training makes them agree. Remedies: a kernel that is a multiple of the stride, or
# repeating pixels (or bilinear interpolation) before an ordinary convolution.

# %% [markdown]
# ## 8. Nuclei that touch (12 minutes, further)
#
# Where two nuclei touch, their joint mask has a waist. The **distance transform** gives each pixel of the mask its
# distance to the nearest pixel outside; it has a peak in the middle of each nucleus and is low at the waist. Turn it
# upside down and let water rise from each peak (now a pit): where two lakes meet, the **watershed** (Vincent and
# Soille 1991) sets a border. The distances are blurred by one pixel before, so that a jagged edge makes fewer peaks.
#
# A peak counts if no higher one lies within 4 pixels of it: chosen in runs of ours outside this lab, on the training
# part's true mask.
#
# **Predict.** How many of the 73 nuclei of the training part will the true mask find now (52 before)? How many of the
# 27 of validation the two thresholds and the three U-Nets? And what can go wrong?

# %% guess [markdown]
# *Your prediction: training ___; validation, blurred ___, local ___, U-Nets ___; what can go wrong: ...*


# %%
def parted(mask, apart=4):
    """Number the objects of a mask, those that touch parted by a watershed."""
    patches = objects_of(mask)
    distance = ndimage.gaussian_filter(ndimage.distance_transform_edt(patches > 0), 1)
    peaks = peak_local_max(distance, min_distance=apart, labels=(patches > 0).astype(int))
    pits = np.zeros(mask.shape, dtype=int)
    pits[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    return watershed(-distance, pits, mask=patches > 0)


train_lakes = parted(truth_train)
water_found = {"training, true mask": find(numbers_train, train_lakes)}
print(
    f"training, true mask: {count(train_lakes)} objects, {water_found['training, true mask']} found"
)
for name in list(masks)[1:]:
    lakes = parted(masks[name])
    water_found[name] = find(numbers_val, lakes)
    print(f"validation, {name}: {count(lakes)} objects, {water_found[name]} found")

# %% evidence
assert water_found["training, true mask"] == 68
assert water_found["blurred, then Otsu"] > found["blurred, then Otsu"]
assert water_found["local threshold"] >= found["local threshold"]
gain = [water_found[name] - found[name] for name in nets]
assert np.mean(gain) >= 0
print(f"the U-Nets gain {np.mean(gain):.1f} on average")
show(
    draw.objects(
        {
            f"{count(numbers_train)} nuclei, outlined": numbers_train[330:],
            f"patches: {train_found} found": train_patches[330:],
            f"watershed: {water_found['training, true mask']} found": train_lakes[330:],
        },
        title="Training part, true mask: water parts most of what touches",
        width=3.4,
    ),
    alt="The lower part of the training image three times, each object in its own tone: as "
    "outlined; as patches, where groups are one object; and parted by the watershed, "
    "which looks much like the outlines, with straight borders between nuclei.",
)

# %% [markdown]
# From the true mask of the training part the watershed finds 68 nuclei in place of 52; it was tuned there, so take that
# as the best case. On the validation part it helps the blurred threshold, and harms neither the local one nor, on
# average, the U-Nets. What goes wrong: it knows nothing but the shape, so a bent or dented nucleus may have two peaks
# and be cut in two, and one that lies half under another may have none.

# %% [markdown]
# ## 9. Several classes, and an FCN on features (15 minutes, further)
#
# Now five classes and a background: 320 training scenes of stamps (lab 07) on drawn backgrounds, `utils.scenes`, and
# 80 validation scenes with other stamps. That is too little to learn what an animal is. So the way down is
# EfficientNet-Lite0, trained on ImageNet and frozen (lab 07), and what is learnt is an FCN's head: 1 × 1 convolutions
# that score classes, on maps of 8 × 8 only, enlarged 8 times; or also on maps of 16 × 16 and 32 × 32, whose scores
# are added as they become larger (Long, Shelhamer and Darrell's skips). Of truth every second pixel is used, 64 × 64.

# %%
made = {
    split: scenes.compose(n, split, background="drawn", seed=1)
    for split, n in {"train": 320, "val": 80}.items()
}
photo_net = backbone("efficientnet_lite0", input_shape=(128, 128, 3))
depths = [f"{block}_add" for block in ("block2b", "block3b", "block5c")]
taps = keras.Model(photo_net.inputs[0], [photo_net.get_layer(name).output for name in depths])
features = {
    split: taps.predict(preprocess_input(part.images), verbose=0) for split, part in made.items()
}
print([maps.shape[1:] for maps in features["train"]], made["train"].class_names)


# %%
def fcn_head(skips):
    """Build a head that gives each pixel 6 logits, from the coarse map or from all three."""

    def larger(x, factor):
        return layers.UpSampling2D(factor, interpolation="bilinear")(x)

    maps = [keras.Input(part.shape[1:]) for part in features["val"]]
    x = layers.Conv2D(6, 1)(maps[2])
    if not skips:
        return keras.Model(maps, larger(x, 8))
    for finer in (maps[1], maps[0]):
        x = layers.Add()([larger(x, 2), layers.Conv2D(6, 1)(finer)])
    return keras.Model(maps, larger(x, 2))


# %% [markdown]
# **Predict.** Mean IoU of the 6 classes on validation scenes, coarse and with skips? And pixel accuracy?

# %% guess [markdown]
# *Your prediction: mean IoU coarse ___, with skips ___; pixel accuracy ___, ___*

# %%
y, truth = (made[part].semantic[:, ::2, ::2].astype("int32") for part in ("train", "val"))
scene_iou, scene_accuracy, scene_guess = {}, {}, {}
for skips in (False, True):
    for seed in (0, 1):
        keras.utils.set_random_seed(seed)
        head = fcn_head(skips)
        rate = keras.optimizers.schedules.CosineDecay(1e-2, 8 * 20)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        head.compile(keras.optimizers.Adam(rate), loss, steps_per_execution=5)
        bar = ProgressBar("head")
        head.fit(features["train"], y, batch_size=16, epochs=8, verbose=0, callbacks=[bar])
        guess = np.argmax(head.predict(features["val"], verbose=0), axis=-1)
        scene_iou[skips, seed] = [iou(truth == k, guess == k) for k in range(6)]
        scene_accuracy[skips, seed] = np.mean(guess == truth)
        scene_guess[skips] = guess
for (skips, seed), values in scene_iou.items():
    print(f"{'skips ' if skips else 'coarse'} {seed}: mean IoU {np.mean(values):.3f}", end=", ")
    print(f"by class {np.round(values, 2)}, pixel accuracy {scene_accuracy[skips, seed]:.3f}")

# %% evidence
means = {kind: [np.mean(scene_iou[kind, seed]) for seed in (0, 1)] for kind in (False, True)}
assert np.mean(means[True]) > np.mean(means[False]) + 0.01
assert 0.45 < np.mean(means[True]) < 0.65
assert min(scene_accuracy.values()) > 0.87
on_object, right = {}, {}
for kind, guess in scene_guess.items():
    on_object[kind], both = iou(truth > 0, guess > 0), (truth > 0) & (guess > 0)
    right[kind] = np.mean(truth[both] == guess[both])
    print(f"{'skips ' if kind else 'coarse'}: objects against background, IoU", end=" ")
    print(f"{on_object[kind]:.2f}; where both say object, the class is right at {right[kind]:.0%}")
assert on_object[True] > on_object[False] + 0.02
assert max(abs(share_right - 0.75) for share_right in right.values()) < 0.05
show(
    draw.classes(
        {
            "truth": truth[[2, 5, 9, 15, 17]],
            "coarse": scene_guess[False][[2, 5, 9, 15, 17]],
            "with skips": scene_guess[True][[2, 5, 9, 15, 17]],
        },
        made["val"].class_names,
        title="Finer maps give finer masks, and as many mistakes of class",
    ),
    alt="Masks of five validation scenes in three rows: the truth, coarse, and with skips. "
    "The coarse masks are smooth blobs; those with skips are finer, and ragged. Some objects "
    "have the name of a wrong class, or of several, in both.",
)

# %% [markdown]
# The skips add some hundredths of mean IoU, more where only object or background is asked. They mend
# *where*. *What* they hardly mend: of the pixels that are object for both truth and guess, three quarters have the
# right class with skips and without. A mean IoU near one half is far from usable, at a pixel accuracy near 0.9. For a
# better *what* you need more and other examples; for a better *where* finer maps. (The picture shows masks only.)

# %% [markdown]
# ## 10. How far a pixel sees, and what people use today (18 minutes, further)
#
# A logit depends on the pixels of its receptive field (lab 02). If an object is larger than that, a pixel in its middle
# cannot know where it ends. The gradient of one logit with respect to the image shows the field, and how much each
# pixel counts.
#
# **Predict.** The nuclei are about 30 pixels long. From how large a square does the logit in the middle of 128 × 128
# pixels depend at all, in the U-Net of depth 3? How large is the square that holds 90% of the gradient's size?

# %% guess [markdown]
# *Your prediction: ___ × ___ pixels at all, ___ × ___ pixels for 90%*

# %%
square = tf.constant(prepared(image_val[200:328]))
square = tf.pad(square, [[0, 0], [0, 0], [16, 16], [0, 0]], "REFLECT")  # 128 x 128
with tf.GradientTape() as tape:
    tape.watch(square)
    logit = networks[0](square, training=False)[0, 64, 64, 0]
size = np.abs(tape.gradient(logit, square).numpy()[0, ..., 0])
rows, columns = np.nonzero(size)
reach = max(np.ptp(rows), np.ptp(columns)) + 1
ring = np.maximum(*np.abs(np.mgrid[:128, :128] - 64))  # squares round the middle
held = np.array([size[ring <= radius].sum() for radius in range(64)]) / size.sum()
most = 2 * int(np.argmax(held >= 0.9)) + 1
long = [max(s.stop - s.start for s in box) for box in ndimage.find_objects(numbers_train) if box]
print(f"at all: {reach} x {reach} pixels, 90% of the gradient: {most} x {most}")

# %% evidence
assert 60 < reach <= 96
assert 27 <= np.median(long) <= 33
assert most < 0.6 * reach
show(
    curves(
        {"gradient held": (2 * np.arange(64) + 1, held)},
        xlabel="side of a square round the pixel (pixels)",
        ylabel="share of the gradient's size",
        title="A logit depends on a wide square, and mostly on its middle",
    ),
    alt="The share of the gradient rises steeply with the side of the square and comes close "
    "to 1 well before the side reaches 96 pixels.",
)

# %% [markdown]
# Arithmetic (lab 02) gives 96 × 96. A pixel of level 0, 1, 2 and of the bottom is 1, 2, 4 and 8 pixels of the image
# wide. Two 3 × 3 convolutions add four of these: 4 + 8 + 16 on the way down, 32 at the bottom, 16 + 8 + 4 on the way
# up. A pooling adds one: 1 + 2 + 4. A transposed convolution of 2 × 2 adds none. With the pixel itself: 1 + 88 + 7 =
# 96. What is measured, at one pixel of one network, is not larger, and smaller where no maximum lies. Most of the
# gradient lies in a much smaller square (lab 02's effective receptive field): what a pixel is, its near surroundings
# decide. That is enough for nuclei of 30 pixels. The middle of an object of 200 pixels could not be told from
# background of the same grey: then go deeper, shrink the image, or use dilated convolutions.
#
# ### Exercise 7: `unet_shapes` (objective 3)
#
# A U-Net fits images whose sides can be halved often enough; whoever goes deeper has to know which. Write down the
# shapes that the picture of section 3 shows, from the left to the right, for any size. Example:
# `unet_shapes(8, 12, 3, 2)` is [(8, 12, 3), (4, 6, 6), (2, 3, 12), (4, 6, 6), (8, 12, 3)].


# %% exercise="unet_shapes"
def unet_shapes(height, width, filters, depth):
    """Return the shapes of what the blocks of a U-Net give.

    Args:
        height, width: of the image, in pixels.
        filters: channels of the first block; each block on the way down has twice those before it.
        depth: how many times the map is halved, 1 or more.

    Returns:
        A list of 2 * depth + 1 tuples (height, width, channels): the blocks on the way down, each
        before its pooling, the block at the bottom, the blocks on the way up. Integers.

    Raises:
        ValueError: with a message, if height or width cannot be halved depth times without a
            remainder.
    """
    ### BEGIN SOLUTION
    if height % 2**depth or width % 2**depth:
        raise ValueError(f"{height} x {width} cannot be halved {depth} times")
    way_down = [
        (height // 2**level, width // 2**level, filters * 2**level) for level in range(depth + 1)
    ]
    return way_down + way_down[-2::-1]
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: half of it is enough</summary>
# At level k of the way down sizes are divided by the k-th power of 2, and filters multiplied by it. The way up has the
# same shapes, from the last but one backwards.
# </details>
# <details><summary>Hint 2: when it fails</summary>
# <code>height % 2**depth</code> is not 0.
# </details>


# %% check="unet_shapes"
def _check_unet_shapes():
    right = [(96, 96, 12), (48, 48, 24), (24, 24, 48), (48, 48, 24), (96, 96, 12)]
    beside = [*right[:3], (48, 48, 48), (96, 96, 24)]
    steady = [(96, 96, 12), (48, 48, 12), (24, 24, 12), (48, 48, 12), (96, 96, 12)]
    hints = [
        (right[:3], "The way up is missing."),
        (right[:3] + right[2::-1], "The bottom is one block, not two."),
        (beside, "The block brings what was set beside each other down to half the channels."),
        (steady, "Each block on the way down has twice the channels."),
        ([(h // 2, w // 2, c) for h, w, c in right], "Each shape before its pooling."),
    ]
    _check_shapes("unet_shapes(96, 96, 12, 2)", unet_shapes(96, 96, 12, 2), right, hints)
    right = [(8, 20, 3), (4, 10, 6), (8, 20, 3)]
    hints = [([(w, h, c) for h, w, c in right], "The height comes first.")]
    _check_shapes("unet_shapes(8, 20, 3, 1)", unet_shapes(8, 20, 3, 1), right, hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for depth in (1, 3, 5):
        sides = (2**depth * random.integers(2, 9, size=2)).tolist()
        filters = int(random.integers(2, 40))
        right = [(sides[0] >> k, sides[1] >> k, filters << k) for k in range(depth + 1)]
        right += right[depth - 1 :: -1]
        call = f"unet_shapes({sides[0]}, {sides[1]}, {filters}, {depth})"
        _check_shapes(call, unet_shapes(*sides, filters, depth), right)
    ### END HIDDEN TESTS


def _check_shapes(call, got, right, hints=()):
    hints = [(np.array(wrong), why) for wrong, why in hints]
    expect_close(call, got, np.array(right), rtol=0, atol=1e-9, hints=hints)
    kinds = {np.asarray(size).dtype.kind for shape in got for size in shape}
    assert kinds <= {"i", "u"}, f"{call}: expected integers, got {got[1]}: divide by //, not by /."


run_check("unet_shapes", _check_unet_shapes)


# %% bad_input="unet_shapes"
def _check_unet_shapes_bad_input():
    expect_equal("len(unet_shapes(8, 8, 4, 2))", len(unet_shapes(8, 8, 4, 2)), 5)
    hint = "6 is halved to 3, and 3 to 1.5."
    expect_error("unet_shapes(8, 6, 4, 2)", lambda: unet_shapes(8, 6, 4, 2), hint=hint)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    depth = int(rng().integers(2, 5))
    side = 2**depth * 3
    for sides in [(side + 2 ** (depth - 1), side), (side, side + 1), (side - 1, side - 1)]:
        call = f"unet_shapes{(*sides, 8, depth)}"
        expect_error(call, lambda s=sides: unet_shapes(*s, 8, depth))
    ### END HIDDEN TESTS


run_check("unet_shapes, bad input", _check_unet_shapes_bad_input)

# %% [markdown]
# ### What a practitioner does today
#
# - **Begin with a model that exists.** For nuclei: StarDist (Schmidt and others 2018), which predicts star-shaped
#   outlines and whose package ships this image, or Cellpose (Stringer and others 2021). Both tell
#   one nucleus from the next by design, which sections 4 and 8 fight with.
# - **Train a U-Net that sets itself up.** nnU-Net (Isensee and others 2021) chooses size, depth and augmentation from
#   the data, with Dice loss plus cross-entropy, and has been hard to beat on medical images.
# - **Instances in photos.** Mask R-CNN (He and others 2017) finds boxes first (lab 11) and gives each its own small
#   mask, so that objects that touch need not be one.
# - **Ask by a click.** Segment Anything (SAM, Kirillov and others 2023) was trained on a billion masks; from a point
#   or a box it gives the object's mask, without a class. It saves most of the work of drawing truth. On images unlike
#   its own measure it first, as always.
#
# And for nuclei as even and bright as these: a threshold and a watershed may do, if you have measured that.

# %% instructor [markdown]
# **For instructors.** A debate for ten minutes: a lab with 20 images, no GPU and one afternoon. Threshold, U-Net, or a
# model that exists? The answer is what they would measure first.

# %% [markdown]
# ## Read on
#
# - J. Long, E. Shelhamer and T. Darrell (2015), *Fully convolutional networks for semantic segmentation*.
# - O. Ronneberger, P. Fischer and T. Brox (2015), *U-Net: convolutional networks for biomedical image segmentation*.
# - F. Milletari, N. Navab and S.-A. Ahmadi (2016), *V-Net: fully convolutional neural networks for volumetric medical
#   image segmentation*. The Dice loss.
# - C. H. Sudre and others (2017), *Generalised Dice overlap as a deep learning loss function for highly unbalanced
#   segmentations*.
# - M. Drozdzal and others (2016), *The importance of skip connections in biomedical image segmentation*.
# - V. Dumoulin and F. Visin (2016), *A guide to convolution arithmetic for deep learning*. Transposed convolutions,
#   drawn.
# - A. Odena, V. Dumoulin and C. Olah (2016), *Deconvolution and checkerboard artifacts*.
# - N. Otsu (1979), *A threshold selection method from gray-level histograms*.
# - P. Jaccard (1912), *The distribution of the flora in the alpine zone*; L. R. Dice (1945), *Measures of the amount of
#   ecologic association between species*.
# - L. Vincent and P. Soille (1991), *Watersheds in digital spaces: an efficient algorithm based on immersion
#   simulations*.
# - J. C. Caicedo and others (2019), *Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl*.
# - L. Maier-Hein and others (2024), *Metrics reloaded: recommendations for image analysis validation*.
# - K. He, G. Gkioxari, P. Dollár and R. Girshick (2017), *Mask R-CNN*.
# - U. Schmidt and others (2018), *Cell detection with star-convex polygons*; C. Stringer and others (2021), *Cellpose:
#   a generalist algorithm for cellular segmentation*.
# - F. Isensee and others (2021), *nnU-Net: a self-configuring method for deep learning-based biomedical image
#   segmentation*.
# - A. Kirillov and others (2023), *Segment anything*.
#
# ### An open challenge
#
# Teach a U-Net three classes: background, inside, and the rim where nuclei touch. Take the inside only, count its
# components, and let each grow back to the rim. Does it find more nuclei on the validation part than the watershed of
# section 8? Choose everything there; the test part has been opened once, and a second time is no test.
