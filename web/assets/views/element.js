/**
 * Creates and finds elements. Text never becomes markup.
 *
 * @typedef {Node | string | null | undefined | false} Child
 * @typedef {{
 *   attrs?: Record<string, string | number | boolean | null>,
 *   on?: Record<string, (event: Event) => void>,
 * }} Extras
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<Omit<HTMLElementTagNameMap[Tag], "innerHTML" | "outerHTML" | "style" | "children">> & Extras} properties
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, properties = {}, ...children) {
  const { attrs = {}, on = {}, ...rest } = properties;
  const made = document.createElement(tag);
  Object.assign(made, rest);
  for (const [name, value] of Object.entries(attrs)) setAttribute(made, name, value);
  for (const [name, listener] of Object.entries(on)) made.addEventListener(name, listener);
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/**
 * @param {Element} target
 * @param {string} name
 * @param {string | number | boolean | null} value null and false remove it
 */
function setAttribute(target, name, value) {
  if (value === null || value === false) target.removeAttribute(name);
  else target.setAttribute(name, value === true ? "" : String(value));
}

/**
 * Return an element of the page, which must exist.
 *
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function find(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return found;
}

/**
 * Set an element's text if it has changed: setting the same text would make screen readers read it again.
 *
 * @param {Node} target
 * @param {string} text
 */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * @param {string} className
 * @param {string} text
 * @param {() => void} onClick
 * @param {Record<string, string>} [attrs]
 */
export function button(className, text, onClick, attrs = {}) {
  return element("button", { type: "button", className, textContent: text, attrs, on: { click: onClick } });
}
