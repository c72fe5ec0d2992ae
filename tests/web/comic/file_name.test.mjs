import assert from "node:assert/strict";
import { test } from "node:test";

import { imageFileName } from "../../../web/assets/comic/file_name.js";

for (const [comic, image, mediaType, name] of [
  ["The Red Sail", "Panel 3", "image/png", "The-Red-Sail-Panel-3.png"],
  ["“Who?” / 誰…", "Panel 12", "image/jpeg", "Who-誰-Panel-12.jpg"],
  ["", "Mira", "image/webp", "Mira.webp"],
  ["../..", "C:\\", "text/plain", "C.png"],
  ["a".repeat(100), "Panel 1", "image/png", `${"a".repeat(60)}-Panel-1.png`],
]) {
  test(`the file name of ${image} is ${name}`, () => assert.equal(imageFileName(comic, image, mediaType), name));
}
