/** Reads a picture file as what is sent: a PNG, JPEG or WebP as a data URL, no larger than it is useful. */

import { TooSlow, withTimeLimit } from "../time_limit.js";

const ACCEPTED = ["image/png", "image/jpeg", "image/webp"];
/** Larger files are photographs: the model looks at them at about this size anyway. */
const LONGEST_SIDE = 2048;
const LARGE_BYTES = 1_500_000;
const JPEG_QUALITY = 0.9;
/** A file of a cloud drive may have to be fetched first. */
const TIME_LIMIT_MS = 60_000;

/** The file is no picture that can be sent; the message says why, for a person. */
export class UnusablePicture extends Error {}

/**
 * @param {File} file
 * @returns {Promise<string>} a data URL
 * @throws {UnusablePicture}
 */
export async function readPicture(file) {
  if (!ACCEPTED.includes(file.type)) {
    throw new UnusablePicture(`“${file.name}” is no PNG, JPEG or WebP picture.`);
  }
  try {
    return await withTimeLimit(TIME_LIMIT_MS, () => read(file));
  } catch (error) {
    if (!(error instanceof TooSlow)) throw error;
    throw new UnusablePicture(`“${file.name}” can't be read: the browser took too long. Choose it again.`);
  }
}

/** @param {File} file */
async function read(file) {
  const bitmap = await decode(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const blob = scale < 1 || file.size > LARGE_BYTES ? await smaller(bitmap, scale) : file;
  bitmap.close();
  return dataUrl(blob);
}

/** @param {File} file */
async function decode(file) {
  try {
    return await createImageBitmap(file);
  } catch (error) {
    throw new UnusablePicture(`“${file.name}” is broken: it can't be shown.`, { cause: error });
  }
}

/** @param {ImageBitmap} bitmap @param {number} scale @returns {Promise<Blob>} */
async function smaller(bitmap, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  if (context === null) throw new UnusablePicture("This browser can't make the picture smaller: take a smaller one.");
  // JPEG has no transparency: what was clear becomes paper.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    const give = (/** @type {Blob | null} */ blob) =>
      blob === null ? reject(new UnusablePicture("The picture could not be made smaller.")) : resolve(blob);
    canvas.toBlob(give, "image/jpeg", JPEG_QUALITY);
  });
}

/** @param {Blob} blob @returns {Promise<string>} */
function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new UnusablePicture("The file can't be read. Choose it again."));
    reader.readAsDataURL(blob);
  });
}
