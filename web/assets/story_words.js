/**
 * Counts a story's words and characters like the app. `shared/text/words.py` explains the rule; `tests/support/word_counts.json`
 * tests both.
 */

const HAN_AND_KANA =
  "\\u2e80-\\u2fdf\\u3005\\u3007\\u3021-\\u3029\\u3031-\\u3035\\u3038-\\u303c\\u3041-\\u3096\\u309d-\\u309f" +
  "\\u30a1-\\u30fa\\u30fc-\\u30ff\\u3105-\\u312f\\u31a0-\\u31bf\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff" +
  "\\uf900-\\ufaff\\uff66-\\uff9d\\u{1aff0}-\\u{1b16f}\\u{20000}-\\u{3fffd}";
const SOUTHEAST_ASIAN =
  "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u1950-\\u19df\\u1a20-\\u1aaf\\ua9e0-\\ua9ff\\uaa60-\\uaadf";

const WORD_CHARACTER = "[\\p{L}\\p{N}_]";
const LETTER = "[\\p{L}\\p{Nl}\\p{No}]";
const MID_NUM_LET = "'.\\u2018\\u2019\\u2024\\ufe52\\uff07\\uff0e";
const MID_LETTER = `[${MID_NUM_LET}:\\u00b7\\u0387\\u055f\\u05f4\\u2027\\ufe13\\ufe55\\uff1a]`;
const MID_NUM = `[${MID_NUM_LET},;\\u037e\\u0589\\u060c\\u060d\\u066c\\u07f8\\u2044\\ufe10\\ufe14\\ufe50\\ufe54\\uff0c\\uff1b]`;
const WORD = new RegExp(
  `${WORD_CHARACTER}+(?:(?:(?<=${LETTER})${MID_LETTER}(?=${LETTER})|(?<=\\p{Nd})${MID_NUM}(?=\\p{Nd}))${WORD_CHARACTER}+)*`,
  "gu",
);
/** @type {[RegExp, number][]} Letters of scripts without spaces, and how many of them make a word. */
const UNSPACED = [
  [new RegExp(`(?=${WORD_CHARACTER})[${HAN_AND_KANA}]`, "gu"), 2],
  [new RegExp(`(?=${WORD_CHARACTER})[${SOUTHEAST_ASIAN}]`, "gu"), 4],
];
const ZERO_WIDTH = /(?![\t-\r\x85])[\p{Cc}\p{Cf}\p{Cs}\p{M}\u115f\u1160\u3164\uffa0]/gu;

/** @param {string} text */
export function countWords(text) {
  let visible = text.replace(ZERO_WIDTH, "");
  let count = 0;
  for (const [letter, lettersPerWord] of UNSPACED) {
    count += Math.ceil((visible.match(letter) ?? []).length / lettersPerWord);
    visible = visible.replace(letter, " ");
  }
  return count + (visible.match(WORD) ?? []).filter((word) => /[^_]/.test(word)).length;
}

/** Count Unicode code points. @param {string} text */
export function countCharacters(text) {
  const pairs = text.match(/[\ud800-\udbff][\udc00-\udfff]/g) ?? [];
  return text.length - pairs.length;
}

/**
 * Return a story's length in words, or in characters if it has too many of these.
 *
 * @param {string} story
 * @param {{ maxStoryWords: number, maxStoryCharacters: number }} limits
 */
export function lengthOf(story, { maxStoryWords, maxStoryCharacters }) {
  const characters = countCharacters(story);
  if (characters > maxStoryCharacters) return { count: characters, most: maxStoryCharacters, unit: "characters" };
  return { count: countWords(story), most: maxStoryWords, unit: "words" };
}

/** Return whether the text has no visible character. @param {string} text */
export function isBlank(text) {
  return text.replace(ZERO_WIDTH, "").trim() === "";
}
