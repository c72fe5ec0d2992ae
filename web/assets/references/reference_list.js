/** Pictures that the reader brings, and the limits that hold for them. */

/** @typedef {{ id: string, name: string, image: string, fileName: string }} Reference `image` is a data URL. */
/** @typedef {{ maxReferences: number, maxNameLength: number }} Limits */

/**
 * Return what is wrong with a list of references, in words; null if nothing is.
 *
 * @param {readonly Reference[]} references
 * @param {Limits} limits
 */
export function problemWith(references, { maxReferences, maxNameLength }) {
  if (references.length > maxReferences) return `At most ${maxReferences} pictures are accepted here. Remove some.`;
  if (references.some(({ name }) => name.trim() === "")) return "Give every picture a name.";
  if (references.some(({ name }) => name.trim().length > maxNameLength)) {
    return `A name has at most ${maxNameLength} characters.`;
  }
  return null;
}

/**
 * Return how many bytes of a request the references take.
 *
 * @param {readonly Reference[]} references
 */
export function bytesOf(references) {
  // A data URL is ASCII.
  return references.reduce((sum, { image, name }) => sum + image.length + 3 * name.length + 100, 0);
}

/**
 * Return a file's name as the name of what it shows: `mira_vale-2.PNG` becomes `mira vale 2`.
 *
 * @param {string} fileName
 * @param {number} maxLength
 */
export function nameFrom(fileName, maxLength) {
  const stem = fileName.replace(/\.[^.]*$/, "");
  return stem.replace(/[-_\s]+/g, " ").trim().slice(0, maxLength);
}

/**
 * Return a size for people, such as `1.5 MB`.
 *
 * @param {number} bytes
 */
export function megabytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
