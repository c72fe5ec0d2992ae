/** Lays panels out on pages of a few rows, in reading order. */

/** Height / width of a page of a book. */
const PAGE_SHAPE = 1.4;
const MOST_IN_A_ROW = 3;

/** @typedef {number[]} Row indexes of panels */
/** @typedef {Row[]} Page */
/** @typedef {{ cost: number, pages: Page[] }} Layout */

/** @type {Layout} */
const NO_LAYOUT = { cost: Infinity, pages: [] };

/**
 * Return pages of 2 to 4 panels (1 if there is only one) that are as close to the shape of a book's page as possible.
 *
 * @param {number[]} ratios width / height of the panels
 * @returns {Page[]}
 */
export function pagesOf(ratios) {
  // The best layout of the first n panels, by n.
  /** @type {Layout[]} */
  const best = [{ cost: 0, pages: [] }];
  for (let end = 1; end <= ratios.length; end += 1) {
    const candidates = sizes(ratios.length).flatMap((size) => {
      const before = best[end - size];
      if (before === undefined) return [];
      const { cost, page } = bestPage(ratios, end - size, end);
      return [{ cost: before.cost + cost, pages: [...before.pages, page] }];
    });
    best.push(cheapest([NO_LAYOUT, ...candidates]));
  }
  return best.at(-1)?.pages ?? [];
}

/** Return width / height of a page, without its gutters. @param {Page} page @param {number[]} ratios */
export function pageRatio(page, ratios) {
  return 1 / sum(page.map((row) => 1 / sum(row.map((index) => ratios[index] ?? 1))));
}

/** Return how many panels a page may have. @param {number} count how many there are */
function sizes(count) {
  return count === 1 ? [1] : [2, 3, 4];
}

/** @param {number[]} ratios @param {number} start @param {number} end */
function bestPage(ratios, start, end) {
  const pages = rowsOf(Array.from({ length: end - start }, (_, more) => start + more));
  return cheapest(pages.map((page) => ({ page, cost: Math.abs(Math.log(1 / pageRatio(page, ratios) / PAGE_SHAPE)) })));
}

/** Return all ways to lay panels out in rows. @param {number[]} panels @returns {Page[]} */
function rowsOf(panels) {
  if (panels.length === 0) return [[]];
  const lengths = Array.from({ length: Math.min(MOST_IN_A_ROW, panels.length) }, (_, more) => more + 1);
  return lengths.flatMap((length) => rowsOf(panels.slice(length)).map((rest) => [panels.slice(0, length), ...rest]));
}

/** @template {{ cost: number }} Choice @param {Choice[]} choices at least one @returns {Choice} */
function cheapest(choices) {
  return choices.reduce((best, choice) => (choice.cost < best.cost ? choice : best));
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
