/** Languages of a comic, as BCP 47 tags. */

/** Those that are offered; a user may write the tag of another one. */
const OFFERED = ["ar", "de", "en", "es", "fr", "he", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "sv", "tr", "uk", "vi", "zh"];

/** Return the name of a language in its own words, or the tag if it has none. @param {string} tag */
export function languageName(tag) {
  try {
    const name = new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
    return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
  } catch {
    return tag;
  }
}

/** Return a tag as it is usually written, or null if it is none. @param {string} text */
export function languageTag(text) {
  try {
    return Intl.getCanonicalLocales(text.trim())[0] ?? null;
  } catch {
    return null;
  }
}

/** Return the offered languages with their names, by name. @param {string[]} [others] tags that are not offered */
export function offeredLanguages(others = []) {
  return OFFERED.filter((tag) => !others.includes(tag))
    .map((tag) => ({ tag, name: languageName(tag) }))
    .sort((one, other) => one.name.localeCompare(other.name));
}
