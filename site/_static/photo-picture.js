/* From a file to the pixels that the network gets, as lab 07's `load_folder` makes them: upright, on white, square,
   small. Nothing leaves the page. */
"use strict";

(() => {
  const root = (window.cnnLabs = window.cnnLabs || {});
  const photo = (root.photo = root.photo || {});
  const LARGEST = 2048;

  /** Return a square canvas, white. */
  function paper(size) {
    const canvas = document.createElement("canvas");
    canvas.width = size;
    canvas.height = size;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, size, size);
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = "high";
    return { canvas, pen };
  }

  /** Return an image of an address, loaded. */
  function imageOf(address) {
    return new Promise((resolve, reject) => {
      const image = new Image();
      image.onload = () => resolve(image);
      image.onerror = () => reject(new Error("not a picture"));
      image.src = address;
    });
  }

  /** Return a file's content as a data: address. */
  function addressOf(file) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(new Error("it cannot be read"));
      reader.readAsDataURL(file);
    });
  }

  /**
   * Return a file's picture, turned as the camera noted.
   * @throws {Error} with a sentence for the reader.
   */
  async function decode(file) {
    try {
      return await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch (error) {
      try {
        return await imageOf(await addressOf(file));
      } catch (problem) {
        throw new Error(`${file.name} is not a picture that this browser can read. JPEG and PNG work everywhere.`);
      }
    }
  }

  /** Return the width and height of what `decode` gives. */
  function sizeOf(source) {
    return { width: source.naturalWidth || source.width, height: source.naturalHeight || source.height };
  }

  /** Draw a picture as a square: its middle, or all of it on white. */
  function square(source, size, whole) {
    const { width, height } = sizeOf(source);
    const side = whole ? Math.max(width, height) : Math.min(width, height);
    const { canvas, pen } = paper(size);
    const scale = size / side;
    const [w, h] = [width * scale, height * scale];
    pen.drawImage(source, (size - w) / 2, (size - h) / 2, w, h);
    return canvas;
  }

  /**
   * Return a square canvas of a picture, made smaller by halves, so that every pixel of the photo counts.
   * @param {ImageBitmap|HTMLImageElement} source the picture.
   * @param {number} size the sides' length.
   * @param {boolean} whole keep all of it on white, in place of its middle.
   */
  function shrink(source, size, whole) {
    const { width, height } = sizeOf(source);
    if (!width || !height) throw new Error("This picture has no size of its own.");
    const side = whole ? Math.max(width, height) : Math.min(width, height);
    let now = size;
    while (2 * now <= Math.min(side, LARGEST)) now *= 2;
    let canvas = square(source, now, whole);
    while (now > size) {
      now /= 2;
      canvas = square(canvas, now, true);
    }
    return canvas;
  }

  /** Return the red, green and blue of a canvas, by rows. */
  function pixelsOf(canvas) {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return Uint8Array.from({ length: (data.length / 4) * 3 }, (_, i) => data[Math.floor(i / 3) * 4 + (i % 3)]);
  }

  photo.picture = { decode, imageOf, shrink, pixelsOf, sizeOf };
})();
