/** The user's own pictures, and their limits. */

/** @typedef {{ id: string, name: string, image: string, fileName: string }} Reference `image` is a data URL. */
/** @typedef {{ maxReferences: number, maxNameLength: number }} Limits */

/**
 * Return the problems with a list of references: `index` is the place of the reference, or null if it is the whole list.
 *
 * @param {readonly Reference[]} references
 * @param {Limits} limits
 * @returns {{ index: number | null, message: string }[]}
 */
export function problemsWith(references, { maxReferences, maxNameLength }) {
  const tooMany = { index: null, message: `Use at most ${maxReferences} pictures here. Remove some.` };
  const ofNames = references.flatMap(({ name, fileName }, index) => {
    if (name.trim() === "") return [{ index, message: `Name the picture ${fileName}.` }];
    const most = `at most ${maxNameLength} characters`;
    return name.trim().length > maxNameLength ? [{ index, message: `Shorten the name of ${fileName} to ${most}.` }] : [];
  });
  return [...(references.length > maxReferences ? [tooMany] : []), ...ofNames];
}

/** Return the size of the references in a request. @param {readonly Reference[]} references */
export function bytesOf(references) {
  // A data URL is ASCII.
  return references.reduce((sum, { image, name }) => sum + image.length + 3 * name.length + 100, 0);
}

/**
 * Return a name for the subject of a file: `mira_vale-2.PNG` becomes `mira vale 2`.
 *
 * @param {string} fileName
 * @param {number} maxLength
 */
export function nameFrom(fileName, maxLength) {
  const stem = fileName.replace(/\.[^.]*$/, "");
  return stem.replace(/[-_\s]+/g, " ").trim().slice(0, maxLength);
}

/** Return a readable size, such as `1.5 MB`. @param {number} bytes */
export function megabytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
