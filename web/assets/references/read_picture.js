/** Reads a picture file as a data URL, and shrinks it if it is larger than useful. */

import { TooSlow, withTimeLimit } from "../time_limit.js";

const ACCEPTED = ["image/png", "image/jpeg", "image/webp"];
/** The model sees larger pictures at about this size anyway. */
const LONGEST_SIDE = 2048;
const LARGE_BYTES = 1_500_000;
const JPEG_QUALITY = 0.9;
/** The browser may have to download a file from a cloud drive first. */
const TIME_LIMIT_MS = 60_000;

/** The file can't be used as a picture; the message tells the user why. */
export class UnusablePicture extends Error {}

/** @param {File} file @returns {Promise<string>} a data URL @throws {UnusablePicture} */
export async function readPicture(file) {
  if (!ACCEPTED.includes(file.type)) {
    throw new UnusablePicture(`“${file.name}” is not a PNG, JPEG or WebP picture.`);
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
    throw new UnusablePicture(`“${file.name}” is damaged and can't be opened.`, { cause: error });
  }
}

/** @param {ImageBitmap} bitmap @param {number} scale @returns {Promise<Blob>} */
async function smaller(bitmap, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  if (context === null) throw new UnusablePicture("This browser can't shrink the picture. Use a smaller one.");
  // JPEG has no transparency.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    const give = (/** @type {Blob | null} */ blob) =>
      blob === null ? reject(new UnusablePicture("The picture could not be shrunk. Use a smaller one.")) : resolve(blob);
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
