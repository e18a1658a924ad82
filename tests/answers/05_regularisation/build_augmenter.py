# %% right: in another order, with pairs of limits
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    part = max_degrees / 360
    rows, columns = max_shift / image_size[0], max_shift / image_size[1]
    parts = [layers.RandomFlip("horizontal")] if mirror else []
    parts.append(layers.RandomRotation((-part, part), fill_mode="constant", fill_value=0))
    parts.append(layers.RandomTranslation((-rows, rows), (-columns, columns), fill_mode="constant"))
    return keras.Sequential(parts)


# %% right: functional
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    images = keras.Input((None, None, None))
    turned = layers.RandomRotation(max_degrees / 360, fill_mode="constant")(images)
    moved = layers.RandomTranslation(max_shift / image_size[0], max_shift / image_size[1], fill_mode="constant")(turned)
    return keras.Model(images, layers.RandomFlip("horizontal")(moved) if mirror else moved)


# %% right: a layer of its own
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    class Augmenter(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            height, width = image_size
            self.parts = [
                layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant"),
                layers.RandomRotation(max_degrees / 360.0, fill_mode="constant"),
            ]
            if mirror:
                self.parts.append(layers.RandomFlip("horizontal"))

        def call(self, images, training=False):
            for part in self.parts:
                images = part(images, training=training)
            return images

    return Augmenter()


# %% wrong: the height's fraction for both
# says: serves for the width
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    part = max_shift / image_size[0]
    parts = [layers.RandomTranslation(part, part, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: height and width swapped
# says: swapped
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    width, height = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: half a turn taken for a full one
# says: 360 degrees
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 180, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: Keras' default filling
# says: fill_mode
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width)]
    parts += [layers.RandomRotation(max_degrees / 360)]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: upside down, too
# says: upside down
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip()] if mirror else []))


# %% wrong: always mirrors
# says: share mirrored
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant"), layers.RandomFlip("horizontal")]
    return keras.Sequential(parts)


# %% wrong: only down the rows
# says: sideways
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    parts = [layers.RandomTranslation(max_shift / image_size[0], 0.0, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: also at inference
# says: training=False
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    class Always(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            height, width = image_size
            self.shift = layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")
            self.turn = layers.RandomRotation(max_degrees / 360, fill_mode="constant")

        def call(self, images, training=False):
            return self.turn(self.shift(images, training=True), training=True)

    return Always()


# %% wrong: never mirrors
# says: share mirrored
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    shift = layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")
    return keras.Sequential([shift, layers.RandomRotation(max_degrees / 360, fill_mode="constant")])


# %% wrong: mirrors up and down in place of left and right
# says: share upside down
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("vertical")] if mirror else []))


# %% wrong: mirrors every image
# says: share mirrored
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    class Mirror(keras.layers.Layer):
        def call(self, images, training=False):
            return images[:, :, ::-1] if training else images

    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([Mirror()] if mirror else []))


# %% wrong: one way only
# says: Both ways
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    rows, columns = max_shift / image_size[0], max_shift / image_size[1]
    parts = [layers.RandomTranslation((0, rows), (0, columns), fill_mode="constant")]
    parts += [layers.RandomRotation((0, max_degrees / 360), fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: always the whole change
# says: Both ways, each image its own
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    rows, columns, part = max_shift / image_size[0], max_shift / image_size[1], max_degrees / 360
    parts = [layers.RandomTranslation((rows, rows), (columns, columns), fill_mode="constant")]
    parts += [layers.RandomRotation((part, part), fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: pixels in place of fractions
# says: fractions, not pixels
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    parts = [layers.RandomTranslation(max_shift, max_shift, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: degrees in place of a fraction
# says: fractions, not pixels
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: radians in place of a fraction
# says: not radians
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(np.radians(max_degrees), fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))
