/**
 * The page's addresses.
 *
 * @typedef {{ view: "start" } | { view: "starting", key: string } | { view: "reddit", path: string }
 *   | { view: "generation", id: string, panel?: number, isScript?: boolean }} Place
 */

const POST = /^\/(r|u|user)\/[^/]+\/(comments|s)\/[^/]+/;

/**
 * Return the view of an address: `/#/g/<id>`, `/#/g/<id>/read/<panel>`, `/#/g/<id>/script`, `/#/starting/<key>`, or a
 * Reddit post such as `/r/<sub>/comments/…`, also after `#`. Any other address is the start.
 *
 * @param {Pick<Location, "pathname" | "hash">} location
 * @returns {Place}
 */
export function placeOf({ pathname, hash }) {
  const path = hash.replace(/^#/, "");
  const [, id, panel] = /^\/g\/([0-9a-f]{32})\/read\/([1-9]\d{0,3})$/.exec(path) ?? [];
  if (id !== undefined) return { view: "generation", id, panel: Number(panel) };
  const [, edited] = /^\/g\/([0-9a-f]{32})\/script$/.exec(path) ?? [];
  if (edited !== undefined) return { view: "generation", id: edited, isScript: true };
  const [, name, value] = /^\/(g|starting)\/([0-9a-f]{32})\/?$/.exec(path) ?? [];
  if (value !== undefined) return name === "g" ? { view: "generation", id: value } : { view: "starting", key: value };
  if (POST.test(path)) return { view: "reddit", path };
  if (path === "" && POST.test(pathname)) return { view: "reddit", path: pathname };
  return { view: "start" };
}

/** @param {string} id */
export function generationAddress(id) {
  return `/#/g/${id}`;
}

/** Return the address of a panel in the reader. @param {string} id @param {number} panel counts from 1 */
export function readingAddress(id, panel) {
  return `/#/g/${id}/read/${panel}`;
}

/** Return the address of the script's editor. @param {string} id */
export function scriptAddress(id) {
  return `/#/g/${id}/script`;
}

/** @param {string} key */
export function startingAddress(key) {
  return `/#/starting/${key}`;
}
