/**
 * Sets the texts of a panel over its picture, as the app has typeset them: the places of balloons and lines are shares of the
 * picture, and the font size follows its width. Only what depends on this browser is measured: a line in a wider font is
 * scaled down to its length, and a tail needs the picture's shape.
 */

import { element } from "../views/element.js";
import { tailOf } from "./tail.js";
import { loadTypeface, useTypeface } from "./typefaces.js";

/** @import { PanelLettering, Place, SetLine, SetText } from "../lettering_types.d.ts" */
/** @typedef {{ text: SetText, lines: HTMLElement[], tails: HTMLElement[] }} SetBalloon */

/** @type {WeakMap<Element, { isVertical: boolean, balloons: SetBalloon[] }>} */
const set = new WeakMap();
/** What is to be set; its typeface may be loading. @type {WeakMap<Element, PanelLettering>} */
const wanted = new WeakMap();
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) fit(target);
});
/** @type {Promise<void> | null} */
let styles = null;

/**
 * Set the texts. The first call loads the styles.
 *
 * @param {HTMLElement} root covers the picture
 * @param {PanelLettering} lettering
 */
export async function setLettering(root, lettering) {
  wanted.set(root, lettering);
  styles ??= loadStyles().catch((error) => {
    styles = null;
    throw error;
  });
  await styles;
  const { language, direction, isVertical, texts } = lettering;
  await loadTypeface(language, texts.map(({ text }) => text).join(" "));
  if (wanted.get(root) !== lettering) return;
  useTypeface(root, language);
  root.lang = language;
  root.dir = direction;
  root.classList.toggle("is-vertical", isVertical);
  const balloons = texts.map((text) => ({ text, lines: text.lines.map((line) => lineOf(line, text)), tails: tailsOf(text) }));
  root.replaceChildren(...balloons.flatMap(partsOf));
  set.set(root, { isVertical, balloons });
  fit(root);
  // It also reports when a hidden one becomes visible.
  sizes.observe(root);
}

async function loadStyles() {
  await Promise.all(["fonts.css", "lettering.css"].map(loadStyle));
}

/** @param {string} name */
async function loadStyle(name) {
  const link = element("link", { rel: "stylesheet", href: new URL(name, import.meta.url).href });
  const isLoaded = new Promise((resolve, reject) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", reject);
  });
  document.head.append(link);
  await isLoaded.catch((error) => {
    link.remove();
    throw error;
  });
}

/** @param {SetBalloon} balloon @returns {Node[]} */
function partsOf({ text, lines, tails: [ink, paper] }) {
  const { place, kind, fontSize } = text;
  const root = element("p", { className: `balloon ${kind}` }, element("span", { className: "balloon-shape" }));
  putAt(root, place);
  root.style.fontSize = `${100 * fontSize}cqw`;
  const told = toldOf(text);
  if (told !== null) root.append(told);
  joinLines(text, lines);
  root.append(...lines);
  return [ink, root, paper].filter((part) => part !== undefined);
}

/** Return what only screen readers tell: who speaks, or that it is a sound. @param {SetText} text */
function toldOf({ kind, speaker }) {
  if (kind === "effect") return element("span", { className: "visually-hidden", lang: "en", dir: "ltr", textContent: "Sound: " });
  return speaker ? element("span", { className: "visually-hidden", dir: "auto", textContent: `${speaker}: ` }) : null;
}

/** @param {SetLine} line @param {SetText} text */
function lineOf({ text, x, y }, { place }) {
  const line = element("span", { className: "balloon-line", textContent: text });
  line.style.left = percent((x - place.x) / place.width);
  line.style.top = percent((y - place.y) / place.height);
  return line;
}

/**
 * Add to each line what follows it in the text, so that the text is read out and copied as it was written. It takes no room.
 *
 * @param {SetText} text
 * @param {HTMLElement[]} lines
 */
function joinLines({ text, lines: texts }, lines) {
  let read = 0;
  texts.forEach((line, index) => {
    const at = text.indexOf(line.text, read);
    const gap = at < read ? " " : text.slice(read, at);
    if (at >= read) read = at + line.text.length;
    if (gap !== "") lines[index - 1]?.append(element("span", { className: "balloon-gap", textContent: gap }));
  });
}

/** Return the ink and the paper of a tail, if the balloon has one. @param {SetText} text */
function tailsOf({ kind, tail }) {
  if (kind !== "dialogue" || !tail) return [];
  return ["", " is-paper"].map((part) => element("span", { className: `balloon-tail${part}` }));
}

/** Adapt what depends on this browser, if the texts are visible. @param {Element} root */
function fit(root) {
  const { width, height } = root.getBoundingClientRect();
  const shown = set.get(root);
  if (shown === undefined || width === 0 || height === 0) return;
  const { balloons, isVertical } = shown;
  const lines = balloons.flatMap(({ text, lines: ofText }) => ofText.map((line, index) => ({ line, set: text.lines[index] })));
  for (const { line } of lines) line.style.scale = "";
  const scales = lines.map(({ line, set: { length } = { length: 0 } }) => {
    const natural = line.getBoundingClientRect();
    return isVertical ? (length * height) / natural.height : (length * width) / natural.width;
  });
  lines.forEach(({ line }, index) => {
    const scale = scales[index] ?? 1;
    if (scale < 1) line.style.scale = String(scale);
  });
  for (const { text, tails } of balloons) {
    const shapes = tailOf(text, width / height);
    tails.forEach((tail, index) => (tail.style.clipPath = shapes === null ? "" : `polygon(${shapes[index]?.map(point).join()})`));
  }
}

/** Put an element at a place of the picture. @param {HTMLElement} target @param {Place} place */
export function putAt({ style }, { x, y, width, height }) {
  style.left = percent(x);
  style.top = percent(y);
  style.width = percent(width);
  style.height = percent(height);
}

/** @param {[number, number]} point */
function point([x, y]) {
  return `${percent(x)} ${percent(y)}`;
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(3)}%`;
}
