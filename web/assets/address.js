/**
 * The page's addresses.
 *
 * @typedef {{ view: "start" } | { view: "starting", key: string } | { view: "generation", id: string }
 *   | { view: "reddit", path: string }} Place
 */

const POST = /^\/(r|u|user)\/[^/]+\/(comments|s)\/[^/]+/;

/**
 * Return the view of an address: `/#/g/<id>`, `/#/starting/<key>`, or a Reddit post such as `/r/<sub>/comments/…`, also
 * after `#`. Any other address is the start.
 *
 * @param {Pick<Location, "pathname" | "hash">} location
 * @returns {Place}
 */
export function placeOf({ pathname, hash }) {
  const path = hash.replace(/^#/, "");
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

/** @param {string} key */
export function startingAddress(key) {
  return `/#/starting/${key}`;
}
