/** The typefaces of balloons, as in the files that the app exports. */

/** Languages whose whole alphabet is in Comic Neue. */
const IN_COMIC_NEUE = new Set("af ca da de en es eu fi fil fr ga gl id is it ms nb nl nn no pt sq sv sw tl".split(" "));
/** Languages that the typefaces of this device set better: comic typefaces lack most of their letters. */
const PLAIN = new Set(["ja", "ko", "vi", "yue", "zh"]);

/** Return the typeface of a language, or null for that of this device. @param {string} language */
export function typefaceOf(language) {
  const primary = language.split("-")[0]?.toLowerCase() ?? "";
  if (PLAIN.has(primary)) return null;
  return IN_COMIC_NEUE.has(primary) ? "Comic Neue" : "Comic Relief";
}

/** Let an element have the typeface of its language. @param {HTMLElement} root @param {string} language */
export function useTypeface(root, language) {
  const typeface = typefaceOf(language);
  root.style.setProperty("--balloon-font", typeface === null ? "system-ui" : `"${typeface}"`);
}

/** Load the letters of a text. Without a network it has another typeface. @param {string} language @param {string} text */
export async function loadTypeface(language, text) {
  const typeface = typefaceOf(language);
  if (typeface === null) return;
  const loading = ["1em", "bold 1em"].map((font) => document.fonts.load(`${font} "${typeface}"`, text));
  await Promise.all(loading).catch(() => undefined);
}
